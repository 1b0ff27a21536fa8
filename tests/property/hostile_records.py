"""Whole sets of records that hypothesis makes up: joined as curators join them, and full of hostile texts and numbers.

`made_up_records` draws them; `without` leaves out what faults name, so that what is left passes the check.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import MISSING, fields, is_dataclass, replace
from functools import cache
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from medkg.curation import Records
from medkg.errors import Fault
from medkg.model.claims import WITH_EXTENT, Claim, Evidence
from medkg.model.entries import Catalog, Entry
from medkg.model.facts import FIELDS, facts, text
from medkg.model.fields import Declaration, declarations
from medkg.model.forms import CURIE, DATE, SECURE_WEB_ADDRESS, WEB_ADDRESS
from medkg.model.records import Challenge, Correction, Dataset, Decision, Standing
from medkg.model.vocabularies import Concept, Vocabulary

_SLUG = st.from_regex(r"[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,3})?", fullmatch=True)
_DRAWN_APART = frozenset({"entries", "mentions", "claims", "corrections", "decisions", "datasets"})

Keys = tuple[tuple[str, tuple[str, ...]], ...]
"""The keys of each vocabulary, by its name."""

_LOCAL_NAMES = st.from_regex(r"[A-Za-z0-9_.-]+", fullmatch=True)
_ODD = r"""`[]|^{}"<>\ %'#?&@:;,./!*()+=~$-_"""
_LETTERS = (
    st.sampled_from(_ODD)
    | st.sampled_from("aZ09é肝\u00a0\u3000\u202e\ue000\U0001f600\u2028\ufeff")
    | st.characters(exclude_categories=("Cc", "Cs", "Cn"))
)
_TRAPS = st.sampled_from(
    (
        *(" ", "-", "no", "2022", "<b>&amp;", "]]>", "@prefix", '"""', "\\u0000", "a\tb\nc", "𝔏𝔦𝔗𝔖", "e\u0301", "肝脏"),
        *("_:b", "{{", "--", "a" * 500, "'", "~", "#", "\\", "$", "\ufffd", "\u200d", "%s", "${x}", "a\\", "=1+1"),
    )
)
_FORBIDDEN = st.sampled_from(("\x00", "a\x01b", "\r\n", "\x85", "\ufffe", "\U0001ffff", "\ufdd0", "\x7f"))
_TEXTS = st.one_of(*[st.text(_LETTERS, min_size=1, max_size=12)] * 10, *[_TRAPS] * 10, _FORBIDDEN)
_HOSTS = st.sampled_from(
    (*("x.org", "x.org:80", "é.org", "[::1]", "u:p@x.org", "doi.org", "www.doi.org") * 4, "[::1", "a|b", "")
)
_TAILS = st.sampled_from(
    (
        *("", "/", "/%", "/%zz", "/a b", "/?q=[1]&r={2}", "/#a#b", "\\a", "/<1::AID>3.0.CO;2-2", "/肝|脏", "/\u00a0"),
        *("/10.1002/(SICI)1097%3C1661%3A3%3E3.0.CO;2-2", "/pdf/1.1", "/%ff%00", "/%5B%23", "/doi/10.1234/%22<x>"),
    )
) | st.text(_LETTERS, max_size=8).map("/".__add__)
ADDRESSES = st.builds("{}://{}{}".format, st.sampled_from(("https", "http")), _HOSTS, _TAILS) | st.sampled_from(
    ("http://arxiv.org/list/cs", "https://dx.doi.org/", "https://www.doi.org/abc", "https://export.arxiv.org/ps/x")
)
"""Addresses that begin as web addresses do, whatever follows."""

_NUMBERS = st.sampled_from((1, 5, 131, 2017, 9999, 1000)) | st.integers(min_value=0, max_value=10**18 - 1)
_DATES = st.sampled_from(("2017", "2017-02", "2017-02-28", "0001", "9999-12-31", "2017-02-30", "0000", "2017-13"))
_DECIDED = {"counts": "007", "label_categories": "5", "released": "2017-02", "licence": "cc-by-4"}
_UNDECIDED = st.sampled_from(("9" * 30, "٣", "x", "0000"))
_INSTEAD = (
    st.none()
    | _TEXTS
    | ADDRESSES
    | st.sampled_from(
        ("5", "131 case", "131 case train ct", "miccai 2017", "miccai", "2017-02", "ct", "cc-by-4", "2017-02-30", "1 x")
    )
)
_OF_FORM: Mapping[str | None, st.SearchStrategy[str]] = {
    WEB_ADDRESS: ADDRESSES,
    SECURE_WEB_ADDRESS: ADDRESSES.map(lambda url: url.replace("http:", "https:")),
    CURIE: st.builds("{}:{}".format, st.sampled_from((*("uberon", "ncit", "dcm") * 5, "xyz")), _LOCAL_NAMES),
    DATE: _DATES,
}


@st.composite
def made_up_records(draw: st.DrawFn, vocabularies: Mapping[str, Vocabulary]) -> Records:
    """Records over some vocabularies, to each of which a concept is added."""
    terms = {name: _widened(draw, each) for name, each in vocabularies.items()}
    keys: Keys = tuple((name, tuple(concept.key for concept in each.concepts)) for name, each in terms.items())
    slugs = draw(st.lists(_SLUG, min_size=2, max_size=4, unique=True))
    catalogs = {"north": _keyed(draw(_record(Catalog, keys, 1))), "south": _keyed(draw(_record(Catalog, keys, 1)))}
    known = {(name, entry.key): entry for name, each in catalogs.items() for entry in each.entries}
    owners = {place: draw(st.sampled_from(slugs)) for place in known}
    datasets = {slug: _dataset(draw, slug, slugs, owners, known, keys) for slug in slugs}
    challenge = replace(
        draw(_record(Challenge, keys)),
        datasets=tuple(slugs[:1]),
        claims=tuple(replace(each, relation="usesImagesOf") for each in _claims(draw, slugs, known, keys)),
        entries=(),
    )
    return Records(
        catalogs=catalogs, datasets=datasets, challenges={f"{slugs[0]}-challenge": challenge}, vocabularies=terms
    )


def without(records: Records, faults: Iterable[Fault]) -> Records:
    """The records less the innermost part that each fault names: a field that may be absent, an item of a list."""
    found: dict[str, dict[str, Any]] = {
        kind: dict(getattr(records, kind)) for kind in ("catalogs", "datasets", "challenges", "vocabularies")
    }
    by_file: dict[tuple[str, str], list[str]] = {}
    for fault in faults:
        by_file.setdefault((fault.file.parent.name, fault.file.stem), []).append(fault.field)
    for (kind, name), paths in by_file.items():
        if name in found[kind]:
            found[kind][name] = _pruned(found[kind][name], {tuple(_steps(path)) for path in paths})
            if found[kind][name] is None:
                del found[kind][name]
    return Records(**found)


def _steps(path: str) -> list[str]:
    return re.findall(r"[^.\[\]]+", path)


def _pruned(value: Any, paths: Collection[tuple[str, ...]]) -> Any:
    """A record or list without what the paths lead to; None where it cannot be without it."""
    if not paths:
        return value
    if () in paths:
        return None
    heads = {path[0] for path in paths}
    below = {head: {path[1:] for path in paths if path[0] == head} for head in heads}
    if isinstance(value, tuple):
        kept = (_pruned(each, below.get(str(index), ())) for index, each in enumerate(value))
        return tuple(each for each in kept if each is not None)
    if not is_dataclass(value):
        return None
    changed = {}
    for field in fields(value):
        if field.name in below:
            found = _pruned(getattr(value, field.name), below[field.name])
            changed[field.name] = field.default if found is None else found
            if changed[field.name] in (MISSING, getattr(value, field.name)):
                return None
    return replace(value, **changed)  # type: ignore[type-var]


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
    standings = (replace(draw(_record(Standing, keys)), catalog=catalog, key=key) for catalog, key in own)
    decisions = (_decision(draw, keys) for _ in range(draw(st.integers(0, 2))))
    return replace(
        draw(_record(Dataset, keys)),
        series=None,
        replaced_by=None,
        entries=tuple(standings),
        claims=_claims(draw, [each for each in slugs if each != slug], known, keys),
        corrections=tuple(_correction(draw, place, known[place], keys) for place in own),
        decisions=tuple(decisions),
    )


def _claims(
    draw: st.DrawFn, slugs: Sequence[str], known: Mapping[tuple[str, str], Entry], keys: Keys
) -> tuple[Claim, ...]:
    found = (draw(_record(Claim, keys)) for _ in range(draw(st.integers(0, 2))))
    return tuple(
        replace(
            each,
            object=draw(st.sampled_from(slugs)),
            extent=each.extent if each.relation in WITH_EXTENT else None,
            refines=(),
            corrects=(),
            evidence=(_evidence(draw, known), _evidence(draw, known)),
        )
        for each in found
    )


def _evidence(draw: st.DrawFn, known: Mapping[tuple[str, str], Entry]) -> Evidence:
    if known and draw(st.booleans()):
        catalog, key = draw(st.sampled_from(sorted(known)))
        return Evidence(basis="catalog", catalog=catalog, key=key)
    return Evidence(basis="literature", source=draw(ADDRESSES))


def _correction(draw: st.DrawFn, place: tuple[str, str], entry: Entry, keys: Keys) -> Correction:
    field = draw(st.sampled_from(["links", "counts", "events", "released", "licence", *FIELDS]))
    stated = [text(each) for each in facts(entry).get(field, ())]
    return replace(
        draw(_record(Correction, keys)),
        catalog=place[0],
        key=place[1],
        field=field,
        stated=draw(st.sampled_from(stated)) if stated else None,
        instead=draw(_INSTEAD),
    )


def _decision(draw: st.DrawFn, keys: Keys) -> Decision:
    made = draw(_record(Decision, keys))
    value = draw(st.just(_DECIDED[made.field]) | _UNDECIDED)
    parts = ("unit", "role", "modality") if made.field != "counts" else ()
    return replace(made, value=value, **dict.fromkeys(parts))


def _widened(draw: st.DrawFn, vocabulary: Vocabulary) -> Vocabulary:
    """A vocabulary with a further concept, narrower than its first."""
    more = replace(draw(_record(Concept, ())), key="more", broader=(vocabulary.concepts[0].key,))
    return replace(vocabulary, concepts=(*vocabulary.concepts, more))


@cache
def _record(record: type[Any], keys: Keys, entries: int = 0) -> st.SearchStrategy[Any]:
    """Records of a class, with so many entries at least; a key of a vocabulary is one that it has."""
    hints = get_type_hints(record)
    made = {
        each.name: _value(hints[each.name], declaration, keys, entries) for each, declaration in declarations(record)
    }
    if record in (Dataset, Challenge):
        made |= {name: st.just(()) for name in made.keys() & _DRAWN_APART}
    return st.builds(record, **made)


def _value(annotation: Any, declaration: Declaration, keys: Keys, entries: int) -> st.SearchStrategy[Any]:
    """Values of a field's type and form, hostile where the form leaves room."""
    if annotation is str:
        return _text(declaration, dict(keys))
    if annotation is int:
        return _NUMBERS
    if annotation is bool:
        return st.booleans()
    if isinstance(annotation, type) and is_dataclass(annotation):
        return _record(annotation, keys)
    (inner,) = (each for each in get_args(annotation) if each not in (NoneType, Ellipsis))
    value = _value(inner, declaration, keys, 0)
    if get_origin(annotation) is not tuple:
        return st.none() | value
    if declaration.vocabulary and declaration.vocabulary not in dict(keys):
        return st.just(())
    return st.lists(value, min_size=entries if inner is Entry else 0, max_size=2).map(tuple)


def _text(declaration: Declaration, keys: Mapping[str, Sequence[str]]) -> st.SearchStrategy[str]:
    if declaration.vocabulary in keys:
        return st.sampled_from(keys[declaration.vocabulary or ""])
    if declaration.pattern in _OF_FORM:
        return _OF_FORM[declaration.pattern]
    if declaration.pattern:
        return st.from_regex(declaration.pattern, fullmatch=True)
    return _TEXTS.filter(str.strip)
