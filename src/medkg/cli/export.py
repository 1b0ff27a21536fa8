"""`medkg export`: the graph, or one dataset, as a file."""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

import click

from medkg import search
from medkg.cli.graph import opened
from medkg.errors import MedkgError
from medkg.evaluation import named
from medkg.export import FORMATS, export
from medkg.files import atomic_write
from medkg.model import prefixes
from medkg.settings import Settings

_NAMES = ", ".join(each.name for each in FORMATS)


@click.command("export")
@click.option("-f", "--format", "form", metavar="FORMAT", help=f"One of {_NAMES}; without it the file's ending tells.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="The file to write.")
@click.option("--dataset", metavar="NAME", help="Only what concerns this dataset.")
def command(form: str | None, output: Path | None, dataset: str | None) -> None:
    """Write the graph to a file, or to standard output.

    Turtle, N-Triples and RDF/XML hold what we believe; TriG, N-Quads and JSON-LD also what each
    catalogue states, in the named graph of each record.
    """
    settings = Settings.from_environment()
    chosen = _by_ending(output) if form is None else form
    snapshot = opened(settings)
    slug = search.resolve(snapshot.index, dataset) if dataset is not None else None
    parts = export(snapshot.store, chosen, prefixes.load(settings.resources / "ontology"), dataset=slug)
    if output is None:
        for part in parts:
            sys.stdout.buffer.write(part)
    else:
        _write(parts, output)


def _by_ending(output: Path | None) -> str:
    """The format that a file's name asks for; Turtle where there is no file."""
    if output is None:
        return "turtle"
    ending = output.suffix.removeprefix(".")
    if named(ending, FORMATS) is None:
        raise click.UsageError(f"the name {output.name} tells no format; say --format, one of {_NAMES}")
    return ending


def _write(parts: Iterable[bytes], output: Path) -> None:
    """Make the whole document the file; whatever happens on the way, the file holds what it held before."""
    try:
        with atomic_write(output) as draft, draft.open("wb") as file:
            file.writelines(parts)
    except OSError as error:
        raise MedkgError(f"{output} cannot be written: {error.strerror}") from error
