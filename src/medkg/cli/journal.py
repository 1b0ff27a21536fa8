"""`medkg journal`: the updates made over HTTP, looked at and mended."""

from __future__ import annotations

import click

from medkg.cli import printing
from medkg.settings import Settings
from medkg.snapshots import journal_repair
from medkg.snapshots.build import building, snapshots_of, told
from medkg.snapshots.journal_repair import Condition, Gap
from medkg.snapshots.activation import journals

_COLUMNS = ("digest", "updates", "bytes", "serves", "state")


@click.group("journal")
def command() -> None:
    """Look at the journals of updates, or mend a damaged one.

    A journal is beside its graph under MEDKG_HOME and has the updates made to that over HTTP.
    """


@command.command("check")
def check() -> None:
    """Read every journal from end to end; fail where one is damaged."""
    found = journal_repair.conditions(snapshots_of(Settings.from_environment()))
    printing.table(_COLUMNS, map(_row, found), numbers=("updates", "bytes"))
    for each in found:
        if each.damage:
            click.echo(f"medkg: {each.damage}", err=True)
    click.get_current_context().exit(int(any(each.damage for each in found)))


@command.command("salvage")
def salvage() -> None:
    """Keep what can be read of damaged journals, and set the damaged files aside.

    An update is kept where its digest says that it is what was written, also after the damage. What is lost is named.
    A running server takes over the mended journal by itself.
    """
    settings = Settings.from_environment()
    snapshots = snapshots_of(settings)
    with building(snapshots, umask=settings.umask), told(snapshots):
        found = [each for each in map(journal_repair.salvage, journals(snapshots)) if each]
    for each in found:
        click.echo(f"{each.digest}: {_updates(each.kept)} kept; the damaged journal is {each.aside}")
        for gap in each.lost:
            click.echo(f"  lost: {_lost(gap)}")
    if not found:
        click.echo("no journal is damaged")


def _row(each: Condition) -> tuple[str, ...]:
    state = "damaged" if each.damage else f"{each.torn:,} bytes of an interrupted write" if each.torn else "sound"
    return each.digest, f"{each.updates:,}", f"{each.bytes:,}", "yes" if each.serves else "", state


def _lost(gap: Gap) -> str:
    return (
        f"{_updates(gap.updates)} at bytes {gap.start:,} to {gap.end:,}, after {_updates(gap.after)} that could be read"
    )


def _updates(number: int) -> str:
    return f"{number:,} update{'' if number == 1 else 's'}"
