"""Long lists a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from flask import request
from werkzeug.exceptions import BadRequest

Item = TypeVar("Item")


@dataclass(frozen=True, slots=True, kw_only=True)
class Sheet(Generic[Item]):
    """One page of a long list; pages count from 1."""

    items: Sequence[Item]
    number: int
    pages: int
    total: int

    @staticmethod
    def address(number: int) -> str:
        """The address of another page, as seen from this one."""
        return f"?page={number}"


def sheet(items: Sequence[Item], most: int) -> Sheet[Item]:
    """The page of a list that the request asks for; 400 where there is no such page."""
    given = request.args.get("page") or "1"
    pages = max(1, -(-len(items) // most))
    if not given.isdecimal() or not 0 < int(given[:9]) <= pages:
        raise BadRequest(f"page is a number from 1 to {pages}, not {given!r}")
    number = int(given)
    return Sheet(items=items[(number - 1) * most : number * most], number=number, pages=pages, total=len(items))
