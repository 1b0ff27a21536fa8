"""Records without what faults name, so that what is left passes the check."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable
from dataclasses import MISSING, fields, is_dataclass, replace
from typing import Any

from medkg.errors import Fault
from medkg.model.collection import Records


def without(records: Records, faults: Iterable[Fault]) -> Records:
    """The records less the innermost part that each fault names: a field that may be absent, an item of a list."""
    found: dict[str, Any] = {
        kind: dict(getattr(records, kind)) for kind in ("catalogs", "datasets", "challenges", "vocabularies")
    }
    by_file: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        by_file.setdefault((fault.file.parent.name, fault.file.stem), []).append(fault.field)
    for (kind, name), paths in by_file.items():
        if name in found[kind]:
            found[kind][name] = _pruned(found[kind][name], {tuple(_steps(path)) for path in paths})
            if found[kind][name] is None:
                del found[kind][name]
    return Records(**found)


def _steps(path: str) -> list[str]:
    return re.findall(r"[^.\[\]]+", path)


def _pruned(value: Any, paths: Collection[tuple[str, ...]]) -> Any:
    """A record or list without what the paths lead to; None where it cannot be without it."""
    if not paths:
        return value
    if () in paths:
        return None
    heads = {path[0] for path in paths}
    below = {head: {path[1:] for path in paths if path[0] == head} for head in heads}
    if isinstance(value, tuple):
        kept = (_pruned(each, below.get(str(index), ())) for index, each in enumerate(value))
        return tuple(each for each in kept if each is not None)
    if not is_dataclass(value):
        return None
    changed = {}
    for field in fields(value):
        if field.name in below:
            found = _pruned(getattr(value, field.name), below[field.name])
            changed[field.name] = field.default if found is None else found
            if changed[field.name] in (MISSING, getattr(value, field.name)):
                return None
    return replace(value, **changed)  # type: ignore[type-var]
