"""Records that hypothesis makes up from nothing but their declarations."""

from __future__ import annotations

from dataclasses import is_dataclass
from inspect import getmembers, isclass
from types import NoneType
from typing import Any, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from medkg.model import claims, entries, records, vocabularies
from medkg.model.fields import Declaration, declarations

CLASSES = [
    record
    for module in (claims, entries, records, vocabularies)
    for _, record in getmembers(module, lambda each: isclass(each) and is_dataclass(each))
    if record is not vocabularies.Mention
]
"""Every class of record, those that are a part of another included."""

_TRAPS = (
    *("", "no", "2022", "2022-07", "1.0", "1e5", "0x1F", "~", "null", "=", "<<", "- a", "a: b", "#", " a ", "[", "{}"),
    *("a #b", "'", '"', "\\", "tab\there", "two\nlines", "\nlines\n\n", "\x85", "\ufeff", "\u2028", "肝脏", "a " * 99),
)
_TEXT = st.text(st.characters(codec="utf-8"), max_size=30) | st.sampled_from(_TRAPS)


def made_up(record: type[Any]) -> st.SearchStrategy[Any]:
    """Records of a class."""
    hints = get_type_hints(record)
    fields = {each.name: _value(hints[each.name], declaration) for each, declaration in declarations(record)}
    return st.builds(record, **fields)


def _value(annotation: Any, declaration: Declaration) -> st.SearchStrategy[Any]:
    """Values of a field's type and form."""
    if annotation is str:
        return _text(declaration)
    if annotation is int:
        return st.integers(min_value=0, max_value=10**18 - 1)
    if annotation is bool:
        return st.booleans()
    if isinstance(annotation, type) and is_dataclass(annotation):
        return st.deferred(lambda: made_up(annotation))
    (inner,) = (each for each in get_args(annotation) if each not in (NoneType, Ellipsis))
    value = _value(inner, declaration)
    return st.lists(value, max_size=3).map(tuple) if get_origin(annotation) is tuple else st.none() | value


def _text(declaration: Declaration) -> st.SearchStrategy[str]:
    if declaration.pattern:
        return st.from_regex(declaration.pattern, fullmatch=True)
    return _TEXT.filter(str.strip) if declaration.property else _TEXT
