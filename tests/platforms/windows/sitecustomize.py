"""Takes from a process what Windows lacks, and has it refuse what Windows refuses; first on its `PYTHONPATH`.

The standard library goes on as it is, for on Windows it would be another. Files that are open in this process can
neither be removed nor replaced nor moved with their directory, and no directory can be opened.
"""

from __future__ import annotations

import builtins
import os
import signal
import socket
import sys
import sysconfig
from collections.abc import Callable, Mapping, Sequence
from importlib.abc import MetaPathFinder
from typing import Any

LACKING_MODULES = frozenset({"fcntl", "grp", "pty", "pwd", "resource", "syslog", "termios", "tty", "uvloop"})
LACKING_NAMES: Mapping[Any, Sequence[str]] = {
    os: (
        "O_DIRECTORY",
        "O_NOFOLLOW",
        "O_NONBLOCK",
        "eventfd",
        "fchmod",
        "fork",
        "forkpty",
        "getuid",
        "geteuid",
        "killpg",
        "memfd_create",
        "pidfd_open",
        "posix_fadvise",
        "sched_getaffinity",
        "setpgid",
        "setpriority",
        "setsid",
        "sysconf",
        "uname",
        "writev",
    ),
    signal: ("SIGALRM", "SIGCHLD", "SIGHUP", "SIGKILL", "SIGPIPE", "SIGUSR1", "pidfd_send_signal", "setitimer"),
    socket: ("AF_UNIX", "recv_fds", "send_fds"),
}

_STANDARD_LIBRARY = (sysconfig.get_path("stdlib"), sysconfig.get_path("platstdlib"))


class _NoPackage(MetaPathFinder):
    """Finds out that there is no uvloop, so that nobody else finds it."""

    def find_spec(self, name: str, *_: Any) -> None:
        """No module of that name, or no answer."""
        if name == "uvloop":
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)


def _without_modules() -> None:
    """Let nobody but the standard library import what is not there on Windows."""
    find = builtins.__import__

    def find_on_windows(name: str, globals: Mapping[str, Any] | None = None, *rest: Any, **options: Any) -> Any:
        asker = str((globals or {}).get("__file__", ""))
        is_standard = asker.startswith(_STANDARD_LIBRARY) and "site-packages" not in asker
        if name.partition(".")[0] in LACKING_MODULES and not is_standard:
            raise ModuleNotFoundError(f"No module named {name!r}", name=name)
        return find(name, globals, *rest, **options)

    builtins.__import__ = find_on_windows
    sys.meta_path.insert(0, _NoPackage())


def _open_here() -> list[str]:
    """The files that this process has open."""
    found = []
    for number in os.listdir("/proc/self/fd"):
        try:
            found.append(os.readlink(f"/proc/self/fd/{number}"))
        except OSError:
            continue
    return found


def _refuse_in_use(path: Any) -> None:
    """Fail where a file, or one in a directory, is open: https://learn.microsoft.com/windows/win32/fileio."""
    name = os.path.abspath(os.fsdecode(path))
    if any(each == name or each.startswith(name + os.sep) for each in _open_here()):
        error = PermissionError(13, "The process cannot access the file because it is being used", name)
        error.winerror = 32  # type: ignore[attr-defined]
        raise error


def _refusing_in_use(change: Callable[..., None]) -> Callable[..., None]:
    """A change to the names in a directory that fails where a file is open."""

    def change_on_windows(*paths: Any, **options: Any) -> None:
        for each in paths if options.get("dir_fd") is None else ():
            _refuse_in_use(each)
        change(*paths, **options)

    return change_on_windows


def _open_on_windows(path: Any, flags: int, *rest: Any, **options: Any) -> int:
    """A descriptor of a file, but of no directory."""
    if options.get("dir_fd") is None and os.path.isdir(path):
        raise PermissionError(13, "Permission denied", os.fsdecode(path))
    return _open(path, flags, *rest, **options)


def _kill_on_windows(process: int, number: int) -> None:
    """No signal 0, which is Ctrl-C there."""
    if number == 0:
        raise AssertionError("os.kill(…, 0) would interrupt the process on Windows")
    _kill(process, number)


_open, _kill = os.open, os.kill
_without_modules()
for _module, _names in LACKING_NAMES.items():
    for _name in _names:
        if hasattr(_module, _name):
            delattr(_module, _name)
for _name in ("remove", "rename", "replace", "unlink"):
    setattr(os, _name, _refusing_in_use(getattr(os, _name)))
os.open = _open_on_windows
os.kill = _kill_on_windows
