"""The text of a journal: one RDF Patch (https://jena.apache.org/documentation/rdf-patch/) for each update.

    H id "<name>.<number>" .        the snapshot and the number of the update
    H sha256 "<digest>" .           of the body: all from here on, but for the length and the last line
    H bytes "<length>" .            of the body
    H dropped <graph> .             a named graph that was dropped; RDF Patch has no row of its own for this
    H created <graph> .             a named graph that is new and empty
    TX .
    D <subject> <predicate> <object> <graph> .
    A <subject> <predicate> <object> <graph> .
    TC .

The last line is written to the disk after all others. An interrupted write therefore lacks it; a patch that has it and
does not match its digest is damaged.

A text may begin with a checkpoint: one patch that replaces all updates up to its number. Its first line states format
2, and its body begins with the number and the running hash of the updates that it replaces:

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
"""The newest format of a journal that is read; one without a checkpoint is of format 1, which is not stated."""

_BEGIN = b"TX .\n"
_HEAD = re.compile(
    rb'(?:H format "([0-9]{1,9})" \.\n)?'
    rb'H id "([^"\n]+)\.([0-9]{1,15})" \.\nH sha256 "([0-9a-f]{64})" \.\nH bytes "([0-9]{1,15})" \.\n'
)
_HEAD_LIMIT_BYTES = 1024
_STATE = re.compile(rb'H state "([0-9]{1,15})\.([0-9a-f]+)" \.\n')
_GRAPH = re.compile(rb"H (dropped|created) <([^>\n]+)> \.\n")
# a last line with more after it; zeros are left by a disk that lost power
_COMMITTED = re.compile(rb"\nTC \.(?!\0*\Z)")


class DamagedPatch(Exception):
    """The text at an offset is neither a patch nor the rest of an interrupted write."""

    def __init__(self, number: int, offset: int) -> None:
        super().__init__(number, offset)
        self.number, self.offset = number, offset


class UnknownFormat(Exception):
    """The text is no journal, or one of the newer format that is given."""

    def __init__(self, newer: int | None = None) -> None:
        super().__init__(newer)
        self.newer = newer


class StaleCursor(Exception):
    """The patch that a cursor is at is no longer in the text."""


@dataclass(frozen=True, slots=True)
class Cursor:
    """A place in a text: the last patch that was read, and the running hash before and after it; 0 is the beginning."""

    number: int = 0
    before: str = ""
    state: str = ""
    start: int = 0
    end: int = 0


START = Cursor()


@dataclass(frozen=True, slots=True, kw_only=True)
class Patch:
    """One update of a text: the number of updates up to it, its body, and its place in a text that is read."""

    number: int
    body: bytes
    cursor: Cursor = START

    @property
    def sha256(self) -> str:
        """The digest of the rows, which is the same in a checkpoint and outside."""
        return hashlib.sha256(self.rows).hexdigest()

    @property
    def is_checkpoint(self) -> bool:
        """Whether it replaces several updates."""
        return _STATE.match(self.body) is not None

    @property
    def rows(self) -> bytes:
        """The body as that of a single update."""
        return _STATE.sub(b"", self.body, count=1) if self.is_checkpoint else self.body

    @property
    def change(self) -> Change:
        """The change that the update makes; `DamagedPatch` where a row is of no known kind."""
        graphs: dict[bytes, list[str]] = {b"dropped": [], b"created": []}
        quads: dict[bytes, list[bytes]] = {b"D ": [], b"A ": []}
        lines = BytesIO(self.rows)  # line by line, because splitting all at once would block other threads
        for line in iter(lines.readline, _BEGIN):
            if (graph := _GRAPH.fullmatch(line)) is None:
                raise DamagedPatch(self.number, self.cursor.start)  # perhaps a row of a newer version of medkg
            graphs[graph[1]].append(graph[2].decode())
        for line in lines:
            if (kind := line[:2]) not in quads or not line.endswith(b"\n"):
                raise DamagedPatch(self.number, self.cursor.start)
            quads[kind].append(line[2:])
        return Change(
            removed=b"".join(quads[b"D "]),
            added=b"".join(quads[b"A "]),
            dropped=tuple(graphs[b"dropped"]),
            created=tuple(graphs[b"created"]),
        )


def patch_body(change: Change) -> bytes:
    """The body of a patch that makes a change: everything but the head and the last line."""
    graphs = [f"H {kind} <{iri}> .\n" for kind in ("dropped", "created") for iri in getattr(change, kind)]
    return "".join(graphs).encode() + _BEGIN + b"".join((*_rows(b"D ", change.removed), *_rows(b"A ", change.added)))


def patch_text(name: str, patch: Patch) -> bytes:
    """A patch as the journal with a name holds it, without the last line."""
    sha256 = hashlib.sha256(patch.body).hexdigest()
    head = f'H id "{name}.{patch.number}" .\nH sha256 "{sha256}" .\nH bytes "{len(patch.body)}" .\n'
    return head.encode() + patch.body


def checkpoint_text(name: str, state: str, patch: Patch) -> bytes:
    """A checkpoint of all updates up to the number of a patch, with the running hash `state` after them."""
    body = f'H state "{patch.number}.{state}" .\n'.encode() + patch.rows
    return f'H format "{FORMAT}" .\n'.encode() + patch_text(name, Patch(number=patch.number, body=body))


def read_patches(file: IO[bytes], name: str, after: Cursor = START) -> Iterator[Patch]:
    """The complete patches after a cursor; the rest of an interrupted write at the end is ignored.

    `StaleCursor` where the patch at the cursor is not in the file; `DamagedPatch` or `UnknownFormat` for other faults.
    """
    size, cursor = os.fstat(file.fileno()).st_size, after
    if after.number and not _is_there(file, size, name, after):
        raise StaleCursor
    while (patch := _next_patch(file, size, name, cursor)) is not None:
        yield patch
        cursor = patch.cursor
    _require_torn_write(file, size, name, cursor)


def intact_patches(text: bytes, name: str) -> Iterator[Patch]:
    """The patches of a damaged text whose digests are right, wherever they stand.

    An interrupted write at the end is none of them, and a text that never bears the name has none.
    """
    start = 0 if f'H id "{name}.'.encode() in text else len(text)
    while head := _HEAD.search(text, start):
        start = head.start() + 1
        for end in (head.end() + int(head[5]), text.find(b"\n" + COMMIT, head.end() - 1) + 1):
            body, last = text[head.end() : end], text[end : end + len(COMMIT)]
            is_committed = last == COMMIT or not _is_begun(last)
            if is_committed and hashlib.sha256(body).hexdigest().encode() == head[4]:
                start = end + len(COMMIT)
                stated = _STATE.match(body)
                number, state = (int(stated[1]), stated[2].decode()) if stated else (int(head[3]), "")
                yield Patch(number=number, body=body, cursor=Cursor(number, "", state, head.start(), start))
                break


def _is_there(file: IO[bytes], size: int, name: str, cursor: Cursor) -> bool:
    """Whether the patch that a cursor is at is in the file."""
    try:
        patch = _next_patch(file, size, name, Cursor(cursor.number - 1, state=cursor.before, end=cursor.start))
    except (DamagedPatch, UnknownFormat):  # it may have moved; reading from the beginning finds the damage
        return False
    return patch is not None and patch.cursor == cursor


def _next_patch(file: IO[bytes], size: int, name: str, last: Cursor) -> Patch | None:
    """The patch after a cursor; None where it was not completed."""
    number, start = last.number + 1, last.end
    file.seek(start)
    head = _HEAD.match(file.read(_HEAD_LIMIT_BYTES))
    if head is None:
        return None
    if head[1] and (start or int(head[1]) != FORMAT):
        raise UnknownFormat(int(head[1])) if not start else DamagedPatch(number, start)
    begin = start + head.end()
    end = begin + int(head[5])
    if end > size:
        return None
    file.seek(begin)
    body, last_line = file.read(end - begin), file.read(len(COMMIT))
    sha256 = hashlib.sha256(body).hexdigest()
    is_whole = head[2] == name.encode() and head[4] == sha256.encode()
    stated = _STATE.match(body) if head[1] and is_whole else None
    if stated:
        number, state = int(stated[1]), stated[2].decode()
    else:
        state = state_after(last.state, sha256)
    is_whole = is_whole and int(head[3]) == number and bool(stated) == bool(head[1])
    if is_whole and last_line == COMMIT:
        return Patch(number=number, body=body, cursor=Cursor(number, last.state, state, start, end + len(COMMIT)))
    if size > end and not (is_whole and _is_begun(last_line)):
        raise DamagedPatch(number, start)
    return None


def _require_torn_write(file: IO[bytes], size: int, name: str, last: Cursor) -> None:
    """Refuse a text after the last complete patch unless an interrupted write may have left it."""
    file.seek(last.end)
    rest = file.read(max(size - last.end, 0))  # the file may have grown since
    if _COMMITTED.search(rest):
        raise DamagedPatch(last.number + 1, last.end)
    first = f'H id "{name}.1" .\nH sha256 "'.encode()
    if not last.end and not first.startswith(rest.rstrip(b"\0")[: len(first)]):
        raise UnknownFormat


def _is_begun(line: bytes) -> bool:
    """Whether a last line may be that of an interrupted write; zeros are left by a disk that lost power."""
    return COMMIT.startswith(line) or not line.strip(b"\0")


def _rows(operation: bytes, nquads: bytes) -> Iterable[bytes]:
    return (operation + line.rstrip(b"\n") + b"\n" for line in BytesIO(nquads) if line != b"\n")
