"""The canonical written form of a record, which the importer writes and `medkg fmt` makes of a curator's file.

Fields come in the order of their declaration, defaults are left out, short leaves such as links and counts take one
line each. Equal records give equal bytes.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, is_dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from medkg.curation.reader import display_path, parse, raise_faults, record_files
from medkg.curation.yaml_nodes import read_text
from medkg.errors import Fault, UnreadableFile, leaves
from medkg.files import atomic_write
from medkg.model.collection import KINDS, Kind
from medkg.model.entries import Count, Event, Licence, Link, Repair, UnparsedCell
from medkg.model.fields import declarations

CODES = {
    "comment": "A record holds no YAML comments, for its written form has no place for them.",
    "not-writable": "A file that is to be formatted must be open to writing.",
}

_LINE_WIDTH = 100  # columns; libyaml folds at the first space beyond, so that lines end near 110
_ON_ONE_LINE = (Count, Event, Licence, Link, Repair, UnparsedCell)
_TAG = "tag:yaml.org,2002:"
_LIKE_A_NUMBER = re.compile(r"[-+.]?\d[\d.,:_+eE-]*")


def dump(record: Any) -> str:
    """The YAML text of a record; reading it gives an equal record."""
    node = _mapping(record, indent=0, lead=0)
    text: str = yaml.serialize(node, Dumper=yaml.CSafeDumper, encoding=None, allow_unicode=True, width=_LINE_WIDTH)
    return text


def fmt(path: Path, *, check: bool = False) -> list[Path]:
    """The record files under a path that were not in the canonical form; they are rewritten unless `check`.

    The path is a data directory, one of its folders or one record. Nothing is written unless every
    file can be read; otherwise all faults come as one ExceptionGroup.
    """
    changes: dict[Path, str] = {}
    faults: list[Fault] = []
    root = _data_directory(path)
    for kind, file in _record_files(root, path):
        try:
            text = _canonical_text(file, kind, display_path(file, root))
        except* Fault as group:
            faults += (fault for fault in leaves(group) if isinstance(fault, Fault))
        else:
            if text.encode() != file.read_bytes():
                changes[file] = text
    raise_faults(root, faults)
    if not check:
        for file, text in changes.items():
            _write(file, text, display_path(file, root))
    return list(changes)


def _data_directory(path: Path) -> Path:
    """The data directory of a path."""
    path = path.absolute()
    if path.name in KINDS:
        return path.parent
    return path.parent.parent if path.parent.name in KINDS else path


def _record_files(root: Path, path: Path) -> list[tuple[Kind, Path]]:
    files = [(kind, file) for kind, file in record_files(root) if file.is_relative_to(path.absolute())]
    if not files and not path.is_dir():
        raise UnreadableFile(f"{path} is no record of a data directory, such as data/datasets/lits.yaml")
    return files


def _canonical_text(file: Path, kind: Kind, shown_path: Path) -> str:
    """The canonical form of the record in a file."""
    text = read_text(file, shown_path)
    record = parse(text, KINDS[kind], shown_path)
    line = _comment_line(text)
    if line:
        message = "is a comment, which the written form would lose; say it in a `reason` or `note`, or delete it"
        raise Fault(file=shown_path, line=line, code="comment", message=message)
    return dump(record)


def _comment_line(text: str) -> int | None:
    """The line of the first comment, a '#' outside all tokens; None where there is none."""
    if "#" not in text:
        return None
    before = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        gap = text[before : token.start_mark.index]
        if "#" in gap:
            return text.count("\n", 0, before + gap.index("#")) + 1
        before = token.end_mark.index
    return None


def _write(file: Path, text: str, shown_path: Path) -> None:
    """Write a text to a file, completely or not at all."""
    try:
        with atomic_write(file) as draft:
            draft.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"cannot be written: {error.strerror}; the file is as it was"
        raise Fault(file=shown_path, code="not-writable", message=message) from None


def _node(value: Any, indent: int, lead: int) -> Node:
    """The node of a value in a block at an indentation, after a field name of `lead` columns."""
    if is_dataclass(value):
        return _mapping(value, indent, lead)
    if isinstance(value, tuple):
        return _sequence(value, indent, lead)
    if isinstance(value, bool):
        return ScalarNode(f"{_TAG}bool", str(value).lower())
    if isinstance(value, int):
        return ScalarNode(f"{_TAG}int", str(value))
    return ScalarNode(f"{_TAG}str", value, style="'" if _LIKE_A_NUMBER.fullmatch(value) else None)


def _mapping(record: Any, indent: int, lead: int) -> MappingNode:
    pairs = [
        (ScalarNode(f"{_TAG}str", field.name), _node(getattr(record, field.name), indent + 2, len(field.name)))
        for field, _ in declarations(type(record))
        if field.default is MISSING or getattr(record, field.name) != field.default
    ]
    node = MappingNode(f"{_TAG}map", pairs, flow_style=False)
    node.flow_style = isinstance(record, _ON_ONE_LINE) and _fits(node, indent, lead)
    return node


def _sequence(values: tuple[Any, ...], indent: int, lead: int) -> SequenceNode:
    nodes = [_node(value, indent, 0) for value in values]
    node = SequenceNode(f"{_TAG}seq", nodes, flow_style=False)
    node.flow_style = all(isinstance(item, ScalarNode) for item in nodes) and _fits(node, indent, lead)
    return node


def _fits(node: Node, indent: int, lead: int) -> bool:
    return indent + lead + _length(node) <= _LINE_WIDTH


def _length(node: Node) -> int:
    """The most columns that a node takes on one line: all texts are counted with quotes."""
    if isinstance(node, ScalarNode):
        return len(node.value) + 2
    parts = [part for child in node.value for part in (child if isinstance(child, tuple) else (child,))]
    return 2 + sum(_length(part) + 2 for part in parts)
