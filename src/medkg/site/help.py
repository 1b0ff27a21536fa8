"""The help: what the grades of sharing mean, how to cite, and how programs ask; made of what the code declares."""

from __future__ import annotations

from collections.abc import Mapping

from flask import Blueprint, Response, current_app, render_template

from medkg.export import citation
from medkg.variables import SETTINGS, Setting
from medkg.web import catalogs, grades, interface, references
from medkg.web.addresses import absolute_addresses
from medkg.web.answers import page
from medkg.web.datasets import DOWNLOADS
from medkg.web.leak import example
from medkg.web.questions import stored
from medkg.web.served import Served, served

manual = Blueprint("manual", __name__)

BEYOND: Mapping[str, int] = {
    "MEDKG_QUERY_TIMEOUT": 503,
    "MEDKG_QUERY_MEMORY": 507,
    "MEDKG_ANSWER_BYTES": 413,
    "MEDKG_ANSWER_ROWS": 413,
    "MEDKG_REQUEST_BYTES": 413,
    "MEDKG_WRITE_BYTES": 413,
    "MEDKG_QUEUE": 503,
    "MEDKG_CLIENT_QUEUE": 429,
}
"""The settings that bound a request, with the status of an answer to one that goes beyond."""


@manual.get("/help")
def index() -> Response:
    """Where to find help."""
    return page(render_template("help/index.html"))


@manual.get("/help/grades")
def on_grades() -> Response:
    """What "definite", "possible" and "none known" mean, and how they are found."""
    now = served()
    return page(render_template("help/grades.html", shown=grades.shown(now), sayings=list(grades.sayings(now))))


@manual.get("/help/cite")
def on_citing() -> Response:
    """How to cite medkg, a dataset and the catalogues."""
    now = served()
    slug = _shown(now)
    return page(
        render_template(
            "help/cite.html",
            own=references.own(now).bibtex(),
            revision=now.revision,
            manifest=references.manifest(now),
            slug=slug,
            label=now.register.labels.get(slug, slug),
            dataset=citation.bibtex(now.store, now.prefixes, [slug]) if slug else "",
            catalogs=[(each, references.of_catalog(each).bibtex()) for each in catalogs.known(now).values()],
        )
    )


@manual.get("/help/api")
def on_programs() -> Response:
    """How programs ask."""
    now = served()
    return page(
        render_template(
            "help/api.html",
            base=absolute_addresses().root,
            routes=interface.routes(current_app),
            lenience=interface.LENIENCE,
            formats=interface.formats(),
            downloads=DOWNLOADS,
            limits=limits(),
            queries=stored(now),
            slug=_shown(now),
            check=example(now),
        )
    )


def limits() -> list[tuple[Setting, int]]:
    """The settings that bound a request, as they are declared, with the status beyond."""
    return [(each, BEYOND[each.name]) for each in SETTINGS if each.name in BEYOND]


def _shown(now: Served) -> str:
    """The dataset to show by: what most others drew on, if there is lineage; empty where there is no dataset."""
    return next(iter((*example(now).test, *sorted(now.register.families))), "")
