"""Where a server listens: the address of a host and a port there, found out before anything is started.

A Unix socket to listen on: its path made free, and requests to a server that listens there.
"""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
import stat
from collections.abc import Sequence
from pathlib import Path

from medkg.errors import MedkgError
from medkg.settings import LAST_PORT

_EVERYWHERE = {"0.0.0.0": "127.0.0.1", "::": "::1"}
_WAYS_OUT = {
    errno.EADDRINUSE: "the port is in use; stop the other server or choose another port",
    errno.EACCES: "no permission for this port; choose one from 1024 up",
    errno.EADDRNOTAVAIL: "this machine has no such address; try 127.0.0.1 or 0.0.0.0",
}
_ANY = "127.0.0.1 for this machine alone, 0.0.0.0 for all"


def claimed(host: str, port: int) -> tuple[str, int]:
    """The address of a host and the port there, or a free one for 0; a `MedkgError` where they cannot be had.

    Of several addresses, as `localhost` has two, it is the first that can be had. The port is tried here because the
    server's own sockets share a port with whoever else does, so that a second server on the same port would take half
    the requests of the first instead of failing.
    """
    if not 0 <= port <= LAST_PORT:
        raise MedkgError(f"cannot listen on {host}:{port}: a port is a number from 0 to {LAST_PORT}")
    reason = ""
    for family, address in _addresses(host, port):
        try:
            with socket.socket(family, socket.SOCK_STREAM) as probe:
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
                probe.bind((address, port))
                return address, int(probe.getsockname()[1])
        except OSError as error:
            reason = reason or _WAYS_OUT.get(error.errno or 0) or error.strerror or str(error)
    raise MedkgError(f"cannot listen on {host}:{port}: {reason}")


def reachable(address: str) -> str:
    """An address at which this machine reaches a server that listens on one.

    >>> reachable("0.0.0.0"), reachable("192.0.2.1")
    ('127.0.0.1', '192.0.2.1')
    """
    return _EVERYWHERE.get(address, address)


def url(address: str, port: int) -> str:
    """The URL to ask at from this machine.

    >>> url("::", 8077)
    'http://[::1]:8077/'
    """
    asked = reachable(address)
    return f"http://{f'[{asked}]' if ':' in asked else asked}:{port}/"


def _addresses(host: str, port: int) -> Sequence[tuple[socket.AddressFamily, str]]:
    """The addresses of a host by name or number, the latter in brackets or without."""
    name = host[1:-1] if re.fullmatch(r"\[[0-9A-Fa-f:.]+\]", host) else host
    try:
        found = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM) if name else []
    except (OSError, ValueError) as error:
        why = error.strerror if isinstance(error, OSError) else "it is no name of a host"
        raise MedkgError(f"cannot listen on {host!r}, port {port}: {why}; {_hint(name)}") from error
    addresses = [(family, str(place[0])) for family, *_, place in found if _is_plain(str(place[0]))]
    if not addresses:
        raise MedkgError(f"cannot listen on {host!r}, port {port}: that is no address; {_hint(name)}")
    return addresses


def _hint(name: str) -> str:
    """What to give for a host instead of what cannot be one."""
    if "/" in name or re.fullmatch(r"(?:\[[^\[\]]*\]|[^\[\]:]*):[0-9]+", name):
        return "give the host alone, and the port apart from it"
    return f"give a name that can be looked up here, or an address: {_ANY}"


def _is_plain(address: str) -> bool:
    """Whether an address is one without a zone, which the server cannot listen on."""
    try:
        return "%" not in address and bool(ipaddress.ip_address(address))
    except ValueError:
        return False


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


def socket_url(path: Path) -> str:
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


def _is_listened_to(path: Path) -> bool:
    """Whether somebody listens at a socket; an `OSError` where that cannot be found out."""
    try:
        connected(path).close()
    except ConnectionRefusedError:
        return False
    return True
