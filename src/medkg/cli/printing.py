"""Answers on standard output: tables as a terminal shows them and as a program reads them, records as JSON, files."""

from __future__ import annotations

import dataclasses
import json
import sys
from collections.abc import Iterable, Sequence
from typing import Any

import click


def table(columns: Sequence[str], rows: Iterable[Sequence[str]], *, numbers: Sequence[str] = ()) -> None:
    """Print rows: drawn on a terminal, else one a line between tabs under a header."""
    if sys.stdout.isatty():
        _draw(columns, rows, numbers)
        return
    for row in (columns, *rows):
        click.echo("\t".join(_on_one_line(cell) for cell in row))


def as_json(value: Any) -> None:
    """Print dataclasses as JSON, in the escapes of JSON where the output has no letters for all of Unicode."""
    is_escaped = not (sys.stdout.encoding or "").lower().startswith("utf")
    click.echo(json.dumps(value, default=_plain, ensure_ascii=is_escaped, indent=2))


def document(text: str) -> None:
    """Print a text that is a file's: in UTF-8 with plain line ends, whatever the terminal prefers."""
    sys.stdout.buffer.write(f"{text}\n".encode())


def _draw(columns: Sequence[str], rows: Iterable[Sequence[str]], numbers: Sequence[str]) -> None:
    from rich.box import SIMPLE_HEAD
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    drawn = Table(box=SIMPLE_HEAD, pad_edge=False)
    for column in columns:
        drawn.add_column(column, justify="right" if column in numbers else "left", overflow="fold")
    for row in rows:
        drawn.add_row(*map(Text, row))
    Console().print(drawn)


def _on_one_line(cell: str) -> str:
    return cell.replace("\t", " ").replace("\r", " ").replace("\n", " ")


def _plain(value: Any) -> Any:
    members = (field.name for field in dataclasses.fields(value) if field.metadata.get("in_json", True))
    return {name: getattr(value, name) for name in members}
