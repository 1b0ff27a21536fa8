"""Source catalogues: Markdown in, entries out, with every line that could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from medkg.catalogs import document, tables
from medkg.catalogs.changes import keys
from medkg.catalogs.document import Placed
from medkg.catalogs.draft import Draft
from medkg.catalogs.markdown import Table
from medkg.catalogs.markdown_lines import physical
from medkg.catalogs.sources import IDS, reader, recogniser
from medkg.errors import UnknownName, UnreadableFile
from medkg.model.entries import Catalog, SourceFile, UnparsedLine
from medkg.model.fields import printable
from medkg.model.vocabularies import Vocabulary

__all__ = ["IDS", "read"]

_PLAINLY = 2  # as many entries of another form as of its own may be a newer version's doing, more are not


def read(catalog_id: str, path: Path, header: Catalog, vocabularies: Mapping[str, Vocabulary]) -> Catalog:
    """The catalogue as the file lists it, under the given header (title, maintainer, licence).

    Raises `UnknownName` for an id no module reads, `UnreadableFile` for a file that is not Markdown text
    or holds nothing of this catalogue's form.
    """
    if catalog_id not in IDS:
        raise UnknownName(f"no catalogue is called {catalog_id!r}; there are {', '.join(IDS)}")
    content, text = _text(path)
    found = document.placed(text)
    made = list(reader(catalog_id)(found, vocabularies))
    drafts = [tables.finish(each, vocabularies) for each in made if isinstance(each, Draft)]
    if not drafts or _like(catalog_id, found):
        raise UnreadableFile(f"{path}: {_other_form(catalog_id, found)}")
    source = SourceFile(
        file=printable(path.name),
        sha256=hashlib.sha256(content).hexdigest(),
        lines=len(physical(text)),
        cells=sum(draft.cells for draft in drafts),
    )
    entries = tuple(draft.entry(key) for draft, key in zip(drafts, keys(draft.name for draft in drafts), strict=True))
    unread = tuple(each for each in made if isinstance(each, UnparsedLine))
    return replace(header, source=source, unread=unread, entries=entries)


def _size(catalog_id: str, found: Sequence[Placed]) -> int:
    """How much of a file has a catalogue's form: rows of tables and items of lists or prose.

    None of it where the catalogue has no form that it could be told by.
    """
    is_own = recogniser(catalog_id)
    own = (each.block for each in found if is_own([each])) if is_own else ()
    return sum(len(block.rows) if isinstance(block, Table) else 1 for block in own)


def _like(catalog_id: str, found: Sequence[Placed]) -> list[str]:
    """The other catalogues whose form a file plainly has rather than this one's, which a newer version may lose.

    Where this one has no form that it could be told by, there are none.
    """
    if recogniser(catalog_id) is None:
        return []
    own = _size(catalog_id, found)
    return [other for other in IDS if other != catalog_id and _other_size(other, found) > _PLAINLY * own]


def _other_size(catalog_id: str, found: Sequence[Placed]) -> int:
    """As `_size`; what is wrong with the module of another catalogue is of no concern here."""
    try:
        return _size(catalog_id, found)
    except Exception:
        return 0


def _other_form(catalog_id: str, found: Sequence[Placed]) -> str:
    """Why a file is not one of this catalogue, and of which it may be one."""
    likely = " or ".join(_like(catalog_id, found))
    hint = f"it looks like a file of {likely}; import it as that" if likely else "is this a file of another catalogue?"
    return f"{'hardly an' if _size(catalog_id, found) else 'no'} entry in the form of {catalog_id}; {hint}"


def _text(path: Path) -> tuple[bytes, str]:
    """The bytes of a file and the text they encode."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        where = f"not a text file in UTF-8 (byte {error.start})"
        raise UnreadableFile(f"{path}: {where}; give the Markdown source") from error
    if "\0" in text or not text.strip():
        raise UnreadableFile(f"{path}: {'a binary file' if text.strip() else 'an empty file'}, not Markdown")
    return content, text
