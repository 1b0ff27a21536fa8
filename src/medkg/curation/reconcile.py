"""For an entry, the datasets it may stand for, with scores, reasons and warnings; a curator decides.

Candidates have a trace in common with the entry. An entry that stands for a dataset already is compared with the other
sources of that dataset.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from math import prod

from medkg.choices import did_you_mean
from medkg.curation.traces import EntryKey, Trace, TraceIndex, TraceKind, entry_traces, trace_index
from medkg.errors import UnknownName
from medkg.model.collection import Records
from medkg.model.entries import Entry
from medkg.model.names import key
from medkg.model.vocabularies import Vocabulary

_WEIGHT: Mapping[TraceKind, float] = {"name": 0.85, "address": 0.8, "paper": 0.7, "count": 0.3}
_RELATED_LINK_FACTOR = 0.5  # weight of the address of a related project or of code
_SIMILAR_NAME_PERCENT = 80  # similarity from which a name is a reason
_SIMILAR_NAMES_LIMIT = 20
_CONTAINED_NAME_LENGTH = 5  # letters and digits of a name that counts as part of another
_CONTAINED_NAME_FACTOR = 0.6  # weight of a name that is part of another
_UNRELATED_NAME_PERCENT = 50  # similarity below which two names have nothing in common
_OTHER_EDITION_FACTOR = 0.4  # weight of a similar name with other digits
_CONTRADICTION_FACTOR = 0.6  # of a score where modality or anatomy differ
_AGREEMENT_BONUS = 0.1  # to a score where modality or anatomy agree
_LEAST_SCORE = 0.1  # of a candidate
_CANDIDATES_LIMIT = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class DatasetCandidate:
    """A dataset that an entry may stand for, with reasons for it and warnings against it."""

    slug: str
    label: str
    score: float
    reasons: tuple[str, ...]
    warnings: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Proposal:
    """An entry with its candidates, best first, and the slug of the dataset that it stands for already."""

    catalog: str
    entry: Entry
    stands_for: str | None
    candidates: tuple[DatasetCandidate, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class _Reason:
    """The weight of one trace for one dataset, and its explanation."""

    kind: TraceKind
    weight: float
    words: str


def reconcile(records: Records, *, catalog: str | None = None, entry: str | None = None) -> list[Proposal]:
    """A proposal for each entry that stands for no dataset, or for the entry named, whether or not it does.

    An entry is named by its key, alone where one catalogue has it, or by `catalogue/key`. `UnknownName`
    for an unknown catalogue or entry.
    """
    holders = {
        (standing.catalog, standing.key): slug
        for slug, dataset in records.datasets.items()
        for standing in dataset.entries
    }
    requested = _requested_entries(records, catalog, entry)
    selected = [reference for reference in requested if entry or reference not in holders]
    traces = trace_index(records) if selected else {}
    return [
        Proposal(
            catalog=reference[0],
            entry=requested[reference],
            stands_for=holders.get(reference),
            candidates=tuple(_candidates(records, traces, reference, requested[reference])),
        )
        for reference in selected
    ]


def _requested_entries(records: Records, catalog: str | None, entry: str | None) -> dict[EntryKey, Entry]:
    """The requested entries, in order."""
    if entry and "/" in entry:
        prefix, entry = entry.split("/", 1)
        if catalog not in (None, prefix):
            raise UnknownName(f"no entry of {catalog} is one of {prefix}; leave out one of the two catalogues")
        catalog = prefix
    if catalog is not None and catalog not in records.catalogs:
        raise UnknownName(f"no catalogue is called {catalog!r}{did_you_mean(catalog, records.catalogs)}")
    catalogs = records.catalogs if catalog is None else {catalog: records.catalogs[catalog]}
    entries = {
        (name, listed_entry.key): listed_entry for name, listed in catalogs.items() for listed_entry in listed.entries
    }
    if entry is None:
        return entries
    matches = {reference: match for reference, match in entries.items() if reference[1] == entry}
    if not matches:
        raise UnknownName(f"no entry has the key {entry!r}{did_you_mean(entry, {key for _, key in entries})}")
    if len(matches) > 1:
        raise UnknownName(
            f"{len(matches)} catalogues have an entry {entry!r}; say {' or '.join(map('/'.join, matches))}"
        )
    return matches


def _candidates(records: Records, traces: TraceIndex, reference: EntryKey, entry: Entry) -> list[DatasetCandidate]:
    """The datasets that share a trace with an entry, best first."""
    reasons: dict[str, list[_Reason]] = {}
    for trace in entry_traces(entry):
        for slug, reason in _reasons(trace, traces, reference):
            reasons.setdefault(slug, []).append(reason)
    other_statements = {slug: _OtherStatements.of(records, slug, reference) for slug in reasons}
    candidates = [_candidate(records, entry, slug, reason, other_statements[slug]) for slug, reason in reasons.items()]
    return sorted(
        (candidate for candidate in candidates if candidate.score >= _LEAST_SCORE),
        key=lambda candidate: (-candidate.score, candidate.slug),
    )[:_CANDIDATES_LIMIT]


def _reasons(trace: Trace, traces: TraceIndex, reference: EntryKey) -> Iterator[tuple[str, _Reason]]:
    """A reason for each dataset that has a trace elsewhere; the more datasets share it, the less it weighs."""
    matches = [match for match in traces.get((trace.kind, trace.form), ()) if match.source != reference]
    shared = len({match.slug for match in matches})
    for match in matches:
        factor = 1.0 if trace.is_own and match.trace.is_own else _RELATED_LINK_FACTOR
        text = f"{trace.kind} {trace.shown} as in {match.where}" + (f", of {shared} datasets" if shared > 1 else "")
        yield match.slug, _Reason(kind=trace.kind, weight=_WEIGHT[trace.kind] * factor / shared, words=text)
    if trace.kind == "name":
        yield from _similar_names(trace, traces, reference)


def _similar_names(trace: Trace, traces: TraceIndex, reference: EntryKey) -> Iterator[tuple[str, _Reason]]:
    """A reason for each dataset with a name of similar spelling, or with a name that contains this one or is in it."""
    from rapidfuzz import fuzz, process

    forms = [form for kind, form in traces if kind == "name" and form != trace.form]
    misspellings = process.extract(
        trace.form, forms, scorer=fuzz.ratio, score_cutoff=_SIMILAR_NAME_PERCENT, limit=_SIMILAR_NAMES_LIMIT
    )
    similar = {form: ("much like", (likeness / 100) ** 3) for form, likeness, _ in misspellings}
    for form in forms:
        shorter, longer = sorted((form, trace.form), key=len)
        if len(shorter) >= _CONTAINED_NAME_LENGTH and shorter in longer and form not in similar:
            similar[form] = ("in part that of", _CONTAINED_NAME_FACTOR * (len(shorter) / len(longer)) ** 0.5)
    for form, (how, likeness) in similar.items():
        weight = _WEIGHT["name"] * likeness * (1 if _digits(form) == _digits(trace.form) else _OTHER_EDITION_FACTOR)
        for match in traces["name", form]:
            if match.source != reference:
                text = f"name {trace.shown} {how} {match.trace.shown} in {match.where}"
                yield match.slug, _Reason(kind="name", weight=weight, words=text)


def _digits(form: str) -> str:
    return re.sub(r"\D", "", form)


@dataclass(frozen=True, slots=True, kw_only=True)
class _OtherStatements:
    """The statements on a dataset apart from one entry: its names, modalities and body parts."""

    names: tuple[str, ...]
    modality: frozenset[str]
    anatomy: frozenset[str]

    @classmethod
    def of(cls, records: Records, slug: str, reference: EntryKey) -> _OtherStatements:
        """The statements of the other entries and of the dataset's own file."""
        dataset = records.datasets[slug]
        other_entries = {(standing.catalog, standing.key) for standing in dataset.entries} - {reference}
        entries = [
            entry
            for name, listed in records.catalogs.items()
            for entry in listed.entries
            if (name, entry.key) in other_entries
        ]
        names = (dataset.label, dataset.title_zh, dataset.expansion, *dataset.alternative, *dataset.alternative_zh)
        return cls(
            names=tuple(name for name in (*names, *(entry.name for entry in entries)) if name),
            modality=frozenset(modality for entry in entries for modality in entry.modality),
            anatomy=frozenset(concept for entry in entries for concept in _anatomy(entry)),
        )


def _candidate(
    records: Records, entry: Entry, slug: str, reasons: list[_Reason], others: _OtherStatements
) -> DatasetCandidate:
    """A dataset with its score, reasons and warnings; of each kind of reason only the best counts."""
    best: dict[TraceKind, _Reason] = {}
    for reason in reasons:
        if reason.kind not in best or reason.weight > best[reason.kind].weight:
            best[reason.kind] = reason
    score = 1 - prod(1 - reason.weight for reason in best.values())
    texts = [reason.words for reason in sorted(best.values(), key=lambda reason: -reason.weight)]
    warnings: list[str] = []
    for name, own_keys, other_keys in (
        ("modality", entry.modality, others.modality),
        ("anatomy", _anatomy(entry), others.anatomy),
    ):
        if not own_keys or not other_keys:
            continue
        vocabulary = records.vocabularies[name]
        if _are_related(own_keys, other_keys, vocabulary):
            texts.append(f"same {name}")
            score += (1 - score) * _AGREEMENT_BONUS
        else:
            score *= _CONTRADICTION_FACTOR
            warnings.append(
                f"other {name}: {_labels(own_keys, vocabulary)} here, {_labels(other_keys, vocabulary)} there"
            )
    if "address" in best and not _has_name_in_common(entry, others):
        warnings.append(f"same address, but a name unlike {' or '.join(dict.fromkeys(others.names[:2]))}")
    return DatasetCandidate(
        slug=slug,
        label=records.datasets[slug].label,
        score=round(score, 2),
        reasons=tuple(texts),
        warnings=tuple(warnings),
    )


def _anatomy(entry: Entry) -> tuple[str, ...]:
    return (*entry.anatomy, *entry.imaged_region, *entry.label_target)


def _are_related(own_keys: Iterable[str], other_keys: Iterable[str], vocabulary: Vocabulary) -> bool:
    """Whether a concept of one is a concept of the other, or narrower or wider than one."""
    return any(
        own == other or own in vocabulary.wider(other) or other in vocabulary.wider(own)
        for own in own_keys
        for other in other_keys
    )


def _labels(keys: Iterable[str], vocabulary: Vocabulary) -> str:
    return ", ".join(sorted({vocabulary.by_key[key].label for key in keys}))


def _has_name_in_common(entry: Entry, others: _OtherStatements) -> bool:
    from rapidfuzz import fuzz

    own_names = [key(name) for name in (entry.name, entry.expansion) if name]
    return any(
        fuzz.partial_ratio(own, key(name)) >= _UNRELATED_NAME_PERCENT for own in own_names for name in others.names
    )
