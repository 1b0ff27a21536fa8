"""The declarations of records as Markdown tables for `data/README.md`.

A row is a field: its name, bold where required, its meaning, form, RDF property and example.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from dataclasses import MISSING, Field, is_dataclass
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from medkg.curation.hints import PATTERN_NAMES
from medkg.model.collection import KINDS
from medkg.model.fields import Declaration, declarations

_HEADER = ("field", "meaning", "form", "in RDF", "example")


def record_classes() -> tuple[type[Any], ...]:
    """The record classes of `data/`: each kind of file, followed by the classes of its fields."""
    classes: dict[type[Any], None] = {}
    for kind in KINDS.values():
        classes.update(dict.fromkeys(_with_member_classes(kind)))
    return tuple(classes)


def fields_table(record: type[Any]) -> str:
    """The fields of a record class as a Markdown table, in the order in which they are written."""
    hints = get_type_hints(record)
    rows = (_row(field, hints[field.name], declaration) for field, declaration in declarations(record))
    return markdown_table(_HEADER, rows)


def vocabulary_users(vocabulary: str) -> list[str]:
    """The fields whose values are keys of a vocabulary, as `Record.field`.

    >>> vocabulary_users("dimensionality")
    ['Entry.dimensionality']
    """
    return [
        f"{record.__name__}.{field.name}"
        for record in record_classes()
        for field, declaration in declarations(record)
        if declaration.vocabulary == vocabulary
    ]


def markdown_table(header: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    r"""A Markdown table; pipes and line breaks inside a cell are escaped.

    >>> print(markdown_table(["code", "meaning"], [["a|b", "two\nlines"]]))
    | code | meaning |
    | --- | --- |
    | a\|b | two lines |
    """
    names = list(header)
    lines = [names, ["---"] * len(names), *([_table_cell(text) for text in row] for row in rows)]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def section_link(record: type[Any]) -> str:
    """A link to the section of `data/README.md` that is about a record class.

    >>> from medkg.model.entries import Count
    >>> section_link(Count)
    '[Count](#count)'
    """
    return f"[{record.__name__}](#{record.__name__.lower()})"


def _with_member_classes(record: type[Any]) -> Iterator[type[Any]]:
    yield record
    for hint in get_type_hints(record).values():
        for inner in (hint, *get_args(hint)):
            if isinstance(inner, type) and is_dataclass(inner):
                yield from _with_member_classes(inner)


def _row(field: Field[Any], annotation: Any, declaration: Declaration) -> tuple[str, ...]:
    name = f"**`{field.name}`**" if field.default is MISSING else f"`{field.name}`"
    return (
        name,
        declaration.help + _default(field),
        _form(annotation, declaration),
        f"`{declaration.property}`" if declaration.property else "",
        f"`{declaration.example}`" if declaration.example else "",
    )


def _default(field: Field[Any]) -> str:
    """The default value of a field, as a part of its meaning; empty where it has none."""
    if field.default in (MISSING, None, (), False):
        return ""
    values = field.default if isinstance(field.default, tuple) else (field.default,)
    return f"; `{', '.join(map(str, values))}` where it is not written"


def _form(annotation: Any, declaration: Declaration) -> str:
    """The form of a field's value, in words."""
    if isinstance(annotation, type) and is_dataclass(annotation):
        return section_link(annotation)
    if annotation in (int, bool):
        return _number_form(declaration) if annotation is int else "`true` or `false`"
    if annotation is str:
        return _text_form(declaration)
    (inner,) = (argument for argument in get_args(annotation) if argument not in (NoneType, Ellipsis))
    form = _form(inner, declaration)
    return f"list: {form}" if get_origin(annotation) is tuple else form


def _number_form(declaration: Declaration) -> str:
    """A number with its bounds, except the minimum 0."""
    above = f" from {declaration.minimum}" if declaration.minimum else ""
    return f"number{above}" + (f" to {declaration.maximum}" if declaration.maximum else "")


def _text_form(declaration: Declaration) -> str:
    if declaration.vocabulary:
        return f"key of [{declaration.vocabulary}](vocabularies/{declaration.vocabulary}.yaml)"
    pattern = declaration.pattern
    if pattern is None:
        return "text"
    if re.fullmatch(r"\w+(\|\w+)+", pattern):
        *most, last = (f"`{choice}`" for choice in pattern.split("|"))
        return f"{', '.join(most)} or {last}"
    name, _ = PATTERN_NAMES.get(pattern, (f"text that matches `{pattern}`", ""))
    return name


def _table_cell(text: str) -> str:
    return " ".join(text.replace("|", "\\|").split())
