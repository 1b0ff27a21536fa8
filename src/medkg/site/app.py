"""The application for people: what it answers from is an argument, so that tests and the real server are equals."""

from __future__ import annotations

from flask import Flask

from medkg.web import assets, problems, query_parameters
from medkg.web import served as serving
from medkg.web.catalogs import catalogs
from medkg.web.compare import compare
from medkg.web.complete import complete
from medkg.web.dataset import dataset
from medkg.web.datasets import datasets
from medkg.web.entities import entities
from medkg.web.feeds import feeds
from medkg.web.help import manual
from medkg.web.home import home
from medkg.web.leak import leak
from medkg.web.lineage import lineage
from medkg.web.papers import papers
from medkg.web.questions import questions
from medkg.web.served import Served
from medkg.web.shapes import shapes
from medkg.web.sitemap import sitemap
from medkg.web.spellings import Pages


def create_app(served: Served) -> Flask:
    """The pages over one graph."""
    app = Pages(__name__)
    serving.install(app, served)
    app.context_processor(lambda: {"updates": serving.serving(app).updates})
    problems.install(app)
    assets.install(app)
    query_parameters.install(app)
    for blueprint in (
        catalogs,
        compare,
        complete,
        dataset,
        datasets,
        feeds,
        home,
        leak,
        lineage,
        manual,
        papers,
        questions,
        shapes,
        sitemap,
        entities,
    ):
        app.register_blueprint(blueprint)
    return app
