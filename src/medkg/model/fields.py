"""The declaration of a record's field, made once and read by everybody.

Parsing, quads, the JSON-LD context and the field table of `data/README.md` all read what
`declared` keeps in the field's metadata; nothing about a field is written down twice.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from functools import cache
from typing import Any


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What is known of one field besides its Python type.

    `property` is the CURIE its values are asserted under (None where a field is structure, not a
    statement), `vocabulary` the name of the vocabulary its values are keys of, `pattern` a regular
    expression that a string must match in full, `minimum` and `maximum` the bounds of a number.
    """

    help: str
    property: str | None = None
    vocabulary: str | None = None
    pattern: str | None = None
    example: str = ""
    minimum: int = 0
    maximum: int | None = None


def declared(
    help: str,
    *,
    property: str | None = None,
    vocabulary: str | None = None,
    pattern: str | None = None,
    example: str = "",
    minimum: int = 0,
    maximum: int | None = None,
    default: Any = MISSING,
) -> Any:
    """A dataclass field that carries its `Declaration`; without `default` it is required."""
    declaration = Declaration(
        help=help,
        property=property,
        vocabulary=vocabulary,
        pattern=pattern,
        example=example,
        minimum=minimum,
        maximum=maximum,
    )
    return field(default=default, metadata={"declaration": declaration})


def declarations(record: type[Any]) -> Iterator[tuple[Field[Any], Declaration]]:
    """Each field of a record class with its declaration, in the order they are written."""
    for each in fields(record):
        yield each, each.metadata["declaration"]


def values(record: Any, path: str = "") -> Iterator[tuple[str, Declaration, str | int]]:
    """Each text and number of a record and of its parts, with its path (`entries[3].links[0].url`) and declaration."""
    for name, declaration in _named(record.__class__):
        value = getattr(record, name)
        if value is None or value == ():
            continue
        here = f"{path}.{name}" if path else name
        placed = ((f"{here}[{index}]", each) for index, each in enumerate(value)) if isinstance(value, tuple) else None
        for where, each in placed or ((here, value),):
            if isinstance(each, str | int):
                yield where, declaration, each
            else:
                yield from values(each, where)


@cache
def _named(record: type[Any]) -> tuple[tuple[str, Declaration], ...]:
    return tuple((each.name, declaration) for each, declaration in declarations(record))
