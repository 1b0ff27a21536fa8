"""The catalogues: what each lists, what is wrong with it and where it differs, for those who keep it to mend it."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from itertools import groupby

from flask import Blueprint, Response, render_template

from medkg.evaluation import GRAPHS, Description
from medkg.evaluation.formats import CSV
from medkg.http.query_parameters import takes
from medkg.model import prefixes as iris
from medkg.site.context import SiteContext, cached_per_revision, current_context
from medkg.site.pages import addresses, described, page, reply, sheet
from medkg.views.catalogs import Catalog, catalog, catalog_ids
from medkg.views.differences import Divergence, divergences
from medkg.views.wording import Wording

catalogs = Blueprint("catalogs", __name__)

ENTRIES, REMARKS = 200, 100
"""Entries on a page, and defects or differences, which take more words."""

Table = tuple[Sequence[str], Iterable[Sequence[str | int | None]]]


@catalogs.get("/catalog")
def all_catalogs() -> Response:
    """Every catalogue, with how much it lists and how many defects are known."""
    return page(render_template("catalog/all.html", catalogs=known(current_context()).values(), addresses=addresses()))


@takes("page")
def page_of(now: SiteContext, description: Description) -> str:
    """The page of a catalogue: what it says, by section and line."""
    found = known(now)[description.iri.value.removeprefix(iris.catalog("").value)]
    shown = sheet(found.entries, ENTRIES)
    return render_template(
        "catalog/entries.html",
        catalog=found,
        sheet=shown,
        sections=[(section, list(group)) for section, group in groupby(shown.items, key=lambda each: each.section)],
        formats=GRAPHS,
        **_common(found, "entries"),
    )


@catalogs.get("/catalog/<catalog_id>/defects")
@takes("page")
def defects(catalog_id: str) -> Response:
    """What is wrong in a catalogue, and what would be right."""
    found = _catalog(catalog_id)
    return page(
        render_template(
            "catalog/defects.html", catalog=found, sheet=sheet(found.defects, REMARKS), **_common(found, "defects")
        )
    )


@catalogs.get("/catalog/<catalog_id>/differences")
@takes("page")
def differences(catalog_id: str) -> Response:
    """Where a catalogue differs from the others."""
    found = _catalog(catalog_id)
    shown = sheet(diverging(current_context())[found.id], REMARKS)
    return page(
        render_template("catalog/differences.html", catalog=found, sheet=shown, **_common(found, "differences"))
    )


@catalogs.get("/catalog/<catalog_id>/<any(entries, defects, differences):table>.csv")
def as_csv(catalog_id: str, table: str) -> Response:
    """One of the lists as a table for other programs."""
    now, found = current_context(), _catalog(catalog_id)
    response = reply(
        lambda: _written(_TABLES[table](found, now)), CSV.media_type, identity=(now.revision, found.iri, table)
    )
    response.headers["Content-Disposition"] = f'inline; filename="{catalog_id}-{table}.csv"'
    return response


@cached_per_revision
def known(now: SiteContext) -> Mapping[str, Catalog]:
    """All catalogues by id."""
    words = Wording(store=now.store, prefixes=now.prefixes)
    return {each: catalog(words, each) for each in catalog_ids(words)}


@cached_per_revision
def diverging(now: SiteContext) -> Mapping[str, list[Divergence]]:
    """Where each catalogue differs from the others, by id."""
    words = Wording(store=now.store, prefixes=now.prefixes)
    return {each: divergences(words, each) for each in catalog_ids(words)}


def _catalog(catalog_id: str) -> Catalog:
    """The catalogue with an id; 404 where there is none."""
    described(iris.BASE + "catalog/" + catalog_id)
    return known(current_context())[catalog_id]


def _common(found: Catalog, shown: str) -> dict[str, object]:
    """What all pages of a catalogue show."""
    return {
        "own": addresses().at(f"/catalog/{found.id}"),
        "shown": shown,
        "addresses": addresses(),
    }


def _written(table: Table) -> bytes:
    """A table as CSV: https://www.rfc-editor.org/rfc/rfc4180."""
    columns, rows = table
    file = io.StringIO(newline="")
    writer = csv.writer(file)
    writer.writerow(columns)
    writer.writerows(rows)
    return file.getvalue().encode()


def _entries(found: Catalog, now: SiteContext) -> Table:
    rows = (
        (each.line, each.section, each.name, each.iri, " ".join(listed.slug for listed in each.datasets), each.defects)
        for each in found.entries
    )
    return ("line", "section", "entry", "iri", "datasets", "defects"), rows


def _defects(found: Catalog, now: SiteContext) -> Table:
    columns = ("line", "entry", "kind", "field", "stated", "instead", "reason", "basis", "source", "iri")
    return columns, ([getattr(each, column) for column in columns] for each in found.defects)


def _differences(found: Catalog, now: SiteContext) -> Table:
    columns = ("line", "entry", "dataset", "field", "kind", "own", "other", "theirs", "believed", "iri")
    return columns, (
        (
            each.line,
            each.entry,
            each.slug,
            each.field,
            each.kind,
            "; ".join(each.own),
            other.place,
            "; ".join(other.values),
            "; ".join(each.believed),
            each.iri,
        )
        for each in diverging(now)[found.id]
        for other in each.theirs
    )


_TABLES: Mapping[str, Callable[[Catalog, SiteContext], Table]] = {
    "entries": _entries,
    "defects": _defects,
    "differences": _differences,
}
