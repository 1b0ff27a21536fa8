"""`medkg show`: all facts of a dataset with their sources."""

from __future__ import annotations

from collections.abc import Iterable

import click

from medkg import search
from medkg.cli import printing
from medkg.cli.graph import open_graph
from medkg.model import prefixes
from medkg.settings import Settings
from medkg.views.dataset_profile import ChallengeUse, DatasetProfile, Judgement, Listing, profile
from medkg.views.sourced_facts import SourcedFact, SourcedValue

_MARGIN = 22


@click.command("show")
@click.argument("name")
@click.option("--json", "as_json", is_flag=True, help="As JSON.")
def command(name: str, as_json: bool) -> None:
    """Show all facts of the dataset NAME, which is any of its names or its slug.

    After each value come the entries that state it, as catalogue:line. Values that medkg does not
    believe are marked as disputed, corrected or decided otherwise.
    """
    settings = Settings.from_environment()
    snapshot = open_graph(settings)
    slug = search.resolve(snapshot.index, name)
    known = profile(snapshot.store, slug, prefixes.load(settings.resources / "ontology"))
    if as_json:
        printing.as_json(known)
    else:
        _print(known)


def _print(known: DatasetProfile) -> None:
    click.echo(f"{click.style(known.label, bold=True)}  {known.iri}")
    for text in (known.description, known.description_zh):
        if text:
            click.echo(text)
    click.echo()
    for fact in known.facts:
        _section(fact.name, _values(fact))
    _section("challenges", map(_challenge, known.challenges))
    _section("records", map(_listing, known.listings))
    _section("corrections", map(_judgement, known.corrections))
    _section("decisions", map(_judgement, known.decisions))


def _section(name: str, lines: Iterable[str]) -> None:
    """Print lines with a name before the first, if there are any."""
    heading = name
    for line in lines:
        click.echo(click.style(heading.ljust(_MARGIN), bold=True) + line)
        heading = ""


def _values(fact: SourcedFact) -> Iterable[str]:
    if fact.is_disputed:
        yield click.style("catalogues differ; undecided:", italic=True)
    yield from (f"{value.text}  {_sources(fact, value)}".rstrip() for value in fact.values)


def _sources(fact: SourcedFact, value: SourcedValue) -> str:
    """The sources of a value and its standing."""
    by = ", ".join(value.stated_by) or "medkg"
    if value.corrected:
        by += f"; corrected: {', '.join(value.corrected)}"
    elif value.is_overruled:
        by += "; decided otherwise"
    elif not value.is_believed and fact.is_disputed:
        by += "; disputed"
    return click.style(f"[{by}]", dim=True)


def _listing(listing: Listing) -> str:
    where = f" under {listing.section}" if listing.section else ""
    why = f": {listing.reason} ({listing.basis})" if listing.reason else ""
    return f"{listing.place} as {listing.name}{where}{' among others' if listing.is_mention else ''}{why}"


def _judgement(judgement: Judgement) -> str:
    place = f"{judgement.place}: {judgement.defect}, " if judgement.place else ""
    change = f"{judgement.stated or 'nothing'} → {judgement.instead or '?'}" if judgement.place else judgement.instead
    source = f" {judgement.source}" if judgement.source else ""
    return f"{place}{judgement.field} {change}: {judgement.reason} ({judgement.basis}){source}"


def _challenge(challenge: ChallengeUse) -> str:
    details = [detail for detail in (challenge.year, challenge.site, challenge.leaderboard) if detail]
    return "  ".join([f"{challenge.label} ({challenge.slug})", *details])
