"""Changes as text in RDF Patch (https://jena.apache.org/documentation/rdf-patch/), one patch a transaction.

    H id "<name>.<number>" .        the snapshot and the number of the update
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

A text may begin with a checkpoint, a patch that stands for all updates up to its number. It is of format 2 then, which
its first line says, and its body begins with the number and the running hash of what it stands for:

    H format "2" .
    H id "<name>.<number>" .
    …
    H state "<number>.<running hash>" .
"""

from __future__ import annotations

import hashlib
import os
import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from io import BytesIO
from typing import IO

from medkg.evaluation.changes import Change
from medkg.snapshots.revision import state_after

COMMIT = b"TC .\n"

FORMAT = 2
"""The newest format of a journal that is read; one without a checkpoint is of format 1, which says nothing of it."""

_BEGIN = b"TX .\n"
_HEAD = re.compile(
    rb'(?:H format "([0-9]{1,9})" \.\n)?'
    rb'H id "([^"\n]+)\.([0-9]{1,15})" \.\nH sha256 "([0-9a-f]{64})" \.\nH bytes "([0-9]{1,15})" \.\n'
)
_LONGEST_HEAD = 1024
_STATE = re.compile(rb'H state "([0-9]{1,15})\.([0-9a-f]+)" \.\n')
_GRAPH = re.compile(rb"H (dropped|created) <([^>\n]+)> \.\n")
# a last line after which something comes; zeros are of a disk without power
_COMMITTED = re.compile(rb"\nTC \.(?!\0*\Z)")


class Damaged(Exception):
    """The text at an offset is no transaction, and no write that was interrupted either."""

    def __init__(self, number: int, offset: int) -> None:
        super().__init__(number, offset)
        self.number, self.offset = number, offset


class UnknownForm(Exception):
    """The text is no journal at all, or one of a newer format, which it names."""

    def __init__(self, newer: int | None = None) -> None:
        super().__init__(newer)
        self.newer = newer


class Gone(Exception):
    """The transaction that a mark is at is not there."""


@dataclass(frozen=True, slots=True)
class Mark:
    """A place in a text: the last transaction read, and the running hash before and after it; 0 is the beginning."""

    number: int = 0
    before: str = ""
    state: str = ""
    start: int = 0
    end: int = 0


BEGINNING = Mark()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One transaction of a text: the number of updates after it, its body, and its place in a text that is read."""

    number: int
    body: bytes
    mark: Mark = BEGINNING

    @property
    def sha256(self) -> str:
        """The digest of what it changes, whether it is a checkpoint or not."""
        return hashlib.sha256(self.rows).hexdigest()

    @property
    def is_checkpoint(self) -> bool:
        """Whether it stands for several updates."""
        return _STATE.match(self.body) is not None

    @property
    def rows(self) -> bytes:
        """The body as that of a single update."""
        return _STATE.sub(b"", self.body, count=1) if self.is_checkpoint else self.body

    @property
    def change(self) -> Change:
        """The change that the transaction makes."""
        graphs: dict[bytes, list[str]] = {b"dropped": [], b"created": []}
        quads: dict[bytes, list[bytes]] = {b"D ": [], b"A ": []}
        lines = BytesIO(self.rows)  # line by line, for a split of all at once keeps other threads waiting
        for line in iter(lines.readline, _BEGIN):
            if (graph := _GRAPH.fullmatch(line)) is None:
                raise Damaged(self.number, self.mark.start)  # it says more, as another version of medkg may
            graphs[graph[1]].append(graph[2].decode())
        for line in lines:
            if (kind := line[:2]) not in quads or not line.endswith(b"\n"):
                raise Damaged(self.number, self.mark.start)
            quads[kind].append(line[2:])
        return Change(
            removed=b"".join(quads[b"D "]),
            added=b"".join(quads[b"A "]),
            dropped=tuple(graphs[b"dropped"]),
            created=tuple(graphs[b"created"]),
        )


def body(change: Change) -> bytes:
    """The rows of a change, all but its head and its last line."""
    graphs = [f"H {kind} <{iri}> .\n" for kind in ("dropped", "created") for iri in getattr(change, kind)]
    return "".join(graphs).encode() + _BEGIN + b"".join((*_rows(b"D ", change.removed), *_rows(b"A ", change.added)))


def written(name: str, patch: Patch) -> bytes:
    """A transaction of the text with a name, complete but for its last line."""
    sha256 = hashlib.sha256(patch.body).hexdigest()
    head = f'H id "{name}.{patch.number}" .\nH sha256 "{sha256}" .\nH bytes "{len(patch.body)}" .\n'
    return head.encode() + patch.body


def checkpoint(name: str, state: str, patch: Patch) -> bytes:
    """A transaction that stands for all updates up to its number, after which the running hash is `state`."""
    stated = f'H state "{patch.number}.{state}" .\n'.encode() + patch.rows
    return f'H format "{FORMAT}" .\n'.encode() + written(name, Patch(number=patch.number, body=stated))


def patches(file: IO[bytes], name: str, after: Mark = BEGINNING) -> Iterator[Patch]:
    """The transactions after a mark as far as they were completed.

    What an interrupted write left at the end is passed over. `Gone` where what the mark is at is not there; for all
    else that is amiss, `Damaged` or `UnknownForm` is raised.
    """
    size, mark = os.fstat(file.fileno()).st_size, after
    if after.number and not _is_there(file, size, name, after):
        raise Gone
    while (patch := _transaction(file, size, name, mark)) is not None:
        yield patch
        mark = patch.mark
    _require_torn(file, size, name, mark)


def readable(text: bytes, name: str) -> Iterator[Patch]:
    """The transactions of a damaged text that are what was written, wherever they stand, as far as their digests tell.

    What an interrupted write left at the end is none of them, and a text that never bears the name has none.
    """
    at = 0 if f'H id "{name}.'.encode() in text else len(text)
    while head := _HEAD.search(text, at):
        at = head.start() + 1
        for end in (head.end() + int(head[5]), text.find(b"\n" + COMMIT, head.end() - 1) + 1):
            body, last = text[head.end() : end], text[end : end + len(COMMIT)]
            is_committed = last == COMMIT or not _is_begun(last)
            if is_committed and hashlib.sha256(body).hexdigest().encode() == head[4]:
                at = end + len(COMMIT)
                stated = _STATE.match(body)
                number, state = (int(stated[1]), stated[2].decode()) if stated else (int(head[3]), "")
                yield Patch(number=number, body=body, mark=Mark(number, "", state, head.start(), at))
                break


def _is_there(file: IO[bytes], size: int, name: str, mark: Mark) -> bool:
    """Whether the transaction that a mark is at is there."""
    try:
        found = _transaction(file, size, name, Mark(mark.number - 1, state=mark.before, end=mark.start))
    except (Damaged, UnknownForm):  # it may have moved; who looks for it from the beginning on finds the damage
        return False
    return found is not None and found.mark == mark


def _transaction(file: IO[bytes], size: int, name: str, last: Mark) -> Patch | None:
    """The transaction after another one; None where it was not completed."""
    number, start = last.number + 1, last.end
    file.seek(start)
    head = _HEAD.match(file.read(_LONGEST_HEAD))
    if head is None:
        return None
    if head[1] and (start or int(head[1]) != FORMAT):
        raise UnknownForm(int(head[1])) if not start else Damaged(number, start)
    begin = start + head.end()
    end = begin + int(head[5])
    if end > size:
        return None
    file.seek(begin)
    body, committed = file.read(end - begin), file.read(len(COMMIT))
    sha256 = hashlib.sha256(body).hexdigest()
    is_whole = head[2] == name.encode() and head[4] == sha256.encode()
    stated = _STATE.match(body) if head[1] and is_whole else None
    if stated:
        number, state = int(stated[1]), stated[2].decode()
    else:
        state = state_after(last.state, sha256)
    is_whole = is_whole and int(head[3]) == number and bool(stated) == bool(head[1])
    if is_whole and committed == COMMIT:
        return Patch(number=number, body=body, mark=Mark(number, last.state, state, start, end + len(COMMIT)))
    if size > end and not (is_whole and _is_begun(committed)):
        raise Damaged(number, start)
    return None


def _require_torn(file: IO[bytes], size: int, name: str, last: Mark) -> None:
    """Refuse what comes after the last whole transaction unless an interrupted write may have left it."""
    file.seek(last.end)
    rest = file.read(max(size - last.end, 0))  # it may have grown since
    if _COMMITTED.search(rest):
        raise Damaged(last.number + 1, last.end)
    first = f'H id "{name}.1" .\nH sha256 "'.encode()
    if not last.end and not first.startswith(rest.rstrip(b"\0")[: len(first)]):
        raise UnknownForm


def _is_begun(last: bytes) -> bool:
    """Whether this may be what came of a last line whose writing was interrupted; zeros are of a disk without power."""
    return COMMIT.startswith(last) or not last.strip(b"\0")


def _rows(operation: bytes, nquads: bytes) -> Iterable[bytes]:
    return (operation + line.rstrip(b"\n") + b"\n" for line in BytesIO(nquads) if line != b"\n")
