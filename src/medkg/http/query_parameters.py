"""Query parameters: each view declares those that it takes, and a request that gives any other is refused with 400.

To ignore an unknown parameter would silently leave out part of a request. The marks that newsletters and advertisements
add to links are ignored all the same.
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
from medkg.evaluation import Format

View = TypeVar("View", bound=Callable[..., Any])

TRACKING_PARAMETERS = re.compile(
    r"utm_\w+|fbclid|gclid|dclid|gbraid|wbraid|msclkid|twclid|yclid|igshid|mc_cid|mc_eid|_hsenc|_hsmi"
)
"""Names of parameters by which analytics, newsletters and advertisements mark links."""

_MAX_NAME_CHARACTERS = 60  # of a name or value that a message repeats


def takes(
    *names: str,
    repeatable: Mapping[str, int] = MappingProxyType({}),
    by_path: bool = False,
    media_types: tuple[str, ...] = ("text/html",),
) -> Callable[[View], View]:
    """Declares the query parameters of a view, or of a function that makes a page, and the media types of its answers.

    A parameter is given once, or `repeatable` so many times. If each path of a view takes others (`by_path`), the view
    calls `refuse_others` itself.
    """

    def declare(view: View) -> View:
        parameters = (*names, *repeatable)
        vars(view).update(parameters=parameters, repeatable=repeatable, by_path=by_path, media_types=media_types)
        return view

    return declare


def parameters(view: Callable[..., Any]) -> tuple[str, ...]:
    """The parameters that a view takes; none if it declares none."""
    declared: tuple[str, ...] = vars(view).get("parameters", ())
    return declared


def media_types(view: Callable[..., Any]) -> tuple[str, ...]:
    """The media types of a view's answers; a page if it declares none."""
    declared: tuple[str, ...] = vars(view).get("media_types", ("text/html",))
    return declared


def media_types_of(*formats: Format) -> tuple[str, ...]:
    """The registered media types of some formats."""
    return tuple(form.media_type for form in formats)


def install(app: Flask) -> None:
    """Have an application refuse the parameters that its views do not take."""
    app.before_request(_refuse_unknown_parameters)


def query_arguments() -> MultiDict[str, str]:
    """The arguments of the request, without those that are empty and without marks of links."""
    return MultiDict(
        (name, value)
        for name, value in request.args.items(multi=True)
        if value.strip() and not TRACKING_PARAMETERS.fullmatch(name)
    )


def require_choice(name: str, value: str, choices: Collection[str]) -> str:
    """The value of a parameter, if it is one of the choices; 400 if it is not."""
    if value in choices:
        return value
    value = value[:_MAX_NAME_CHARACTERS]
    raise BadRequest(f"{name} is one of {', '.join(choices)}, not {value!r}{did_you_mean(value, choices)}")


@contextmanager
def unknown_names_as_bad_request() -> Iterator[None]:
    """A context in which a parameter's value that names nothing is a 400, for the resource itself exists."""
    try:
        yield
    except UnknownName as error:
        raise BadRequest(str(error)) from error


def refuse_others(names: Iterable[str], known: Collection[str]) -> None:
    """Raise 400 for the names that are not known, each with the one that may have been meant; marks of links pass."""
    unknown = [name for name in dict.fromkeys(names) if name not in known and not TRACKING_PARAMETERS.fullmatch(name)]
    if unknown:
        sentences = [
            f"{name[:_MAX_NAME_CHARACTERS]!r} is no parameter of this address{did_you_mean(name, known)}."
            for name in unknown
        ]
        raise BadRequest("\n".join([*sentences, f"It takes {', '.join(known)}." if known else "It takes none."]))


def limit_number(number: int, maximum: int, noun: str) -> None:
    """Raise 400 if a request gives more of something than is processed."""
    if number > maximum:
        raise BadRequest(f"At most {maximum:,} {noun}, please; this request gives {number:,}.")


def _refuse_unknown_parameters() -> None:
    """Raise 400 if the request gives a parameter that its view does not take, or more often than it takes it."""
    if request.endpoint is None:
        return
    declared = vars(current_app.view_functions[request.endpoint])
    if not declared.get("by_path"):
        refuse_others(request.args, declared.get("parameters", ()))
    arguments, repeatable = query_arguments(), declared.get("repeatable", {})
    for name in arguments:
        number, maximum = len(arguments.getlist(name)), repeatable.get(name, 1)
        if number > maximum:
            times = "once" if maximum == 1 else f"{maximum:,} times"
            raise BadRequest(f"{name!r} may be given {times}, and this request gives it {number:,} times.")
