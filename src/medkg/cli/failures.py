"""How a command ends: the status for each kind of failure, and one message for each thing that is wrong.

A user's mistake never shows a traceback; what does is a defect of ours.
"""

from __future__ import annotations

import errno
import os
import signal
import sys
from collections.abc import Callable, Iterator

import click

from medkg.errors import MedkgError, leaves

WRONG, INTERRUPTED = 1, 130  # 128 and the number of SIGINT, as shells count


def status_of(command: Callable[[], object]) -> int:
    """The exit status of a command, after it has run and said what is wrong."""
    try:
        _survive_odd_terminals()
        result = command()
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        _forget_output()
        return WRONG
    except (MedkgError, ExceptionGroup, OSError) as error:
        for message in _messages(error):
            click.echo(message, err=True)
        return WRONG
    return result if isinstance(result, int) else 0


def _messages(error: Exception) -> Iterator[str]:
    """One message for each thing that is wrong; whatever is no user's mistake is raised again."""
    match error:
        case ExceptionGroup():
            ours, others = error.split(MedkgError)
            if others or ours is None:
                raise error
            yield from (str(each) for each in leaves(ours))
            yield f"medkg: {error.message}"
        case OSError(filename=None) if error.errno in (errno.ENOSPC, errno.EIO, errno.EDQUOT):
            _forget_output()
            yield f"medkg: standard output cannot be written: {error.strerror}"
        case OSError(filename=None) if error.errno == errno.EINVAL and not hasattr(signal, "SIGPIPE"):
            _forget_output()  # what Windows says of a pipe that nobody reads any more
        case OSError(filename=None):
            raise error
        case OSError():
            yield f"medkg: {error.filename}: {error.strerror}"
        case _:
            yield f"medkg: {error}"


def _survive_odd_terminals() -> None:
    """Have a name that the terminal has no letters for written in escapes."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="backslashreplace")


def _forget_output() -> None:
    """Leave the interpreter nobody to complain to when it closes standard output."""
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
