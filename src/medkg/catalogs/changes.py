"""Keys of entries, and the changes from one version of a catalogue to the next.

A key is the slug of the entry's name, with an ordinal where the name recurs; it stays when lines move.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace

from slugify import slugify

from medkg.model.entries import Catalog, Entry
from medkg.model.fields import declarations

_REPLACEMENTS = [("²", "2"), ("&", " and "), ("+", " plus "), ("，", " "), ("、", " ")]


def slug(name: str) -> str:
    """A name in lower-case ASCII letters, digits and single hyphens.

    >>> slug("PH²"), slug("天池肺部结节")
    ('ph2', 'tian-chi-fei-bu-jie-jie')
    """
    return slugify(name, replacements=_REPLACEMENTS) or "entry"


def keys(names: Iterable[str]) -> Iterator[str]:
    """The key of each name, in order: the second of the same name ends in `-2`, unless that is another name."""
    slugs = [slug(name) for name in names]
    taken, seen = set(slugs), Counter[str]()
    for name_slug in slugs:
        seen[name_slug] += 1
        key = name_slug
        while seen[name_slug] > 1 and (key == name_slug or key in taken):
            key = f"{name_slug}-{seen[name_slug]}"
            seen[name_slug] += key in taken
        taken.add(key)
        yield key


_PLACE_FIELDS = frozenset({"key", "line"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Changes:
    """The difference between two readings, by entry key; `changed` has the fields that differ."""

    added: tuple[str, ...] = ()
    changed: Mapping[str, tuple[str, ...]]
    moved: int = 0
    gone: tuple[str, ...] = ()

    def __bool__(self) -> bool:
        """Whether any entry differs by more than its line."""
        return bool(self.added or self.changed or self.gone)


def changes(before: Catalog, after: Catalog) -> Changes:
    """The changes of entries; an entry of which only the line differs has moved."""
    old = {entry.key: entry for entry in before.entries}
    new = {entry.key: entry for entry in after.entries}
    differing = {key: _changed_fields(old[key], entry) for key, entry in new.items() if key in old}
    return Changes(
        added=tuple(key for key in new if key not in old),
        changed={key: fields for key, fields in differing.items() if fields},
        moved=sum(not fields and old[key].line != new[key].line for key, fields in differing.items()),
        gone=tuple(key for key in old if key not in new),
    )


def with_lasting_keys(after: Catalog, before: Catalog) -> Catalog:
    """The newer reading with the keys that its entries had before.

    Only entries that share a name need it: their ordinals count occurrences, and a further row of that
    name above them would take their key.
    """
    old, new = _by_slug(before.entries), _by_slug(after.entries)
    keys: dict[Entry, str] = {}
    for name, entries in new.items():
        if name in old and [entry.key for entry in entries] + [entry.key for entry in old[name]] != [name, name]:
            taken = {entry.key for entry in before.entries} | {
                entry.key for entry in after.entries if entry not in entries
            }
            keys |= _assign_keys(name, entries, old[name], taken)
    return replace(after, entries=tuple(replace(entry, key=keys.get(entry, entry.key)) for entry in after.entries))


def _by_slug(entries: Iterable[Entry]) -> dict[str, list[Entry]]:
    by_slug: dict[str, list[Entry]] = defaultdict(list)
    for entry in entries:
        by_slug[slug(entry.name)].append(entry)
    return by_slug


def _assign_keys(name: str, entries: list[Entry], before: list[Entry], taken: set[str]) -> dict[Entry, str]:
    """A key for each entry of one name: that of the most similar earlier entry, else a free one."""
    pairs = [(_similarity(new, old), place, new, old) for new in entries for place, old in enumerate(before)]
    pairs.sort(key=lambda pair: (-pair[0], pair[1], pair[2].line))
    keys: dict[Entry, str] = {}
    for _, _, new, old in pairs:
        if new not in keys and old.key not in keys.values():
            keys[new] = old.key
    for entry in entries:
        if entry not in keys:
            keys[entry] = _free_key(name, taken | set(keys.values()))
    return keys


def _similarity(new: Entry, old: Entry) -> int:
    """The number of facts that two entries share; an address counts as 5, the section as 3."""
    facts = sum((Counter(_field_values(new)) & Counter(_field_values(old))).values())
    links = {link.url for link in new.links} & {link.url for link in old.links}
    return facts + 5 * len(links) + 3 * (new.section == old.section)


def _field_values(entry: Entry) -> list[str]:
    return [
        f"{field.name}:{value}"
        for field, _ in declarations(Entry)
        if field.name not in _PLACE_FIELDS and isinstance(values := getattr(entry, field.name), tuple)
        for value in values
    ]


def _free_key(name: str, taken: set[str]) -> str:
    """The first key of a name that no entry has or had."""
    ordinal = 2
    while f"{name}-{ordinal}" in taken:
        ordinal += 1
    return f"{name}-{ordinal}" if name in taken else name


def _changed_fields(old: Entry, new: Entry) -> tuple[str, ...]:
    return tuple(
        field.name
        for field, _ in declarations(Entry)
        if field.name not in _PLACE_FIELDS and getattr(old, field.name) != getattr(new, field.name)
    )
