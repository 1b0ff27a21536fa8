"""`medkg overlap`: which datasets share images with one, how surely, and who says so."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import click

from medkg.cli import lineage_names, printing
from medkg.cli.lineage_names import Asked
from medkg.lineage.answers import Overlap, Plain, overlap
from medkg.lineage.answers.overlap import Asked as Grades
from medkg.lineage.layers import Layer
from medkg.lineage.verdicts import Verdict

_MECHANISMS = {
    "fork": "two draws from {hub}, which may coincide",
    "chain": "handed on through {hub}, unknown which",
    "unknown-direction": "both meet {hub}, unknown which way images went",
    "hedge": "said with reserve",
    "count": "by the numbers both hold of {hub}",
    "part": "said of the whole of {hub}, unknown of which part",
    "series": "editions of {hub}, of which nothing is recorded",
}


@click.command("overlap")
@click.argument("name")
@click.option(
    "--grade",
    type=click.Choice(["definite", "possible", "all"]),
    default="all",
    show_default=True,
    help="How sure the sharing is.",
)
@lineage_names.evidence
@click.option("--direct", is_flag=True, help="Only what one claim says; datasets of the same images count as one.")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(name: str, grade: Grades, evidence: Layer, direct: bool, as_json: bool) -> None:
    """Show which datasets share images with the dataset NAME, or may do so.

    Below each stand the claims that lead there, and who states them as catalogue:line or address. A dataset
    that is not shown is not known to share any, which proves nothing.
    """
    asked = lineage_names.asked()
    found = overlap(asked.register.view(evidence), asked.dataset(name), grade=grade, direct=direct)
    if as_json:
        printing.as_json(Plain(lines=asked.register.lines).overlap(found))
    else:
        _print(found, asked)


def _print(found: Overlap, asked: Asked) -> None:
    click.echo(f"{click.style(asked.both(found.dataset), bold=True)}, by {lineage_names.WHOSE[found.evidence]}")
    if found.editions:
        click.echo(f"a series, which stands for its editions: {', '.join(map(asked.both, found.editions))}")
    if found.same_images:
        click.echo(f"the same images: {', '.join(map(asked.both, found.same_images))}")
    for grade in ("definite", "possible"):
        _verdicts(grade, [each for each in found.verdicts if each.grade == grade], asked)
    if not found.verdicts:
        click.echo("no shared images are known, which is no proof that there are none")
    _verdicts("patients, beyond what is known of images", found.patients, asked)
    if found.derivative:
        lineage_names.heading("no shared image, but synthesised from them")
    for leak in found.derivative:
        _print_path(asked.both(leak.other), asked.path(leak.path))
    if found.excluded:
        lineage_names.heading("excluded by modality")
    for each in found.excluded:
        click.echo(f"  {asked.both(each.other)}: {each.guard_reason}")
    if found.openings:
        lineage_names.heading("provenance is open: sources are not named")
    for opening in found.openings:
        click.echo(f"  {asked.opening(opening)}")


def _verdicts(title: str, found: Sequence[Verdict], asked: Asked) -> None:
    if found:
        lineage_names.heading(title)
    for each in found:
        details = "".join(f", {detail}" for detail in _details(each, asked))
        _print_path(f"{asked.both(each.other)}{details}", asked.path(each.path))
        if each.is_contradicted:
            click.echo(
                f"    contradicted, to be looked into: {each.guard_reason or 'it is also said to share nothing'}"
            )


def _print_path(title: str, path: Iterable[str]) -> None:
    click.echo(f"  {title}")
    for claim in path:
        click.echo(f"    {claim}")


def _details(verdict: Verdict, asked: Asked) -> list[str]:
    """How much is shared, and why it is no more than possible."""
    details = [_MECHANISMS[verdict.mechanism].format(hub=asked.label(verdict.hub or ""))] if verdict.mechanism else []
    if verdict.least is not None:
        details.append(f"at least {verdict.least:,} (unit: {verdict.unit})")
    if verdict.expected is not None:
        details.append(f"about {verdict.expected:,.0f} expected of random draws (unit: {verdict.unit})")
    return details
