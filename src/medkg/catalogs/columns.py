"""The roles of a table's columns by their headers in English and Chinese, and each row as cells by role.

A cell that contradicts its header and plainly fits another column is moved there, and the move is recorded.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field

from medkg.catalogs.inline import Text, join
from medkg.catalogs.markdown import Table, TableRow
from medkg.model.entries import Repair
from medkg.model.names import fold

_HEADERS = {
    "name": ("dataset; datasets; dataset name; data set; name; title; 名称; 数据集; 数据集名称; 名字"),
    "part": "sub dataset; subdataset; sub datasets; subset; 子数据集",
    "ordinal": "#; no; no.; nr; id; index; 序号; 编号",
    "description": "description; details; summary; about; content; 描述; 简介; 说明; 介绍",
    "comment": "comments; comment; notes; note; remarks; 备注",
    "task": ("labels / task(s); labels / tasks; task; task(s); tasks; task type; 类型; 任务; 任务类型"),
    "modality": ("image type(s); image type; image types; modality; modalities; imaging modality; imaging; 模态"),
    "dimensionality": "dim.; dim; dims; dimension; dimensions; dimensionality; 2d/3d; 维度",
    "anatomy": ("anatomy; organ; organs; body part; body region; region; anatomical region; 部位; 器官"),
    "homepage": ("official website; website; homepage; project page; site url; link; links; url; 官网; 链接"),
    "download": "download link; download; download links; data; 下载; 下载链接; 下载地址",
    "paper": ("paper; papers; publication; publications; reference; references; citation; doi; 论文; 文献"),
    "code": "code; github; repository; repo; 代码",
    "leaderboard": "leaderboard; results; 排行榜",
    "released": "release date; released; date; year; release; published; 发布时间; 发布日期; 年份",
    "challenge": "challenge; challenges; venue; conference; competition; 比赛; 挑战赛; 会议",
    "label_target": "标注内容; label content; labels; annotations; annotation; label; target; 标注",
    "count": (
        "数量; count; counts; size; number; volume; 规模; dataset size; cases; patients; "
        "subjects; images; scans; volumes; studies; samples; videos; slices; 病例数; 图像数; "
        "样本数; training; train; test; testing; validation; val; train / test; 训练; 验证; "
        "测试; 训练集; 测试集"
    ),
    "label_format": "标签格式; label format; annotation format; 标注格式",
    "file_format": "文件格式; file format; format; data format; 格式",
    "licence": "license; licence; licenses; licences; 许可; 许可证; 协议",
    "access": "access; availability; 获取方式",
}

HEADERS: Mapping[str, tuple[str, ...]] = {role: tuple(names.split("; ")) for role, names in _HEADERS.items()}
"""The headers by role."""

LINK_ROLES = ("homepage", "download", "paper", "code", "leaderboard")
"""Roles whose cells are links."""

PROSE_ROLES = frozenset({"description", "comment"})
"""Roles whose cells are sentences; facts are looked for in them, but they need not be all facts."""

_ROLE_OF = {fold(header): role for role, headers in HEADERS.items() for header in headers}
_DATASET_ROLES = frozenset(HEADERS) - {
    "name",
    "ordinal",
    "homepage",
    "code",
    "paper",
    "leaderboard",
    "comment",
    "released",
}
_IMAGE_ROLES = frozenset({"task", "modality", "dimensionality", "anatomy", "count", "label_target", "file_format"})
_OTHER_SUBJECT = re.compile(
    r"(?:(?:base |foundation )?models?|methods?|algorithms?|networks?|backbones?|toolbox(?:es)?|tools?|projects?"
    r"|librar(?:y|ies)|packages?|benchmarks?|platforms?|contributors?|authors?|teams?|模型|方法|工具|项目|平台|贡献者)"
)
_SCORE = re.compile(r"(?:rank|scores?|dice|dsc|m?iou|accuracy|acc|auc|auroc|f1(?: score)?|map|psnr|ssim|排名|得分)\b.*")


def role_of(header: str) -> str | None:
    """The role of a column by its header; None for an unknown header.

    >>> role_of("📊 # of Cases"), role_of("Dataset (link)"), role_of("Name / Download"), role_of("Funding")
    ('count', 'name', 'name', None)
    """
    bare = _header_words(header)
    plain = re.sub(r"\s*[(（\[].*|^(?:#|no\.?|nr\.?|number|num) (?:of )?|^# ?(?=\w)", "", bare).strip()
    first = re.split(r"\s*(?:[/&,，、:：]|\band\b)\s*", plain)[0]
    return next((_ROLE_OF[name] for name in (fold(header), bare, plain, first) if name in _ROLE_OF), None)


def roles(table: Table) -> tuple[str | None, ...]:
    """The role of each column, None for an unknown header.

    Where no header is that of names, and the others are those of a table of images, the names are in the first unknown
    column whose cells begin with links or, without one, in the first unknown column.
    """
    column_roles = [role_of(header) for header in table.header]
    if "name" not in column_roles and len(set(column_roles) & _IMAGE_ROLES) > 1 and not _lists_other_things(table):
        unknown = [index for index, role in enumerate(column_roles) if role is None]
        linked = [index for index in unknown if _is_linked(table, index)]
        for index in (linked or unknown)[:1]:
            column_roles[index] = "name"
    return tuple(column_roles)


def lists_datasets(table: Table) -> bool:
    """Whether a table lists datasets: it has a column of their names, and another column or links that say so."""
    column_roles = roles(table)
    if "name" not in column_roles or _lists_other_things(table) or not _are_names(table, column_roles.index("name")):
        return False
    return bool(set(column_roles) & _DATASET_ROLES) or (
        _says_dataset(table) and _is_linked(table, column_roles.index("name"))
    )


def may_list_datasets(table: Table) -> bool:
    """Whether a table that cannot be read may list datasets: a header says so, or its rows begin with links."""
    if _lists_other_things(table) or lists_datasets(table):
        return False
    return _is_linked(table, 0) or (_says_dataset(table) and _are_names(table, roles(table).index("name")))


def _header_words(header: str) -> str:
    """A header in the form in which it is looked up, without the marks around it."""
    return re.sub(r"^[^\w#]+|[^\w).]+$", "", fold(header))


def _says_dataset(table: Table) -> bool:
    return any(role_of(header) == "name" and re.search("data|数据", fold(header)) for header in table.header)


def _are_names(table: Table, index: int) -> bool:
    """Whether a column may have names: it has letters, or is empty."""
    cells = [row.cells[index].plain for row in table.rows if index < len(row.cells)]
    return not any(cells) or any(any(letter.isalpha() for letter in cell) for cell in cells)


def _is_linked(table: Table, index: int) -> bool:
    """Whether most cells of a column begin with a link to another page."""
    cells = [row.cells[index] for row in table.rows if index < len(row.cells) and row.cells[index]]
    linked = [cell for cell in cells if cell.opening and not cell.opening.url.startswith(("#", "mailto:"))]
    return bool(linked) and 2 * len(linked) >= len(cells)


def _lists_other_things(table: Table) -> bool:
    """Whether the columns of a table say that it is about models, tools or people, or lists scores."""
    bare = [_header_words(header) for header in table.header]
    is_named = any(role_of(header) == "name" for header in table.header)
    about = bare[:1] if is_named and {role_of(header) for header in table.header} & _DATASET_ROLES else bare
    return any(_OTHER_SUBJECT.fullmatch(header) for header in about) or any(_SCORE.fullmatch(header) for header in bare)


FitTest = Callable[[str, Text], bool]

CLOSED_ROLES = ("task", "modality", "dimensionality", "count", "label_format", "file_format", "released", "licence")
"""Roles whose cells have a vocabulary or form, so that a cell in a wrong column is recognised."""


@dataclass(slots=True, kw_only=True)
class RowCells:
    """A row as its cells by role, with its repairs and the cells of unknown columns.

    Of several columns of one role, such as those of training and test cases, `by_role` has the joined text, and
    `columns` each header with its own cell.
    """

    line: int
    by_role: dict[str, Text] = field(default_factory=dict)
    headers: dict[str, str] = field(default_factory=dict)
    columns: dict[str, list[tuple[str, Text]]] = field(default_factory=dict)
    unknown: dict[str, Text] = field(default_factory=dict)
    repairs: list[Repair] = field(default_factory=list)

    def put(self, role: str, header: str, cell: Text) -> None:
        """Add a cell to those of its role."""
        present = self.by_role.get(role)
        self.by_role[role] = join((present, cell)) if present and cell else present or cell
        self.columns.setdefault(role, []).append((header, cell))

    def move(self, cell: Text, role: str) -> None:
        """Put a cell in the place of an empty one of another role."""
        self.by_role[role] = cell
        self.columns[role] = [(self.headers.get(role, role), cell)]


def row_cells(table: Table, row: TableRow, fits: FitTest, belongs: FitTest) -> RowCells:
    """A row's cells by role; a cell in a wrong column is moved to its own.

    `fits(role, cell)` says whether a cell may be in its column, `belongs` whether it plainly belongs in a column, so
    that it may be moved there.
    """
    columns = roles(table)
    headers = {role: header for role, header in zip(columns[::-1], table.header[::-1], strict=False) if role}
    aligned = RowCells(line=row.line, headers=headers)
    surplus = list(row.cells[len(columns) :])
    for header, role, cell in zip(table.header, columns, row.cells, strict=False):
        if role is None:
            aligned.unknown[header] = join((aligned.unknown[header], cell)) if header in aligned.unknown else cell
        else:
            aligned.put(role, header, cell)
    if len(row.cells) < len(columns):
        missing = [header for header in table.header[len(row.cells) :] if header]
        aligned.repairs.append(Repair(code="cells-missing", column=", ".join(missing)))
    known_roles = [role for role in columns if role]
    _realign(aligned, known_roles, fits, belongs)
    _place_surplus(aligned, surplus, known_roles, belongs)
    return aligned


def _realign(aligned: RowCells, columns: Sequence[str], fits: FitTest, belongs: FitTest) -> None:
    """Move each cell that contradicts its header to the free column in which it belongs."""
    filled = [role for role in dict.fromkeys(columns) if aligned.by_role.get(role)]
    misfits = [role for role in filled if not fits(role, aligned.by_role[role])]
    removed = {role: (aligned.by_role.pop(role), aligned.columns.pop(role)) for role in misfits}
    moved: dict[str, str] = {}
    for role, (cell, _) in removed.items():
        home = _free_column(cell, [role for role in columns if not aligned.by_role.get(role)], belongs)
        if home is not None:
            aligned.move(cell, home)
            moved[role] = home
    for role in [role for role in removed if role not in moved]:
        _put_back(aligned, role, *removed[role], moved)
    if moved:
        code = "columns-swapped" if moved.keys() == set(moved.values()) else "columns-shifted"
        concerned = dict.fromkeys(aligned.headers.get(role, role) for move in moved.items() for role in move)
        aligned.repairs.append(Repair(code=code, column=", ".join(concerned)))


def _put_back(aligned: RowCells, role: str, cell: Text, columns: list[tuple[str, Text]], moved: dict[str, str]) -> None:
    """Put a cell that belongs nowhere back under its own role or, if another was moved there, under that one's role."""
    source = next((source for source, target in moved.items() if target == role), None)
    if source is None:
        aligned.by_role[role], aligned.columns[role] = cell, columns
    elif source in CLOSED_ROLES or aligned.by_role.get(source):
        aligned.unknown[aligned.headers[role]] = cell
    else:
        aligned.move(cell, source)
        moved[role] = source


def _free_column(cell: Text, free: Sequence[str], belongs: FitTest) -> str | None:
    """The first free closed column in which a cell belongs."""
    return next((role for role in free if role in CLOSED_ROLES and belongs(role, cell)), None)


def _place_surplus(aligned: RowCells, surplus: list[Text], columns: Sequence[str], belongs: FitTest) -> None:
    """Add the cells beyond the header: not if repeated, else in the free column where they belong, or as unknown."""
    for cell in surplus:
        if not cell:
            continue
        texts = {fold(placed.plain) for placed in aligned.by_role.values()}
        free_role = _free_column(cell, [role for role in columns if not aligned.by_role.get(role)], belongs)
        if fold(cell.plain) not in texts and free_role is None:
            aligned.unknown["(beyond the header)"] = cell
        elif free_role is not None and fold(cell.plain) not in texts:
            aligned.move(cell, free_role)
        column = aligned.headers[free_role] if free_role else "(beyond the header)"
        aligned.repairs.append(Repair(code="stray-cell", column=column))
