"""The page of a dataset: facts with their sources, disagreements, lineage, shared images, citation, error report."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, render_template
from pyoxigraph import NamedNode

from medkg.evaluation import GRAPHS, Description
from medkg.evaluation.formats import JSON_LD, TURTLE
from medkg.export import citation, schema_org
from medkg.http.query_parameters import takes
from medkg.lineage.leakage import overlap
from medkg.lineage.relatives import family
from medkg.model import prefixes as iris
from medkg.model.fact_properties import ROLE_OF
from medkg.site.claims import LineageLinks, family_sides, lineage_links, linked_overlap
from medkg.site.context import SiteContext, current_context, lineage_views, similarity_concepts
from medkg.site.descriptions import description_of
from medkg.site.pages import addresses, reply
from medkg.views import similarity
from medkg.views.concepts import licences_of
from medkg.views.dataset_profile import DatasetProfile, profile
from medkg.views.differences import disagreements
from medkg.views.graph_reader import GraphReader
from medkg.views.similarity import Similarity
from medkg.views.sourced_facts import SourcedFact, SourcedValue


@dataclass(frozen=True, slots=True, kw_only=True)
class ErrorReport:
    """The text of an error report, for the user to complete."""

    title: str
    body: str

    @property
    def text(self) -> str:
        """Title and body, to be copied."""
        return f"{self.title}\n\n{self.body}"

    def address(self, issues: str) -> str:
        r"""The address of the page for a new issue with the report filled in, for GitHub, Gitea and Forgejo.

        https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue#creating-an-issue-from-a-url-query

        >>> ErrorReport(title="LiTS & more", body="a\nb").address("https://example.org/issues/new?template=data.md")
        'https://example.org/issues/new?template=data.md&title=LiTS%20%26%20more&body=a%0Ab'
        """
        parts = urlsplit(issues)
        filled = urlencode({"title": self.title, "body": self.body}, quote_via=quote)
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, filled))), fragment=""))


def _error_report(known: DatasetProfile, revision: str) -> ErrorReport:
    """The report of an error in the facts of a dataset."""
    return ErrorReport(
        title=f"Something is wrong with {known.label}",
        body=f"Dataset: {known.iri}\nFile: data/datasets/{known.slug}.yaml\nRevision: {revision}\n"
        "What is wrong, and on which line of which catalogue: \n"
        "What is right, and who says so (paper, page): \n",
    )


dataset = Blueprint("dataset", __name__)

_PAPERS_PROPERTY = "dcterms:isReferencedBy"
_NAME_PROPERTY = "dcterms:title"
_LINK_PROPERTIES = frozenset(ROLE_OF) - {_PAPERS_PROPERTY}
_TOPIC_PROPERTIES = frozenset(
    {"medkg:modality", "medkg:imagedRegion", "medkg:labelTarget", "medkg:anatomy", "medkg:task"}
)
"""The facts that are shown as topics at the head of the page."""

MAX_PICTURE_MEMBERS = 14
"""The picture of a larger family shows the nearest members only."""


@dataclass(frozen=True, slots=True, kw_only=True)
class SimilarDataset:
    """A similar dataset, with the labels of the common concepts."""

    similarity: Similarity
    label: str
    url: str
    common: tuple[str, ...]


@dataset.get("/dataset/<slug>/cite.bib")
@takes(media_types=("application/x-bibtex",))
def dataset_bibtex(slug: str) -> Response:
    """The dataset and its papers as BibTeX."""
    context = current_context()
    iri = description_of(iris.dataset("").value + slug).iri.value
    return reply(
        lambda: citation.bibtex(context.store, context.prefixes, [slug]).encode(),
        "application/x-bibtex",
        identity=(context.revision, iri),
    )


def dataset_page(context: SiteContext, description: Description) -> str:
    """The page of a dataset."""
    node, slug = description.iri, description.iri.value.removeprefix(iris.dataset("").value)
    reader = context.reader
    known, links = profile(context.store, slug, context.prefixes), lineage_links(context)
    shares, relatives = (
        linked_overlap(overlap(lineage_views(context)["all"], slug), links),
        family(lineage_views(context)["all"], slug),
    )
    return render_template(
        "dataset/page.html",
        known=known,
        title_zh=reader.chinese_label(node),
        kind=_kind(reader, node),
        replaced_by=_replacement(reader, node),
        retired=[reader.label(successor) for successor in reader.subjects("dcterms:isReplacedBy", node)],
        topics=_topics(known),
        facts=_facts(known, lambda property_: property_ not in ROLE_OF),
        links=_facts(known, _LINK_PROPERTIES.__contains__),
        papers=_facts(known, _PAPERS_PROPERTY.__eq__),
        disagreements=disagreements(known),
        licences=licences_of(reader, node),
        shares=shares,
        sides=family_sides(relatives, links),
        editions=links.editions(slug),
        picture_depth=None if len(relatives.generations) <= MAX_PICTURE_MEMBERS else 1,
        similar_datasets=_similar_datasets(context, slug, links, without=shares.slugs),
        bibtex=citation.bibtex(context.store, context.prefixes, [slug]),
        schema_org=schema_org.dataset(context.store, context.prefixes, slug),
        report=_error_report(known, context.revision),
        issues=context.issues,
        addresses=addresses(),
        formats=GRAPHS,
        copied=(TURTLE, JSON_LD),
    )


def _kind(reader: GraphReader, node: NamedNode) -> str:
    """The class of a dataset in words."""
    classes = set(reader.objects(node, "rdf:type"))
    return "series of datasets" if reader.prefixes.expand("dcat:DatasetSeries") in classes else "dataset"


def _replacement(reader: GraphReader, node: NamedNode) -> tuple[str, str] | None:
    """The label and IRI of the dataset that replaces a retired one."""
    iri = reader.address(node, "dcterms:isReplacedBy")
    return (reader.label(NamedNode(iri)), iri) if iri else None


def _facts(known: DatasetProfile, is_selected: Callable[[str], bool]) -> list[SourcedFact]:
    """The facts of some properties with their believed values; other values are among the disagreements."""
    facts = (replace(fact, values=_believed_values(fact)) for fact in known.facts if is_selected(fact.property))
    return [fact for fact in facts if fact.values or fact.is_disputed]


def _topics(known: DatasetProfile) -> list[SourcedValue]:
    """The topics of a dataset, each concept once."""
    topics = (fact for fact in known.facts if fact.property in _TOPIC_PROPERTIES)
    return list({value.text: value for fact in topics for value in _believed_values(fact)}.values())


def _believed_values(fact: SourcedFact) -> tuple[SourcedValue, ...]:
    """The believed values; for the name all values that are not corrected."""
    is_name = fact.property == _NAME_PROPERTY
    return tuple(value for value in fact.values if value.is_believed or (is_name and not value.corrected))


def _similar_datasets(
    context: SiteContext, slug: str, links: LineageLinks, without: Collection[str]
) -> list[SimilarDataset]:
    """The datasets similar to one that are not known to share images with it."""
    reader = context.reader
    return [
        SimilarDataset(
            similarity=result,
            label=reader.label(iris.dataset(result.slug)),
            url=links.url(result.slug),
            common=tuple(reader.label(NamedNode(iri)) for iri in result.common),
        )
        for result in similarity.similar(similarity_concepts(context), slug, without=without)
    ]
