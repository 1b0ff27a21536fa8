"""Everything a build would refuse, and more, in one list: data, ontology, stored queries and, if asked for, shapes."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from medkg.curation import load_with_faults, notes
from medkg.errors import Fault, MedkgError
from medkg.model import prefixes
from medkg.queries import load
from medkg.rdf import ontology
from medkg.rdf.origins import refuse_unknown_prefixes
from medkg.rdf.quads import rdf_dataset
from medkg.rdf.shapes import violations


@dataclass(frozen=True, slots=True, kw_only=True)
class Inspection:
    """What is wrong, which no build takes, and what a build takes all the same and a curator should know."""

    faults: list[MedkgError]
    notes: list[Fault]


def inspect(resources: Path, *, shapes: bool = False) -> Inspection:
    """What there is to say of all inputs, data first; the shapes are asked only where nothing else is wrong."""
    directory = resources / "ontology"
    records, found = load_with_faults(resources / "data")
    wrong: list[MedkgError] = [*found]
    wrong += _caught(lambda: ontology.require_files(directory))
    wrong += _caught(lambda: ontology.triples(directory))
    wrong += _caught(lambda: ontology.turtle(directory / "shapes.ttl"))
    wrong += _caught(lambda: load(resources / "queries", prefixes.load(directory)))
    wrong += _caught(lambda: refuse_unknown_prefixes(records, prefixes.load(directory)))
    if shapes and not wrong:
        wrong += violations(rdf_dataset(records, directory).default_graph, directory, records)
    return Inspection(faults=list({str(each): each for each in wrong}.values()), notes=notes(records))


def _caught(look: Callable[[], object]) -> list[MedkgError]:
    """What a look brings to light, alone or in one group."""
    caught: list[MedkgError] = []
    try:
        look()
    except* MedkgError as group:
        caught += (each for each in group.exceptions if isinstance(each, MedkgError))
    return caught
