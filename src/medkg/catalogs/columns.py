"""What a table's columns hold, told by their headers, and rows whose cells stand in the wrong one.

Headers are looked up by name, in English and Chinese; a column is never known by its position.
A cell that cannot be what its header says, but is plainly what another column asks for, is moved
there, and the move is recorded.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from medkg.catalogs.markdown import Row, Table, Text
from medkg.model.records import Repair
from medkg.model.vocabularies import fold

HEADERS: Mapping[str, tuple[str, ...]] = {
    "name": ("dataset", "datasets", "dataset name", "name", "名称", "数据集", "数据集名称"),
    "part": ("sub dataset", "subdataset", "site"),
    "description": ("description", "details", "summary", "描述", "简介", "说明"),
    "comment": ("comments", "comment", "notes", "note", "remarks", "备注"),
    "task": ("labels / task(s)", "labels / tasks", "task", "task(s)", "tasks", "task type", "类型", "任务", "任务类型"),
    "modality": ("image type(s)", "image type", "image types", "modality", "modalities", "imaging modality", "模态"),
    "dimensionality": ("dim.", "dim", "dimension", "dimensions", "dimensionality", "维度"),
    "anatomy": ("anatomy", "organ", "organs", "body part", "region", "部位", "器官"),
    "homepage": ("official website", "website", "homepage", "project page", "site url", "link", "links", "url", "官网", "链接"),
    "download": ("download link", "download", "download links", "data", "下载", "下载链接"),
    "paper": ("paper", "papers", "publication", "reference", "论文", "文献"),
    "code": ("code", "github", "repository", "代码"),
    "leaderboard": ("leaderboard", "results", "排行榜"),
    "released": ("release date", "released", "date", "year", "release", "发布时间", "年份"),
    "challenge": ("challenge", "challenges", "venue", "conference", "比赛", "挑战赛"),
    "label_target": ("标注内容", "label content", "labels", "annotations", "annotation"),
    "count": ("数量", "count", "counts", "size", "cases", "# cases", "number", "number of cases", "volume", "images", "规模"),
    "label_format": ("标签格式", "label format", "annotation format"),
    "file_format": ("文件格式", "file format", "format", "data format"),
    "licence": ("license", "licence", "licenses", "许可", "许可证", "协议"),
    "access": ("access", "availability", "获取方式"),
}

PROSE = frozenset({"description", "comment"})
"""Roles whose cells are sentences; facts are looked for in them, but they need not be all facts."""

_ROLE_OF = {fold(header): role for role, headers in HEADERS.items() for header in headers}

Fits = Callable[[str, Text], bool]


@dataclass(slots=True, kw_only=True)
class Cells:
    """A row as its cells by role, with what was mended and the columns nobody knows."""

    line: int
    by_role: dict[str, Text] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    unknown: dict[str, Text] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)


def roles(table: Table) -> tuple[str | None, ...]:
    """The role of each column, None for a header nobody knows."""
    return tuple(_ROLE_OF.get(fold(header)) for header in table.header)


def lists_datasets(table: Table) -> bool:
    """Whether a table has a column of dataset names and something that describes them."""
    known = set(roles(table)) - {None}
    return "name" in known and len(known) > 1


def cells(table: Table, row: Row, fits: Fits) -> Cells:
    """A row's cells by role, moved to where they belong; `fits(role, cell)` judges closed vocabularies."""
    found = Cells(line=row.line)
    columns = roles(table)
    surplus = list(row.cells[len(columns) :])
    for header, role, cell in zip(table.header, columns, row.cells, strict=False):
        if role is None:
            found.unknown[header] = cell
        elif role not in found.by_role or not found.by_role[role]:
            found.by_role[role], found.headers[role] = cell, header
    if len(row.cells) < len(columns):
        missing = [header for header in table.header[len(row.cells) :] if header]
        found.repairs.append(Repair(code="cells-missing", column=", ".join(missing)))
    _realign(found, [role for role in columns if role], fits)
    _place_surplus(found, surplus, columns, fits)
    return found


def _realign(found: Cells, columns: Sequence[str], fits: Fits) -> None:
    """Move each cell that cannot be what its header says to the free column it does fit."""
    misfits = [role for role in columns if found.by_role.get(role) and not fits(role, found.by_role[role])]
    lifted = {role: found.by_role.pop(role) for role in misfits}
    moved: list[tuple[str, str]] = []
    for role, cell in lifted.items():
        home = _home(cell, [each for each in columns if not found.by_role.get(each)], fits)
        found.by_role[home or role] = cell
        if home is not None:
            moved.append((role, home))
    if moved:
        is_swap = {source for source, _ in moved} == {target for _, target in moved}
        concerned = dict.fromkeys(found.headers.get(role, role) for move in moved for role in move)
        found.repairs.append(Repair(code="columns-swapped" if is_swap else "columns-shifted", column=", ".join(concerned)))


def _home(cell: Text, free: Sequence[str], fits: Fits) -> str | None:
    """The only kind of free column a cell fits, judged by closed vocabularies alone."""
    return next((role for role in free if role in CLOSED and fits(role, cell)), None)


def _place_surplus(found: Cells, surplus: list[Text], columns: Sequence[str | None], fits: Fits) -> None:
    """Cells beyond the header: a repetition is dropped, anything else takes the column it fits or stays unknown."""
    for cell in surplus:
        if not cell:
            continue
        known = {fold(each.plain) for each in found.by_role.values()}
        home = _home(cell, [role for role in columns if role and not found.by_role.get(role)], fits)
        if fold(cell.plain) not in known and home is None:
            found.unknown["(beyond the header)"] = cell
        elif home is not None and fold(cell.plain) not in known:
            found.by_role[home] = cell
        found.repairs.append(Repair(code="stray-cell", column=found.headers.get(home or "", "") or "(beyond the header)"))


CLOSED = ("task", "modality", "dimensionality", "count", "label_format", "file_format", "licence")
"""Roles whose cells are judged by a vocabulary, so that a stranger among them is recognised."""
