"""Values that hypothesis makes up for the fields of records: of the declared form, and hostile where it leaves room."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import is_dataclass
from functools import cache
from types import NoneType
from typing import Any, TypeVar, get_args, get_origin, get_type_hints

from hypothesis import strategies as st

from medkg.model.entries import Entry
from medkg.model.fields import CURIE, DATE, SECURE_WEB_ADDRESS, WEB_ADDRESS, Declaration, declarations
from medkg.model.records import Challenge, Dataset

_DRAWN_APART = frozenset({"entries", "mentions", "claims", "corrections", "decisions", "datasets"})

T = TypeVar("T")
Keys = tuple[tuple[str, tuple[str, ...]], ...]
"""The keys of each vocabulary, by its name."""

_LOCAL_NAMES = st.from_regex(r"[A-Za-z0-9_.-]+", fullmatch=True)
_ODD = r"""`[]|^{}"<>\ %'#?&@:;,./!*()+=~$-_"""
_LETTERS = (
    st.sampled_from(_ODD)
    | st.sampled_from("aZ09é肝\u00a0\u3000\u202e\ue000\U0001f600\u2028\ufeff")
    | st.characters(exclude_categories=("Cc", "Cs", "Cn"))
)
_TRAPS = st.sampled_from(
    (
        *(" ", "-", "no", "2022", "<b>&amp;", "]]>", "@prefix", '"""', "\\u0000", "a\tb\nc", "𝔏𝔦𝔗𝔖", "e\u0301", "肝脏"),
        *("_:b", "{{", "--", "a" * 500, "'", "~", "#", "\\", "$", "\ufffd", "\u200d", "%s", "${x}", "a\\", "=1+1"),
    )
)
_FORBIDDEN = st.sampled_from(("\x00", "a\x01b", "\r\n", "\x85", "\ufffe", "\U0001ffff", "\ufdd0", "\x7f"))
_TEXTS = st.one_of(*[st.text(_LETTERS, min_size=1, max_size=12)] * 10, *[_TRAPS] * 10, _FORBIDDEN)
_HOSTS = st.sampled_from(
    (*("x.org", "x.org:80", "é.org", "[::1]", "u:p@x.org", "doi.org", "www.doi.org") * 4, "[::1", "a|b", "")
)
_TAILS = st.sampled_from(
    (
        *("", "/", "/%", "/%zz", "/a b", "/?q=[1]&r={2}", "/#a#b", "\\a", "/<1::AID>3.0.CO;2-2", "/肝|脏", "/\u00a0"),
        *("/10.1002/(SICI)1097%3C1661%3A3%3E3.0.CO;2-2", "/pdf/1.1", "/%ff%00", "/%5B%23", "/doi/10.1234/%22<x>"),
    )
) | st.text(_LETTERS, max_size=8).map("/".__add__)
ADDRESSES = st.builds("{}://{}{}".format, st.sampled_from(("https", "http")), _HOSTS, _TAILS) | st.sampled_from(
    ("http://arxiv.org/list/cs", "https://dx.doi.org/", "https://www.doi.org/abc", "https://export.arxiv.org/ps/x")
)
"""Addresses that begin as web addresses do, whatever follows."""

_NUMBERS = st.sampled_from((1, 5, 131, 2017, 9999, 1000)) | st.integers(min_value=0, max_value=10**18 - 1)
_DATES = st.sampled_from(("2017", "2017-02", "2017-02-28", "0001", "9999-12-31", "2017-02-30", "0000", "2017-13"))

DECIDED = {"counts": "007", "label_categories": "5", "released": "2017-02", "licence": "cc-by-4"}
"""A value that each field takes that a decision can settle."""

UNDECIDED = st.sampled_from(("9" * 30, "٣", "x", "0000"))
"""Values that none of them takes."""

INSTEAD = (
    st.none()
    | _TEXTS
    | ADDRESSES
    | st.sampled_from(
        ("5", "131 case", "131 case train ct", "miccai 2017", "miccai", "2017-02", "ct", "cc-by-4", "2017-02-30", "1 x")
    )
)
"""What a correction may put in place, be it of its field's form or not."""

_OF_FORM: Mapping[str | None, st.SearchStrategy[str]] = {
    WEB_ADDRESS: ADDRESSES,
    SECURE_WEB_ADDRESS: ADDRESSES.map(lambda url: url.replace("http:", "https:")),
    CURIE: st.builds("{}:{}".format, st.sampled_from((*("uberon", "ncit", "dcm") * 5, "xyz")), _LOCAL_NAMES),
    DATE: _DATES,
}


def record(of: type[T], keys: Keys, entries: int = 0) -> st.SearchStrategy[T]:
    """Records of a class, with so many entries at least; a key of a vocabulary is one that it has."""
    hashable: Any = of  # which mypy does not know of type[T]
    found: st.SearchStrategy[T] = _record(hashable, keys, entries)
    return found


@cache
def _record(of: Any, keys: Keys, entries: int) -> Any:
    hints = get_type_hints(of)
    made = {each.name: _value(hints[each.name], declaration, keys, entries) for each, declaration in declarations(of)}
    if of in (Dataset, Challenge):
        made |= {name: st.just(()) for name in made.keys() & _DRAWN_APART}
    return st.builds(of, **made)


def _value(annotation: Any, declaration: Declaration, keys: Keys, entries: int) -> st.SearchStrategy[Any]:
    """Values of a field's type and form, hostile where the form leaves room."""
    if annotation is str:
        return _text(declaration, dict(keys))
    if annotation is int:
        return _NUMBERS
    if annotation is bool:
        return st.booleans()
    if isinstance(annotation, type) and is_dataclass(annotation):
        return record(annotation, keys)
    (inner,) = (each for each in get_args(annotation) if each not in (NoneType, Ellipsis))
    value = _value(inner, declaration, keys, 0)
    if get_origin(annotation) is not tuple:
        return st.none() | value
    if declaration.vocabulary and declaration.vocabulary not in dict(keys):
        return st.just(())
    return st.lists(value, min_size=entries if inner is Entry else 0, max_size=2).map(tuple)


def _text(declaration: Declaration, keys: Mapping[str, Sequence[str]]) -> st.SearchStrategy[str]:
    if declaration.vocabulary in keys:
        return st.sampled_from(keys[declaration.vocabulary or ""])
    if declaration.pattern in _OF_FORM:
        return _OF_FORM[declaration.pattern]
    if declaration.pattern:
        return st.from_regex(declaration.pattern, fullmatch=True)
    return _TEXTS.filter(str.strip)
