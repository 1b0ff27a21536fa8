"""Takes from a process what macOS lacks, and has it refuse what macOS refuses; first on its `PYTHONPATH`.

Processes are spawned and not forked. There are no `/proc`, process descriptors, seccomp and prctl. The hard limit on
descriptors says that there is none, which is refused as one to set, as `man setrlimit` says under COMPATIBILITY;
`NO_DESCRIPTORS=1` refuses every other one, too.
"""

from __future__ import annotations

import builtins
import ctypes
import errno
import multiprocessing
import os
import platform
import resource
import signal
import socket
from collections.abc import Mapping, Sequence
from typing import Any

LACKING_NAMES: Mapping[Any, Sequence[str]] = {
    os: ("eventfd", "memfd_create", "pidfd_open", "posix_fadvise", "sched_getaffinity", "sched_setaffinity"),
    signal: ("pidfd_send_signal",),
    socket: ("TCP_USER_TIMEOUT",),
}

_OPEN_MAX = 10_240
_open, _listdir, _getrlimit, _setrlimit = builtins.open, os.listdir, resource.getrlimit, resource.setrlimit


def _refuse_proc(path: Any) -> None:
    """Fail where a path is below `/proc`."""
    if isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).startswith("/proc"):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", os.fsdecode(path))


def _open_on_macos(file: Any, *rest: Any, **options: Any) -> Any:
    _refuse_proc(file)
    return _open(file, *rest, **options)


def _listdir_on_macos(path: Any = ".") -> list[Any]:
    _refuse_proc(path)
    return _listdir(path)


def _getrlimit_on_macos(which: int) -> tuple[int, int]:
    """The limits; as launchd sets them, those of descriptors are 256 and none."""
    soft, hard = _getrlimit(which)
    return (min(soft, 256), resource.RLIM_INFINITY) if which == resource.RLIMIT_NOFILE and soft else (soft, hard)


def _setrlimit_on_macos(which: int, limits: tuple[int, int]) -> None:
    """Set limits; of descriptors none that is beyond what one process may have."""
    soft, hard = limits
    most = 256 if os.environ.get("NO_DESCRIPTORS") == "1" else _OPEN_MAX
    if which == resource.RLIMIT_NOFILE and (soft == resource.RLIM_INFINITY or soft > most):
        raise ValueError("current limit exceeds maximum limit")
    if which == resource.RLIMIT_NOFILE and hard == resource.RLIM_INFINITY:
        _, hard = _getrlimit(which)
    _setrlimit(which, (soft, hard))


class _Library(ctypes.CDLL):
    """The C library without what glibc and Linux alone have."""

    def __getattr__(self, name: str) -> Any:
        if name in {"mallopt", "malloc_trim", "prctl", "syscall"}:
            raise AttributeError(name)
        return super().__getattr__(name)


for _module, _names in LACKING_NAMES.items():
    for _name in _names:
        if hasattr(_module, _name):
            delattr(_module, _name)
builtins.open = _open_on_macos
os.listdir = _listdir_on_macos
resource.getrlimit, resource.setrlimit = _getrlimit_on_macos, _setrlimit_on_macos
multiprocessing.set_start_method("spawn", force=True)
platform.system = lambda: "Darwin"
platform.machine = lambda: "arm64"
ctypes.CDLL = _Library  # type: ignore[misc]
