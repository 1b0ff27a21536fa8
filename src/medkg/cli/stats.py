"""`medkg stats`: count the contents of the graph and the unread parts of the catalogues."""

from __future__ import annotations

from dataclasses import fields

import click

from medkg.cli import printing
from medkg.cli.graph import open_graph
from medkg.curation.reader import read_with_faults
from medkg.model import prefixes
from medkg.settings import Settings
from medkg.views.statistics import CatalogStatistics, Statistics, statistics

_NUMBERS = [field.name for field in fields(Statistics) if field.type == "int"]


@click.command("stats")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(as_json: bool) -> None:
    """Count the contents of the graph, by catalogue and vocabulary.

    Merged datasets are listed in several catalogues; disputed ones have a property on which catalogues differ.
    Triples are our beliefs; quads are these and the statements of each record, in a graph of its own.
    """
    settings = Settings.from_environment()
    store = open_graph(settings).store
    records, _ = read_with_faults(settings.resources / "data")
    counts = statistics(store, records, prefixes.load(settings.resources / "ontology"))
    if as_json:
        printing.as_json(counts)
    else:
        _print(counts)


def _print(counts: Statistics) -> None:
    catalogs = ("catalogue", "entries", "datasets", "unread", "cells", "not understood", "percent")
    printing.table(catalogs, map(_row, counts.catalogs), numbers=catalogs[1:])
    click.echo()
    schemes = ("vocabulary", "concepts", "exceptions")
    rows = [(row.vocabulary, f"{row.concepts:,}", f"{row.exceptions:,}") for row in counts.vocabularies]
    printing.table(schemes, rows, numbers=schemes[1:])
    click.echo()
    numbers = [(name, f"{getattr(counts, name):,}") for name in _NUMBERS]
    printing.table(("in all", "number"), numbers, numbers=("number",))


def _row(statistics: CatalogStatistics) -> tuple[str, ...]:
    numbers = (statistics.entries, statistics.datasets, statistics.unread, statistics.cells, statistics.not_understood)
    return (statistics.catalog, *(f"{number:,}" for number in numbers), f"{statistics.share:.2f}")
