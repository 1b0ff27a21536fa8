"""Long lists a page at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from werkzeug.exceptions import BadRequest

from medkg.web.query_parameters import given

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
    asked = given().get("page", "1")
    pages = max(1, -(-len(items) // most))
    if not asked.isdecimal() or not 0 < int(asked[:9]) <= pages:
        raise BadRequest(f"page is a number from 1 to {pages}, not {asked!r}")
    number = int(asked)
    return Sheet(items=items[(number - 1) * most : number * most], number=number, pages=pages, total=len(items))
