"""`medkg lineage`: what a dataset's images came from and went into, as a tree or picture."""

from __future__ import annotations

import click

from medkg.cli import lineage_names, printing
from medkg.lineage import pictures
from medkg.lineage.answers import Plain, family
from medkg.lineage.layers import Layer


@click.command("lineage")
@click.argument("name")
@click.option("--up", is_flag=True, help="Only what its images came from.")
@click.option("--down", is_flag=True, help="Only what its images went into.")
@click.option("--depth", type=click.IntRange(min=1), metavar="N", help="At most so many claims away.")
@click.option(
    "--format",
    "form",
    type=click.Choice(["tree", "dot", "mermaid", "svg", "json"]),
    default="tree",
    show_default=True,
    help="How it is drawn.",
)
@lineage_names.evidence
def command(name: str, up: bool, down: bool, depth: int | None, form: str, evidence: Layer) -> None:
    """Show the ancestors and descendants of the dataset NAME, with the claims that lead there.

    Editions and synthesised images are part of a lineage and share no image by it: they are marked as documentary, and
    drawn as dotted lines. Dashed lines are claims made with reserve.
    """
    asked = lineage_names.asked()
    register = asked.register
    whole = up == down
    dataset = asked.dataset(name)
    if editions := register.editions.get(dataset):
        what = f"{asked.label(dataset)} is a series: ask for the lineage of its editions, {', '.join(editions)}"
        click.echo(f"note: {what}", err=True)
    found = family(register.view(evidence), dataset, up=up or whole, down=down or whole, depth=depth)
    if form == "json":
        printing.as_json(Plain(lines=register.lines).family(found))
    elif form == "tree":
        for line in pictures.tree(found, register.labels, register.lines):
            click.echo(line)
    else:
        printing.document(getattr(pictures, form)(found, register.labels))
