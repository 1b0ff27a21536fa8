"""The page of a challenge edition."""

from __future__ import annotations

from flask import render_template, request

from medkg.evaluation import GRAPHS, Description
from medkg.lineage.verdicts import Step
from medkg.model import prefixes as iris
from medkg.site.claims import teller
from medkg.site.context import Served
from medkg.site.pages import addresses
from medkg.views.challenges import challenge_profile
from medkg.views.graph_reader import GraphReader


def page_of(now: Served, description: Description) -> str:
    """The page of a challenge edition: when it was held, which datasets it used, who names it."""
    slug = description.iri.value.removeprefix(iris.challenge("").value)
    tells = teller(now)
    claims = [
        tells.told(Step(source=each.subject, claim=each.claim)) for each in now.register.claims if each.subject == slug
    ]
    return render_template(
        "challenge/page.html",
        known=challenge_profile(GraphReader(store=now.store, prefixes=now.prefixes), description.iri),
        claims=claims,
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )
