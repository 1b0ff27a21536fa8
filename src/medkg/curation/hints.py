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

_IN_WORDS = {
    SLUG: "lower-case letters and digits in words joined by single hyphens, such as kits19 or brats-2021",
    DATE: "a year, month or day, such as 2022, 2022-07 or 2022-07-15",
    WEB_ADDRESS: "an address that begins with https:// or http:// and holds no space",
    SECURE_WEB_ADDRESS: "an address that begins with https:// and holds no space",
    CURIE: "a CURIE, a prefix of ontology/prefixes.yaml and a name, such as uberon:0002107",
    COUNT_PROPERTY: "a property of ontology/medkg.ttl for a total, such as medkg:caseCount",
    LANGUAGE_TAG: "a language tag, such as en or zh",
    r"[0-9a-f]{16}": "16 hexadecimal digits in lower case",
    r"[0-9a-f]{64}": "64 hexadecimal digits in lower case",
}


def with_article(noun: str) -> str:
    """A noun with its article.

    >>> with_article("entry"), with_article("dataset")
    ('an entry', 'a dataset')
    """
    return f"{'an' if noun[0] in 'aeiou' else 'a'} {noun}"


def quote(text: str) -> str:
    """A text in quotes, short enough for a message of one line."""
    line = " ".join(printable(text).split())
    return f"'{line if len(line) <= 60 else line[:57] + '…'}'"


def slug_of(text: str) -> str:
    """The slug nearest to a text; empty where it holds neither letter nor digit."""
    from slugify import slugify  # only a mistake needs it

    return slugify(text)


def form_problem(text: str, declaration: Declaration) -> str | None:
    """Why a text is not of the declared form, and the form; None where it is."""
    pattern = declaration.pattern
    if pattern is None or re.fullmatch(pattern, text):
        return None
    if re.fullmatch(r"[\w-]+(\|[\w-]+)+", pattern):
        choices = pattern.split("|")
        return f"{quote(text)} is none of {', '.join(choices)}{did_you_mean(text, choices)}"
    return f"{quote(text)} must be {_IN_WORDS.get(pattern, f'of the form {pattern}')}{_slug_hint(text, pattern)}"


def _slug_hint(text: str, pattern: str) -> str:
    slug = slug_of(text) if pattern == SLUG else ""
    return f"; write '{slug}'?" if slug else ""
