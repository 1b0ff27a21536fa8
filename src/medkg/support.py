"""The requirements of a server on the operating system; commands, library and builds run without them."""

from __future__ import annotations

import os
import socket
from importlib import import_module

from medkg.errors import MedkgError


def require_server_support() -> None:
    """Raise a `MedkgError` where the system lacks a requirement of the server.

    Evaluators are forked from one process, which is handed their connections: ADR 17.
    """
    if missing := [name for name, is_met in _requirements().items() if not is_met]:
        raise MedkgError(
            f"the server needs {' and '.join(missing)}, which this system lacks; it runs on Linux and macOS, and on "
            "Windows in WSL or a container. Commands that ask, build and export work here too"
        )


def _requirements() -> dict[str, bool]:
    """The requirements of a server by their names, and whether each is met."""
    return {
        "processes that fork (os.fork)": hasattr(os, "fork"),
        "sockets that are handed over (socket.send_fds)": hasattr(socket, "send_fds"),
        "resource limits": _is_importable("resource"),
        "the package uvloop": _is_importable("uvloop"),
    }


def _is_importable(module: str) -> bool:
    """Whether a module can be imported."""
    try:
        import_module(module)
    except ImportError:
        return False
    return True
