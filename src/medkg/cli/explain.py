"""`medkg explain`: the verdict on two datasets in sentences."""

from __future__ import annotations

from collections.abc import Iterable

import click

from medkg.cli import lineage_names, printing
from medkg.cli.lineage_names import LineageContext
from medkg.lineage.answers import Account
from medkg.lineage.claims import Layer
from medkg.lineage.explanation import account
from medkg.lineage.json_answers import JsonWriter


@click.command("explain")
@click.argument("one")
@click.argument("other")
@click.option(
    "--all-paths", is_flag=True, help="Every path that has no claim's pair of datasets in common with another."
)
@lineage_names.evidence
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(one: str, other: str, all_paths: bool, evidence: Layer, as_json: bool) -> None:
    """Explain whether the datasets ONE and OTHER share images, why, and what would change the verdict.

    Each claim stands in its own direction with its sources, as catalogue:line or address.
    """
    context = lineage_names.open_lineage()
    first, second = context.dataset(one), context.dataset(other)
    if first == second:
        raise click.UsageError(f"{one!r} and {other!r} mean one dataset, {context.label_and_slug(first)}")
    result = account(context.register, first, second, layer=evidence, all_paths=all_paths)
    if as_json:
        printing.as_json(JsonWriter(lines=context.register.lines).account(result))
    else:
        _print(result, context)


def _print(result: Account, context: LineageContext) -> None:
    explanation, texts = result.explanation, context.texts
    click.echo(click.style(explanation.conclusion, bold=True))
    _print_numbered_lines(explanation.reasons)
    if explanation.verdict.denial:
        _section("What speaks against it", context.path(explanation.verdict.denial))
    for index, verdict in enumerate(explanation.others, 2):
        _section(f"Path {index}, {verdict.grade}", context.path(verdict.path))
    if result.editions:
        lineage_names.heading("By edition")
    for verdict in result.editions:
        both = f"{context.label_and_slug(verdict.subject)} and {context.label_and_slug(verdict.other)}"
        click.echo(f"  {both}: {verdict.grade}")
    lineage_names.heading("What would change it")
    for line in (*explanation.changes, texts.by_other_layer(result)):
        click.echo(f"- {line}")
    if result.patients:
        _section(texts.conclusion(result.patients), context.path(result.patients.path))
    if result.derivative:
        _section(texts.derivative(result.derivative), context.path(result.derivative.path))
    for slug, openings in result.openings.items():
        claims = map(texts.opening, openings)
        _section(texts.open_provenance(slug, openings[0]), map(lineage_names.style_claim, claims))


def _section(title: str, lines: Iterable[str]) -> None:
    lineage_names.heading(title)
    _print_numbered_lines(lines)


def _print_numbered_lines(lines: Iterable[str]) -> None:
    for index, line in enumerate(lines, 1):
        click.echo(f"  {index}. {line}")
