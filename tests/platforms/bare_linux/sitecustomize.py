"""Takes from a process what a Linux may lack: `/proc`, as in a bare chroot, and process descriptors before 5.3."""

from __future__ import annotations

import builtins
import errno
import os
import signal
from typing import Any

_open, _listdir = builtins.open, os.listdir


def _refuse_proc(path: Any) -> None:
    """Fail where a path is below `/proc`."""
    if isinstance(path, str | bytes | os.PathLike) and os.fsdecode(path).startswith("/proc"):
        raise FileNotFoundError(errno.ENOENT, "No such file or directory", os.fsdecode(path))


def _open_without_proc(file: Any, *rest: Any, **options: Any) -> Any:
    _refuse_proc(file)
    return _open(file, *rest, **options)


def _listdir_without_proc(path: Any = ".") -> list[Any]:
    _refuse_proc(path)
    return _listdir(path)


builtins.open = _open_without_proc
os.listdir = _listdir_without_proc
del os.pidfd_open, signal.pidfd_send_signal
