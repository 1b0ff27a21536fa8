"""What a snapshot has beside its graph, derived from the records: the search index and the register of lineage.

A snapshot whose derived files are missing, damaged or of another version of medkg answers queries all the same. They
are made anew of the present data, for the graph does not hold all that they are made of.
"""

from __future__ import annotations

from pathlib import Path

from medkg.lineage.register import Register
from medkg.model.collection import Records
from medkg.snapshots.journal_file import Signature, signature
from medkg.snapshots.manifest import DERIVED, INDEX, LINEAGE
from medkg.snapshots.snapshot import Snapshot

Signatures = tuple[Signature | None, ...]
"""What tells that derived files have changed."""


def signatures(snapshot: Snapshot) -> Signatures:
    """The signatures of the derived files as they are now."""
    return tuple(signature(snapshot.path / name) for name in DERIVED)


def derive(records: Records, register: Register, directory: Path) -> None:
    """Write the files that are derived from the records and the register of their lineage into a directory."""
    from medkg.rdf import lineage_register  # imported here, for opening a snapshot needs none of it
    from medkg.search.index_writer import write_index

    write_index(records, register, directory / INDEX)
    lineage_register.write(register, directory / LINEAGE)


def require(snapshot: Snapshot) -> None:
    """Refuse with a `SnapshotError` derived files that are missing, damaged or of another version of medkg."""
    from medkg.rdf import lineage_register
    from medkg.search.index import connect, require_whole

    with connect(snapshot.index) as index:
        if INDEX not in snapshot.manifest.sha256:  # of what an older medkg has written there is no digest
            require_whole(index, snapshot.index)
    lineage_register.read(snapshot.lineage)


def require_unchanged(snapshot: Snapshot) -> None:
    """Refuse with a `SnapshotError` derived files that are missing or damaged."""
    _ = snapshot.index, snapshot.lineage
