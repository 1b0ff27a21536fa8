"""`medkg reconcile`: candidate datasets for catalogue entries, with reasons."""

from __future__ import annotations

import click

from medkg.curation import load_with_faults
from medkg.curation.reconcile import Proposal, reconcile
from medkg.settings import Settings


@click.command("reconcile")
@click.option("--catalog", metavar="ID", help="Only entries of this catalogue.")
@click.argument("entry", required=False)
def command(catalog: str | None, entry: str | None) -> None:
    """Propose the datasets that each unresolved entry, or ENTRY, may describe.

    ENTRY is a key of an entry, or catalogue/key. Nothing is changed: a curator writes the decision
    into a file of data/datasets/.
    """
    records, faults = load_with_faults(Settings.from_environment().resources / "data")
    broken = [fault for fault in faults if fault.code in ("dangling-entry", "unknown-catalog", "unknown-term")]
    if records.faulty or broken:
        raise ExceptionGroup("reconciliation needs data without these faults", broken or faults)
    proposals = reconcile(records, catalog=catalog, entry=entry)
    for proposal in proposals:
        _print(proposal)
    if not proposals:
        click.echo(f"every entry{f' of {catalog}' if catalog else ''} stands for a dataset")


def _print(proposal: Proposal) -> None:
    entry = proposal.entry
    resolution = f", stands for {proposal.stands_for}" if proposal.stands_for else ""
    click.secho(f"{proposal.catalog}/{entry.key}: {entry.name} (line {entry.line}{resolution})", bold=True)
    for candidate in proposal.candidates:
        click.echo(f"  {candidate.score:.2f}  {candidate.slug} ({candidate.label})")
        for reason in candidate.reasons:
            click.echo(f"        {reason}")
        for warning in candidate.warnings:
            click.secho(f"        but {warning}", fg="yellow")
    if not proposal.candidates:
        click.echo("  no candidate: a dataset of its own?")
