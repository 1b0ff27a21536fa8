"""The declaration of a record's field, made once in its dataclass: YAML, quads, pages, command line and docs read it.

Also the forms that values of several kinds of record share, and the characters that no text may hold.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, Field, dataclass, field, fields, replace
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """What is known of one field besides its name.

    `property` is the CURIE its values are asserted under (None where a field is structure, not a
    statement), `label` the name under which a page shows them (None where it does not), `vocabulary` the
    name of the vocabulary its values are keys of, `pattern` a regular expression that a string must match
    in full, `minimum` and `maximum` the bounds of a number. `by_value` gives property and label
    for each value, where they depend on it.

    The annotation of the field gives the rest: `is_free_text` where two catalogues may write a value differently and
    mean the same, `is_single` where it has one value, so that two that differ contradict each other.
    """

    help: str
    property: str | None = None
    label: str | None = None
    vocabulary: str | None = None
    pattern: str | None = None
    example: str = ""
    minimum: int = 0
    maximum: int | None = None
    by_value: Mapping[str, tuple[str, str]] = field(default_factory=dict)
    value_type: type[Any] = str
    is_list: bool = False
    is_free_text: bool = False
    is_single: bool = False


def declare(help: str, *, default: Any = MISSING, **declaration: Any) -> Any:
    """A dataclass field that carries its `Declaration`; without `default` it is required."""
    return field(default=default, metadata={"declaration": Declaration(help=help, **declaration)})


def declarations(record: type[Any]) -> tuple[tuple[Field[Any], Declaration], ...]:
    """Each field of a record class with its declaration, in the order they are written."""
    hashable: Any = record  # mypy takes type[Any] for none
    return _declarations(hashable)


@cache
def _declarations(record: type[Any]) -> tuple[tuple[Field[Any], Declaration], ...]:
    annotations = get_type_hints(record)
    return tuple(
        (field, _with_type(field.metadata["declaration"], annotations[field.name])) for field in fields(record)
    )


def _with_type(declaration: Declaration, annotation: Any) -> Declaration:
    """A declaration with the type of the field: `tuple[Count, ...]`, `int | None`, `Mapping[str, str]`."""
    *_, value_type = (member for member in get_args(annotation) or (annotation,) if member not in (NoneType, Ellipsis))
    is_list = get_origin(annotation) is tuple
    is_free_text = value_type is str and declaration.pattern is None and declaration.vocabulary is None
    is_single = not (is_list or is_free_text)
    return replace(declaration, value_type=value_type, is_list=is_list, is_free_text=is_free_text, is_single=is_single)


def values(record: Any, path: str = "") -> Iterator[tuple[str, Declaration, str | int]]:
    """Each text and number of a record and of its parts, with its path (`entries[3].links[0].url`) and declaration."""
    for declared_field, declaration in declarations(record.__class__):
        name = declared_field.name
        value = getattr(record, name)
        if value is None or value == ():
            continue
        here = f"{path}.{name}" if path else name
        items = [(f"{here}[{index}]", item) for index, item in enumerate(value)] if isinstance(value, tuple) else None
        for where, item in items or [(here, value)]:
            if isinstance(item, str | int):
                yield where, declaration, item
            else:
                yield from values(item, where)


SLUG = r"[a-z0-9]+(-[a-z0-9]+)*"
BASIS = r"catalog|literature|knowledge"
DATE = r"\d{4}(-\d{2}(-\d{2})?)?"
WEB_ADDRESS = r"https?://\S.*"
SECURE_WEB_ADDRESS = r"https://\S.*"
CURIE = r"[a-z][a-z0-9]*:[A-Za-z0-9_.-]+"
COUNT_PROPERTY = r"medkg:[a-z][A-Za-z]*Count"
LANGUAGE_TAG = r"[a-z]{2,3}(-[A-Za-z0-9]{2,8})*"

EARLIEST_YEAR, LATEST_YEAR = 1000, 9999
"""The years that four digits write, as `xsd:gYear` asks."""

LARGEST_COUNT = 10**12
"""The largest number a record may count: the sum of all counts of a dataset stays below 64 bits."""

_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(f"{chr(end)}{chr(end + 1)}" for end in range(0xFFFE, 0x110000, 0x10000))
UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_NONCHARACTERS}]")
"""One character that no text may hold."""


def printable(text: str) -> str:
    r"""The text without the characters that no text may hold.

    >>> printable("Li\x07TS\tand\nACDC")
    'LiTS\tand\nACDC'
    """
    return UNPRINTABLE.sub("", text)
