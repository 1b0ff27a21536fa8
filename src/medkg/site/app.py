"""The Flask application of the site, over a graph that is an argument, so that tests use the same one as the server."""

from __future__ import annotations

from flask import Flask

from medkg.http import problems, query_parameters
from medkg.site import assets
from medkg.site.catalogs import catalogs
from medkg.site.compare import compare
from medkg.site.context import SiteContext, context_of, install
from medkg.site.dataset import dataset
from medkg.site.dataset_search import complete
from medkg.site.datasets import datasets
from medkg.site.entities import entities
from medkg.site.feeds import feeds, sitemap
from medkg.site.help import manual
from medkg.site.home import home
from medkg.site.leak import leak
from medkg.site.lineage import lineage
from medkg.site.ontology import shapes
from medkg.site.papers import papers
from medkg.site.redirects import RedirectingFlask
from medkg.site.stored_queries import queries


def create_app(context: SiteContext) -> Flask:
    """The pages over one graph."""
    app = RedirectingFlask(__name__)
    install(app, context)
    app.context_processor(lambda: {"updates": context_of(app).updates})
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
        queries,
        shapes,
        sitemap,
        entities,
    ):
        app.register_blueprint(blueprint)
    return app
