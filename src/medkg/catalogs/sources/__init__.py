"""One module a source catalogue, with what is particular to its form.

A module has a function `read`, which yields the drafts and the unread lines of a file. It may have a function `is_own`,
which says whether some blocks have the catalogue's form; without one, any file is accepted.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType

from medkg.catalogs.document import SectionBlock
from medkg.catalogs.draft import Draft
from medkg.errors import UnreadableFile, in_one_line
from medkg.model.entries import UnparsedLine
from medkg.model.vocabularies import Vocabulary

Reader = Callable[[Sequence[SectionBlock], Mapping[str, Vocabulary]], Iterator[Draft | UnparsedLine]]
Recogniser = Callable[[Sequence[SectionBlock]], bool]

IDS = tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))
"""Ids of the catalogues that can be read, one a module."""


def reader(catalog_id: str) -> Reader:
    """The function `read` of a catalogue's module; an `UnreadableFile` where it has none."""
    module = _module(catalog_id)
    function: Reader | None = getattr(module, "read", None)
    if function is None:
        raise UnreadableFile(f"{module.__file__}: defines no function `read`, which yields the entries of a file")
    return function


def recogniser(catalog_id: str) -> Recogniser | None:
    """The function `is_own` of a catalogue's module; None where it has none."""
    function: Recogniser | None = getattr(_module(catalog_id), "is_own", None)
    return function


def _module(catalog_id: str) -> ModuleType:
    """The module of a catalogue; an `UnreadableFile` where it cannot be loaded."""
    name = f"{__name__}.{catalog_id.replace('-', '_')}"
    try:
        return import_module(name)
    except Exception as error:  # whatever is wrong with it
        raise UnreadableFile(f"the module {name} cannot be loaded: {in_one_line(error)}") from error
