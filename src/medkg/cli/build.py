"""`medkg build`: the graph from the data."""

from __future__ import annotations

import click

from medkg.cli.graph import built, summary
from medkg.settings import Settings
from medkg.snapshots import inputs
from medkg.snapshots.storage import files_aside
from medkg.snapshots.activation import Updates


@click.command("build")
@click.option("--again", is_flag=True, help="Build even if the graph is up to date, and ask the shapes anew.")
@click.option("--record-gate", is_flag=True, help="Record with the data that the graph conforms to the shapes.")
@click.option("--keep-updates", is_flag=True, help="Make the updates of the present graph to the new one too.")
@click.option("--discard-updates", is_flag=True, help="Set the updates of the present graph aside.")
def command(again: bool, record_gate: bool, keep_updates: bool, discard_updates: bool) -> None:
    """Build the graph and let it serve; nothing is done where it is up to date.

    Every fault of the data is named, and where there is one, the graph that served before still does.
    While that has updates, none takes its place unless it is said what becomes of them.
    """
    if keep_updates and discard_updates:
        raise click.UsageError("say either --keep-updates or --discard-updates")
    settings = Settings.from_environment()
    updates = Updates.KEEP if keep_updates else Updates.DISCARD if discard_updates else Updates.REFUSE
    aside = files_aside(settings.home)
    snapshot = built(settings, again=again or record_gate, updates=updates)
    click.echo(summary(snapshot))
    for path in sorted(files_aside(settings.home) - aside):
        click.echo(f"the updates were set aside: {path}", err=True)
    if record_gate:
        click.echo(f"recorded in {inputs.record_gate(settings.resources, snapshot.digest)}")
