"""Papers: the datasets that each describes, with their sources, and the corrections, decisions and claims citing it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode

from medkg.lineage.claims import Step
from medkg.lineage.register import Register
from medkg.model.papers import paper_iri
from medkg.views.concepts import NamedThing, named_thing
from medkg.views.graph_reader import GraphReader


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperDataset:
    """A dataset that a paper describes, with the records that say so, by place; none where only we do."""

    dataset: NamedThing
    records: tuple[tuple[str, str], ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class PaperJudgement:
    """A correction of a record, or a decision on a dataset, that rests on a paper."""

    subject: NamedThing
    field: str
    instead: str | None
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Paper:
    """All that is known of a paper: its names in catalogues, and other addresses of it."""

    iri: str
    names: tuple[str, ...]
    pages: tuple[str, ...]
    datasets: tuple[PaperDataset, ...]
    judgements: tuple[PaperJudgement, ...]


def paper_profile(reader: GraphReader, node: NamedNode) -> Paper:
    """The profile of a paper by its node."""
    return Paper(
        iri=node.value,
        names=tuple(name.value for name in reader.literals(node, "rdfs:label")),
        pages=tuple(page.value for page in reader.nodes(node, "foaf:page")),
        datasets=tuple(_datasets(reader, node)),
        judgements=tuple(_judgements(reader, node)),
    )


def claims_of_paper(register: Register, iri: str) -> list[Step]:
    """The lineage claims whose evidence is a paper."""
    return [claim.step for claim in register.claims if any(_is(item.source, iri) for item in claim.claim.evidence)]


def _is(source: str | None, iri: str) -> bool:
    return source is not None and paper_iri(source) == iri


def _datasets(reader: GraphReader, node: NamedNode) -> Iterator[PaperDataset]:
    property_ = reader.prefixes.expand("dcterms:isReferencedBy")
    for dataset in reader.subjects("dcterms:isReferencedBy", node):
        quads = reader.store.quads_for_pattern(dataset, property_, node, None)
        graphs = (quad.graph_name for quad in quads if not isinstance(quad.graph_name, DefaultGraph))
        records = {(reader.place(graph), graph.value) for graph in graphs if isinstance(graph, NamedNode)}
        yield PaperDataset(dataset=named_thing(reader, dataset), records=tuple(sorted(records)))


def _judgements(reader: GraphReader, node: NamedNode) -> Iterator[PaperJudgement]:
    for part in reader.subjects("dcterms:source", node):
        whole, _, fragment = part.value.partition("#")
        if fragment.startswith(("defect-", "decision-")):
            yield PaperJudgement(
                subject=named_thing(reader, NamedNode(whole)),
                field=reader.literal(part, "medkg:field") or "",
                instead=reader.literal(part, "medkg:instead"),
                reason=reader.literal(part, "rdfs:comment") or "",
            )
