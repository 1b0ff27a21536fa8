"""The page of a dataset: what is known of it, who says so and where they differ, and what it shares with others.

A report of an error, to be filled in: a text to copy, and the page of an issue tracker that takes it.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass, replace
from urllib.parse import quote, urlencode, urlsplit, urlunsplit

from flask import Blueprint, Response, render_template
from pyoxigraph import NamedNode

from medkg.evaluation import GRAPHS, Description
from medkg.evaluation.formats import JSON_LD, TURTLE
from medkg.export import citation, schema_org
from medkg.lineage.answers import family, overlap
from medkg.model import prefixes as iris
from medkg.site.claims import Teller, kin, shared, teller
from medkg.site.context import SiteContext, current_context, lineage_views, similarity_concepts
from medkg.site.pages import addresses, described, reply
from medkg.views import similarity
from medkg.views.concepts import licences
from medkg.views.differences import disagreements
from medkg.views.dossier import Dossier, chinese, dossier, leads
from medkg.views.similarity import Like
from medkg.views.sourced_facts import Fact, Value
from medkg.views.wording import Wording


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What is wrong with something, as far as that can be said before anybody has said what it is."""

    title: str
    body: str

    @property
    def text(self) -> str:
        """All of it, to be copied."""
        return f"{self.title}\n\n{self.body}"

    def address(self, issues: str) -> str:
        r"""The page for a new issue with the report in it, as GitHub, Gitea and Forgejo take it.

        https://docs.github.com/en/issues/tracking-your-work-with-issues/using-issues/creating-an-issue#creating-an-issue-from-a-url-query

        >>> Report(title="LiTS & more", body="a\nb").address("https://example.org/issues/new?template=data.md")
        'https://example.org/issues/new?template=data.md&title=LiTS%20%26%20more&body=a%0Ab'
        """
        parts = urlsplit(issues)
        filled = urlencode({"title": self.title, "body": self.body}, quote_via=quote)
        return urlunsplit(parts._replace(query="&".join(filter(None, (parts.query, filled))), fragment=""))


def report(known: Dossier, revision: str) -> Report:
    """The report of an error in what is known of a dataset."""
    return Report(
        title=f"Something is wrong with {known.label}",
        body=f"Dataset: {known.iri}\nFile: data/datasets/{known.slug}.yaml\nRevision: {revision}\n"
        "What is wrong, and on which line of which catalogue: \n"
        "What is right, and who says so (paper, page): \n",
    )


dataset = Blueprint("dataset", __name__)

LINKS: Sequence[str] = (
    "dcat:landingPage",
    "dcat:distribution",
    "medkg:mirror",
    "medkg:codeRepository",
    "medkg:leaderboard",
    "medkg:licencePage",
    "medkg:datasheet",
    "medkg:relatedProject",
)
"""The facts that are addresses, in the order of showing."""

TOPICS: Sequence[str] = ("medkg:modality", "medkg:imagedRegion", "medkg:labelTarget", "medkg:anatomy", "medkg:task")
"""The facts that tell what a dataset is about, at a glance."""

_PAPERS, _NAME = "dcterms:isReferencedBy", "dcterms:title"
_SMALL_FAMILY = 14  # members; the picture of a larger one shows the nearest alone


@dataclass(frozen=True, slots=True, kw_only=True)
class Alike:
    """A dataset that is like the one shown, with the names of what both have in common."""

    like: Like
    label: str
    url: str
    common: tuple[str, ...]


@dataset.get("/dataset/<slug>/cite.bib")
def cite(slug: str) -> Response:
    """The dataset and its papers as BibTeX."""
    now = current_context()
    iri = described(iris.BASE + "dataset/" + slug).iri.value
    return reply(
        lambda: citation.bibtex(now.store, now.prefixes, [slug]).encode(),
        "application/x-bibtex",
        identity=(now.revision, iri),
    )


def page_of(now: SiteContext, description: Description) -> str:
    """The page of a dataset."""
    node, slug = description.iri, description.iri.value.removeprefix(iris.dataset("").value)
    words = Wording(store=now.store, prefixes=now.prefixes)
    known, led, tells = dossier(now.store, slug, now.prefixes), leads(words, node), teller(now)
    shares, relatives = shared(overlap(lineage_views(now)["all"], slug), tells), family(lineage_views(now)["all"], slug)
    return render_template(
        "dataset/page.html",
        known=known,
        title_zh=chinese(words, node),
        kind=_kind(words, node),
        replaced_by=_replacement(words, node),
        retired=[words.label(each) for each in words.subjects("dcterms:isReplacedBy", node)],
        topics=_topics(known),
        facts=_facts(known, without=(*LINKS, _PAPERS)),
        links=_facts(known, among=LINKS),
        papers=_facts(known, among=(_PAPERS,)),
        disagreements=disagreements(known, led),
        leads=led,
        licences=licences(words, node),
        shares=shares,
        kin=kin(relatives, tells),
        editions=tells.editions(slug),
        picture_depth=None if len(relatives.generations) <= _SMALL_FAMILY else 1,
        alike=_alike(now, slug, tells, without=shares.slugs),
        bibtex=citation.bibtex(now.store, now.prefixes, [slug]),
        schema_org=schema_org.dataset(now.store, now.prefixes, slug),
        report=report(known, now.revision),
        issues=now.issues,
        addresses=addresses(),
        formats=GRAPHS,
        copied=(TURTLE, JSON_LD),
    )


def _kind(words: Wording, node: NamedNode) -> str:
    """What kind of thing a dataset is."""
    kinds = set(words.objects(node, "rdf:type"))
    return "series of datasets" if words.prefixes.expand("dcat:DatasetSeries") in kinds else "dataset"


def _replacement(words: Wording, node: NamedNode) -> tuple[str, str] | None:
    """What took a retired dataset's place: its name and IRI."""
    iri = words.address(node, "dcterms:isReplacedBy")
    return (words.label(NamedNode(iri)), iri) if iri else None


def _facts(known: Dossier, *, among: Sequence[str] | None = None, without: Collection[str] = ()) -> list[Fact]:
    """Some facts with the values that we believe, and names as catalogues spell them; the rest is told elsewhere."""
    kept = [fact for fact in known.facts if fact.property not in without and (among is None or fact.property in among)]
    if among is not None:
        kept.sort(key=lambda fact: among.index(fact.property))
    found = [replace(fact, values=_believed(fact)) for fact in kept]
    return [fact for fact in found if fact.values or fact.is_disputed]


def _topics(known: Dossier) -> list[tuple[str, Value]]:
    """What a dataset is about, each concept once, with the property that says so."""
    said = ((fact.property, value) for fact in known.facts if fact.property in TOPICS for value in _believed(fact))
    return list({value.text: (property_, value) for property_, value in said}.values())


def _believed(fact: Fact) -> tuple[Value, ...]:
    """The values that we believe; of names all that are no mistake."""
    is_name = fact.property == _NAME
    return tuple(each for each in fact.values if each.is_believed or (is_name and not each.corrected))


def _alike(now: SiteContext, slug: str, tells: Teller, without: Collection[str]) -> list[Alike]:
    """Datasets that are like one and are not known to share images with it."""
    words = Wording(store=now.store, prefixes=now.prefixes)
    return [
        Alike(
            like=each,
            label=words.label(iris.dataset(each.slug)),
            url=tells.url(each.slug),
            common=tuple(words.label(NamedNode(iri)) for iri in each.common),
        )
        for each in similarity.alike(similarity_concepts(now), slug, without=without)
    ]
