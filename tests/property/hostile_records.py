"""Whole sets of records that hypothesis makes up: joined as curators join them, and full of hostile texts and numbers.

`made_up_records` draws them; `without` leaves out what faults name, so that what is left passes the check.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields, is_dataclass, replace
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from medkg.curation import Records
from medkg.errors import Fault
from medkg.model.claims import Claim, Evidence
from medkg.model.entries import Catalog, Entry
from medkg.model.facts import FIELDS, facts, text
from medkg.model.fields import Declaration, declarations
from medkg.model.records import Challenge, Correction, Dataset, Decision, Standing
from medkg.model.vocabularies import Concept, Vocabulary

_SLUG = st.from_regex(r"[a-z][a-z0-9]{0,3}(-[a-z0-9]{1,3})?", fullmatch=True)
_DRAWN_BELOW = {"entries", "mentions", "claims", "corrections", "decisions", "datasets", "series", "replaced_by"}

_ODD = r"""`[]|^{}"<>\ %'#?&@:;,./!*()+=~$-_"""
_LETTERS = (
    st.sampled_from(_ODD) | st.sampled_from("aZ09é肝\u00a0\u3000\u202e\ue000\U0001f600\u2028\ufeff") | st.characters()
)
_TEXTS = st.sampled_from(
    (
        *(
            "\x00",
            "a\x01b",
            "\r\n",
            "\x85",
            "\ufffe",
            "\U0001ffff",
            "\ud800",
            " ",
            "-",
            "no",
            "2022",
            "<b>&amp;",
            "]]>",
        ),
        *("@prefix", '"""', "\\u0000", "a\tb\nc", "𝔏𝔦𝔗𝔖", "e\u0301", "肝脏", "_:b", "{{", "--", "a" * 500),
    )
) | st.text(_LETTERS, min_size=1, max_size=12)
_HOSTS = st.sampled_from(
    ("x.org", "x.org:80", "é.org", "[::1]", "u:p@x.org", "[::1", "", "x.org:99999", "x y", "a|b", "%", "doi.org")
)
_TAILS = st.sampled_from(
    (
        *("", "/", "/%", "/%zz", "/a b", "/?q=[1]&r={2}", "/#a#b", "\\a", "/<1::AID>3.0.CO;2-2", "/\x01", "/肝|脏"),
        *("/10.1002/(SICI)1097%3C1661%3A3%3E3.0.CO;2-2", "/pdf/1.1", "/%ff%00", "/%5B%23", "/\u00a0", "/\ud800"),
    )
) | st.text(_LETTERS, max_size=8).map("/".__add__)
ADDRESSES = st.builds("{}://{}{}".format, st.sampled_from(("https", "http")), _HOSTS, _TAILS) | st.sampled_from(
    ("http://arxiv.org/list/cs", "https://dx.doi.org/", "https://www.doi.org/abc", "https://export.arxiv.org/ps/x")
)
"""Addresses that begin as web addresses do, whatever follows."""

_NUMBERS = st.sampled_from((0, 1, 5, 131, 2017, 99999, 10**18 - 1)) | st.integers(min_value=0, max_value=10**18 - 1)


@st.composite
def made_up_records(draw: st.DrawFn, vocabularies: Mapping[str, Vocabulary]) -> Records:
    """Records over some vocabularies, to each of which a concept or two may be added."""
    terms = {name: _widened(draw, each) for name, each in vocabularies.items()}
    slugs = draw(st.lists(_SLUG, min_size=2, max_size=5, unique=True))
    catalogs = {f"list-{slug}": draw(_record(Catalog, terms, lists=1)) for slug in slugs[:2]}
    catalogs = {name: replace(each, entries=_keyed(each.entries)) for name, each in catalogs.items()}
    entries = [(name, entry) for name, each in catalogs.items() for entry in each.entries]
    datasets = {slug: draw(_record(Dataset, terms)) for slug in slugs}
    datasets = {slug: replace(each, entries=(), mentions=()) for slug, each in datasets.items()}
    for catalog, entry in entries:
        slug = draw(st.sampled_from(slugs))
        standing = draw(_record(Standing, terms))
        datasets[slug] = replace(
            datasets[slug], entries=(*datasets[slug].entries, replace(standing, catalog=catalog, key=entry.key))
        )
    known = {(name, entry.key): entry for name, entry in entries}
    datasets = {slug: _joined(draw, slug, each, slugs, known, terms) for slug, each in datasets.items()}
    editions = {f"{slug}-challenge": _edition(draw, slugs, known, terms) for slug in slugs[:1]}
    return Records(catalogs=catalogs, datasets=datasets, challenges=editions, vocabularies=terms)


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
            if found is None and field.default is not None:
                if isinstance(field.default, tuple):
                    found = ()
                else:
                    return None
            changed[field.name] = found
    return replace(value, **changed)  # type: ignore[type-var]


def _keyed(entries: Sequence[Entry]) -> tuple[Entry, ...]:
    """The entries with keys of their own."""
    return tuple(replace(entry, key=f"entry-{index}") for index, entry in enumerate(entries))


def _joined(
    draw: st.DrawFn,
    slug: str,
    dataset: Dataset,
    slugs: Sequence[str],
    known: Mapping[tuple[str, str], Entry],
    terms: Mapping[str, Vocabulary],
) -> Dataset:
    """A dataset with claims on others, corrections of its entries and decisions."""
    others = [each for each in slugs if each != slug]
    own = [(each.catalog, each.key) for each in dataset.entries]
    return replace(
        dataset,
        series=None,
        replaced_by=None,
        claims=_claims(draw, others, known, terms),
        corrections=tuple(_correction(draw, place, known[place], terms) for place in own if draw(st.booleans())),
        decisions=tuple(draw(st.lists(_record(Decision, terms), max_size=2))),
    )


def _claims(
    draw: st.DrawFn, slugs: Sequence[str], known: Mapping[tuple[str, str], Entry], terms: Mapping[str, Vocabulary]
) -> tuple[Claim, ...]:
    found = draw(st.lists(_record(Claim, terms), max_size=2))
    return tuple(
        replace(
            each,
            object=draw(st.sampled_from(slugs)),
            refines=(),
            corrects=(),
            evidence=tuple(draw(st.lists(_evidence(known, terms), min_size=1, max_size=2))),
        )
        for each in found
    )


@st.composite
def _evidence(draw: st.DrawFn, known: Mapping[tuple[str, str], Entry], terms: Mapping[str, Vocabulary]) -> Evidence:
    if known and draw(st.booleans()):
        catalog, key = draw(st.sampled_from(sorted(known)))
        return Evidence(basis="catalog", catalog=catalog, key=key)
    return Evidence(basis="literature", source=draw(ADDRESSES))


def _correction(draw: st.DrawFn, place: tuple[str, str], entry: Entry, terms: Mapping[str, Vocabulary]) -> Correction:
    field = draw(st.sampled_from(["links", "counts", "events", "released", "licence", *FIELDS]))
    stated = [text(each) for each in facts(entry).get(field, ())]
    made = draw(_record(Correction, terms))
    return replace(
        made,
        catalog=place[0],
        key=place[1],
        field=field,
        stated=draw(st.sampled_from(stated)) if stated else None,
        instead=draw(st.none() | _TEXTS | ADDRESSES | st.sampled_from(_INSTEAD)),
    )


_INSTEAD = (
    "5",
    "131 case",
    "131 case train ct",
    "miccai 2017",
    "miccai",
    "2017-02",
    "ct",
    "cc-by-4",
    "2017-02-30",
    "1 x",
)


def _edition(
    draw: st.DrawFn, slugs: Sequence[str], known: Mapping[tuple[str, str], Entry], terms: Mapping[str, Vocabulary]
) -> Challenge:
    claims = tuple(replace(each, relation="usesImagesOf") for each in _claims(draw, slugs, known, terms))
    return replace(draw(_record(Challenge, terms)), datasets=tuple(slugs[:1]), claims=claims, entries=())


def _widened(draw: st.DrawFn, vocabulary: Vocabulary) -> Vocabulary:
    """A vocabulary with a further concept or two, narrower than one of its own."""
    more = draw(st.lists(_record(Concept, {}), max_size=1))
    own = [each.key for each in vocabulary.concepts]
    joined = (replace(each, key=f"more-{index}", broader=tuple(own[:1])) for index, each in enumerate(more))
    return replace(vocabulary, concepts=(*vocabulary.concepts, *joined))


def _record(record: type[Any], terms: Mapping[str, Vocabulary], *, lists: int = 0) -> st.SearchStrategy[Any]:
    """Records of a class, each list of at least so many; a key of a vocabulary is one that it has."""
    hints = get_type_hints(record)
    made = {
        each.name: _value(hints[each.name], declaration, terms, lists) for each, declaration in declarations(record)
    }
    if record in (Dataset, Challenge):
        made |= {name: st.just(()) for name in made.keys() & _DRAWN_BELOW if name not in ("series", "replaced_by")}
    return st.builds(record, **made)


def _value(annotation: Any, declaration: Declaration, terms: Mapping[str, Vocabulary], lists: int) -> Any:
    if annotation is str:
        return _text(declaration, terms)
    if annotation is int:
        return _NUMBERS
    if annotation is bool:
        return st.booleans()
    if isinstance(annotation, type) and is_dataclass(annotation):
        return st.deferred(lambda: _record(annotation, terms))
    (inner,) = (each for each in get_args(annotation) if each not in (NoneType, Ellipsis))
    value = _value(inner, declaration, terms, 0)
    if get_origin(annotation) is tuple:
        has_values = not declaration.vocabulary or declaration.vocabulary in terms
        return st.lists(value, min_size=min(lists, 1), max_size=2).map(tuple) if has_values else st.just(())
    return st.none() | value


def _text(declaration: Declaration, terms: Mapping[str, Vocabulary]) -> st.SearchStrategy[str]:
    if declaration.vocabulary in terms:
        return st.sampled_from([each.key for each in terms[declaration.vocabulary or ""].concepts])
    if declaration.pattern and declaration.pattern.startswith("https"):
        return ADDRESSES
    if declaration.pattern:
        return st.from_regex(declaration.pattern, fullmatch=True)
    return _TEXTS.filter(str.strip)
