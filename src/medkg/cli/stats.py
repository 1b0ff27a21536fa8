"""`medkg stats`: how much the graph holds, and how well the catalogues were read."""

from __future__ import annotations

from dataclasses import fields

import click

from medkg.cli import printing
from medkg.cli.graph import opened
from medkg.curation.read import gather
from medkg.model import prefixes
from medkg.settings import Settings
from medkg.views.statistics import CatalogStatistics, Statistics, statistics

_NUMBERS = [each.name for each in fields(Statistics) if each.type == "int"]


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> None:
    """Count what the graph holds, by catalogue and vocabulary.

    Merged datasets stand in several catalogues, disputed ones have a property on which catalogues differ.
    Triples are what we believe; quads are those and what each record states, in a graph of its own.
    """
    settings = Settings.from_environment()
    store = opened(settings).store
    records, _ = gather(settings.resources / "data")
    found = statistics(store, records, prefixes.load(settings.resources / "ontology"))
    if as_json:
        printing.as_json(found)
    else:
        _print(found)


def _print(found: Statistics) -> None:
    catalogs = ("catalogue", "entries", "datasets", "unread", "cells", "not understood", "percent")
    printing.table(catalogs, map(_row, found.catalogs), numbers=catalogs[1:])
    click.echo()
    schemes = ("vocabulary", "concepts", "exceptions")
    rows = [(each.vocabulary, f"{each.concepts:,}", f"{each.exceptions:,}") for each in found.vocabularies]
    printing.table(schemes, rows, numbers=schemes[1:])
    click.echo()
    numbers = [(name, f"{getattr(found, name):,}") for name in _NUMBERS]
    printing.table(("in all", "number"), numbers, numbers=("number",))


def _row(each: CatalogStatistics) -> tuple[str, ...]:
    numbers = (each.entries, each.datasets, each.unread, each.cells, each.not_understood)
    return (each.catalog, *(f"{number:,}" for number in numbers), f"{each.share:.2f}")
