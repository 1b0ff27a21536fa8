"""`medkg build`: build the graph from the data."""

from __future__ import annotations

import click

from medkg.cli.graph import build_graph, summary
from medkg.settings import Settings
from medkg.snapshots import inputs
from medkg.snapshots.activation import UpdatePolicy
from medkg.snapshots.storage import files_aside


@click.command("build")
@click.option("--again", is_flag=True, help="Build even if the graph is up to date, and validate the shapes again.")
@click.option("--record-gate", is_flag=True, help="Record with the data that the graph conforms to the shapes.")
@click.option("--keep-updates", is_flag=True, help="Apply the updates of the present graph to the new one too.")
@click.option("--discard-updates", is_flag=True, help="Set the updates of the present graph aside.")
def command(again: bool, record_gate: bool, keep_updates: bool, discard_updates: bool) -> None:
    """Build the graph and let it serve; a graph that is up to date is not built again.

    All faults of the data are listed; if there are any, the graph that served before still does. A graph with
    updates is replaced only with --keep-updates or --discard-updates.
    """
    if keep_updates and discard_updates:
        raise click.UsageError("--keep-updates and --discard-updates exclude each other")
    settings = Settings.from_environment()
    updates = UpdatePolicy.KEEP if keep_updates else UpdatePolicy.DISCARD if discard_updates else UpdatePolicy.REFUSE
    aside = files_aside(settings.home)
    snapshot = build_graph(settings, again=again or record_gate, updates=updates)
    click.echo(summary(snapshot))
    for path in sorted(files_aside(settings.home) - aside):
        click.echo(f"the updates were set aside: {path}", err=True)
    if record_gate:
        click.echo(f"recorded in {inputs.record_conformance(settings.resources, snapshot.digest)}")
