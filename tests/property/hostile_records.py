"""Whole sets of records that hypothesis makes up: joined as curators join them, and full of hostile values."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import replace

from hypothesis import strategies as st

from medkg.model.claims import RELATIONS, WITH_EXTENT, Claim, Evidence
from medkg.model.collection import Records
from medkg.model.entries import Catalog, Entry
from medkg.model.facts import FIELDS, facts, text
from medkg.model.records import Challenge, Correction, Dataset, Decision, EntryMatch
from medkg.model.vocabularies import Concept, Vocabulary
from tests.property.hostile_values import ADDRESSES, DECIDED, INSTEAD, UNDECIDED, Keys, record

_SLUGS = st.from_regex(r"[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,3})?", fullmatch=True)


@st.composite
def made_up_records(draw: st.DrawFn, vocabularies: Mapping[str, Vocabulary]) -> Records:
    """Records over some vocabularies, to each of which a concept is added."""
    terms = {name: _widened(draw, each) for name, each in vocabularies.items()}
    keys: Keys = tuple((name, tuple(concept.key for concept in each.concepts)) for name, each in terms.items())
    slugs = draw(st.lists(_SLUGS, min_size=2, max_size=4, unique=True))
    catalogs = {"north": _keyed(draw(record(Catalog, keys, 1))), "south": _keyed(draw(record(Catalog, keys, 1)))}
    known = {(name, entry.key): entry for name, each in catalogs.items() for entry in each.entries}
    owners = {place: draw(st.sampled_from(slugs)) for place in known}
    datasets = {slug: _dataset(draw, slug, slugs, owners, known, keys) for slug in slugs}
    challenge = replace(
        draw(record(Challenge, keys)),
        datasets=tuple(slugs[:1]),
        claims=tuple(replace(each, relation="usesImagesOf") for each in _claims(draw, slugs, known, keys)),
        entries=(),
    )
    return Records(
        catalogs=catalogs, datasets=datasets, challenges={f"{slugs[0]}-challenge": challenge}, vocabularies=terms
    )


def _keyed(catalog: Catalog) -> Catalog:
    """A catalogue whose entries have keys of their own."""
    entries = (replace(entry, key=f"entry-{index}") for index, entry in enumerate(catalog.entries))
    return replace(catalog, entries=tuple(entries))


def _dataset(
    draw: st.DrawFn,
    slug: str,
    slugs: Sequence[str],
    owners: Mapping[tuple[str, str], str],
    known: Mapping[tuple[str, str], Entry],
    keys: Keys,
) -> Dataset:
    """A dataset with its entries, corrections of them, claims on others and decisions."""
    own = [place for place, owner in owners.items() if owner == slug]
    others = [each for each in slugs if each != slug]
    standings = (_standing(draw, place, keys) for place in own)
    decisions = (_decision(draw, keys) for _ in range(draw(st.integers(0, 2))))
    return replace(
        draw(record(Dataset, keys)),
        series=draw(_seldom(others)),
        replaced_by=draw(_seldom(others)),
        entries=tuple(standings),
        mentions=tuple(_standing(draw, place, keys) for place in draw(_some(known))),
        claims=_claims(draw, others, known, keys),
        corrections=tuple(_correction(draw, place, known[place], keys) for place in own),
        decisions=tuple(decisions),
    )


def _seldom(slugs: Sequence[str]) -> st.SearchStrategy[str | None]:
    return st.one_of(st.none(), st.none(), st.none(), st.sampled_from(slugs))


def _statement(slugs: Sequence[str]) -> st.SearchStrategy[tuple[str, ...]]:
    """A claim as others name it, or none."""
    named = st.builds("{} {} {}".format, st.sampled_from(slugs), st.sampled_from(RELATIONS), st.sampled_from(slugs))
    return st.lists(named, max_size=1).map(tuple)


def _some(known: Collection[tuple[str, str]]) -> st.SearchStrategy[list[tuple[str, str]]]:
    return st.lists(st.sampled_from(sorted(known)), max_size=1)


def _standing(draw: st.DrawFn, place: tuple[str, str], keys: Keys) -> EntryMatch:
    return replace(draw(record(EntryMatch, keys)), catalog=place[0], key=place[1])


def _claims(
    draw: st.DrawFn, slugs: Sequence[str], known: Mapping[tuple[str, str], Entry], keys: Keys
) -> tuple[Claim, ...]:
    found = (draw(record(Claim, keys)) for _ in range(draw(st.integers(0, 2))))
    return tuple(
        replace(
            each,
            object=draw(st.sampled_from(slugs)),
            extent=each.extent if each.relation in WITH_EXTENT else None,
            refines=draw(_statement(slugs)),
            corrects=draw(_statement(slugs)),
            evidence=(_evidence(draw, known), _evidence(draw, known)),
        )
        for each in found
    )


def _evidence(draw: st.DrawFn, known: Mapping[tuple[str, str], Entry]) -> Evidence:
    if draw(st.booleans()) and known:
        catalog, key = draw(st.sampled_from(sorted(known)))
        return Evidence(basis="catalog", catalog=catalog, key=key)
    return Evidence(basis="literature", source=draw(ADDRESSES))


def _correction(draw: st.DrawFn, place: tuple[str, str], entry: Entry, keys: Keys) -> Correction:
    field = draw(st.sampled_from(["links", "counts", "events", "released", "licence", *FIELDS]))
    stated = [text(each) for each in facts(entry).get(field, ())]
    return replace(
        draw(record(Correction, keys)),
        catalog=place[0],
        key=place[1],
        field=field,
        stated=draw(st.sampled_from(stated)) if stated else None,
        instead=draw(INSTEAD),
    )


def _decision(draw: st.DrawFn, keys: Keys) -> Decision:
    made = draw(record(Decision, keys))
    own = dict(keys).get(FIELDS[made.field].vocabulary or "") if made.field in FIELDS else None
    value = st.sampled_from(own) if own else st.just(DECIDED.get(made.field, "x"))
    made = replace(made, value=draw(value | UNDECIDED))
    return made if made.field == "counts" else replace(made, unit=None, role=None, modality=None)


def _widened(draw: st.DrawFn, vocabulary: Vocabulary) -> Vocabulary:
    """A vocabulary with a further concept, narrower than its first."""
    more = replace(draw(record(Concept, ())), key="more", broader=(vocabulary.concepts[0].key,))
    return replace(vocabulary, concepts=(*vocabulary.concepts, more))
