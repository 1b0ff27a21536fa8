"""`medkg fmt`: bring data files into their canonical form."""

from __future__ import annotations

from pathlib import Path

import click

from medkg.curation import fmt
from medkg.settings import Settings


@click.command("fmt")
@click.option("--check", is_flag=True, help="Write nothing; list the files that are not in canonical form.")
@click.argument("paths", nargs=-1, type=click.Path(exists=True, path_type=Path))
def command(check: bool, paths: tuple[Path, ...]) -> None:
    """Bring the records under PATHS, or all data files, into their canonical form.

    With --check the exit status is 1 if a file is not in canonical form.
    """
    data = Settings.from_environment().resources / "data"
    changed = [file for path in paths or (data,) for file in fmt(path, check=check)]
    here = Path.cwd()
    for path in changed:
        click.echo(path.relative_to(here) if path.is_relative_to(here) else path)
    if check and changed:
        click.echo(f"{len(changed)} of the files are not in canonical form; run `medkg fmt`", err=True)
        click.get_current_context().exit(1)
