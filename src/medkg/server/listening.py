"""The address that a server listens on, checked before anything is started: a host and port, or a Unix socket."""

from __future__ import annotations

import errno
import ipaddress
import re
import socket
import stat
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any

from medkg.errors import MedkgError
from medkg.server.config import Config
from medkg.settings import LAST_PORT

_WILDCARDS = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # addresses for all interfaces, and one that reaches them
_HINTS = {
    errno.EADDRINUSE: "the port is in use; stop the other server or choose another port",
    errno.EACCES: "no permission for this port; choose one from 1024 up",
    errno.EADDRNOTAVAIL: "this machine has no such address; try 127.0.0.1 or 0.0.0.0",
}
_EXAMPLES = "127.0.0.1 for this machine alone, 0.0.0.0 for all"
_CONNECT_TIMEOUT_S = 1
# of a path on Linux; other systems allow a few less: https://man7.org/linux/man-pages/man7/unix.7.html
_MAX_SOCKET_PATH_BYTES = 107


@dataclass(frozen=True, slots=True, kw_only=True)
class ListenAddress:
    """The address that a server listens on: its URL, the options for granian, and a function that connects to it."""

    url: str
    options: Mapping[str, Any]
    connect: Callable[[], socket.socket]


def listen_address(config: Config, host: str, port: int) -> ListenAddress:
    """The Unix socket of a configuration, or else a host and port; a `MedkgError` if it cannot be listened on."""
    if config.socket is not None:
        path = free_socket_path(config.socket)
        options = {"uds": path, "uds_permissions": config.socket_mode}
        return ListenAddress(url=f"unix:{path}", options=options, connect=partial(_connect, path))
    address, port = free_port(host, port)
    own = _WILDCARDS.get(address, address)
    return ListenAddress(
        url=f"http://{f'[{own}]' if ':' in own else own}:{port}/",
        options={"address": address, "port": port},
        connect=partial(socket.create_connection, (own, port), timeout=_CONNECT_TIMEOUT_S),
    )


def free_port(host: str, port: int) -> tuple[str, int]:
    """The address of a host and the port, or a free port for 0; a `MedkgError` if it cannot be listened on.

    Of several addresses, as `localhost` has two, the first that is free. The port is checked here because the server's
    own sockets share a port with others, so that a second server would get half the requests of the first instead of
    failing.
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
            reason = reason or _HINTS.get(error.errno or 0) or error.strerror or str(error)
    raise MedkgError(f"cannot listen on {host}:{port}: {reason}")


def _addresses(host: str, port: int) -> Sequence[tuple[socket.AddressFamily, str]]:
    """The addresses of a host, given by name or by an address with or without brackets."""
    name = host[1:-1] if re.fullmatch(r"\[[0-9A-Fa-f:.]+\]", host) else host
    try:
        infos = socket.getaddrinfo(name, port, type=socket.SOCK_STREAM) if name else []
    except (OSError, ValueError) as error:
        reason = error.strerror if isinstance(error, OSError) else "it is no name of a host"
        raise MedkgError(f"cannot listen on {host!r}, port {port}: {reason}; {_hint(name)}") from error
    addresses = [(family, str(address[0])) for family, *_, address in infos if _is_supported(str(address[0]))]
    if not addresses:
        raise MedkgError(f"cannot listen on {host!r}, port {port}: that is no address; {_hint(name)}")
    return addresses


def _hint(name: str) -> str:
    """The advice on how to name a host."""
    if "/" in name or re.fullmatch(r"(?:\[[^\[\]]*\]|[^\[\]:]*):[0-9]+", name):
        return "give the host alone, and the port apart from it"
    return f"give a name that can be looked up here, or an address: {_EXAMPLES}"


def _is_supported(address: str) -> bool:
    """Whether an IP address has no zone, with which granian cannot listen on it."""
    try:
        return "%" not in address and bool(ipaddress.ip_address(address))
    except ValueError:
        return False


def free_socket_path(path: Path) -> Path:
    """The absolute path of a Unix socket, which is free; a `MedkgError` if it cannot be listened on.

    A socket without a listener, which a killed server has left, is removed.
    """
    path = path.absolute()
    if not path.parent.is_dir():
        raise MedkgError(f"cannot listen on {path}: there is no directory {path.parent}; make it first")
    if len(bytes(path)) > _MAX_SOCKET_PATH_BYTES:
        raise MedkgError(
            f"cannot listen on {path}: the path of a socket may have {_MAX_SOCKET_PATH_BYTES} bytes; "
            "choose a shorter one"
        )
    try:
        if not stat.S_ISSOCK(path.lstat().st_mode):
            raise MedkgError(
                f"cannot listen on {path}: it is a file and no socket; move it away or choose another path"
            )
        if _has_listener(path):
            raise MedkgError(
                f"cannot listen on {path}: the socket is in use; stop the other server or choose another path"
            )
        path.unlink()
    except FileNotFoundError:
        pass
    except OSError as error:
        raise MedkgError(f"cannot listen on {path}: {error.strerror}") from error
    return path


def _connect(path: Path) -> socket.socket:
    """A connection to a Unix socket; an `OSError` if it has no listener."""
    connection = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    try:
        connection.connect(str(path))
    except OSError:
        connection.close()
        raise
    return connection


def _has_listener(path: Path) -> bool:
    """Whether a process listens on a Unix socket; an `OSError` if that cannot be determined."""
    try:
        _connect(path).close()
    except ConnectionRefusedError:
        return False
    return True
