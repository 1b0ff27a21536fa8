"""The exit status and error messages of a command.

A user sees no traceback: an unexpected exception is reported in one line; MEDKG_DEBUG=1 shows its traceback, too.
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

STATUS_ERROR = 1
STATUS_INTERRUPTED = 130
"""128 and the number of SIGINT, as in shells."""

STATUS_UNEXPECTED = 70
"""After an unexpected exception: EX_SOFTWARE of https://man.freebsd.org/cgi/man.cgi?sysexits."""

_OUTPUT_ERRORS = frozenset({errno.ENOSPC, errno.EIO, errno.EDQUOT, errno.EFBIG})


def status_of(command: Callable[[], object], *, name: str = "medkg") -> int:
    """The exit status of a command, after it has run and its errors are printed; `name` names it in messages."""
    status = _run(command, name)
    try:
        sys.stdout.flush()  # a failure at the exit of the interpreter would print a traceback
    except (OSError, ValueError) as error:
        status = _report(error, name)
    return status


def _run(command: Callable[[], object], name: str) -> int:
    """The status of a command after it has run."""
    try:
        _replace_closed_streams()
        _escape_unencodable_characters()
        result = command()
        sys.stdout.flush()
    except click.ClickException as error:
        with suppress(OSError, ValueError):  # where standard error cannot be written
            error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        _print_error("interrupted")
        return STATUS_INTERRUPTED
    except SystemExit:
        raise
    except BaseException as error:  # a panic of pyoxigraph is no Exception
        return _report(error, name)
    return result if isinstance(result, int) else 0


def _report(error: BaseException, name: str) -> int:
    """The status after an exception, after its messages are printed: all deliberate errors, then an unexpected one."""
    deliberate, rest = error.split(MedkgError) if isinstance(error, ExceptionGroup) else (None, error)
    for leaf in leaves(deliberate) if deliberate else ():
        _print_error(str(leaf))
    if deliberate:
        _print_error(f"medkg: {deliberate.message}")
    if rest is None:
        return STATUS_ERROR
    message = _message(rest)
    if message is not None:
        _print_error(message)
        return STATUS_ERROR
    if Settings.from_environment().is_debugging:
        _print_error("".join(traceback.format_exception(rest)).rstrip())
    first = next(leaves(rest)) if isinstance(rest, ExceptionGroup) else rest
    _print_error(
        f"{name} failed: {in_one_line(first)}; this is a bug, please report it with the output of MEDKG_DEBUG=1"
    )
    return STATUS_UNEXPECTED


def _message(error: BaseException) -> str | None:
    """The message of an error that a user can correct, which may be empty; None for an unexpected exception."""
    match error:
        case MedkgError():
            return f"medkg: {error}"
        case MemoryError():
            return "medkg: not enough memory"
        case BrokenPipeError():
            _silence(sys.stdout)
            return ""
        case OSError(errno=errno.EMFILE | errno.ENFILE):
            return f"medkg: {error.filename or 'no file can be opened'}: {error.strerror}; {way_out(error, '')}"
        case OSError(filename=None) if error.errno in _OUTPUT_ERRORS:
            _silence(sys.stdout)
            return f"medkg: standard output cannot be written: {error.strerror}"
        case OSError(filename=None) if error.errno == errno.EINVAL and not hasattr(signal, "SIGPIPE"):
            _silence(sys.stdout)  # a broken pipe on Windows
            return ""
        case OSError() if error.filename is not None:
            return f"medkg: {error.filename}: {error.strerror}"
    return None


def _print_error(message: str) -> None:
    """Write a message to standard error, if that can be written."""
    try:
        if message:
            click.echo(message, err=True)
    except (OSError, ValueError):
        _silence(sys.stderr)


def _replace_closed_streams() -> None:
    """Replace closed standard streams by the null device.

    Otherwise the next opened file would get the descriptor, and output would go into that file.
    """
    for name, mode in (("stdin", "r"), ("stdout", "w"), ("stderr", "w")):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.open(os.devnull, os.O_RDWR), mode, encoding="utf-8"))  # noqa: SIM115


def _escape_unencodable_characters() -> None:
    """Write characters that the encoding of the terminal lacks as escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _silence(stream: TextIO) -> None:
    """Redirect a stream that cannot be written to the null device, so that closing it raises no error."""
    with suppress(OSError, ValueError):  # the stream has no file descriptor
        os.dup2(os.open(os.devnull, os.O_WRONLY), stream.fileno())
