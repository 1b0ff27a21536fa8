"""`medkg search`: datasets by name, concept and facet."""

from __future__ import annotations

import click

from medkg import search
from medkg.cli import printing
from medkg.cli.graph import open_graph
from medkg.search import LINEAGE
from medkg.settings import Settings


@click.command("search")
@click.argument("text", nargs=-1)
@click.option("--modality", multiple=True, metavar="NAME", help="Only with this modality, or a narrower one.")
@click.option("--anatomy", multiple=True, metavar="NAME", help="Only with this body part, or a part of it.")
@click.option("--task", multiple=True, metavar="NAME", help="Only for this task, or a narrower one.")
@click.option("--licence", multiple=True, metavar="CONDITION", help="Only if the licence says so: commercial-use, …")
@click.option("--year", metavar="SPAN", help="Only of this year, or of these: 2021, 2015-2019, 2015-, unknown.")
@click.option("--cases", metavar="SPAN", help="Only with so many cases: 100-999, 1000-, unknown.")
@click.option("--catalog", multiple=True, metavar="NAME", help="Only what this catalogue lists.")
@click.option(
    "--lineage",
    multiple=True,
    type=click.Choice(tuple(LINEAGE)),
    help="Only with such lineage: any claim, or shared images that are definite, possible, open, none-known.",
)
@click.option("--limit", type=click.IntRange(1, 1000), default=20, show_default=True, help="How many at most.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(
    text: tuple[str, ...],
    modality: tuple[str, ...],
    anatomy: tuple[str, ...],
    task: tuple[str, ...],
    licence: tuple[str, ...],
    year: str | None,
    cases: str | None,
    catalog: tuple[str, ...],
    lineage: tuple[str, ...],
    limit: int,
    as_json: bool,
) -> None:
    """Find datasets whose names or concepts match TEXT, best first.

    Names, synonyms and concepts are known in English and Chinese, and typing errors are allowed for. Each option
    narrows the search; it takes a concept's key, label or synonym, or a span of numbers.
    """
    spans = {name: (span,) for name, span in (("year", year), ("cases", cases)) if span is not None}
    concepts = {"modality": modality, "anatomy": anatomy, "task": task, "licence": licence}
    names = {**concepts, **spans, "catalog": catalog, "lineage": lineage}
    if not (text or any(names.values())):
        raise click.UsageError("give words to search for, or one of the options that narrow the search")
    index = open_graph(Settings.from_environment()).index
    with search.find(index, " ".join(text), names) as results:
        hits = results.hits(limit)
        remark = results.absence if hits else _no_hits(results)
    if as_json:
        printing.as_json(hits)
    elif hits:
        printing.table(("dataset", "label", "why"), [(hit.slug, hit.label, hit.why) for hit in hits])
    if remark and (hits or not as_json):
        click.echo(remark, err=True)


def _no_hits(results: search.SearchResults) -> str:
    """The message that nothing is found, with similar labels."""
    near = [] if results.matches else search.similar_labels(results)
    return "nothing found" + (f"; did you mean {' or '.join(near)}?" if near else "")
