"""`medkg lineage`: the datasets that a dataset's images came from and went into, as a tree or picture."""

from __future__ import annotations

import click

from medkg.cli import lineage_names, printing
from medkg.lineage.claims import Layer
from medkg.lineage.json_answers import JsonWriter
from medkg.lineage.relatives import family
from medkg.lineage.svg import svg
from medkg.lineage.text_pictures import mermaid, tree


@click.command("lineage")
@click.argument("name")
@click.option("--up", is_flag=True, help="Only datasets that its images came from.")
@click.option("--down", is_flag=True, help="Only datasets that its images went into.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="At most so many claims away.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["tree", "mermaid", "svg", "json"]),
    default="tree",
    show_default=True,
    help="The format.",
)
@lineage_names.evidence
def command(name: str, up: bool, down: bool, depth: int | None, form: str, evidence: Layer) -> None:
    """Show the ancestors and descendants of the dataset NAME, with the claims that lead there.

    Editions and synthesised images are part of a lineage and share no image by it: they are marked as documentary, and
    drawn as dotted lines. Dashed lines are claims made with reserve.
    """
    context = lineage_names.open_lineage()
    register, dataset = context.register, context.dataset(name)
    if editions := register.editions.get(dataset):
        advice = f"ask for the lineage of its editions, {', '.join(editions)}"
        click.echo(f"note: {register.label(dataset)} is a series: {advice}", err=True)
    both_sides = up == down
    shown = family(register.view(evidence), dataset, up=up or both_sides, down=down or both_sides, depth=depth)
    if form == "json":
        printing.as_json(JsonWriter(lines=register.lines).family(shown))
    elif form == "tree":
        for line in tree(shown, context.texts):
            click.echo(line)
    else:
        draw = {"svg": svg, "mermaid": mermaid}[form]
        printing.document(draw(shown, register.labels))
