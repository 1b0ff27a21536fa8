"""The pages of concepts and of their vocabularies: body parts, modalities, tasks, licences and the rest."""

from __future__ import annotations

from flask import render_template, request

from medkg.evaluation import GRAPHS, Description
from medkg.http.query_parameters import takes
from medkg.model.prefixes import BASE
from medkg.site.context import SiteContext
from medkg.site.pages import addresses, sheet
from medkg.views.concepts import licence, topic, tree
from medkg.views.dossier import chinese
from medkg.views.wording import Wording

PAGE = 100
"""Datasets on a page."""

SEARCHED = frozenset({"anatomy", "modality", "task"})
"""The vocabularies by which datasets are searched."""


@takes("page")
def page_of(now: SiteContext, description: Description) -> str:
    """The page of a concept: its names, what is wider and narrower, the datasets that bear it."""
    words = Wording(store=now.store, prefixes=now.prefixes)
    found = topic(words, description.iri)
    leads = addresses()
    return render_template(
        "concept/page.html",
        topic=found,
        conditions=licence(words, description.iri).conditions,
        sheet=sheet(found.datasets, PAGE),
        search=leads.search(found.scheme, found.key) if found.scheme in SEARCHED else None,
        addresses=leads,
        own=addresses().at(request.path),
        formats=GRAPHS,
    )


def page_of_scheme(now: SiteContext, description: Description) -> str:
    """The page of a vocabulary: its concepts as a tree."""
    words = Wording(store=now.store, prefixes=now.prefixes)
    scheme = description.iri.value.removeprefix(BASE)
    return render_template(
        "concept/scheme.html",
        iri=description.iri.value,
        title=words.label(description.iri),
        title_zh=chinese(words, description.iri),
        definition=words.literal(description.iri, "dcterms:description"),
        branches=tree(words, scheme),
        is_searched=scheme in SEARCHED,
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )
