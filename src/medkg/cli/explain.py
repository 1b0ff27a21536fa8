"""`medkg explain`: the verdict on two datasets in sentences."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

import click

from medkg.cli import lineage_names, printing
from medkg.cli.lineage_names import Asked
from medkg.lineage.answers import Account, Plain, account
from medkg.lineage.answers.pair import OTHER
from medkg.lineage.explain import conclusion
from medkg.lineage.layers import Layer


@click.command("explain")
@click.argument("one")
@click.argument("other")
@click.option(
    "--all-paths", is_flag=True, help="Every path that has no claim's pair of datasets in common with another."
)
@lineage_names.evidence
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(one: str, other: str, all_paths: bool, evidence: Layer, as_json: bool) -> None:
    """Tell whether the datasets ONE and OTHER share images, why, and what would change it.

    Each claim is told in its own direction with who says it, as catalogue:line or address.
    """
    asked = lineage_names.asked()
    first, second = asked.dataset(one), asked.dataset(other)
    if first == second:
        raise click.UsageError(f"{one!r} and {other!r} mean one dataset, {asked.both(first)}")
    found = account(asked.register, first, second, layer=evidence, all_paths=all_paths)
    if as_json:
        printing.as_json(Plain(lines=asked.register.lines).account(found))
    else:
        _print(found, asked)


def _print(found: Account, asked: Asked) -> None:
    said = found.explanation
    click.echo(click.style(said.conclusion, bold=True))
    _numbered(said.reasons)
    if said.verdict.exclusion:
        lineage_names.heading("What speaks against it")
        _numbered(asked.path(said.verdict.exclusion))
    for index, each in enumerate(said.others, 2):
        lineage_names.heading(f"Path {index}, {each.grade}")
        _numbered(asked.path(each.path))
    if found.editions:
        lineage_names.heading("By edition")
    for each in found.editions:
        click.echo(f"  {asked.both(each.subject)} and {asked.both(each.other)}: {each.grade}")
    lineage_names.heading("What would change it")
    for line in (*said.changes, _elsewhere(found, asked)):
        click.echo(f"- {line}")
    for title, lines in _beside(found, asked):
        lineage_names.heading(title)
        _numbered(lines)
    for slug, openings in found.openings.items():
        lineage_names.heading(f"The provenance of {asked.label(slug)} is open")
        _numbered(map(asked.opening, openings))


def _beside(found: Account, asked: Asked) -> Iterator[tuple[str, Iterable[str]]]:
    """What is no shared image, with the claims that lead to it."""
    if found.patients:
        grade = "share patients" if found.patients.grade == "definite" else "may share patients"
        yield f"Beyond that, they {grade}", asked.path(found.patients.path)
    if found.derivative:
        yield (
            "No image is shared by it, but images of one were synthesised from the other's",
            asked.path(found.derivative.path),
        )


def _elsewhere(found: Account, asked: Asked) -> str:
    """What the claims of the other layer come to."""
    other, grade = lineage_names.WHOSE[OTHER[found.evidence]], found.elsewhere.grade
    if grade == found.explanation.verdict.grade:
        return f"By {other} the verdict is the same: {grade}."
    return f"By {other} the verdict is another one: {conclusion(found.elsewhere, asked.register.labels)}"


def _numbered(lines: Iterable[str]) -> None:
    for index, line in enumerate(lines, 1):
        click.echo(f"  {index}. {line}")
