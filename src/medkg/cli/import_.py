"""`medkg import`: a catalogue's Markdown file into the data."""

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
@click.option("--report", "in_full", is_flag=True, help="Show each cell that was not understood.")
@click.option("--dry-run", is_flag=True, help="Write nothing.")
@click.option("-o", "--output", type=click.Path(dir_okay=False, path_type=Path), help="Write here instead.")
def command(catalog_id: str, file: Path, in_full: bool, dry_run: bool, output: Path | None) -> None:
    """Read FILE, a version of the catalogue CATALOG-ID, into data/catalogs/CATALOG-ID.yaml.

    Says what was added, changed and gone, how many entries each section has, what could not be read
    or understood, and which links were mended or lead nowhere on the web. The catalogue's header
    stays as it is.
    """
    data = Settings.from_environment().resources / "data"
    intake = import_catalog(data, catalog_id, file)
    target = output or record_path(data, catalog_id)
    named = output or display_path(target, data)
    _say_changes(intake.changes)
    _say_report(reading_report(intake.catalog, file), in_full=in_full)
    if not intake.is_known:
        click.echo(
            f"{catalog_id} is new: write its title, maintainer, repository and licence into the header", err=True
        )
    if intake.is_written(target):
        click.echo(f"nothing changed: {named} is as it was")
    elif dry_run:
        click.echo(f"nothing written; {named} would change")
    else:
        write_record(intake, target)
        click.echo(f"written: {named}")


def _say_changes(changes: Changes) -> None:
    for key in changes.added:
        click.echo(f"+ {key}")
    for key, fields in changes.changed.items():
        click.echo(f"~ {key}: {', '.join(fields)}")
    for key in changes.gone:
        click.echo(f"- {key}")
    numbers = {"added": len(changes.added), "changed": len(changes.changed), "gone": len(changes.gone)}
    click.echo(", ".join(f"{number} {what}" for what, number in {**numbers, "moved": changes.moved}.items()))


def _say_report(found: ReadingReport, *, in_full: bool) -> None:
    click.echo(f"{sum(found.sections.values())} entries")
    for section, number in found.sections.items():
        click.echo(f"  {number:4} {' / '.join(section) or '(no section)'}")
    for unread in found.unread:
        click.echo(f"line {unread.line} could not be read: {unread.reason}")
    for number in found.unprintable:
        click.echo(f"line {number} holds control characters or the like, which are left out")
    for entry, written in found.mended_links:
        click.echo(f"line {entry.line}, {entry.key}: link mended: {written}{_address(written)}")
    for link in found.lost_links:
        click.echo(f"line {link.entry.line}, {link.entry.key}: {_loss(link)}")
    number = len(found.not_understood)
    click.echo(f"{number} of {found.cells} cells not understood ({found.share:.1f} %)")
    if in_full:
        for cell in found.not_understood:
            click.echo(f"  {_cell(cell)}")


def _address(written: str) -> str:
    """The address that a mended link leads to by itself."""
    found = address(written)
    return f" is now {found}" if found else ""


def _loss(link: UnreadCell) -> str:
    """That a link is left out, and why, as far as its text is known."""
    if link.text is None:
        return f"link left out: {link.residue.length} characters, {link.residue.sha256}"
    return f"link left out, for {link_problem(link.text) or 'it is no web address'}: {printable(link.text)}"


def _cell(cell: UnreadCell) -> str:
    residue = cell.residue
    text = f": {cell.text}" if cell.text is not None else ""
    where = f"line {cell.entry.line}, {cell.entry.key}, {residue.column}"
    return f"{where}: {residue.length} characters, {residue.sha256}{text}"
