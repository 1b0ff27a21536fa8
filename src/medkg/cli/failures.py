"""How a command ends: the status for each kind of failure, and one message for each thing that is wrong.

Whatever is raised, whoever asked sees no traceback. What nobody foresaw is told in a line, in the exception's own
words; with MEDKG_DEBUG=1 the traceback comes before it.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import TextIO

import click

from medkg.errors import MedkgError, in_one_line, leaves
from medkg.files import way_out
from medkg.settings import Settings

WRONG = 1
INTERRUPTED = 130  # 128 and the number of SIGINT, as shells count
DEFECT = 70
"""The status after what nobody foresaw: EX_SOFTWARE of https://man.freebsd.org/cgi/man.cgi?sysexits."""

_OF_THE_OUTPUT = frozenset({errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG})


def status_of(command: Callable[[], object], *, name: str = "medkg") -> int:
    """The exit status of a command, after it has run and said what is wrong; `name` is what failed then."""
    status = _ran(command, name)
    try:
        sys.stdout.flush()  # for at its end the interpreter would complain in its own way
    except (OSError, ValueError) as error:
        status = _told(error, name)
    return status


def _ran(command: Callable[[], object], name: str) -> int:
    """The status of a command after it has run."""
    try:
        _open_what_is_closed()
        _survive_odd_terminals()
        result = command()
        sys.stdout.flush()
    except click.ClickException as error:
        with suppress(OSError, ValueError):  # where standard error cannot be written
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _say("interrupted")
        return INTERRUPTED
    except SystemExit:
        raise
    except BaseException as error:  # a panic of the engine is no Exception
        return _told(error, name)
    return result if isinstance(result, int) else 0


def _told(error: BaseException, name: str) -> int:
    """The status after a failure, of which everything has been said that a person can mend, and what is left of it."""
    ours, theirs = error.split(MedkgError) if isinstance(error, ExceptionGroup) else (None, error)
    for each in leaves(ours) if ours else ():
        _say(str(each))
    if ours:
        _say(f"medkg: {ours.message}")
    if theirs is None:
        return WRONG
    message = _message(theirs)
    if message is not None:
        _say(message)
        return WRONG
    if Settings.from_environment().is_debugging:
        _say("".join(traceback.format_exception(theirs)).rstrip())
    first = next(leaves(theirs)) if isinstance(theirs, ExceptionGroup) else theirs
    _say(f"{name} failed: {in_one_line(first)}; nobody foresaw this, please report it with what MEDKG_DEBUG=1 shows")
    return DEFECT


def _message(error: BaseException) -> str | None:
    """What is said of a failure that a person can mend, if anything is; None of any other."""
    match error:
        case MedkgError():
            return f"medkg: {error}"
        case MemoryError():
            return "medkg: there is not enough memory for this"
        case BrokenPipeError():
            _forget(sys.stdout)
            return ""
        case OSError(errno=errno.EMFILE | errno.ENFILE):
            return f"medkg: {error.filename or 'no file can be opened'}: {error.strerror}; {way_out(error, '')}"
        case OSError(filename=None) if error.errno in _OF_THE_OUTPUT:
            _forget(sys.stdout)
            return f"medkg: standard output cannot be written: {error.strerror}"
        case OSError(filename=None) if error.errno == errno.EINVAL and not hasattr(signal, "SIGPIPE"):
            _forget(sys.stdout)  # what Windows says of a pipe that nobody reads any more
            return ""
        case OSError() if error.filename is not None:
            return f"medkg: {error.filename}: {error.strerror}"
    return None


def _say(message: str) -> None:
    """Write a message to standard error, unless that cannot be written either."""
    try:
        if message:
            click.echo(message, err=True)
    except (OSError, ValueError):
        _forget(sys.stderr)


def _open_what_is_closed() -> None:
    """Have nothing read, and what is written go nowhere, where a standard stream is closed.

    Otherwise the next file to be opened would take its descriptor, and be written to by whoever writes there.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))  # noqa: SIM115


def _survive_odd_terminals() -> None:
    """Have a name that the terminal has no letters for written in escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _forget(stream: TextIO) -> None:
    """Leave the interpreter nobody to complain to when it closes a stream that cannot be written."""
    with suppress(OSError, ValueError):  # one that is no file
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
