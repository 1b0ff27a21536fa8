"""Parts of messages for curators: the required form of a value in words, quotations, articles."""

from __future__ import annotations

import re

from medkg.choices import did_you_mean
from medkg.model.fields import (
    COUNT_PROPERTY,
    CURIE,
    DATE,
    LANGUAGE_TAG,
    SECURE_WEB_ADDRESS,
    SLUG,
    WEB_ADDRESS,
    Declaration,
    printable,
)

PATTERN_NAMES = {
    SLUG: ("slug", "lower-case letters and digits in words joined by single hyphens, such as kits19 or brats-2021"),
    DATE: ("date", "a year, month or day, such as 2022, 2022-07 or 2022-07-15"),
    WEB_ADDRESS: ("web address", "an address that begins with https:// or http:// and holds no space"),
    SECURE_WEB_ADDRESS: ("web address with https", "an address that begins with https:// and holds no space"),
    CURIE: ("CURIE", "a CURIE, a prefix of ontology/prefixes.yaml and a name, such as uberon:0002107"),
    COUNT_PROPERTY: (
        "CURIE of a count property",
        "a property of ontology/medkg.ttl for a total, such as medkg:caseCount",
    ),
    LANGUAGE_TAG: ("language tag", "a language tag, such as en or zh"),
    r"[0-9a-f]{16}": ("16 hexadecimal digits", "16 hexadecimal digits in lower case"),
    r"[0-9a-f]{64}": ("64 hexadecimal digits", "64 hexadecimal digits in lower case"),
}
"""The name of the form that a pattern stands for, and the form in words with examples."""


def with_article(noun: str) -> str:
    """A noun with its article.

    >>> with_article("entry"), with_article("dataset")
    ('an entry', 'a dataset')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def quote(text: str) -> str:
    """A text in quotes, shortened to a part of one line."""
    line = " ".join(printable(text).split())
    return f"'{line if len(line) <= 60 else line[:57] + '…'}'"


def slug_of(text: str) -> str:
    """The slug of a text; empty where it has neither letter nor digit."""
    from slugify import slugify  # only a mistake needs it

    return slugify(text)


def form_problem(text: str, declaration: Declaration) -> str | None:
    """The message that a text does not have the declared form; None where it has."""
    pattern = declaration.pattern
    if pattern is None or re.fullmatch(pattern, text):
        return None
    if re.fullmatch(r"[\w-]+(\|[\w-]+)+", pattern):
        choices = pattern.split("|")
        return f"{quote(text)} is none of {', '.join(choices)}{did_you_mean(text, choices)}"
    _, description = PATTERN_NAMES.get(pattern, ("", f"of the form {pattern}"))
    return f"{quote(text)} must be {description}{_slug_hint(text, pattern)}"


def _slug_hint(text: str, pattern: str) -> str:
    slug = slug_of(text) if pattern == SLUG else ""
    return f"; write '{slug}'?" if slug else ""
