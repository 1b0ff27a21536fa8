"""The lineage of a dataset: a page with every claim, and the picture and its data for other programs.

A family for the graph that browsers draw: its members and ties as JSON, each tie with its claims in sentences.
"""

from __future__ import annotations

import base64
import hashlib
import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any

from flask import Blueprint, Response, render_template, request
from werkzeug.exceptions import BadRequest

from medkg.http.query_parameters import given, reading_values, takes, value
from medkg.lineage import pictures
from medkg.lineage.ancestry import Relative
from medkg.lineage.answers import Family, Tie, family
from medkg.lineage.answers.family import Claimed, claimed, nearest
from medkg.lineage.layers import LAYERS, Layer
from medkg.lineage.pictures.svg import STYLE
from medkg.lineage.relations import Bond, Flow, meaning
from medkg.lineage.verdicts import Grade, Step
from medkg.model import prefixes as iris
from medkg.model.claims import Claim
from medkg.site.claims import Cited, Teller, Told, kin, teller
from medkg.site.context import SiteContext, cached_per_revision, current_context, lineage_views, surroundings_finder
from medkg.site.descriptions import description_of
from medkg.site.pages import addresses, page, reply
from medkg.views.graph_reader import GraphReader

Json = dict[str, Any]

CERTAINTY: Mapping[str, str] = {"solid": "stated", "dashed": "hedged", "dotted": "documentary"}
"""How sure a tie is, by the style of its line."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Standpoint:
    """The dataset that members of another one's family are seen from: its own family, and the grade of any dataset."""

    family: Family
    grade: Callable[[str], Grade]

    def json(self, slugs: Iterable[str]) -> dict[str, Json]:
        """How each of some datasets stands to the one; it has a generation where it is an ancestor or descendant."""
        known, generations = _relatives(self.family), self.family.generations
        return {slug: self._standing(slug, known.get(slug), generations.get(slug)) for slug in slugs}

    def _standing(self, slug: str, relative: Relative | None, generation: int | None) -> Json:
        grade = None if slug == self.family.dataset else relative.grade if relative else self.grade(slug)
        return {"grade": grade, "generation": generation, "directed": relative.is_directed if relative else True}


@dataclass(frozen=True, slots=True, kw_only=True)
class Elements:
    """Writes families out; `chinese` gives the Chinese name of a member, where it has one."""

    teller: Teller
    claimed: Claimed
    chinese: Callable[[str], str | None]

    def json(self, family: Family, left_out: int, standpoint: Standpoint | None = None) -> Json:
        """A family with its members and ties; `left_out` members are not among them.

        Members are graded towards the dataset of the family and, where one is given, as seen from a standpoint.
        """
        seen = {"towards": standpoint.family.dataset} if standpoint else {}
        return {
            "dataset": family.dataset,
            "evidence": family.evidence,
            "left_out": left_out,
            **seen,
            "nodes": list(self._nodes(family, standpoint)),
            "edges": [self._edge(tie) for tie in family.ties],
        }

    def _nodes(self, family: Family, standpoint: Standpoint | None) -> Iterator[Json]:
        known, seen = _relatives(family), standpoint.json(family.generations) if standpoint else {}
        for slug, generation in family.generations.items():
            relative = known.get(slug)
            yield {
                "id": slug,
                "label": self.teller.label(slug),
                "label_zh": self.chinese(slug),
                "kind": "challenge" if slug in self.teller.challenges else "dataset",
                "generation": generation,
                "grade": relative.grade if relative else None,
                "directed": relative.is_directed if relative else True,
                "url": self.teller.url(slug),
                **({"towards": seen[slug]} if slug in seen else {}),
            }

    def _edge(self, tie: Tie) -> Json:
        came_from, went_to = (tie.object, tie.subject) if tie.flow is Flow.HERE else (tie.subject, tie.object)
        claims = self.claimed.get((tie.subject, tie.object), ())
        return {
            "id": f"{tie.subject}|{tie.object}",
            "subject": tie.subject,
            "object": tie.object,
            "source": came_from,
            "target": went_to,
            "symmetric": tie.is_symmetric,
            "directed": tie.flow is not Flow.UNKNOWN,
            "relations": list(tie.relations),
            "relation": tie.label,
            "style": tie.style,
            "certainty": CERTAINTY[tie.style],
            "basis": sorted({evidence.basis for claim in claims for evidence in claim.evidence}),
            "claims": [self._claim(claim) for claim in claims],
        }

    def _claim(self, step: Step) -> Json:
        told = self.teller.told(step)
        return {
            "relation": step.relation,
            "sentence": told.sentence,
            "certainty": step.claim.certainty,
            "cases": step.claim.cases,
            "unit": step.claim.unit,
            "evidence": [_cited(each) for each in told.evidence],
        }


def _relatives(family: Family) -> dict[str, Relative]:
    return {each.dataset: each for each in (*family.ancestors, *family.descendants)}


def _cited(cited: Cited) -> Json:
    return {"text": cited.text, "url": cited.url, "basis": cited.basis}


lineage = Blueprint("lineage", __name__)

MOST = 200
"""Members of a family that a picture shows; of a larger one the nearest."""

_DEEPEST = 1000  # claims; no path is as long
_EVIDENCE: Mapping[str, Layer] = {"all": "all", "catalogues": "catalogs", "catalogs": "catalogs"}
_MEDIA_TYPES = {
    "svg": "image/svg+xml",
    "dot": "text/vnd.graphviz; charset=utf-8",
    "mmd": "text/vnd.mermaid; charset=utf-8",
    "json": "application/json",
}
_DIGEST = base64.b64encode(hashlib.sha256(STYLE.encode()).digest()).decode()
_POLICY = f"default-src 'none'; style-src 'sha256-{_DIGEST}'; base-uri 'none'; frame-ancestors 'self'"


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """Whose family is asked for, by which claims, as far as how many of them, and from which dataset it is seen."""

    slug: str
    layer: Layer
    depth: int | None
    towards: str | None = None

    def family(self, now: SiteContext) -> tuple[Family, int]:
        """The family, and how many of its members are left out of it."""
        return nearest(family(lineage_views(now)[self.layer], self.slug, depth=self.depth), MOST)

    def standpoint(self, now: SiteContext) -> Standpoint | None:
        """What the family is seen from, where that is not the dataset whose family it is."""
        if self.towards is None:
            return None
        view = lineage_views(now)[self.layer]
        known = surroundings_finder(now)(view, self.towards)
        return Standpoint(family=family(view, self.towards), grade=lambda slug: known.verdict(slug).grade)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    """A claim of the table: what it says, how sure it is, and who says so."""

    subject: tuple[str, str]
    relation: str
    object: tuple[str, str]
    certainty: str
    told: Told


@lineage.get("/dataset/<slug>/lineage")
@takes("evidence", "depth")
def lineage_page(slug: str) -> Response:
    """The page: the picture, every relative and every claim."""
    now, asked, tells = current_context(), _question(slug), teller(current_context())
    found, left_out = asked.family(now)
    return page(
        render_template(
            "lineage/page.html",
            asked=asked,
            label=tells.label(slug),
            title_zh=_chinese(now)(slug),
            evidence=next(name for name, layer in _EVIDENCE.items() if layer == asked.layer),
            members=len(found.generations),
            left_out=left_out,
            kin=kin(found, tells),
            editions=tells.editions(slug),
            rows=list(_rows(found, tells, claims(now)[asked.layer])),
        )
    )


@lineage.get("/dataset/<slug>/lineage.<any(svg, dot, mmd):form>")
@takes("evidence", "depth")
def drawn(slug: str, form: str) -> Response:
    """The picture, or what other programs draw it from."""
    response = _document(slug, form)
    if form == "svg":
        response.headers["Content-Security-Policy"] = _POLICY
    return response


@lineage.get("/dataset/<slug>/lineage.json")
@takes("evidence", "depth", "towards")
def data(slug: str) -> Response:
    """The members and ties as JSON; `towards` another dataset each member tells how it stands to that one, too."""
    return _document(slug, "json")


def _document(slug: str, form: str) -> Response:
    """The family of a dataset in a form."""
    now, asked = current_context(), _question(slug)
    return reply(
        lambda: _WRITTEN[form](asked, now).encode(),
        _MEDIA_TYPES[form],
        identity=(now.revision, request.full_path, addresses().root),
    )


@cached_per_revision
def claims(now: SiteContext) -> Mapping[Layer, Claimed]:
    """What each layer claims of each two datasets."""
    return {layer: claimed(now.register, layer) for layer in LAYERS}


def _svg(asked: Question, now: SiteContext) -> str:
    found, left_out = asked.family(now)
    tells = teller(now)
    links = {slug: tells.url(slug) for slug in found.generations}
    return pictures.svg(found, now.register.labels, links, left_out)


def _json(asked: Question, now: SiteContext) -> str:
    elements = Elements(teller=teller(now), claimed=claims(now)[asked.layer], chinese=_chinese(now))
    return json.dumps(elements.json(*asked.family(now), asked.standpoint(now)), ensure_ascii=False)


_WRITTEN: Mapping[str, Callable[[Question, SiteContext], str]] = {
    "svg": _svg,
    "dot": lambda asked, now: pictures.dot(asked.family(now)[0], now.register.labels) + "\n",
    "mmd": lambda asked, now: pictures.mermaid(asked.family(now)[0], now.register.labels) + "\n",
    "json": _json,
}


def _question(slug: str) -> Question:
    """What a request asks for; 404 where there is no such dataset, 400 where it is asked in an unknown way."""
    description_of(iris.BASE + "dataset/" + slug)
    asked = given()
    evidence, depth = value("evidence", asked.get("evidence", "all"), _EVIDENCE), asked.get("depth")
    if depth is not None and not (depth.isdecimal() and 0 < int(depth[:9]) <= _DEEPEST):
        raise BadRequest(f"depth is a number of claims from 1 to {_DEEPEST}, not {depth!r}")
    towards = asked.get("towards")
    if towards is not None:
        with reading_values():
            lineage_views(current_context())["all"].images.known(towards)
    return Question(slug=slug, layer=_EVIDENCE[evidence], depth=int(depth) if depth else None, towards=towards)


def _rows(found: Family, tells: Teller, known: Claimed) -> Iterator[Row]:
    for tie in found.ties:
        for step in known.get((tie.subject, tie.object), ()):
            yield Row(
                subject=(tells.label(tie.subject), tells.url(tie.subject)),
                relation=step.relation,
                object=(tells.label(tie.object), tells.url(tie.object)),
                certainty=_certainty(step.claim),
                told=tells.told(step),
            )


def _certainty(claim: Claim) -> str:
    """Whether images are shared if a claim is true: stated, hedged, or documentary where it says nothing of images."""
    means = meaning(claim)
    if means is None or means.bond in (Bond.SYNTHESIS, Bond.SUCCESSION):
        return "documentary"
    return "hedged" if means.bond is Bond.PERHAPS else "stated"


def _chinese(now: SiteContext) -> Callable[[str], str | None]:
    """What gives the Chinese name of a dataset."""
    words = GraphReader(store=now.store, prefixes=now.prefixes)
    return lambda slug: words.chinese_label(iris.dataset(slug))
