"""A table's row as cells by role, and rows whose cells stand in the wrong column.

A cell that cannot be what its header says, but is plainly what another column asks for, is moved
there, and the move is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from medkg.catalogs.headers import roles
from medkg.catalogs.inline import Text, joined
from medkg.catalogs.markdown import Row, Table
from medkg.model.entries import Repair
from medkg.model.vocabularies import fold

Fits = Callable[[str, Text], bool]

CLOSED = ("task", "modality", "dimensionality", "count", "label_format", "file_format", "released", "licence")
"""Roles whose cells are judged by a vocabulary or form, so that a stranger among them is recognised."""


@dataclass(slots=True, kw_only=True)
class Cells:
    """A row as its cells by role, with what was mended and the columns nobody knows.

    Of several columns of one role, such as those of training and test cases, `by_role` has the joined
    text and `columns` each header with its own.
    """

    line: int
    by_role: dict[str, Text] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[tuple[str, Text]]] = field(default_factory=dict)
    unknown: dict[str, Text] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)

    def put(self, role: str, header: str, cell: Text) -> None:
        """Put a cell under its role, beside what is there."""
        there = self.by_role.get(role)
        self.by_role[role] = joined((there, cell)) if there and cell else there or cell
        self.columns.setdefault(role, []).append((header, cell))

    def move(self, cell: Text, role: str) -> None:
        """Put a cell under a role whose own column is empty."""
        self.by_role[role] = cell
        self.columns[role] = [(self.headers.get(role, role), cell)]


def cells(table: Table, row: Row, fits: Fits, belongs: Fits) -> Cells:
    """A row's cells by role, moved to where they belong.

    `fits(role, cell)` says whether a cell can be what its own column asks for, `belongs` whether it is
    so plainly of a role that it may be moved there.
    """
    columns = roles(table)
    headers = {role: header for role, header in zip(columns[::-1], table.header[::-1], strict=False) if role}
    found = Cells(line=row.line, headers=headers)
    surplus = list(row.cells[len(columns) :])
    for header, role, cell in zip(table.header, columns, row.cells, strict=False):
        if role is None:
            found.unknown[header] = joined((found.unknown[header], cell)) if header in found.unknown else cell
        else:
            found.put(role, header, cell)
    if len(row.cells) < len(columns):
        missing = [header for header in table.header[len(row.cells) :] if header]
        found.repairs.append(Repair(code="cells-missing", column=", ".join(missing)))
    known = [role for role in columns if role]
    _realign(found, known, fits, belongs)
    _place_surplus(found, surplus, known, belongs)
    return found


def _realign(found: Cells, columns: Sequence[str], fits: Fits, belongs: Fits) -> None:
    """Move each cell that cannot be what its header says to the free column it does fit."""
    filled = [role for role in dict.fromkeys(columns) if found.by_role.get(role)]
    misfits = [role for role in filled if not fits(role, found.by_role[role])]
    lifted = {role: (found.by_role.pop(role), found.columns.pop(role)) for role in misfits}
    moved: dict[str, str] = {}
    for role, (cell, _) in lifted.items():
        home = _home(cell, [each for each in columns if not found.by_role.get(each)], belongs)
        if home is not None:
            found.move(cell, home)
            moved[role] = home
    for role in [role for role in lifted if role not in moved]:
        _put_back(found, role, *lifted[role], moved)
    if moved:
        code = "columns-swapped" if moved.keys() == set(moved.values()) else "columns-shifted"
        concerned = dict.fromkeys(found.headers.get(role, role) for move in moved.items() for role in move)
        found.repairs.append(Repair(code=code, column=", ".join(concerned)))


def _put_back(found: Cells, role: str, cell: Text, stood: list[tuple[str, Text]], moved: dict[str, str]) -> None:
    """Put a cell without a home under its own role or, where another has moved there, under that one's."""
    source = next((source for source, home in moved.items() if home == role), None)
    if source is None:
        found.by_role[role], found.columns[role] = cell, stood
    elif source in CLOSED or found.by_role.get(source):
        found.unknown[found.headers[role]] = cell
    else:
        found.move(cell, source)
        moved[role] = source


def _home(cell: Text, free: Sequence[str], belongs: Fits) -> str | None:
    """The only kind of free column a cell fits, judged by closed vocabularies alone."""
    return next((role for role in free if role in CLOSED and belongs(role, cell)), None)


def _place_surplus(found: Cells, surplus: list[Text], columns: Sequence[str], belongs: Fits) -> None:
    """Cells beyond the header: a repetition is dropped, anything else takes the column it fits or stays unknown."""
    for cell in surplus:
        if not cell:
            continue
        known = {fold(each.plain) for each in found.by_role.values()}
        home = _home(cell, [role for role in columns if not found.by_role.get(role)], belongs)
        if fold(cell.plain) not in known and home is None:
            found.unknown["(beyond the header)"] = cell
        elif home is not None and fold(cell.plain) not in known:
            found.move(cell, home)
        column = found.headers[home] if home else "(beyond the header)"
        found.repairs.append(Repair(code="stray-cell", column=column))
