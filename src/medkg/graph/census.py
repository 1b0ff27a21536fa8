"""How many things of each kind a graph holds, at a glance."""

from __future__ import annotations

from dataclasses import dataclass

from pyoxigraph import DefaultGraph, Store

from medkg.graph.terms import RDF_TYPE
from medkg.model.prefixes import Prefixes


@dataclass(frozen=True, slots=True, kw_only=True)
class Census:
    """The numbers of things, and of statements in all graphs."""

    datasets: int
    entries: int
    catalogs: int
    claims: int
    papers: int
    challenges: int
    statements: int


def census(store: Store, prefixes: Prefixes) -> Census:
    """The census of a store."""

    def number(kind: str) -> int:
        return sum(1 for _ in store.quads_for_pattern(None, RDF_TYPE, prefixes.expand(kind), DefaultGraph()))

    return Census(
        datasets=number("dcat:Dataset"),
        entries=number("dcat:CatalogRecord"),
        catalogs=number("dcat:Catalog"),
        claims=number("medkg:LineageClaim"),
        papers=number("schema:ScholarlyArticle"),
        challenges=number("medkg:Challenge"),
        statements=len(store),
    )
