"""The dataset a name means, as people write it: any alias, any case, with an edition; never a guess between two."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from medkg.errors import UnknownName
from medkg.model.names import folded, key
from medkg.model.prefixes import BASE
from medkg.search.find import nearest
from medkg.search.index_reader import Index, connected
from medkg.search.name_lookup import Editions, Named, lookup
from medkg.search.names import ALIAS, LABEL, SLUG, TITLE, WRITTEN

_MOST_SHOWN = 20


@dataclass(frozen=True, slots=True, kw_only=True)
class Resolution:
    """The dataset that a name means, and the name of it that was written, without what else was."""

    slug: str
    name: str


def resolve(index: Index, name: str) -> str:
    """The slug of the dataset that goes by a name, which is that of the series where the name is a series' own.

    A slug or label decides, exactly written before case and hyphens aside, before any other name. `UnknownName` where
    two are left that a name could mean, or none, or an edition that the graph does not have, with the candidates.
    """
    return resolution(index, name).slug


def resolution(index: Index, name: str) -> Resolution:
    """What `resolve` finds, with the name that it goes by."""
    wanted = name.strip().removeprefix(f"{BASE}dataset/").removeprefix("dataset:")
    with connected(index) as connection:
        found = lookup(connection, wanted)
    if found.editions:
        return Resolution(slug=_of_edition(wanted, found.editions), name=wanted)
    for meant in _ever_looser(found.names, wanted, found.form):
        if len(meant) == 1:
            (slug,) = meant
            return Resolution(slug=slug, name=_written(slug, wanted, found.names))
        if meant:
            break
    raise UnknownName(_ambiguous(wanted, found.names) if found.names else _unknown(index, wanted))


def _written(slug: str, wanted: str, rows: Sequence[Named]) -> str:
    """The name of a dataset that somebody wrote: all of it, or the one that words which name nothing stand around."""
    own = [each.text for each in rows if each.slug == slug and each.standing > SLUG]
    return wanted if not own or any(key(each) == key(wanted) for each in own) else own[0]


def _of_edition(name: str, found: Editions) -> str:
    """The slug of the dataset that is an edition."""
    if not found.meant:
        raise UnknownName(f"{found.absence}; it has {_listed(found.known)}")
    best = [each for each in found.meant if each.standing == found.meant[0].standing]
    if len({each.slug for each in best}) > 1:
        raise UnknownName(_ambiguous(name, best))
    return best[0].slug


def _ever_looser(rows: Sequence[Named], wanted: str, form: str) -> Iterator[set[str]]:
    """The slugs that a name means, by ever looser readings of it."""
    for standing in (SLUG, LABEL):
        yield {each.slug for each in rows if each.standing == standing and each.text == wanted}
    for standing in (LABEL, SLUG):
        yield {each.slug for each in rows if each.standing == standing and folded(each.text) == form}
    for standing in (LABEL, ALIAS, WRITTEN, TITLE):
        yield {each.slug for each in rows if each.standing <= standing}
    yield {each.slug for each in rows}


def _ambiguous(name: str, choices: Sequence[Named]) -> str:
    number = len({each.slug for each in choices})
    return f"{name!r} may be any of {number} datasets, say which: {_listed(choices)}"


def _listed(choices: Iterable[Named]) -> str:
    shown = dict.fromkeys(f"{each.slug} ({each.label})" for each in choices)
    return ", ".join([*shown][:_MOST_SHOWN])


def _unknown(index: Index, name: str) -> str:
    near = [f"{slug} ({label})" for slug, label in nearest(index, name, limit=3)]
    return f"no dataset is called {name!r}" + (f"; did you mean {' or '.join(near)}?" if near else "")
