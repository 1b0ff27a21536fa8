"""Names out of a known set: an unknown one is refused with a list of names and the nearest one."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from typing import NoReturn

from medkg.errors import UnknownName

_LISTED_LIMIT = 12  # names in a message


def require_choice(name: str, choices: Collection[str], *, kind: str) -> str:
    """The name, if it is one of the choices; else an `UnknownName`.

    >>> require_choice("all", ["all", "catalogs"], kind="layer")
    'all'
    >>> require_choice("catalogue", ["all", "catalogs"], kind="layer")
    Traceback (most recent call last):
    medkg.errors.UnknownName: no layer is called 'catalogue'; there is all, catalogs; did you mean 'catalogs'?
    """
    return name if name in choices else raise_unknown(name, choices, kind=kind)


def raise_unknown(name: str, choices: Collection[str], *, kind: str) -> NoReturn:
    """Raise the `UnknownName` of a name that is not among the choices."""
    listing = f"; there is {', '.join(choices)}" if 0 < len(choices) <= _LISTED_LIMIT else ""
    raise UnknownName(f"no {kind} is called {name!r}{listing}{did_you_mean(str(name), sorted(choices))}")


def did_you_mean(name: str, choices: Iterable[str]) -> str:
    """The question at the end of a message; empty where no choice is similar.

    >>> did_you_mean("modalty", ["task", "modality"])
    "; did you mean 'modality'?"
    """
    suggestion = nearest(name, choices)
    return f"; did you mean '{suggestion}'?" if suggestion else ""


def nearest(name: str, choices: Iterable[str]) -> str | None:
    """The most similar choice to a mistyped name, by one edit first, then by likeness; None where none is similar.

    >>> nearest("modalty", ["task", "modality"])
    'modality'
    >>> nearest("MIR", ["mp-mr", "mr"])
    'mr'
    """
    from rapidfuzz import fuzz, process, utils  # loaded for a mistake only
    from rapidfuzz.distance import OSA

    names, normalize = list(choices), utils.default_process
    misspelled = process.extractOne(name, names, scorer=OSA.distance, processor=normalize, score_cutoff=1)
    match = misspelled or process.extractOne(name, names, scorer=fuzz.ratio, processor=normalize, score_cutoff=60)
    return match[0] if match else None
