"""The servers at work on a home: each leaves its process and address there while it runs, so that it is found."""

from __future__ import annotations

import json
import os
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from dataclasses import asdict, dataclass
from pathlib import Path

from medkg.files import atomic_write, make_directory

_DIRECTORY = "servers"


@dataclass(frozen=True, slots=True, kw_only=True)
class Beacon:
    """A server at work: its process, and the address it answers at."""

    pid: int
    address: str


@contextmanager
def lit(home: Path, address: str) -> Iterator[None]:
    """Let this process be found while the block lasts; a home that cannot be written to tells nobody."""
    path = home / _DIRECTORY / f"{os.getpid()}.json"
    with suppress(OSError):
        make_directory(path.parent)
        with atomic_write(path) as draft:
            draft.write_bytes(json.dumps(asdict(Beacon(pid=os.getpid(), address=address))).encode())
    try:
        yield
    finally:
        with suppress(OSError):
            path.unlink()


def beacons(home: Path) -> Iterator[Beacon]:
    """The servers at work on a home; what those that were killed left behind is swept."""
    for path in sorted((home / _DIRECTORY).glob("*.json")):
        try:
            beacon = Beacon(**json.loads(path.read_bytes()))
            os.kill(beacon.pid, 0)
        except (ProcessLookupError, ValueError, TypeError, RecursionError):
            with suppress(OSError):
                path.unlink()
        except OSError:  # somebody else's process, or file
            continue
        else:
            yield beacon
