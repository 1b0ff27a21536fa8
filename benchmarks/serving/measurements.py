"""What was measured, as values that can be kept in a file and read again."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass, field
from pathlib import Path
from statistics import median


@dataclass(slots=True, kw_only=True)
class Cell:
    """One query on one server in one manner: `uncached`, `cached` (the same text again) or `validated` (304).

    `size` is the number of rows or triples, `seconds` what one answer takes alone, `rates` answers a
    second in each round; `failure` says why there is none.
    """

    query: str
    server: str
    manner: str
    size: int | None = None
    octets: int = 0
    seconds: float = 0.0
    rates: list[float] = field(default_factory=list)
    failure: str = ""

    @property
    def rate(self) -> float | None:
        """The median of the rounds; None where there is nothing to compare."""
        return median(self.rates) if self.rates and not self.failure else None


@dataclass(slots=True, kw_only=True)
class Survey:
    """All servers on one graph; `missing` are those that could not be had, with the reason.

    `pss` and `rss` are bytes in memory after the load, `hello` the rate of our cheapest page in each round.
    """

    graph: str
    quads: int
    versions: dict[str, str] = field(default_factory=dict)
    missing: dict[str, str] = field(default_factory=dict)
    cells: list[Cell] = field(default_factory=list)
    hello: list[float] = field(default_factory=list)
    pss: dict[str, int] = field(default_factory=dict)
    rss: dict[str, int] = field(default_factory=dict)

    def cell(self, query: str, server: str, manner: str = "uncached") -> Cell | None:
        """The cell of a query, a server and a manner."""
        sought = (query, server, manner)
        return next((each for each in self.cells if (each.query, each.server, each.manner) == sought), None)


@dataclass(slots=True, kw_only=True)
class Cost:
    """Seconds of processor time for one answer: inside a plain process with pyoxigraph, and through the server."""

    query: str
    inside: list[float] = field(default_factory=list)
    served: list[float] = field(default_factory=list)

    @property
    def inside_ms(self) -> float:
        """The median inside a plain process, in milliseconds."""
        return median(self.inside) * 1e3

    @property
    def served_ms(self) -> float:
        """The median through the server, in milliseconds."""
        return median(self.served) * 1e3

    @property
    def ratio(self) -> float:
        """How many times the processor time of the plain process."""
        return self.served_ms / self.inside_ms


@dataclass(slots=True, kw_only=True)
class Attack:
    """Answers a second to one client before, while and after two others send queries that cannot end.

    `refusals` counts what those others were answered, by status; `slowest` is the longest they waited.
    """

    before: float
    during: float
    after: float
    refusals: dict[str, int]
    slowest: float
    failure: str = ""


@dataclass(slots=True, kw_only=True)
class Start:
    """Seconds from the command to the first answer, and bytes held then."""

    seconds: list[float] = field(default_factory=list)
    pss: list[int] = field(default_factory=list)
    rss: list[int] = field(default_factory=list)


@dataclass(slots=True, kw_only=True)
class Results:
    """A whole run: when, on what, how, and all that was found."""

    date: str
    machine: str
    tools: str
    rounds: int
    seconds: int
    surveys: list[Survey]
    costs: list[Cost]
    attack: Attack
    start: Start

    def write(self, path: Path) -> None:
        """Keep the results."""
        path.write_text(json.dumps(asdict(self), indent=1) + "\n", encoding="utf-8")

    @classmethod
    def read(cls, path: Path) -> Results:
        """The results kept in a file."""
        told = json.loads(path.read_text(encoding="utf-8"))
        for survey in told["surveys"]:
            survey["cells"] = [Cell(**cell) for cell in survey["cells"]]
        told["surveys"] = [Survey(**survey) for survey in told["surveys"]]
        told["costs"] = [Cost(**cost) for cost in told["costs"]]
        return cls(**told | {"attack": Attack(**told["attack"]), "start": Start(**told["start"])})
