"""`medkg export`: the graph, or one dataset, as an RDF file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from medkg import search
from medkg.cli.graph import open_graph
from medkg.errors import MedkgError
from medkg.evaluation import find_format
from medkg.export import FORMATS, export
from medkg.files import atomic_write
from medkg.model import prefixes
from medkg.settings import Settings

_NAMES = ", ".join(form.name for form in FORMATS)


@click.command("export")
@click.option("-f", "--format", "form", metavar="FORMAT", help=f"One of {_NAMES}; default: by the suffix of the file.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--dataset", metavar="NAME", help="Export one dataset only.")
def command(form: str | None, output: Path | None, dataset: str | None) -> None:
    """Write the graph to a file, or to standard output.

    Turtle, N-Triples and RDF/XML have the believed facts only; TriG, N-Quads and JSON-LD also
    the facts that each record states, in a named graph.
    """
    settings = Settings.from_environment()
    chosen = _format_by_suffix(output) if form is None else form
    snapshot = open_graph(settings)
    slug = search.resolve(snapshot.index, dataset) if dataset is not None else None
    parts = export(snapshot.store, chosen, prefixes.load(settings.resources / "ontology"), dataset=slug)
    if output is None:
        for part in parts:
            sys.stdout.buffer.write(part)
    else:
        _write(parts, output)


def _format_by_suffix(output: Path | None) -> str:
    """The format of a file by its suffix; Turtle for standard output."""
    if output is None:
        return "turtle"
    suffix = output.suffix.removeprefix(".")
    if find_format(suffix, FORMATS) is None:
        raise click.UsageError(f"the file name {output.name} has no known suffix; give --format, one of {_NAMES}")
    return suffix


def _write(parts: Iterable[bytes], output: Path) -> None:
    """Replace the file by the document; on failure the file keeps its previous content."""
    try:
        with atomic_write(output) as draft, draft.open("wb") as file:
            file.writelines(parts)
    except OSError as error:
        raise MedkgError(f"{output} cannot be written: {error.strerror}") from error
