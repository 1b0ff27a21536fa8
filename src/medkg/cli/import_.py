"""`medkg import`: read a catalogue's Markdown file into the data."""

from __future__ import annotations

from pathlib import Path

import click

from medkg.catalogs.changes import Changes
from medkg.catalogs.links import address, link_problem
from medkg.catalogs.report import ReadingReport, UnreadCell, reading_report
from medkg.curation.catalog_import import import_catalog, record_path, write_record
from medkg.curation.reader import display_path
from medkg.model.fields import printable
from medkg.settings import Settings


@click.command("import")
@click.argument("catalog_id", metavar="CATALOG-ID")
@click.argument("file", type=click.Path(exists=True, dir_okay=False, path_type=Path))
@click.option("--report", "in_full", is_flag=True, help="List each cell that was not understood.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write to this file instead.")
def command(catalog_id: str, file: Path, in_full: bool, dry_run: bool, output: Path | None) -> None:
    """Read FILE, a version of the catalogue CATALOG-ID, into data/catalogs/CATALOG-ID.yaml.

    Lists the entries that were added, changed and removed, the number of entries in each section, the lines and
    cells that could not be read, and the links that were mended or left out. The catalogue's header stays as it is.
    """
    data = Settings.from_environment().resources / "data"
    intake = import_catalog(data, catalog_id, file)
    target = output or record_path(data, catalog_id)
    name = output or display_path(target, data)
    _print_changes(intake.changes)
    _print_report(reading_report(intake.catalog, file), in_full=in_full)
    if not intake.is_known:
        click.echo(
            f"{catalog_id} is new: write its title, maintainer, repository and licence into the header", err=True
        )
    if intake.is_written(target):
        click.echo(f"nothing changed: {name} is as it was")
    elif dry_run:
        click.echo(f"nothing written; {name} would change")
    else:
        write_record(intake, target)
        click.echo(f"written: {name}")


def _print_changes(changes: Changes) -> None:
    for key in changes.added:
        click.echo(f"+ {key}")
    for key, fields in changes.changed.items():
        click.echo(f"~ {key}: {', '.join(fields)}")
    for key in changes.gone:
        click.echo(f"- {key}")
    numbers = {"added": len(changes.added), "changed": len(changes.changed), "gone": len(changes.gone)}
    click.echo(", ".join(f"{number} {kind}" for kind, number in {**numbers, "moved": changes.moved}.items()))


def _print_report(report: ReadingReport, *, in_full: bool) -> None:
    click.echo(f"{sum(report.sections.values())} entries")
    for section, number in report.sections.items():
        click.echo(f"  {number:4} {' / '.join(section) or '(no section)'}")
    for unread in report.unread:
        click.echo(f"line {unread.line} could not be read: {unread.reason}")
    for number in report.unprintable:
        click.echo(f"line {number} holds control characters or the like, which are left out")
    for entry, written in report.mended_links:
        click.echo(f"line {entry.line}, {entry.key}: link mended: {written}{_address(written)}")
    for link in report.lost_links:
        click.echo(f"line {link.entry.line}, {link.entry.key}: {_loss(link)}")
    number = len(report.not_understood)
    click.echo(f"{number} of {report.cells} cells not understood ({report.share:.1f} %)")
    if in_full:
        for cell in report.not_understood:
            click.echo(f"  {_cell(cell)}")


def _address(written: str) -> str:
    """The address that a mended link leads to by itself."""
    mended = address(written)
    return f" is now {mended}" if mended else ""


def _loss(link: UnreadCell) -> str:
    """The message that a link is left out, with the reason where its text is known."""
    if link.text is None:
        return f"link left out: {link.residue.length} characters, {link.residue.sha256}"
    return f"link left out, for {link_problem(link.text) or 'it is no web address'}: {printable(link.text)}"


def _cell(cell: UnreadCell) -> str:
    residue = cell.residue
    text = f": {cell.text}" if cell.text is not None else ""
    place = f"line {cell.entry.line}, {cell.entry.key}, {residue.column}"
    return f"{place}: {residue.length} characters, {residue.sha256}{text}"
