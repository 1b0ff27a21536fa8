"""The query parameters of an address: each view declares its own, and a request that gives any other is refused.

A parameter that nobody reads would leave out what somebody asked for without a word. Only the marks that newsletters
and advertisements put on the links of others are let be.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from contextlib import contextmanager
from types import MappingProxyType
from typing import Any, TypeVar

from flask import Flask, current_app, request
from werkzeug.datastructures import MultiDict
from werkzeug.exceptions import BadRequest

from medkg.choices import did_you_mean
from medkg.errors import UnknownName

View = TypeVar("View", bound=Callable[..., Any])

MARKS = re.compile(r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi")
"""Names of parameters that tell where a link was found: of analytics, mail and advertisements."""

_LONGEST = 60  # characters of a name that are told


def takes(
    *names: str, repeatable: Mapping[str, int] = MappingProxyType({}), by_path: bool = False
) -> Callable[[View], View]:
    """Declares the parameters that a view, or a maker of pages, takes: once each, or `repeatable` so many times.

    Where each path of a view takes others (`by_path`), the view calls `refuse_others` itself.
    """

    def declared(view: View) -> View:
        vars(view).update(parameters=(*names, *repeatable), repeatable=repeatable, by_path=by_path)
        return view

    return declared


def parameters(view: Callable[..., Any]) -> tuple[str, ...]:
    """The parameters that a view takes; one that declares none takes none."""
    found: tuple[str, ...] = vars(view).get("parameters", ())
    return found


def install(app: Flask) -> None:
    """Have an application refuse what its views do not take."""
    app.before_request(_refuse)


def given() -> MultiDict[str, str]:
    """The parameters of the request, less those without a value and the marks of others."""
    return MultiDict(
        (name, value) for name, value in request.args.items(multi=True) if value.strip() and not MARKS.fullmatch(name)
    )


def value(name: str, text: str, choices: Collection[str]) -> str:
    """The value of a parameter, which is one of some; 400 where it is none of them."""
    if text in choices:
        return text
    listed = ", ".join(choices)
    raise BadRequest(f"{name} is one of {listed}, not {text[:_LONGEST]!r}{did_you_mean(text[:_LONGEST], choices)}")


@contextmanager
def reading_values() -> Iterator[None]:
    """Has a value that names nothing answered with 400: the address is there, and is asked for what is not."""
    try:
        yield
    except UnknownName as mistake:
        raise BadRequest(str(mistake)) from mistake


def refuse_others(names: Iterable[str], known: Collection[str]) -> None:
    """Raise 400 for all names that are none of those known, with what may have been meant; the marks of others pass."""
    unknown = [name for name in dict.fromkeys(names) if name not in known and not MARKS.fullmatch(name)]
    if unknown:
        told = (f"{name[:_LONGEST]!r} is no parameter of this address{did_you_mean(name, known)}." for name in unknown)
        raise BadRequest("\n".join([*told, f"It takes {', '.join(known)}." if known else "It takes none."]))


def refuse_many(given: int, most: int, what: str) -> None:
    """Raise 400 where a request gives more of something than is worked on."""
    if given > most:
        raise BadRequest(f"At most {most:,} {what}, please; this request gives {given:,}.")


def _refuse() -> None:
    """Raise 400 where the request gives a parameter that its view does not take, or more often than it takes it."""
    if request.endpoint is None:
        return
    declared = vars(current_app.view_functions[request.endpoint])
    if not declared.get("by_path"):
        refuse_others(request.args, declared.get("parameters", ()))
    values, repeatable = given(), declared.get("repeatable", {})
    for name in values:
        number, most = len(values.getlist(name)), repeatable.get(name, 1)
        if number > most:
            often = "once" if most == 1 else f"{most:,} times"
            raise BadRequest(f"{name!r} may be given {often}, and this request gives it {number:,} times.")
