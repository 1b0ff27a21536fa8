"""Rules on single values of all records: printable texts, web addresses, numbers within bounds."""

from __future__ import annotations

import re
from collections.abc import Iterator

from medkg.curation.hints import quote
from medkg.curation.rules.rule import Rule, Violation
from medkg.model.collection import KINDS, Records
from medkg.model.fields import LARGEST_COUNT, SECURE_WEB_ADDRESS, UNPRINTABLE, WEB_ADDRESS, Declaration, values
from medkg.model.urls import escape, web_iri

_DIGITS_LIMIT = 18  # of a number in a record; int() refuses some thousands of them
_ADDRESS_PATTERNS = frozenset({WEB_ADDRESS, SECURE_WEB_ADDRESS})


def malformed_values(records: Records) -> Iterator[Violation]:
    """Values that the graph or one of its formats cannot hold."""
    for at, declaration, value in _located_values(records):
        if problem := _value_problem(value, declaration):
            yield at._replace(message=problem)


def escaped_addresses(records: Records) -> Iterator[Violation]:
    """Web addresses that are written otherwise in the graph than in their file."""
    for at, declaration, value in _located_values(records):
        if declaration.pattern in _ADDRESS_PATTERNS and isinstance(value, str) and (message := address_note(value)):
            yield at._replace(message=message)


def address_problem(url: str) -> str | None:
    """The reason why a text is no web address, and the way out; None where it is one."""
    try:
        web_iri(url)
    except ValueError as error:
        way_out = "write the address as a browser opens it, such as https://example.org/data, or leave it out"
        return f"{quote(url)} is no web address, for {error}; {way_out}"
    return None


def address_note(url: str) -> str | None:
    """The note that a web address is written otherwise in the graph; None where it is not."""
    iri = escape(url)
    return f"{quote(url)} holds what no IRI can, and stands in the graph as {iri}; write it so" if iri != url else None


def count_problem(text: str) -> str | None:
    """The reason why a text is no count in digits; None where it is one."""
    if not re.fullmatch(r"\d+", text, re.ASCII):
        return f"{quote(text)} must be a number in digits"
    is_too_large = len(text) > _DIGITS_LIMIT or int(text) > LARGEST_COUNT
    return f"{quote(text)} must be {LARGEST_COUNT} or less" if is_too_large else None


def number_problem(number: int, declaration: Declaration) -> str | None:
    """The message that a number is out of its field's bounds; None where it is not."""
    if number < declaration.minimum:
        return f"must be {declaration.minimum} or more, but is {number}"
    if declaration.maximum is not None and number > declaration.maximum:
        return f"must be {declaration.maximum} or less, but is {number}"
    return None


def _located_values(records: Records) -> Iterator[tuple[Violation, Declaration, str | int]]:
    """The texts and numbers of all records, each with its place as a violation without a message."""
    for kind in KINDS:
        for name, record in getattr(records, kind).items():
            for path, declaration, value in values(record):
                yield Violation(kind, name, path, ""), declaration, value


def _value_problem(value: str | int, declaration: Declaration) -> str | None:
    if isinstance(value, int):
        return number_problem(value, declaration)
    if match := UNPRINTABLE.search(value):
        return f"holds the character U+{ord(match[0]):04X}, which no text may hold; delete the character"
    return address_problem(value) if declaration.pattern in _ADDRESS_PATTERNS else None


RULES = (Rule("malformed-value", "A value must have the field's form.", malformed_values),)
NOTES = (Rule("escaped-address", "A web address is an IRI as it is written.", escaped_addresses),)
