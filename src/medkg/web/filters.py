"""The facets of a search as a page shows them: every value with the address of the search that has it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace

from medkg.graph.search import FACETS, Chosen, Counted, Counts, Drop
from medkg.web.inquiry import Inquiry

_OPEN = frozenset({"anatomy", "modality", "task"})  # facets that are open from the start
_LABELS = {each.name: each.label for each in FACETS}


@dataclass(frozen=True, slots=True, kw_only=True)
class Option:
    """A value of a facet with the address of the search that has it, or has it no longer where it is chosen."""

    label: str
    label_zh: str | None
    count: int
    href: str
    is_chosen: bool
    is_open: bool
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Choices:
    """A facet with its values; the names of what is chosen of it."""

    name: str
    label: str
    is_open: bool
    chosen: tuple[str, ...]
    options: tuple[Option, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Chip:
    """Something that is looked for, with the address of the search without it, and how many that would find."""

    facet: str
    label: str
    label_zh: str | None
    href: str
    count: int | None = None


def choices(inquiry: Inquiry, counts: Iterable[Counts], root: str) -> list[Choices]:
    """Every facet that has a value to choose or to drop."""
    return [
        Choices(
            name=each.facet.name,
            label=each.facet.label,
            is_open=each.facet.name in _OPEN or bool(inquiry.names.get(each.facet.name)),
            chosen=tuple(inquiry.names.get(each.facet.name, ())),
            options=tuple(_options(inquiry, each.facet.name, each.values, root)),
        )
        for each in counts
        if each.values
    ]


def chips(inquiry: Inquiry, chosen: Chosen, root: str) -> list[Chip]:
    """All that is looked for."""
    found = []
    if inquiry.text:
        href = replace(inquiry, text="", page=1).address(root)
        found.append(Chip(facet="Words", label=inquiry.text, label_zh=None, href=href))
    for facet, several in chosen.items():
        for each in several:
            href = inquiry.toggled(facet, each.key).address(root)
            found.append(Chip(facet=_LABELS[facet], label=each.label, label_zh=each.label_zh, href=href))
    return found


def ways_out(inquiry: Inquiry, drops: Iterable[Drop], root: str) -> list[Chip]:
    """The searches that find something where this one does not, each with what it drops."""
    found = []
    for each in drops:
        rest = inquiry.choosing(each.facet, ()) if each.facet else replace(inquiry, text="", page=1)
        found.append(
            Chip(
                facet=_LABELS[each.facet] if each.facet else "Words",
                label=" or ".join(choice.label for choice in each.choices) or inquiry.text,
                label_zh=None,
                href=rest.address(root),
                count=each.count,
            )
        )
    return found


def _short(inquiry: Inquiry, root: str) -> str:
    """An address as short as may be on a page of the search itself, which has many of them."""
    query = inquiry.query()
    return f"?{query}" if query else inquiry.address(root)


def _options(inquiry: Inquiry, facet: str, values: Iterable[Counted], root: str) -> Iterator[Option]:
    for each in values:
        yield Option(
            label=each.label,
            label_zh=each.label_zh,
            count=each.count,
            href=_short(inquiry.toggled(facet, each.key), root),
            is_chosen=each.is_chosen,
            is_open=each.is_open,
            options=tuple(_options(inquiry, facet, each.narrower, root)),
        )
