"""Everything that a build makes of a data directory, each thing once, and all faults that prevent a build."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

from medkg import queries
from medkg.curation import load, load_with_faults, notes
from medkg.errors import Fault, MedkgError
from medkg.lineage.register import Register
from medkg.model import prefixes
from medkg.model.collection import Records
from medkg.rdf import lineage_register, ontology
from medkg.rdf.origins import refuse_unknown_prefixes
from medkg.rdf.quads import RdfDataset, rdf_dataset
from medkg.rdf.shapes import require_conformance, violations
from medkg.search.index_writer import write_index
from medkg.snapshots.manifest import INDEX, LINEAGE


@dataclass(frozen=True, kw_only=True)
class BuildProducts:
    """The records under a directory of resources, and everything that a build makes of them, when first asked for."""

    resources: Path
    records: Records

    @classmethod
    def of(cls, resources: Path) -> BuildProducts:
        """The products of the present data; an ExceptionGroup of all faults where the data have any."""
        return cls(resources=resources, records=load(resources / "data"))

    @property
    def ontology(self) -> Path:
        """The directory of the ontology."""
        return self.resources / "ontology"

    @cached_property
    def register(self) -> Register:
        """The register of lineage."""
        return lineage_register.register(self.records)

    @cached_property
    def graph(self) -> RdfDataset:
        """The whole graph."""
        return rdf_dataset(self.records, self.ontology, self.register)

    def require_conformance(self) -> None:
        """Refuse with an ExceptionGroup of faults a graph that does not conform to the shapes."""
        require_conformance(self.graph.default_graph, self.ontology, self.records)

    def write_derived_files(self, directory: Path) -> None:
        """Write the search index and the register of lineage into a directory."""
        write_index(self.records, self.register, directory / INDEX)
        lineage_register.write(self.register, directory / LINEAGE)


@dataclass(frozen=True, slots=True, kw_only=True)
class CheckResult:
    """The faults, each of which prevents a build, and notes on the data, which do not."""

    faults: list[MedkgError]
    notes: list[Fault]


def check(resources: Path, *, shapes: bool = False) -> CheckResult:
    """The faults of data, ontology and stored queries, and the violations of the shapes if asked for.

    The shapes are validated only where nothing else is wrong.
    """
    directory = resources / "ontology"
    records, data_faults = load_with_faults(resources / "data")
    faults: list[MedkgError] = [*data_faults]
    faults += _faults_of(lambda: ontology.require_files(directory))
    faults += _faults_of(lambda: ontology.triples(directory))
    faults += _faults_of(lambda: ontology.turtle(directory / "shapes.ttl"))
    faults += _faults_of(lambda: queries.load(resources / "queries", prefixes.load(directory)))
    faults += _faults_of(lambda: refuse_unknown_prefixes(records, prefixes.load(directory)))
    if shapes and not faults:
        faults += violations(rdf_dataset(records, directory).default_graph, directory, records)
    return CheckResult(faults=list({str(fault): fault for fault in faults}.values()), notes=notes(records))


def _faults_of(action: Callable[[], object]) -> list[MedkgError]:
    """The faults that an action raises, alone or in a group."""
    faults: list[MedkgError] = []
    try:
        action()
    except* MedkgError as group:
        faults += (fault for fault in group.exceptions if isinstance(fault, MedkgError))
    return faults
