"""A Unix socket to listen on: its path made free, and requests to a server that listens there."""

from __future__ import annotations

import http.client
import socket
import stat
from pathlib import Path

from medkg.errors import MedkgError

_SCHEME = "unix:"
_LONGEST = 107  # bytes of a path on Linux; others have a few less: https://man7.org/linux/man-pages/man7/unix.7.html


def free(path: Path) -> Path:
    """The path of a socket, whole, where nothing is any more; a `MedkgError` where it cannot be had.

    What a server that was killed left there is removed: a socket at which nobody listens.
    """
    path = path.absolute()
    if not path.parent.is_dir():
        raise MedkgError(f"cannot listen on {path}: there is no directory {path.parent}; make it first")
    if len(bytes(path)) > _LONGEST:
        raise MedkgError(
            f"cannot listen on {path}: the path of a socket may have {_LONGEST} bytes; choose a shorter one"
        )
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise MedkgError(
                f"cannot listen on {path}: it is a file and no socket; move it away or choose another path"
            )
        if _is_listened_to(path):
            raise MedkgError(
                f"cannot listen on {path}: the socket is in use; stop the other server or choose another path"
            )
        path.unlink()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise MedkgError(f"cannot listen on {path}: {error.strerror}") from error
    return path


def url(path: Path) -> str:
    """What a server on a socket is called.

    >>> url(Path("/run/medkg.sock"))
    'unix:/run/medkg.sock'
    """
    return f"{_SCHEME}{path}"


def connected(path: Path) -> socket.socket:
    """A connection to a socket; an `OSError` where nobody listens."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


class UnixConnection(http.client.HTTPConnection):
    """An HTTP connection to a server on a socket."""

    def __init__(self, address: str, *, timeout: float) -> None:
        super().__init__("localhost", timeout=timeout)
        self._path = Path(address.removeprefix(_SCHEME))

    def connect(self) -> None:
        """Connect to the socket."""
        self.sock = connected(self._path)
        self.sock.settimeout(self.timeout)


def is_socket(address: str) -> bool:
    """Whether an address is that of a server on a socket."""
    return address.startswith(_SCHEME)


def _is_listened_to(path: Path) -> bool:
    """Whether somebody listens at a socket; an `OSError` where that cannot be found out."""
    try:
        connected(path).close()
    except ConnectionRefusedError:
        return False
    return True
