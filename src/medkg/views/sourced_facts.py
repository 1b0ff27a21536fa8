"""The facts of one dataset with their witnesses: which values are believed, and which catalogue states which.

A fact that a catalogue states and we do not believe stands beside those we do, so that a disagreement
is seen where it is.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from pyoxigraph import DefaultGraph, NamedNode

from medkg.model.papers import paper_iri
from medkg.views.graph_reader import Graph, GraphReader, Worded

FACTS: Mapping[str, str] = {
    "dcterms:title": "name",
    "dcterms:alternative": "expansion",
    "skos:altLabel": "other names",
    "dcat:inSeries": "edition of",
    "dcat:seriesMember": "editions",
    "dcat:version": "version",
    "dcterms:isPartOf": "part of",
    "dcterms:hasPart": "parts",
    "dcterms:isReplacedBy": "replaced by",
    "medkg:modality": "modality",
    "medkg:dimensionality": "dimensions",
    "medkg:imagedRegion": "imaged region",
    "medkg:labelTarget": "label target",
    "medkg:anatomy": "anatomy",
    "medkg:finding": "findings",
    "medkg:task": "task",
    "medkg:count": "counts",
    "medkg:labelCategoryCount": "label categories",
    "medkg:labelFormat": "label format",
    "medkg:fileFormat": "file format",
    "dcterms:issued": "released",
    "medkg:event": "presented at",
    "medkg:challengeName": "challenges named",
    "dcterms:license": "licence",
    "medkg:licenceText": "licence as written",
    "medkg:licencePage": "licence page",
    "medkg:accessCondition": "access",
    "dcat:landingPage": "homepage",
    "dcat:distribution": "download",
    "medkg:mirror": "mirror",
    "dcterms:isReferencedBy": "papers",
    "medkg:leaderboard": "leaderboard",
    "medkg:codeRepository": "code",
    "medkg:datasheet": "datasheet",
    "medkg:relatedProject": "related projects",
}
"""The properties of a dataset that are facts about it, in the order of showing, with what they are called."""

_DECIDED = {"medkg:labelCategoryCount": "label_categories", "dcterms:issued": "released", "dcterms:license": "licence"}
"""The field that a decision names, by the property of its value; one on a count names the unit and share as well."""

_NARROWER_OF = {"medkg:anatomy": ("medkg:imagedRegion", "medkg:labelTarget")}


@dataclass(frozen=True, slots=True, kw_only=True)
class Value:
    """One value of a fact: whether we believe it, who states it (`openmedlab:112`), and who is corrected for it.

    A value that is overruled is one beside which a decision chose another.
    """

    text: str
    is_believed: bool
    is_overruled: bool = False
    stated_by: tuple[str, ...] = ()
    corrected: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Fact:
    """One property of the dataset with all its values, those we believe first."""

    name: str
    property: str
    is_disputed: bool
    values: tuple[Value, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Testimony:
    """What a graph says of one dataset: `graphs` by the place of the record that each is of.

    `wrong` are the stated values that a correction calls so, each with its place; `decided` are the
    fields that a decision settles, as it names them (`counts case train`).
    """

    reader: GraphReader
    node: NamedNode
    graphs: Mapping[str, NamedNode]
    wrong: Collection[tuple[str | None, str]]
    decided: Collection[str]

    def facts(self) -> Iterator[Fact]:
        """Every fact, in the order of showing."""
        disputed = {
            each.value
            for each in self.reader.objects(self.node, "medkg:disputedProperty")
            if isinstance(each, NamedNode)
        }
        graphs: dict[str, Graph] = {"": DefaultGraph(), **self.graphs}
        wrong = {(place, paper_iri(form)) for place, form in self.wrong}
        decided = {" ".join(each for each in field.split() if each != "total") for field in self.decided}
        for curie, name in FACTS.items():
            said = [(place, worded) for place, graph in graphs.items() for worded in self._said(curie, graph)]
            if curie in _NARROWER_OF:
                plain = {worded.text for place, worded in said if place}
                said += [("", each) for each in self._worded(curie, DefaultGraph()) if each.text in plain]
            overruled = {worded.text for _, worded in said if _slot(curie, worded) in decided}
            values = tuple(_values(said, wrong, overruled))
            is_disputed = self._is_disputed(curie, disputed)
            if values or is_disputed:
                yield Fact(name=name, property=curie, is_disputed=is_disputed, values=values)

    def _said(self, curie: str, graph: Graph) -> list[Worded]:
        """What a graph says of the dataset by a property, but not what follows from a narrower property."""
        follows = {each for narrower in _NARROWER_OF.get(curie, ()) for each in self._worded(narrower, graph)}
        return [each for each in self._worded(curie, graph) if each not in follows]

    def _worded(self, curie: str, graph: Graph) -> list[Worded]:
        found = {self.reader.worded(each, graph) for each in self.reader.objects(self.node, curie, graph)}
        return sorted(found, key=lambda each: each.text)

    def _is_disputed(self, curie: str, disputed: set[str]) -> bool:
        """Whether catalogues differ on a property; the total of a unit is one of the counts."""
        properties = {self.reader.prefixes.expand(curie).value}
        if curie == "medkg:count":
            total = self.reader.prefixes.expand("medkg:totalProperty")
            found = self.reader.store.quads_for_pattern(None, total, None, DefaultGraph())
            properties |= {quad.object.value for quad in found if isinstance(quad.object, NamedNode)}
        return bool(properties & disputed)


def _slot(curie: str, worded: Worded) -> str | None:
    """The field that a decision on a value would name; None where there is none to make."""
    if curie == "medkg:count":
        return f"counts {worded.form.partition(' ')[2]}"
    return _DECIDED.get(curie)


def _values(said: Iterable[tuple[str, Worded]], wrong: set[tuple[str | None, str]], overruled: set[str]) -> list[Value]:
    """What is said, each once with all who say it, what we believe first; the empty place is our own."""
    places: dict[str, list[str]] = {}
    corrected: dict[str, list[str]] = {}
    for place, worded in said:
        places.setdefault(worded.text, []).append(place)
        if (place, paper_iri(worded.form)) in wrong:
            corrected.setdefault(worded.text, []).append(place)
    found = [
        Value(
            text=text,
            is_believed="" in by,
            is_overruled="" not in by and text in overruled,
            stated_by=tuple(sorted({each for each in by if each})),
            corrected=tuple(corrected.get(text, ())),
        )
        for text, by in places.items()
    ]
    return sorted(found, key=lambda value: (not value.is_believed, -len(value.stated_by)))
