"""`medkg overlap`: the datasets that share images with one, how surely, and by which claims."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from medkg.cli import lineage_names, printing
from medkg.cli.lineage_names import LineageContext
from medkg.lineage.answers import Overlap, Verdict
from medkg.lineage.claims import Layer
from medkg.lineage.json_answers import JsonWriter
from medkg.lineage.leakage import GradeFilter, overlap
from medkg.lineage.texts import LAYER_NAMES


@click.command("overlap")
@click.argument("name")
@click.option(
    "--grade",
    type=click.Choice(["definite", "possible", "all"]),
    default="all",
    show_default=True,
    help="Only sharing of this grade.",
)
@lineage_names.evidence
@click.option("--direct", is_flag=True, help="Only sharing by one claim; datasets of the same images count as one.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(name: str, grade: GradeFilter, evidence: Layer, direct: bool, as_json: bool) -> None:
    """Show which datasets share images with the dataset NAME, or may do so.

    Below each stand the claims that lead there, with their sources as catalogue:line or address. A dataset that is
    not shown is not known to share any, which proves nothing.
    """
    context = lineage_names.open_lineage()
    result = overlap(context.register.view(evidence), context.dataset(name), grade=grade, direct=direct)
    if as_json:
        printing.as_json(JsonWriter(lines=context.register.lines).overlap(result))
    else:
        _print(result, context)


def _print(result: Overlap, context: LineageContext) -> None:
    named, texts = context.label_and_slug, context.texts
    click.echo(f"{click.style(named(result.dataset), bold=True)}, by {LAYER_NAMES[result.evidence]}")
    if result.editions:
        click.echo(f"a series, which stands for its editions: {', '.join(map(named, result.editions))}")
    if result.same_images:
        click.echo(f"the same images: {', '.join(map(named, result.same_images))}")
    for grade in ("definite", "possible"):
        _print_verdicts(grade, [verdict for verdict in result.verdicts if verdict.grade == grade], context)
    if not result.verdicts:
        click.echo("no shared images are known, which is no proof that there are none")
    _print_verdicts("patients, surer than what is known of images", result.patients, context)
    if result.derivative:
        lineage_names.heading("no shared image, but synthesised from them")
    for leak in result.derivative:
        _print_path(named(leak.other), context.path(leak.path))
    if result.excluded:
        lineage_names.heading("excluded by modality")
    for verdict in result.excluded:
        click.echo(f"  {named(verdict.other)}: {verdict.exclusion_reason}")
    if result.openings:
        lineage_names.heading("provenance is open: sources are not named")
    for opening in result.openings:
        click.echo(f"  {lineage_names.style_claim(texts.opening(opening))}")


def _print_verdicts(title: str, verdicts: Sequence[Verdict], context: LineageContext) -> None:
    if verdicts:
        lineage_names.heading(title)
    for verdict in verdicts:
        reason = context.texts.reason(verdict)
        _print_path(
            f"{context.label_and_slug(verdict.other)}{f': {reason}' if reason else ''}", context.path(verdict.path)
        )
        if verdict.is_contradicted:
            click.echo(f"    contradicted: {verdict.exclusion_reason or 'it is also stated to share nothing'}")


def _print_path(title: str, path: Iterable[str]) -> None:
    click.echo(f"  {title}")
    for claim in path:
        click.echo(f"    {claim}")
