"""Source catalogues: a Markdown file in, its entries out, with every line that could not be read."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from medkg.catalogs import document, tables
from medkg.catalogs.changes import keys
from medkg.catalogs.document import SectionBlock
from medkg.catalogs.draft import Draft
from medkg.catalogs.markdown import Table
from medkg.catalogs.markdown_lines import physical_lines
from medkg.catalogs.sources import IDS, reader, recogniser
from medkg.errors import UnknownName, UnreadableFile
from medkg.model.entries import Catalog, SourceFile, UnparsedLine
from medkg.model.fields import printable
from medkg.model.vocabularies import Vocabulary

__all__ = ["IDS", "read"]

_MISMATCH_RATIO = 2  # of entries in the form of another catalogue to those in its own; a newer version may have as many


def read(catalog_id: str, path: Path, header: Catalog, vocabularies: Mapping[str, Vocabulary]) -> Catalog:
    """The catalogue as the file lists it, under the given header (title, maintainer, licence).

    Raises `UnknownName` for an id no module reads, `UnreadableFile` for a file that is not Markdown text
    or holds nothing of this catalogue's form.
    """
    if catalog_id not in IDS:
        raise UnknownName(f"no catalogue is called {catalog_id!r}; there are {', '.join(IDS)}")
    content, text = _read_text(path)
    blocks = document.section_blocks(text)
    results = list(reader(catalog_id)(blocks, vocabularies))
    drafts = [tables.finish(result, vocabularies) for result in results if isinstance(result, Draft)]
    if not drafts or _likelier_catalogs(catalog_id, blocks):
        raise UnreadableFile(f"{path}: {_wrong_form_message(catalog_id, blocks)}")
    source = SourceFile(
        file=printable(path.name),
        sha256=hashlib.sha256(content).hexdigest(),
        lines=len(physical_lines(text)),
        cells=sum(draft.cells for draft in drafts),
    )
    entries = tuple(draft.entry(key) for draft, key in zip(drafts, keys(draft.name for draft in drafts), strict=True))
    unread = tuple(result for result in results if isinstance(result, UnparsedLine))
    return replace(header, source=source, unread=unread, entries=entries)


def _form_size(catalog_id: str, blocks: Sequence[SectionBlock]) -> int:
    """The number of table rows and items in a catalogue's form; 0 where its module has no `is_own`."""
    is_own = recogniser(catalog_id)
    recognised = (block.block for block in blocks if is_own([block])) if is_own else ()
    return sum(len(block.rows) if isinstance(block, Table) else 1 for block in recognised)


def _likelier_catalogs(catalog_id: str, blocks: Sequence[SectionBlock]) -> list[str]:
    """The other catalogues whose form fits a file clearly better; none where this one's module has no `is_own`."""
    if recogniser(catalog_id) is None:
        return []
    own_size = _form_size(catalog_id, blocks)
    return [
        other for other in IDS if other != catalog_id and _form_size_or_none(other, blocks) > _MISMATCH_RATIO * own_size
    ]


def _form_size_or_none(catalog_id: str, blocks: Sequence[SectionBlock]) -> int:
    """As `_form_size`; 0 where the module of that other catalogue fails."""
    try:
        return _form_size(catalog_id, blocks)
    except Exception:
        return 0


def _wrong_form_message(catalog_id: str, blocks: Sequence[SectionBlock]) -> str:
    """The reason why a file is refused, and the catalogue that it may belong to."""
    likely = " or ".join(_likelier_catalogs(catalog_id, blocks))
    hint = f"it looks like a file of {likely}; import it as that" if likely else "is this a file of another catalogue?"
    return f"{'hardly an' if _form_size(catalog_id, blocks) else 'no'} entry in the form of {catalog_id}; {hint}"


def _read_text(path: Path) -> tuple[bytes, str]:
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
