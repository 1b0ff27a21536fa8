"""What a server needs of the system it runs on; command line, library and builds run without."""

from __future__ import annotations

import os
import socket
from importlib.util import find_spec

from medkg.errors import MedkgError


def require_server_support() -> None:
    """Refuse with a `MedkgError` to serve where the system lacks what serving takes.

    Evaluators are forked from one process, which is handed their connections: ADR 17.
    """
    if lacking := sorted(what for what, is_there in _needs().items() if not is_there):
        raise MedkgError(
            f"the server needs {', '.join(lacking)}, which is not to be had here: it runs on Linux and macOS, and on "
            "Windows in WSL or a container; every command but `serve` and `reload` works on this system too"
        )


def _needs() -> dict[str, bool]:
    """What a server needs, by its name, with whether it is there."""
    return {
        "os.fork": hasattr(os, "fork"),
        "socket.send_fds": hasattr(socket, "send_fds"),
        "uvloop": find_spec("uvloop") is not None,
    }
