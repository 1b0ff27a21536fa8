"""`medkg reload`: have running servers take over the graph that is built."""

from __future__ import annotations

import json
import os
import signal
import time
from contextlib import closing, suppress
from http import HTTPStatus
from http.client import HTTPConnection, HTTPException
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import click

from medkg.errors import MedkgError
from medkg.settings import Settings
from medkg.snapshots.storage import read_pointer
from medkg.support import require_server_support

if TYPE_CHECKING:
    from medkg.server.beacons import Beacon

_PATIENCE = 60.0  # seconds for a server to load the graph
_PAUSE = 0.1


@click.command("reload")
def command() -> None:
    """Have every server on this home take over the present graph, and wait until they have.

    Servers look for themselves twice a second; this is for scripts that must know when it is done. No request is
    lost: each is finished on the graph it began with.
    """
    require_server_support()
    from medkg.server.beacons import beacons  # imported here, for what is needed for it is there then

    home = Settings.from_environment().home
    pointer = read_pointer(home / "snapshots")
    if pointer is None:
        raise MedkgError(f"there is no graph in {home}; build it with `medkg build`")
    found = list(beacons(home))
    if not found:
        raise MedkgError(f"no server runs on {home}; start one with `medkg serve`")
    for beacon in found:
        with suppress(ProcessLookupError):  # which it will be asked in vain
            os.kill(beacon.pid, signal.SIGHUP)
    for beacon in found:
        revision = _awaited(beacon, pointer.snapshot)
        click.echo(f"{beacon.address} serves {revision}")


def _state(address: str) -> bytes:
    """What a server that is ready says of itself; a `ValueError` where it is not."""
    from medkg.server.listening import UnixConnection, is_socket

    parts = urlsplit(address)
    connection = (
        UnixConnection(address, timeout=_PATIENCE)
        if is_socket(address)
        else HTTPConnection(parts.hostname or "", parts.port, timeout=_PATIENCE)
    )
    with closing(connection):
        connection.request("GET", "/readyz")
        answer = connection.getresponse()
        if answer.status != HTTPStatus.OK:
            raise ValueError(f"not ready: {answer.status}")
        return answer.read()


def _awaited(beacon: Beacon, digest: str) -> str:
    """The revision a server serves once it is one of a snapshot."""
    deadline = time.monotonic() + _PATIENCE
    while time.monotonic() < deadline:
        try:
            revision = str(json.loads(_state(beacon.address))["revision"])
        except (OSError, HTTPException, ValueError, LookupError, TypeError):  # nothing yet, or something else
            revision = ""
        if revision.startswith(digest):
            return revision
        time.sleep(_PAUSE)
    raise MedkgError(f"{beacon.address} does not serve {digest}; its log says why")
