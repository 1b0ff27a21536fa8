"""Source catalogues: Markdown in, entries out, with every line that could not be read."""

from __future__ import annotations

import hashlib
import pkgutil
from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path

from medkg.catalogs import sources
from medkg.catalogs.draft import Draft
from medkg.catalogs.keys import keys
from medkg.errors import UnknownName, UnreadableFile
from medkg.model.records import Catalog, Source, Unread
from medkg.model.vocabularies import Vocabulary

__all__ = ["IDS", "read"]

IDS = tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(sources.__path__)))
"""Ids of the catalogues that can be read, one a module of `catalogs/sources/`."""


def read(catalog_id: str, path: Path, header: Catalog, vocabularies: Mapping[str, Vocabulary]) -> Catalog:
    """The catalogue as the file lists it, under the given header (title, maintainer, licence).

    Raises `UnknownName` for an id no module reads, `UnreadableFile` for a file that is not Markdown text
    or holds nothing of this catalogue's form.
    """
    if catalog_id not in IDS:
        raise UnknownName(f"no catalogue is called {catalog_id!r}; there are {', '.join(IDS)}")
    content, text = _text(path)
    module = import_module(f"medkg.catalogs.sources.{catalog_id.replace('-', '_')}")
    found = list(module.read(text, vocabularies))
    drafts = [each for each in found if isinstance(each, Draft)]
    if not drafts:
        raise UnreadableFile(f"{path}: no entry in the form of {catalog_id}; is this a file of another catalogue?")
    source = Source(
        file=path.name,
        sha256=hashlib.sha256(content).hexdigest(),
        lines=len(text.splitlines()),
        cells=sum(draft.cells for draft in drafts),
    )
    entries = tuple(draft.entry(key) for draft, key in zip(drafts, keys(draft.name for draft in drafts), strict=True))
    unread = tuple(each for each in found if isinstance(each, Unread))
    return replace(header, source=source, unread=unread, entries=entries)


def _text(path: Path) -> tuple[bytes, str]:
    """The bytes of a file and the text they encode."""
    try:
        content = path.read_bytes()
        text = content.decode("utf-8-sig")
    except OSError as error:
        raise UnreadableFile(f"{path}: cannot be read: {error.strerror}") from error
    except UnicodeDecodeError as error:
        raise UnreadableFile(f"{path}: not a text file in UTF-8 (byte {error.start}); give the Markdown source") from error
    if "\0" in text or not text.strip():
        raise UnreadableFile(f"{path}: {'a binary file' if text.strip() else 'an empty file'}, not Markdown")
    return content, text
