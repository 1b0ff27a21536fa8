"""The one written form of every record: what the importer writes, what `medkg fmt` makes of a curator's file.

Fields come in the order of their declaration, defaults are left out, short leaves such as links and
counts take one line each. Equal records give equal bytes.
"""

from __future__ import annotations

import re
from dataclasses import MISSING, is_dataclass
from pathlib import Path
from typing import Any

import yaml
from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from medkg.curation.read import parse, record_files, refuse, shown
from medkg.curation.yaml_nodes import text_of
from medkg.errors import Fault, UnreadableFile, leaves
from medkg.files import replacing
from medkg.model.collection import KINDS, Kind
from medkg.model.entries import Count, Event, Licence, Link, Repair, UnparsedCell
from medkg.model.fields import declarations

CODES = {
    "comment": "A record holds no YAML comments, for its written form has no place for them.",
    "not-writable": "A file that is to be formatted must be open to writing.",
}

WIDTH = 100  # libyaml folds at the first space beyond it, so that lines end near 110
_ON_ONE_LINE = (Count, Event, Licence, Link, Repair, UnparsedCell)
_TAG = "tag:yaml.org,2002:"
_LIKE_A_NUMBER = re.compile(r"[-+.]?\d[\d.,:_+eE-]*")


def dump(record: Any) -> str:
    """The YAML text of a record, which reads back to an equal one."""
    node = _mapping(record, indent=0, lead=0)
    text: str = yaml.serialize(node, Dumper=yaml.CSafeDumper, encoding=None, allow_unicode=True, width=WIDTH)
    return text


def fmt(path: Path, *, check: bool = False) -> list[Path]:
    """The record files under a path that were not in the written form, and now are unless `check`.

    The path is a data directory, one of its folders or one record. Nothing is written unless every
    file can be read; otherwise all faults come as one ExceptionGroup.
    """
    changes: dict[Path, str] = {}
    faults: list[Fault] = []
    root = _root(path)
    for kind, file in _files(root, path):
        try:
            text = _canonical(file, kind, shown(file, root))
        except* Fault as group:
            faults += (each for each in leaves(group) if isinstance(each, Fault))
        else:
            if text.encode() != file.read_bytes():
                changes[file] = text
    refuse(root, faults)
    if not check:
        for file, text in changes.items():
            _replace(file, text, shown(file, root))
    return list(changes)


def _root(path: Path) -> Path:
    """The data directory that a path is, or is in."""
    path = path.absolute()
    if path.name in KINDS:
        return path.parent
    return path.parent.parent if path.parent.name in KINDS else path


def _files(root: Path, path: Path) -> list[tuple[Kind, Path]]:
    files = [(kind, file) for kind, file in record_files(root) if file.is_relative_to(path.absolute())]
    if not files and not path.is_dir():
        raise UnreadableFile(f"{path} is no record of a data directory, such as data/datasets/lits.yaml")
    return files


def _canonical(file: Path, kind: Kind, named: Path) -> str:
    """The written form of the record in a file."""
    written = text_of(file, named)
    record = parse(written, KINDS[kind], named)
    line = _comment_line(written)
    if line:
        message = "is a comment, which the written form would lose; say it in a `reason` or `note`, or delete it"
        raise Fault(file=named, line=line, code="comment", message=message)
    return dump(record)


def _comment_line(text: str) -> int | None:
    """The line of the first comment, which is a '#' that no token holds; None where there is none."""
    if "#" not in text:
        return None
    before = 0
    for token in yaml.scan(text, Loader=yaml.CSafeLoader):
        gap = text[before : token.start_mark.index]
        if "#" in gap:
            return text.count("\n", 0, before + gap.index("#")) + 1
        before = token.end_mark.index
    return None


def _replace(file: Path, text: str, named: Path) -> None:
    """Make the text the file; whatever happens on the way, the file holds what it held before."""
    try:
        with replacing(file) as draft:
            draft.write_text(text, encoding="utf-8", newline="\n")
    except OSError as error:
        message = f"cannot be written: {error.strerror}; the file is as it was"
        raise Fault(file=named, code="not-writable", message=message) from None


def _node(value: Any, indent: int, lead: int) -> Node:
    """The node of a value in a block at an indentation, behind `lead` columns of its field's name."""
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
        (ScalarNode(f"{_TAG}str", each.name), _node(getattr(record, each.name), indent + 2, len(each.name)))
        for each, _ in declarations(type(record))
        if each.default is MISSING or getattr(record, each.name) != each.default
    ]
    node = MappingNode(f"{_TAG}map", pairs, flow_style=False)
    node.flow_style = isinstance(record, _ON_ONE_LINE) and _fits(node, indent, lead)
    return node


def _sequence(values: tuple[Any, ...], indent: int, lead: int) -> SequenceNode:
    nodes = [_node(value, indent, 0) for value in values]
    node = SequenceNode(f"{_TAG}seq", nodes, flow_style=False)
    node.flow_style = all(isinstance(each, ScalarNode) for each in nodes) and _fits(node, indent, lead)
    return node


def _fits(node: Node, indent: int, lead: int) -> bool:
    return indent + lead + _length(node) <= WIDTH


def _length(node: Node) -> int:
    """The columns a node takes on one line, at most: every text is counted with quotes."""
    if isinstance(node, ScalarNode):
        return len(node.value) + 2
    parts = [part for each in node.value for part in (each if isinstance(each, tuple) else (each,))]
    return 2 + sum(_length(part) + 2 for part in parts)
