"""The requirements of a server on the operating system; commands, library and builds run without them."""

from __future__ import annotations

import os
import socket
from importlib import import_module

from medkg.errors import MedkgError


def require_server_support() -> None:
    """Refuse with a `MedkgError` to serve where the system lacks what serving takes.

    Evaluators are forked from one process, which is handed their connections: ADR 17.
    """
    if lacking := [what for what, is_there in _needs().items() if not is_there]:
        raise MedkgError(
            f"the server needs {' and '.join(lacking)}, which this system lacks; it runs on Linux and macOS, and on "
            "Windows in WSL or a container. Commands that ask, build and export work here too"
        )


def _needs() -> dict[str, bool]:
    """What a server needs, by its name, with whether it is there."""
    return {
        "processes that fork (os.fork)": hasattr(os, "fork"),
        "sockets that are handed over (socket.send_fds)": hasattr(socket, "send_fds"),
        "resource limits": _is_importable("resource"),
        "the package uvloop": _is_importable("uvloop"),
    }


def _is_importable(module: str) -> bool:
    """Whether a module is there."""
    try:
        import_module(module)
    except ImportError:
        return False
    return True
