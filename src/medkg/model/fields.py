"""The declaration of a record's field, made once and read by everybody.

Parsing, quads, the JSON-LD context and the field table of `data/README.md` all read what
`declared` keeps in the field's metadata; nothing about a field is written down twice.

The forms that values of several kinds of record share, as regular expressions to be matched in full.

Characters that no text of a record may hold: XML has no way to write them, or alters them, and nothing shows them.

These are the control characters but tab and line feed, lone surrogates and Unicode's noncharacters.
https://www.w3.org/TR/xml/#charsets, https://www.unicode.org/faq/private_use.html#noncharacters
"""

from __future__ import annotations

import re
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
"""More than anybody counts, and few enough for all of a dataset to be added up in 64 bits."""


_NONCHARACTERS = "\ufdd0-\ufdef" + "".join(f"{chr(end)}{chr(end + 1)}" for end in range(0xFFFE, 0x110000, 0x10000))
UNPRINTABLE = re.compile(f"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff{_NONCHARACTERS}]")
"""One character that no text may hold."""


def printable(text: str) -> str:
    r"""The text without the characters that no text may hold.

    >>> printable("Li\x07TS\tand\nACDC")
    'LiTS\tand\nACDC'
    """
    return UNPRINTABLE.sub("", text)
