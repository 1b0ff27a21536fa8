"""Keys of entries: the slug of the name, with an ordinal where a name recurs; stable when lines move."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator

from slugify import slugify

_SPELT_OUT = [("²", "2"), ("&", " and "), ("+", " plus "), ("，", " "), ("、", " ")]


def slug(name: str) -> str:
    """A name in lower-case ASCII letters, digits and single hyphens.

    >>> slug("PH²"), slug("天池肺部结节")
    ('ph2', 'tian-chi-fei-bu-jie-jie')
    """
    return slugify(name, replacements=_SPELT_OUT) or "entry"


def keys(names: Iterable[str]) -> Iterator[str]:
    """A key for each name in order: the second of the same name ends in `-2`, unless that is a name itself."""
    slugs = [slug(name) for name in names]
    taken, seen = set(slugs), Counter[str]()
    for each in slugs:
        seen[each] += 1
        key = each
        while seen[each] > 1 and (key == each or key in taken):
            key = f"{each}-{seen[each]}"
            seen[each] += key in taken
        taken.add(key)
        yield key
