"""What somebody trains and tests on, as an address names it: in one form, so that a check has one address."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from types import MappingProxyType
from typing import Literal
from urllib.parse import quote, urlencode

from werkzeug.datastructures import MultiDict

from medkg.lineage.layers import Layer
from medkg.web.query_parameters import refuse_many, value

Which = Literal["train", "test"]

SIDES: tuple[Which, ...] = ("train", "test")
EVIDENCE: Mapping[str, Layer] = MappingProxyType({"all": "all", "catalogues": "catalogs", "catalogs": "catalogs"})
"""The layers, by the words an address has for them."""

MOST = 12
"""How many sets a side may have."""

MOST_NAMES = 2 * MOST
"""How many names of a side are looked up, for several may mean one set, and others none."""

_LONGEST = 200  # characters of a name


@dataclass(frozen=True, slots=True, kw_only=True)
class Splits:
    """The names of the sets that are trained and tested on, and the claims that count."""

    train: tuple[str, ...] = ()
    test: tuple[str, ...] = ()
    layer: Layer = "all"

    @classmethod
    def read(cls, arguments: MultiDict[str, str]) -> Splits:
        """What the parameters of an address say; 400 where they name no layer, or too many sets."""
        evidence = value("evidence", arguments.get("evidence") or "all", EVIDENCE)
        train, test = (tuple(_names(arguments.getlist(side))) for side in SIDES)
        for side, names in zip(SIDES, (train, test), strict=True):
            refuse_many(sum(name.count(",") + 1 for name in names), MOST_NAMES, f"names of {side} sets")
        return cls(train=train, test=test, layer=EVIDENCE[evidence])

    def of(self, side: Which) -> tuple[str, ...]:
        """The names on a side."""
        return self.train if side == "train" else self.test

    @property
    def parameters(self) -> list[tuple[str, str]]:
        """The parameters of its address, in their order; what goes without saying is left out."""
        named: list[tuple[str, str]] = [(side, name) for side in SIDES for name in self.of(side)]
        return named if self.layer == "all" else [*named, ("evidence", "catalogues")]

    def address(self, root: str = "/", form: str | None = None) -> str:
        """Its address on a site, in a format where one is named.

        >>> Splits(train=("lits:train", "kits19"), test=("肝",)).address()
        '/leak?train=lits:train&train=kits19&test=%E8%82%9D'
        """
        parameters = [*self.parameters, *([("format", form)] if form else [])]
        written = urlencode(parameters, quote_via=quote, safe=":")
        return f"{root}leak{'?' if written else ''}{written}"

    def instead(self, side: Which, name: str, *others: str) -> Splits:
        """The same with other names, or none, in the place of a name on a side."""
        names = dict.fromkeys(new for each in self.of(side) for new in (others if each == name else (each,)))
        return self._with(side, tuple(names))

    def besides(self, side: Which, name: str) -> Splits:
        """The same with one name more on a side."""
        return self._with(side, tuple(dict.fromkeys((*self.of(side), name))))

    def _with(self, side: Which, names: tuple[str, ...]) -> Splits:
        return replace(self, train=names) if side == "train" else replace(self, test=names)


def _names(given: Iterable[str]) -> Iterator[str]:
    """The names in some fields, once each; a field may hold one a line."""
    lines = (line.strip().rstrip(",")[:_LONGEST] for each in given for line in each.splitlines())
    yield from dict.fromkeys(line for line in lines if line)
