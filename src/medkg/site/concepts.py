"""The pages of concepts and of their vocabularies: body parts, modalities, tasks, licences and the rest."""

from __future__ import annotations

from flask import render_template, request

from medkg.evaluation import GRAPHS, Description
from medkg.http.query_parameters import takes
from medkg.model.prefixes import BASE
from medkg.site.context import Served
from medkg.site.pages import addresses, sheet
from medkg.views.concepts import concept_profile, concept_tree, licence_terms
from medkg.views.graph_reader import GraphReader

PAGE = 100
"""Datasets on a page."""

SEARCHED = frozenset({"anatomy", "modality", "task"})
"""The vocabularies by which datasets are searched."""


@takes("page")
def page_of(now: Served, description: Description) -> str:
    """The page of a concept: its names, what is wider and narrower, the datasets that bear it."""
    words = GraphReader(store=now.store, prefixes=now.prefixes)
    found = concept_profile(words, description.iri)
    leads = addresses()
    return render_template(
        "concept/page.html",
        topic=found,
        conditions=licence_terms(words, description.iri).conditions,
        sheet=sheet(found.datasets, PAGE),
        search=leads.search(found.scheme, found.key) if found.scheme in SEARCHED else None,
        addresses=leads,
        own=addresses().at(request.path),
        formats=GRAPHS,
    )


def page_of_scheme(now: Served, description: Description) -> str:
    """The page of a vocabulary: its concepts as a tree."""
    words = GraphReader(store=now.store, prefixes=now.prefixes)
    scheme = description.iri.value.removeprefix(BASE)
    return render_template(
        "concept/scheme.html",
        iri=description.iri.value,
        title=words.label(description.iri),
        title_zh=words.chinese_label(description.iri),
        definition=words.literal(description.iri, "dcterms:description"),
        branches=concept_tree(words, scheme),
        is_searched=scheme in SEARCHED,
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )
