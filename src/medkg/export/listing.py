"""Search results as CSV and JSON: one row or object for each dataset, as the search index holds it."""

from __future__ import annotations

import csv as tables
import io
import json as documents
from collections.abc import Iterable, Mapping
from dataclasses import asdict
from typing import Any

from medkg.model import prefixes as iris
from medkg.search import Card

_CONCEPTS = ("modality", "anatomy", "task", "finding", "licence")
_BY_KEY = ("catalog", "lineage")
_COLUMNS = ("dataset", "iri", "title", "title_zh", "kind", "year", "cases", *_CONCEPTS, *_BY_KEY)


def csv(cards: Iterable[Card]) -> bytes:
    """A row for each dataset, of several values the labels between semicolons; catalogues and lineage by their keys."""
    text = io.StringIO()
    writer = tables.writer(text)
    writer.writerow(_COLUMNS)
    for card in cards:
        named = (card.slug, iris.dataset(card.slug).value, card.label, card.label_zh, _kind(card))
        counted = (card.year, f"~{card.cases}" if card.is_rounded else card.cases)
        concepts = ("; ".join(term.label for term in card.terms.get(scheme, ())) for scheme in _CONCEPTS)
        others = ("; ".join(term.key for term in card.terms.get(scheme, ())) for scheme in _BY_KEY)
        writer.writerow((*named, *counted, *concepts, *others))
    return text.getvalue().encode()


def json(cards: Iterable[Card], head: Mapping[str, Any]) -> bytes:
    """A JSON document of all datasets, which begins with the members of `head`."""
    datasets = [_plain(card) for card in cards]
    return documents.dumps({**head, "total": len(datasets), "datasets": datasets}, ensure_ascii=False).encode() + b"\n"


def _plain(card: Card) -> dict[str, Any]:
    """A dataset as JSON has it; concepts with their labels in both languages."""
    return {
        "dataset": card.slug,
        "iri": iris.dataset(card.slug).value,
        "title": card.label,
        "title_zh": card.label_zh,
        "kind": _kind(card),
        "year": card.year,
        "cases": card.cases,
        "cases_rounded": card.is_rounded,
        **{scheme: [asdict(term) for term in card.terms.get(scheme, ())] for scheme in _CONCEPTS},
        **{scheme: [term.key for term in card.terms.get(scheme, ())] for scheme in _BY_KEY},
    }


def _kind(card: Card) -> str:
    return "series" if card.is_series else "dataset"
