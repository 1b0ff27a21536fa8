"""The pages and CSV tables of catalogues: entries, defects, differences from other catalogues, and single records."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import replace
from itertools import groupby

from flask import Blueprint, Response, render_template, request

from medkg.evaluation import GRAPHS, Description
from medkg.evaluation.formats import CSV
from medkg.http.query_parameters import takes
from medkg.lineage.claims import Step
from medkg.lineage.register import Register
from medkg.model import prefixes as iris
from medkg.site.claims import lineage_links
from medkg.site.context import SiteContext, cached_per_revision, current_context
from medkg.site.descriptions import description_of
from medkg.site.generic_page import DescriptionReader
from medkg.site.pages import addresses, list_page, page, reply
from medkg.views.catalogs import CatalogSummary, catalog_ids, catalog_summary, entry_defects, entry_summary
from medkg.views.dataset_profile import DatasetProfile, profile
from medkg.views.differences import CatalogDifference, catalog_differences
from medkg.views.sourced_facts import SourcedFact

catalogs = Blueprint("catalogs", __name__)

ENTRIES_PER_PAGE = 200
REMARKS_PER_PAGE = 100
"""Defects or differences on a page: they are longer than entries."""

_CATALOGS = iris.catalog("").value
_Table = tuple[Sequence[str], Iterable[Sequence[str | int | None]]]


@catalogs.get("/catalog")
def all_catalogs() -> Response:
    """All catalogues with their numbers of entries and known defects."""
    return page(
        render_template("catalog/all.html", catalogs=catalogs_by_id(current_context()).values(), addresses=addresses())
    )


@takes("page")
def catalog_page(context: SiteContext, description: Description) -> str:
    """The page of a catalogue: its entries by section and line."""
    catalog = catalogs_by_id(context)[description.iri.value.removeprefix(_CATALOGS)]
    entries = list_page(catalog.entries, ENTRIES_PER_PAGE)
    return render_template(
        "catalog/entries.html",
        catalog=catalog,
        list_page=entries,
        sections=[(section, list(group)) for section, group in groupby(entries.items, key=lambda item: item.section)],
        formats=GRAPHS,
        **_common(catalog, "entries"),
    )


@catalogs.get("/catalog/<catalog_id>/defects")
@takes("page")
def defects(catalog_id: str) -> Response:
    """The known defects of a catalogue with their corrections."""
    catalog = _catalog(catalog_id)
    return page(
        render_template(
            "catalog/defects.html",
            catalog=catalog,
            list_page=list_page(catalog.defects, REMARKS_PER_PAGE),
            **_common(catalog, "defects"),
        )
    )


@catalogs.get("/catalog/<catalog_id>/differences")
@takes("page")
def differences(catalog_id: str) -> Response:
    """The differences of a catalogue from the others."""
    catalog = _catalog(catalog_id)
    remarks = list_page(differences_by_catalog(current_context())[catalog.id], REMARKS_PER_PAGE)
    return page(
        render_template(
            "catalog/differences.html", catalog=catalog, list_page=remarks, **_common(catalog, "differences")
        )
    )


@catalogs.get("/catalog/<catalog_id>/<any(entries, defects, differences):table>.csv")
@takes(media_types=("text/csv",))
def as_csv(catalog_id: str, table: str) -> Response:
    """One of the lists of a catalogue as CSV."""
    context, catalog = current_context(), _catalog(catalog_id)
    response = reply(
        lambda: _csv(_TABLES[table](catalog, context)), CSV.media_type, identity=(context.revision, catalog.iri, table)
    )
    response.headers["Content-Disposition"] = f'inline; filename="{catalog_id}-{table}.csv"'
    return response


def record_page(context: SiteContext, description: Description) -> str:
    """The page of a record: the facts that the entry states, their standing, its defects and its lineage claims."""
    reader, links = context.reader, lineage_links(context)
    catalog_id, _, key = description.iri.value.removeprefix(_CATALOGS).partition("/record/")
    entry, place = entry_summary(reader, description.iri), reader.place(description.iri)
    profiles = (
        profile(context.store, listed.slug, context.prefixes) for listed in entry.datasets if not listed.is_mention
    )
    description_reader = DescriptionReader(graph=reader, addresses=addresses())
    return render_template(
        "catalog/record.html",
        entry=entry,
        place=place,
        catalog=(reader.label(iris.catalog(catalog_id)), iris.catalog(catalog_id).value),
        reason=reader.literal(description.iri, "rdfs:comment"),
        basis=reader.literal(description.iri, "medkg:basis"),
        stated=[(known, _stated_facts(known, place)) for known in profiles],
        defects=list(entry_defects(reader, entry)),
        claims=[links.claim(step) for step in _claims_of_entry(context.register, catalog_id, key)],
        thing=description_reader.read(description),
        addresses=addresses(),
        own=addresses().at(request.path),
        formats=GRAPHS,
    )


def _stated_facts(known: DatasetProfile, place: str) -> list[SourcedFact]:
    """The facts of a dataset with the values that one record states."""
    facts = (
        replace(fact, values=tuple(value for value in fact.values if place in value.stated_by)) for fact in known.facts
    )
    return [fact for fact in facts if fact.values]


def _claims_of_entry(register: Register, catalog_id: str, key: str) -> list[Step]:
    """The lineage claims that an entry makes."""
    return [
        claim.step
        for claim in register.claims
        if any((evidence.catalog, evidence.key) == (catalog_id, key) for evidence in claim.claim.evidence)
    ]


@cached_per_revision
def catalogs_by_id(context: SiteContext) -> Mapping[str, CatalogSummary]:
    """All catalogues by id."""
    reader = context.reader
    return {catalog_id: catalog_summary(reader, catalog_id) for catalog_id in catalog_ids(reader)}


@cached_per_revision
def differences_by_catalog(context: SiteContext) -> Mapping[str, list[CatalogDifference]]:
    """The differences of each catalogue from the others, by catalogue id."""
    reader = context.reader
    return {catalog_id: catalog_differences(reader, catalog_id) for catalog_id in catalog_ids(reader)}


def _catalog(catalog_id: str) -> CatalogSummary:
    """The catalogue with an id; 404 where there is none."""
    description_of(_CATALOGS + catalog_id)
    return catalogs_by_id(current_context())[catalog_id]


def _common(catalog: CatalogSummary, shown: str) -> dict[str, object]:
    """The template variables of all pages of a catalogue; `shown` names the page."""
    return {
        "own": addresses().at(f"/catalog/{catalog.id}"),
        "shown": shown,
        "addresses": addresses(),
    }


def _csv(table: _Table) -> bytes:
    """A table as CSV: https://www.rfc-editor.org/rfc/rfc4180."""
    columns, rows = table
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows(rows)
    return file.getvalue().encode()


def _entries(catalog: CatalogSummary, context: SiteContext) -> _Table:
    rows = (
        (item.line, item.section, item.name, item.iri, " ".join(listed.slug for listed in item.datasets), item.defects)
        for item in catalog.entries
    )
    return ("line", "section", "entry", "iri", "datasets", "defects"), rows


def _defects(catalog: CatalogSummary, context: SiteContext) -> _Table:
    columns = ("line", "entry", "kind", "field", "stated", "instead", "reason", "basis", "source", "iri")
    return columns, ([getattr(defect, column) for column in columns] for defect in catalog.defects)


def _differences(catalog: CatalogSummary, context: SiteContext) -> _Table:
    columns = ("line", "entry", "dataset", "field", "kind", "own", "other", "theirs", "believed", "iri")
    return columns, (
        (
            difference.line,
            difference.entry,
            difference.slug,
            difference.field,
            difference.kind,
            "; ".join(difference.own),
            other.place,
            "; ".join(other.values),
            "; ".join(difference.believed),
            difference.iri,
        )
        for difference in differences_by_catalog(context)[catalog.id]
        for other in difference.theirs
    )


_TABLES: Mapping[str, Callable[[CatalogSummary, SiteContext], _Table]] = {
    "entries": _entries,
    "defects": _defects,
    "differences": _differences,
}
