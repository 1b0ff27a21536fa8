"""Bounded caches of functions whose arguments come from clients."""

from __future__ import annotations

from collections.abc import Callable
from functools import lru_cache, wraps
from typing import ParamSpec, TypeVar

P = ParamSpec("P")
R = TypeVar("R")


def cached_if_short(*, entries: int, longest: int) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """A decorator that caches the last results of a function, except for calls with long texts.

    `entries` bounds the number of results, `longest` the characters or bytes of all positional arguments of a call that
    are text.

    >>> shout = cached_if_short(entries=8, longest=3)(str.upper)
    >>> shout("yes"), shout("longer")
    ('YES', 'LONGER')
    """

    def decorate(function: Callable[P, R]) -> Callable[P, R]:
        cached = lru_cache(maxsize=entries)(function)

        @wraps(function)
        def call(*args: P.args, **kwargs: P.kwargs) -> R:
            size = 0
            for argument in args:
                if isinstance(argument, str | bytes):
                    size += len(argument)
            return function(*args, **kwargs) if size > longest else cached(*args, **kwargs)  # type: ignore[arg-type]

        return call

    return decorate
