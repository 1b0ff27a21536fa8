"""The pages of concepts and vocabularies: body parts, modalities, tasks, licences and the others."""

from __future__ import annotations

from flask import render_template, request

from medkg.evaluation import GRAPHS, Description
from medkg.http.query_parameters import takes
from medkg.model.prefixes import BASE
from medkg.site.context import SiteContext
from medkg.site.pages import addresses, list_page
from medkg.views.concepts import concept_profile, concept_tree, licence_terms

DATASETS_PER_PAGE = 100

FACET_VOCABULARIES = frozenset({"anatomy", "modality", "task"})
"""The vocabularies that are facets of the dataset search."""


@takes("page")
def concept_page(context: SiteContext, description: Description) -> str:
    """The page of a concept: its names, the wider and narrower concepts, the datasets that have it."""
    reader = context.reader
    concept = concept_profile(reader, description.iri)
    return render_template(
        "concept/page.html",
        topic=concept,
        conditions=licence_terms(reader, description.iri).conditions,
        list_page=list_page(concept.datasets, DATASETS_PER_PAGE),
        search=addresses().search(concept.scheme, concept.key) if concept.scheme in FACET_VOCABULARIES else None,
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )


def vocabulary_page(context: SiteContext, description: Description) -> str:
    """The page of a vocabulary: its concepts as a tree."""
    reader = context.reader
    scheme = description.iri.value.removeprefix(BASE)
    return render_template(
        "concept/scheme.html",
        iri=description.iri.value,
        title=reader.label(description.iri),
        title_zh=reader.chinese_label(description.iri),
        definition=reader.literal(description.iri, "dcterms:description"),
        branches=concept_tree(reader, scheme),
        is_searched=scheme in FACET_VOCABULARIES,
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )
