"""One module a source catalogue: what is particular to the way its maintainers write.

A module has a function `read`, which yields the drafts and the unread lines of a file. It may have a function `is_own`,
which says whether some blocks of a file have the catalogue's form; without one any file may be of the catalogue.
"""

from __future__ import annotations

import pkgutil
from collections.abc import Callable, Iterator, Mapping, Sequence
from importlib import import_module
from types import ModuleType

from medkg.catalogs.document import Placed
from medkg.catalogs.draft import Draft
from medkg.errors import UnreadableFile, in_one_line
from medkg.model.entries import UnparsedLine
from medkg.model.vocabularies import Vocabulary

Reader = Callable[[Sequence[Placed], Mapping[str, Vocabulary]], Iterator[Draft | UnparsedLine]]
Recogniser = Callable[[Sequence[Placed]], bool]

IDS = tuple(sorted(module.name.replace("_", "-") for module in pkgutil.iter_modules(__path__)))
"""Ids of the catalogues that can be read, one a module."""


def reader(catalog_id: str) -> Reader:
    """The function `read` of a catalogue's module; an `UnreadableFile` where there is none."""
    module = _module(catalog_id)
    found: Reader | None = getattr(module, "read", None)
    if found is None:
        raise UnreadableFile(f"{module.__file__}: defines no function `read`, which makes entries of a file")
    return found


def recogniser(catalog_id: str) -> Recogniser | None:
    """The function `is_own` of a catalogue's module; None where it has none."""
    found: Recogniser | None = getattr(_module(catalog_id), "is_own", None)
    return found


def _module(catalog_id: str) -> ModuleType:
    """The module of a catalogue; an `UnreadableFile` where it cannot be loaded."""
    name = f"{__name__}.{catalog_id.replace('-', '_')}"
    try:
        return import_module(name)
    except Exception as error:  # whatever is wrong with it
        raise UnreadableFile(f"the module {name} cannot be loaded: {in_one_line(error)}") from error
