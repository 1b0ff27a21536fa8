"""The lineage of a dataset: a page with every claim, and its family as a picture and as JSON for browsers."""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest

from medkg.http.query_parameters import query_arguments, require_choice, takes, unknown_names_as_bad_request
from medkg.lineage.answers import Certainty, Family, Grade, Relative, Tie
from medkg.lineage.claims import LAYERS, Layer, Step
from medkg.lineage.relations import Flow
from medkg.lineage.relatives import ClaimsByPair, certainty, claims_by_pair, family, nearest_members
from medkg.lineage.svg import STYLE, svg
from medkg.lineage.text_pictures import mermaid
from medkg.model import prefixes as iris
from medkg.site.claims import LineageLinks, LinkedClaim, SourceLink, family_sides, lineage_links
from medkg.site.context import SiteContext, cached_per_revision, current_context, lineage_views, surroundings_finder
from medkg.site.descriptions import description_of
from medkg.site.pages import addresses, page, reply

Json = dict[str, Any]

MOST_MEMBERS = 200
"""Members of a family that a picture shows; of a larger family it shows the nearest."""

_MOST_DEPTH = 1000  # claims; no path is as long
_EVIDENCE: Mapping[str, Layer] = {"all": "all", "catalogues": "catalogs", "catalogs": "catalogs"}
_MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "mmd": "text/vnd.mermaid; charset=utf-8",
    "json": "application/json",
}
_LINE_STYLES: Mapping[Certainty, str] = {"stated": "solid", "hedged": "dashed", "documentary": "dotted"}
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; frame-ancestors 'self'"

lineage = Blueprint("lineage", __name__)


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyRequest:
    """A request for a family: the dataset, the layer of claims, the depth, and the dataset it is graded towards."""

    slug: str
    layer: Layer
    depth: int | None
    towards: str | None = None

    def family(self, context: SiteContext) -> tuple[Family, int]:
        """The family, and the number of members left out of it."""
        return nearest_members(family(lineage_views(context)[self.layer], self.slug, depth=self.depth), MOST_MEMBERS)

    def standpoint(self, context: SiteContext) -> Standpoint | None:
        """The standpoint of the dataset that members are graded towards, where that is not the one of the family."""
        if self.towards is None:
            return None
        view = lineage_views(context)[self.layer]
        near = surroundings_finder(context)(view, self.towards)
        return Standpoint(family=family(view, self.towards), grade=lambda slug: near.verdict(slug).grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class ClaimRow:
    """A claim in the table of the page."""

    subject: tuple[str, str]
    relation: str
    object: tuple[str, str]
    certainty: str
    claim: LinkedClaim


@lineage.get("/dataset/<slug>/lineage")
@takes("evidence", "depth")
def lineage_page(slug: str) -> Response:
    """The page: the picture, every relative and every claim."""
    context = current_context()
    family_request, links = _family_request(slug), lineage_links(context)
    shown, left_out = family_request.family(context)
    return page(
        render_template(
            "lineage/page.html",
            asked=family_request,
            label=links.label(slug),
            title_zh=_chinese(context)(slug),
            evidence=next(name for name, layer in _EVIDENCE.items() if layer == family_request.layer),
            members=len(shown.generations),
            left_out=left_out,
            sides=family_sides(shown, links),
            editions=links.editions(slug),
            rows=list(_rows(shown, links, layer_claims(context)[family_request.layer])),
        )
    )


@lineage.get("/dataset/<slug>/lineage.<any(svg, mmd):form>")
@takes("evidence", "depth", media_types=("image/svg+xml", "text/vnd.mermaid"))
def picture(slug: str, form: str) -> Response:
    """The picture as SVG, or as Mermaid for other programs to draw."""
    response = _document(slug, form)
    if form == "svg":
        response.headers["Content-Security-Policy"] = _POLICY
    return response


@lineage.get("/dataset/<slug>/lineage.json")
@takes("evidence", "depth", "towards", media_types=("application/json",))
def data(slug: str) -> Response:
    """The members and ties as JSON; with `towards` another dataset, each member is graded towards that one, too."""
    return _document(slug, "json")


def _document(slug: str, form: str) -> Response:
    """The family of a dataset in a format."""
    context, wanted = current_context(), _family_request(slug)
    return reply(
        lambda: _WRITERS[form](wanted, context).encode(),
        _MEDIA_TYPES[form],
        identity=(context.revision, request.full_path, addresses().root),
    )


@cached_per_revision
def layer_claims(context: SiteContext) -> Mapping[Layer, ClaimsByPair]:
    """The claims of each layer by the two datasets that they tie."""
    return {layer: claims_by_pair(context.register, layer) for layer in LAYERS}


def _svg(family_request: FamilyRequest, context: SiteContext) -> str:
    shown, left_out = family_request.family(context)
    links = lineage_links(context)
    return svg(shown, context.register.labels, {slug: links.url(slug) for slug in shown.generations}, left_out)


def _mermaid(family_request: FamilyRequest, context: SiteContext) -> str:
    return mermaid(family_request.family(context)[0], context.register.labels) + "\n"


def _json(family_request: FamilyRequest, context: SiteContext) -> str:
    writer = FamilyWriter(
        links=lineage_links(context), claims=layer_claims(context)[family_request.layer], chinese=_chinese(context)
    )
    return json.dumps(
        writer.json(*family_request.family(context), family_request.standpoint(context)), ensure_ascii=False
    )


_WRITERS: Mapping[str, Callable[[FamilyRequest, SiteContext], str]] = {"svg": _svg, "mmd": _mermaid, "json": _json}


def _family_request(slug: str) -> FamilyRequest:
    """The request for a family; 404 where there is no such dataset, 400 for an unknown value of a parameter."""
    description_of(iris.BASE + "dataset/" + slug)
    parameters = query_arguments()
    evidence, depth = require_choice("evidence", parameters.get("evidence", "all"), _EVIDENCE), parameters.get("depth")
    if depth is not None and not (depth.isdecimal() and 0 < int(depth[:9]) <= _MOST_DEPTH):
        raise BadRequest(f"depth is a number of claims from 1 to {_MOST_DEPTH}, not {depth!r}")
    towards = parameters.get("towards")
    if towards is not None:
        with unknown_names_as_bad_request():
            lineage_views(current_context())["all"].images.require(towards)
    return FamilyRequest(slug=slug, layer=_EVIDENCE[evidence], depth=int(depth) if depth else None, towards=towards)


def _rows(shown: Family, links: LineageLinks, claims: ClaimsByPair) -> Iterator[ClaimRow]:
    for tie in shown.ties:
        for step in claims.get((tie.subject, tie.object), ()):
            yield ClaimRow(
                subject=(links.label(tie.subject), links.url(tie.subject)),
                relation=step.relation,
                object=(links.label(tie.object), links.url(tie.object)),
                certainty=certainty(step.claim),
                claim=links.claim(step),
            )


def _chinese(context: SiteContext) -> Callable[[str], str | None]:
    """The function that gives the Chinese name of a dataset."""
    reader = context.reader
    return lambda slug: reader.chinese_label(iris.dataset(slug))


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """A dataset that members of another one's family are graded towards: its own family, and all grades."""

    family: Family
    grade: Callable[[str], Grade]

    def json(self, slugs: Iterable[str]) -> dict[str, Json]:
        """The grade of each of some datasets; one has a generation where it is an ancestor or descendant."""
        relatives, generations = self.family.relatives, self.family.generations
        return {slug: self._standing(slug, relatives.get(slug), generations.get(slug)) for slug in slugs}

    def _standing(self, slug: str, relative: Relative | None, generation: int | None) -> Json:
        grade = None if slug == self.family.dataset else relative.grade if relative else self.grade(slug)
        return {"grade": grade, "generation": generation, "directed": relative.is_directed if relative else True}


@dataclass(frozen=True, slots=True, kw_only=True)
class FamilyWriter:
    """Makes families into JSON for the graph that browsers draw; `chinese` gives the Chinese name of a member."""

    links: LineageLinks
    claims: ClaimsByPair
    chinese: Callable[[str], str | None]

    def json(self, family: Family, left_out: int, standpoint: Standpoint | None = None) -> Json:
        """A family with its members and ties; `left_out` members are not among them.

        Members are graded towards the dataset of the family and, where one is given, towards that of a standpoint.
        """
        towards = {"towards": standpoint.family.dataset} if standpoint else {}
        return {
            "dataset": family.dataset,
            "evidence": family.evidence,
            "left_out": left_out,
            **towards,
            "nodes": list(self._nodes(family, standpoint)),
            "edges": [self._edge(tie) for tie in family.ties],
        }

    def _nodes(self, family: Family, standpoint: Standpoint | None) -> Iterator[Json]:
        relatives, towards = family.relatives, standpoint.json(family.generations) if standpoint else {}
        for slug, generation in family.generations.items():
            relative = relatives.get(slug)
            yield {
                "id": slug,
                "label": self.links.label(slug),
                "label_zh": self.chinese(slug),
                "kind": "challenge" if slug in self.links.challenges else "dataset",
                "generation": generation,
                "grade": relative.grade if relative else None,
                "directed": relative.is_directed if relative else True,
                "url": self.links.url(slug),
                **({"towards": towards[slug]} if slug in towards else {}),
            }

    def _edge(self, tie: Tie) -> Json:
        source, target = (tie.object, tie.subject) if tie.flow is Flow.HERE else (tie.subject, tie.object)
        claims = self.claims.get((tie.subject, tie.object), ())
        return {
            "id": f"{tie.subject}|{tie.object}",
            "subject": tie.subject,
            "object": tie.object,
            "source": source,
            "target": target,
            "symmetric": tie.is_symmetric,
            "directed": tie.flow is not Flow.UNKNOWN,
            "relations": list(tie.relations),
            "relation": tie.label,
            "style": _LINE_STYLES[tie.certainty],
            "certainty": tie.certainty,
            "basis": sorted({evidence.basis for claim in claims for evidence in claim.evidence}),
            "claims": [self._claim(claim) for claim in claims],
        }

    def _claim(self, step: Step) -> Json:
        claim = self.links.claim(step)
        return {
            "relation": step.relation,
            "sentence": claim.sentence,
            "certainty": step.claim.certainty,
            "cases": step.claim.cases,
            "unit": step.claim.unit,
            "evidence": list(map(_source, claim.evidence)),
        }


def _source(source: SourceLink) -> Json:
    return {"text": source.text, "url": source.url, "basis": source.basis}
