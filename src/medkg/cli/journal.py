"""`medkg journal`: check and salvage the journals of updates made over HTTP."""

from __future__ import annotations

import click

from medkg.cli import printing
from medkg.settings import Settings
from medkg.snapshots import journal_repair
from medkg.snapshots.activation import all_journals
from medkg.snapshots.build import build_lock, explaining_snapshot_failure, snapshots_of
from medkg.snapshots.journal_repair import JournalState, LostSegment

_COLUMNS = ("digest", "updates", "bytes", "serves", "state")


@click.group("journal")
def command() -> None:
    """Check the journals of updates, or salvage damaged ones.

    A journal lies beside its graph under MEDKG_HOME and holds the updates made to that graph over HTTP.
    """


@command.command("check")
def check() -> None:
    """Read every journal from end to end; the exit status is 1 if one is damaged."""
    states = journal_repair.journal_states(snapshots_of(Settings.from_environment()))
    printing.table(_COLUMNS, map(_row, states), numbers=("updates", "bytes"))
    damages = [state.damage for state in states if state.damage]
    for damage in damages:
        click.echo(f"medkg: {damage}", err=True)
    click.get_current_context().exit(int(bool(damages)))


@command.command("salvage")
def salvage() -> None:
    """Keep the readable updates of damaged journals, and set the damaged files aside.

    An update is kept if its digest is right, also after the damage. Lost parts are listed. A running server takes over
    the salvaged journal by itself.
    """
    settings = Settings.from_environment()
    snapshots = snapshots_of(settings)
    with build_lock(snapshots, umask=settings.umask), explaining_snapshot_failure(snapshots):
        results = [result for result in map(journal_repair.salvage, all_journals(snapshots)) if result]
    for result in results:
        click.echo(f"{result.digest}: {_updates(result.updates)} kept; the damaged journal is {result.aside}")
        for segment in result.lost:
            click.echo(f"  lost: {_loss(segment)}")
    if not results:
        click.echo("no journal is damaged")


def _row(journal: JournalState) -> tuple[str, ...]:
    torn = f"{journal.torn:,} bytes of an interrupted write" if journal.torn else "sound"
    state = "damaged" if journal.damage else torn
    return journal.digest, f"{journal.updates:,}", f"{journal.bytes:,}", "yes" if journal.serves else "", state


def _loss(segment: LostSegment) -> str:
    updates, before = _updates(segment.updates), _updates(segment.after)
    return f"{updates} at bytes {segment.start:,} to {segment.end:,}, after {before} that could be read"


def _updates(number: int) -> str:
    return f"{number:,} update{'' if number == 1 else 's'}"
