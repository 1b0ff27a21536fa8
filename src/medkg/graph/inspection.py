"""Everything a build would refuse, and more, in one list: data, ontology, stored queries and, if asked for, shapes."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

from medkg.curation import Records, survey
from medkg.errors import MedkgError
from medkg.graph import ontology
from medkg.graph.queries import load
from medkg.graph.rdf_dataset import rdf_dataset
from medkg.graph.shapes import violations
from medkg.model import prefixes


def faults(resources: Path, *, shapes: bool = False) -> list[MedkgError]:
    """All that is wrong, data first; the shapes are asked only where nothing else is."""
    directory = resources / "ontology"
    records, found = survey(resources / "data")
    wrong: list[MedkgError] = [*found]
    for look in (
        lambda: ontology.require(directory),
        *(partial(_turtle, directory / name) for name in ontology.FILES if name.endswith(".ttl")),
        lambda: load(resources / "queries", prefixes.load(directory)),
    ):
        wrong += _caught(look)
    return wrong or _violations(records, directory) if shapes else wrong


def _turtle(file: Path) -> None:
    """Nothing, unless a file that is there is not Turtle, or what it says has a blank node."""
    if file.is_file():
        ontology.turtle(file)


def _violations(records: Records, directory: Path) -> list[MedkgError]:
    return [*violations(rdf_dataset(records, directory).default_graph, directory, records)]


def _caught(look: Callable[[], object]) -> list[MedkgError]:
    """What a look brings to light."""
    try:
        look()
    except* MedkgError as group:
        return [each for each in _leaves(group)]
    return []


def _leaves(group: BaseExceptionGroup[MedkgError]) -> Iterator[MedkgError]:
    for each in group.exceptions:
        if isinstance(each, BaseExceptionGroup):
            yield from _leaves(each)
        else:
            yield each
