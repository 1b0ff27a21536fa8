"""The page of a catalogue's record: what the entry states, whether we believe it, and what rests on it."""

from __future__ import annotations

from dataclasses import replace

from flask import render_template, request

from medkg.evaluation import GRAPHS, Description
from medkg.lineage.register import Register
from medkg.lineage.verdicts import Step
from medkg.model import prefixes as iris
from medkg.model.prefixes import BASE
from medkg.site.claims import teller
from medkg.site.context import SiteContext
from medkg.site.generic_page import Reader
from medkg.site.pages import addresses
from medkg.views.catalogs import defects, entry
from medkg.views.dossier import Dossier, dossier, leads, place
from medkg.views.sourced_facts import Fact
from medkg.views.wording import Wording


def page_of(now: SiteContext, description: Description) -> str:
    """The page of a record."""
    words, tells = Wording(store=now.store, prefixes=now.prefixes), teller(now)
    catalog_id, _, key = description.iri.value.removeprefix(f"{BASE}catalog/").partition("/record/")
    found, where = entry(words, description.iri), place(words, description.iri)
    standing = [each.slug for each in found.datasets if not each.is_mention]
    return render_template(
        "catalog/record.html",
        entry=found,
        place=where,
        catalog=(words.label(iris.catalog(catalog_id)), iris.catalog(catalog_id).value),
        reason=words.literal(description.iri, "rdfs:comment"),
        basis=words.literal(description.iri, "medkg:basis"),
        stated=[
            (each, leads(words, iris.dataset(each.slug)), _stated(each, where))
            for each in (dossier(now.store, slug, now.prefixes) for slug in standing)
        ],
        defects=list(defects(words, found)),
        claims=[tells.told(step) for step in _resting(now.register, catalog_id, key)],
        thing=Reader(store=now.store, prefixes=now.prefixes, root=addresses().root).portrait(description),
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )


def _stated(known: Dossier, where: str) -> list[Fact]:
    """The facts of a dataset with the values that one record states."""
    found = (
        replace(fact, values=tuple(value for value in fact.values if where in value.stated_by)) for fact in known.facts
    )
    return [fact for fact in found if fact.values]


def _resting(register: Register, catalog_id: str, key: str) -> list[Step]:
    """The lineage claims that an entry makes."""
    return [
        Step(source=each.subject, claim=each.claim)
        for each in register.claims
        if any((said.catalog, said.key) == (catalog_id, key) for said in each.claim.evidence)
    ]
