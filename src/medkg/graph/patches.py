"""Changes as text in RDF Patch (https://jena.apache.org/documentation/rdf-patch/), one patch a transaction.

    H id "<name>.<number>" .        the revision that the transaction makes
    H sha256 "<digest>" .           of the body: all from here on, but for the length and the last line
    H bytes "<length>" .            of the body
    H dropped <graph> .             a named graph that is no more; RDF Patch has no row of its own for this
    H created <graph> .             a named graph that is new and empty
    TX .
    D <subject> <predicate> <object> <graph> .
    A <subject> <predicate> <object> <graph> .
    TC .

The last line is brought to the disk after all others are there. What an interrupted write leaves can therefore
be told from damage: it lacks that line. Whatever has the line and is not what was written is damaged.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from medkg.evaluation.changes import Change

COMMIT = b"TC .\n"

_BEGIN = b"TX .\n"
_HEAD = re.compile(rb'H id "([^"\n]+)" \.\nH sha256 "([0-9a-f]{64})" \.\nH bytes "([0-9]{1,15})" \.\n')
_GRAPH = re.compile(rb"H (dropped|created) <([^>\n]+)> \.\n")


class Damaged(Exception):
    """The text at an offset is no transaction, and no write that was interrupted either."""

    def __init__(self, number: int, offset: int) -> None:
        super().__init__(number, offset)
        self.number, self.offset = number, offset


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One transaction of a text: its number from 1 on, its body, and the offsets between which it stands."""

    number: int
    body: bytes
    start: int = 0
    end: int = 0

    @property
    def sha256(self) -> str:
        """The digest of the body."""
        return hashlib.sha256(self.body).hexdigest()

    @property
    def change(self) -> Change:
        """The change that the transaction makes."""
        header, _, rows = self.body.partition(_BEGIN)
        graphs = [(kind, iri.decode()) for kind, iri in _GRAPH.findall(header)]
        lines = rows.splitlines(keepends=True)
        change = Change(
            removed=b"".join(line[2:] for line in lines if line.startswith(b"D ")),
            added=b"".join(line[2:] for line in lines if line.startswith(b"A ")),
            dropped=tuple(iri for kind, iri in graphs if kind == b"dropped"),
            created=tuple(iri for kind, iri in graphs if kind == b"created"),
        )
        if body(change) != self.body:  # it says more, as another version of medkg may
            raise Damaged(self.number, self.start)
        return change


def body(change: Change) -> bytes:
    """The rows of a change, all but its head and its last line."""
    graphs = [f"H {kind} <{iri}> .\n" for kind in ("dropped", "created") for iri in getattr(change, kind)]
    return "".join(graphs).encode() + _BEGIN + b"".join((*_rows(b"D ", change.removed), *_rows(b"A ", change.added)))


def written(name: str, patch: Patch) -> bytes:
    """A transaction of the text with a name, complete but for its last line."""
    head = f'H id "{name}.{patch.number}" .\nH sha256 "{patch.sha256}" .\nH bytes "{len(patch.body)}" .\n'
    return head.encode() + patch.body


def patches(text: bytes, name: str, *, number: int = 1, start: int = 0) -> Iterator[Patch]:
    """The transactions of a text as far as they were completed, the first of them being that of a number.

    `start` is the offset of the text in its file. What an interrupted write left at the end is passed over; for all
    else that is amiss, `Damaged` is raised.
    """
    at = 0
    while head := _HEAD.match(text, at):
        end = head.end() + int(head[3])
        last = text[end : end + len(COMMIT)]
        patch = Patch(number=number, body=text[head.end() : end], start=start + at, end=start + end + len(COMMIT))
        is_whole = head[1] == f"{name}.{number}".encode() and head[2] == patch.sha256.encode()
        if not is_whole or last != COMMIT:
            if len(text) > end and not (is_whole and _is_begun(last)):
                raise Damaged(number, start + at)
            break
        yield patch
        number, at = number + 1, end + len(COMMIT)
    if text.find(b"\n" + COMMIT, at) >= 0:  # no write that was interrupted has come so far
        raise Damaged(number, start + at)


def _is_begun(last: bytes) -> bool:
    """Whether this may be what came of a last line whose writing was interrupted; zeros are of a disk without power."""
    return COMMIT.startswith(last) or not last.strip(b"\0")


def _rows(operation: bytes, nquads: bytes) -> Iterable[bytes]:
    return (operation + line + b"\n" for line in nquads.split(b"\n") if line)
