"""The page of a challenge edition."""

from __future__ import annotations

from flask import render_template, request

from medkg.evaluation import GRAPHS, Description
from medkg.lineage.verdicts import Step
from medkg.model import prefixes as iris
from medkg.site.claims import teller
from medkg.site.context import SiteContext
from medkg.site.pages import addresses
from medkg.views.challenges import challenge
from medkg.views.wording import Wording


def page_of(now: SiteContext, description: Description) -> str:
    """The page of a challenge edition: when it was held, which datasets it used, who names it."""
    slug = description.iri.value.removeprefix(iris.challenge("").value)
    tells = teller(now)
    claims = [
        tells.told(Step(source=each.subject, claim=each.claim)) for each in now.register.claims if each.subject == slug
    ]
    return render_template(
        "challenge/page.html",
        known=challenge(Wording(store=now.store, prefixes=now.prefixes), description.iri),
        claims=claims,
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )
