"""YAML nodes to typed values, by the declarations of the record classes alone.

A record class becomes a mapping of forms, one a field, made of its annotation and its `Declaration`. Reading a file
fills a `Reading` with the line of each field, each use of a vocabulary's key, and all faults.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import MISSING, dataclass, field, is_dataclass
from functools import cache
from pathlib import Path
from types import NoneType
from typing import Any, Final, Protocol, get_args, get_origin, get_type_hints

from yaml.nodes import MappingNode, Node, ScalarNode, SequenceNode

from medkg.choices import did_you_mean, nearest
from medkg.curation.hints import form_problem, quote, with_article
from medkg.curation.yaml_nodes import NULL
from medkg.errors import Fault
from medkg.model.fields import Declaration, declarations

CODES = {
    "unknown-field": "A field must be declared for its kind of record.",
    "missing-field": "A required field must be there.",
    "duplicate-key": "A field stands once in a mapping.",
    "wrong-type": "A value must be of the field's type.",
    "malformed-value": "A value must have the field's form.",
}

_TAG = "tag:yaml.org,2002:"
_TEXT = f"{_TAG}str"
_YAML_TYPES = {
    "bool": "true or false",
    "int": "a number",
    "float": "a number",
    "timestamp": "a date",
    "null": "nothing",
}
FAULTY: Final = object()


@dataclass(frozen=True, slots=True, kw_only=True)
class TermUse:
    """One use of a vocabulary's key in a file."""

    vocabulary: str
    key: str
    field: str
    line: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """The by-products of reading a file: lines, uses of terms, and faults.

    `lines` is 1-based, by field path as written. Where faulty items were left out of a list, `moved`
    leads from the place an item has in the record to the place it has in the file.
    """

    file: Path
    lines: dict[str, int] = field(default_factory=dict)
    moved: dict[str, str] = field(default_factory=dict)
    terms: list[TermUse] = field(default_factory=list)
    faults: list[Fault] = field(default_factory=list)

    def refuse(self, node: Node, path: str, code: str, message: str) -> Any:
        """`FAULTY`, the mark of a value that cannot be used; its fault is added."""
        line = node.start_mark.line + 1
        self.faults.append(Fault(file=self.file, field=path, line=line, code=code, message=message))
        return FAULTY


class Form(Protocol):
    """A way to read a node as one type."""

    def read(self, node: Node, path: str, reading: Reading) -> Any:
        """The typed value of a node, or the mark of a faulty one."""


@dataclass(frozen=True, slots=True)
class _Text:
    declaration: Declaration

    def read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, ScalarNode):
            return reading.refuse(node, path, "wrong-type", f"must be a text, but is {_node_description(node)}")
        text: str = node.value
        if node.tag != _TEXT and not self._judges(node):
            return reading.refuse(node, path, "wrong-type", _yaml_type_problem(node))
        problem = form_problem(text, self.declaration)
        if problem is None and self.declaration.property and not text.strip():
            problem = "is blank; write a text, or leave the field out"
        if problem:
            return reading.refuse(node, path, "malformed-value", problem)
        if self.declaration.vocabulary:
            line = node.start_mark.line + 1
            reading.terms.append(TermUse(vocabulary=self.declaration.vocabulary, key=text, field=path, line=line))
        return text

    def _judges(self, node: ScalarNode) -> bool:
        """Whether the field's own form decides on text that YAML takes for a number or date: `released: 2022`."""
        numeric = node.tag.removeprefix(_TAG) in ("int", "float", "timestamp")
        return numeric and bool(self.declaration.pattern or self.declaration.vocabulary)


class _Number:
    def read(self, node: Node, path: str, reading: Reading) -> Any:
        if isinstance(node, ScalarNode) and re.fullmatch(r"0|[1-9]\d{0,17}", node.value, re.ASCII):
            if not node.style:
                return int(node.value)
            return reading.refuse(node, path, "wrong-type", f"must be a number; write {node.value} without quotes")
        message = f"must be a whole number written in digits only, such as 131, but is {_node_description(node)}"
        return reading.refuse(node, path, "wrong-type", message)


class _Boolean:
    def read(self, node: Node, path: str, reading: Reading) -> Any:
        if isinstance(node, ScalarNode) and not node.style and node.value in ("true", "false"):
            return node.value == "true"
        return reading.refuse(node, path, "wrong-type", f"must be true or false, but is {_node_description(node)}")


@dataclass(frozen=True, slots=True)
class _List:
    item: Form

    def read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, SequenceNode):
            way_out = f"; write [{node.value}]" if isinstance(node, ScalarNode) and node.value else ""
            message = f"must be a list, even of one, but is {_node_description(node)}{way_out}"
            return reading.refuse(node, path, "wrong-type", message)
        values: list[Any] = []
        for index, item in enumerate(node.value):
            item_path = f"{path}[{index}]"
            reading.lines[item_path] = item.start_mark.line + 1
            value = self.item.read(item, item_path, reading)
            if value is not FAULTY:
                if len(values) < index:
                    reading.moved[f"{path}[{len(values)}]"] = item_path
                values.append(value)
        return tuple(values)


@dataclass(frozen=True, slots=True)
class _Mapping:
    record: type[Any]
    fields: Mapping[str, Form]
    required: tuple[str, ...]

    def read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, MappingNode):
            message = f"must be a mapping of fields such as {self._first_fields()}, but is {_node_description(node)}"
            return reading.refuse(node, path, "wrong-type", message)
        prefix = f"{path}." if path else ""
        values: dict[str, Any] = {}
        for key, value in node.value:
            self._read_field(key, value, prefix, values, reading)
        for name in self._missing(node):
            reading.refuse(node, f"{prefix}{name}", "missing-field", f"is missing, and every {self._noun} needs it")
        values = {name: value for name, value in values.items() if value is not FAULTY}
        return self.record(**values) if all(name in values for name in self.required) else FAULTY

    def _missing(self, node: MappingNode) -> Iterator[str]:
        """The required fields that are missing, misspelt ones not counted."""
        names = {key.value for key, _ in node.value if isinstance(key, ScalarNode)}
        if not names.issuperset(self.required):
            names |= {nearest(name, self.fields) for name in names.difference(self.fields)}
            yield from (name for name in self.required if name not in names)

    def _read_field(self, key: Node, value: Node, prefix: str, values: dict[str, Any], reading: Reading) -> None:
        """Add the field's value to `values`, or its fault and `FAULTY`, so that the field is not missing."""
        name = key.value if isinstance(key, ScalarNode) else "?"
        field_path = f"{prefix}{name}"
        form = self.fields.get(name)
        if form is None:
            reading.refuse(key, field_path, "unknown-field", self._unknown(name))
        elif name in values:
            message = f"stands twice in one {self._noun}, first on line {reading.lines[field_path]}; keep one"
            reading.refuse(key, field_path, "duplicate-key", message)
        else:
            reading.lines[field_path] = key.start_mark.line + 1
            values[name] = self._value(form, name, value, field_path, reading)

    def _value(self, form: Form, name: str, node: Node, field_path: str, reading: Reading) -> Any:
        if not (isinstance(node, ScalarNode) and node.tag == NULL):
            return form.read(node, field_path, reading)
        if name in self.required:
            return reading.refuse(node, field_path, "missing-field", "has no value; write one")
        return reading.refuse(node, field_path, "wrong-type", "has no value; write one, or leave the field out")

    def _unknown(self, name: str) -> str:
        question = did_you_mean(name, self.fields)
        return f"is no field of {with_article(self._noun)}" + (question or f"; its fields are {', '.join(self.fields)}")

    def _first_fields(self) -> str:
        return ", ".join(self.required or tuple(self.fields)[:3])

    @property
    def _noun(self) -> str:
        return re.sub(r"\B(?=[A-Z])", " ", self.record.__name__).lower()


@dataclass(frozen=True, slots=True)
class _Table:
    """A mapping whose keys are no fields but names, each with a value of one form."""

    value: Form

    def read(self, node: Node, path: str, reading: Reading) -> Any:
        if not isinstance(node, MappingNode):
            return reading.refuse(node, path, "wrong-type", f"must be a mapping, but is {_node_description(node)}")
        values: dict[str, Any] = {}
        for key, value in node.value:
            name = key.value if isinstance(key, ScalarNode) else "?"
            value_path = f"{path}.{name}"
            if name in values:
                message = f"stands twice, first on line {reading.lines[value_path]}; keep one"
                reading.refuse(key, value_path, "duplicate-key", message)
                continue
            reading.lines[value_path] = key.start_mark.line + 1
            values[name] = self.value.read(value, value_path, reading)
        return {name: value for name, value in values.items() if value is not FAULTY}


@cache
def form_of(record: type[Any]) -> Form:
    """The form of a record class."""
    hints = get_type_hints(record)
    fields = {field.name: _form(hints[field.name], declaration) for field, declaration in declarations(record)}
    required = tuple(
        field.name for field, _ in declarations(record) if field.default is MISSING and field.default_factory is MISSING
    )
    return _Mapping(record, fields, required)


def _form(annotation: Any, declaration: Declaration) -> Form:
    """The form of a field, by its annotation; `X | None` has the form of `X`, because absence is not written."""
    if annotation is str:
        return _Text(declaration)
    if annotation in (int, bool):
        return _Number() if annotation is int else _Boolean()
    if isinstance(annotation, type) and is_dataclass(annotation):
        return form_of(annotation)
    if get_origin(annotation) is Mapping:
        return _Table(_form(get_args(annotation)[1], declaration))
    (inner,) = (argument for argument in get_args(annotation) if argument not in (NoneType, Ellipsis))
    form = _form(inner, declaration)
    return _List(form) if get_origin(annotation) is tuple else form


def _yaml_type_problem(node: ScalarNode) -> str:
    """The message that YAML does not read a plain scalar as text, and how to write it as text."""
    read_as = _YAML_TYPES.get(node.tag.removeprefix(_TAG), f"a value tagged {node.tag}")
    return f"must be a text, but YAML reads {node.value or 'an empty value'} as {read_as}; quote it: '{node.value}'"


def _node_description(node: Node) -> str:
    """A node in words."""
    if isinstance(node, MappingNode):
        return "a mapping"
    if isinstance(node, SequenceNode):
        return "a list"
    return quote(node.value) if node.value else "empty"
