"""Where what is stated of a dataset and what we believe part: each value side by side, with what decided on it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass

from medkg.graph.dossier import Dossier, Judgement
from medkg.graph.leads import Leads
from medkg.graph.testimony import Fact, Value
from medkg.model.facts import FIELDS, SINGLE
from medkg.model.papers import paper_iri

_SPELT_FREELY = frozenset({"dcterms:title", "dcterms:alternative"})
"""Names, which catalogues write as they like."""

_ADDRESSES = frozenset({"dcat:landingPage"})
"""Of two addresses that differ in a last slash one is believed, and nobody disagrees."""

_FIELD_OF = {each.property: field for field, each in FIELDS.items() if each.property} | {
    "dcterms:title": "name",
    "dcterms:license": "licence",
    "medkg:licenceText": "licence",
}
"""The field that a correction names, by the property of its value; all other properties are of links."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Weighed:
    """A value with the judgements on it; one that is `rounded` is a less exact form of what is believed."""

    value: Value
    judgements: tuple[Judgement, ...]
    is_rounded: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Disagreement:
    """A fact whose values differ, those we believe first."""

    fact: Fact
    values: tuple[Weighed, ...]


def disagreements(dossier: Dossier, leads: Leads) -> list[Disagreement]:
    """The facts on which catalogues differ from each other or from what we believe, in the order of showing."""
    found = (Disagreement(fact=fact, values=tuple(_weighed(fact, dossier, leads))) for fact in dossier.facts)
    return [each for each in found if each.fact.is_disputed or any(map(_is_at_odds, each.values))]


def _is_at_odds(weighed: Weighed) -> bool:
    return bool(weighed.judgements) or weighed.is_rounded


def _weighed(fact: Fact, dossier: Dossier, leads: Leads) -> Iterator[Weighed]:
    for value in fact.values:
        form = leads.of(fact.property, value.text).form
        judgements = (*_corrections(fact, value, form, dossier), *_decisions(fact, form, dossier))
        is_plain = not (value.is_believed or judgements or fact.is_disputed)
        yield Weighed(
            value=value,
            judgements=judgements,
            is_rounded=is_plain and fact.property not in _SPELT_FREELY | _ADDRESSES,
        )


def _corrections(fact: Fact, value: Value, form: str, dossier: Dossier) -> Iterator[Judgement]:
    """The corrections of a value: of those who state it wrongly, and of those in whose place we put it."""
    for each in dossier.corrections:
        if each.field == _FIELD_OF.get(fact.property, "links"):
            is_wrong = each.place in value.corrected and _is(each.stated, form)
            if is_wrong or (value.is_believed and _is(each.instead, form)):
                yield each


def _is(written: str | None, form: str) -> bool:
    """Whether a value is the one that a correction writes."""
    return written is not None and paper_iri(written) == paper_iri(form)


def _decisions(fact: Fact, form: str, dossier: Dossier) -> list[Judgement]:
    """The decision that chose a value, or another one in its place."""
    slots = _slots(fact.property, form)
    return [each for each in dossier.decisions if _plain(each.field) in slots]


def _slots(property_: str, form: str) -> Collection[str]:
    """How a decision names the field of a value."""
    if property_ == "medkg:count":
        return {_plain(f"counts {form.partition(' ')[2]}")}
    return {_FIELD_OF[property_]} if _FIELD_OF.get(property_) in SINGLE else set()


def _plain(field: str | None) -> str:
    """A field as decisions name it, less `total`, which may be written or not."""
    return " ".join(word for word in (field or "").split() if word != "total")
