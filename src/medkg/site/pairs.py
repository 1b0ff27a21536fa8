"""Pairs of a training set and a test set for the page of the leakage check: cells of a matrix, and reports in full."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cache
from itertools import groupby

from medkg.lineage.answers import Pair, Side
from medkg.lineage.claims import Step
from medkg.lineage.explanation import blocked_path, trails_with_break
from medkg.lineage.register import View
from medkg.lineage.texts import GRADE_NAMES
from medkg.site.claims import LineageLinks, LinkedClaim


@dataclass(frozen=True, slots=True, kw_only=True)
class PairMember:
    """One side of a pair: its label, its page, and its name in an address."""

    label: str
    url: str
    name: str


@dataclass(frozen=True, slots=True, kw_only=True)
class MatrixCell:
    """A pair in the matrix; `size` is how many images at least, or perhaps, are shared.

    It `has_report` where there is more to say than that nothing is known.
    """

    pair: Pair
    train: PairMember
    test: PairMember
    size: str
    has_report: bool
    has_cautions: bool

    @property
    def grade(self) -> str:
        """The grade of sharing."""
        return self.pair.verdict.grade

    @property
    def grade_name(self) -> str:
        """The grade in words."""
        return GRADE_NAMES[self.pair.verdict.grade]

    @property
    def key(self) -> str:
        """The identifier of the pair on its page."""
        return f"{self.train.name}--{self.test.name}".replace(":", "-")


@dataclass(frozen=True, slots=True, kw_only=True)
class LinkedCaution:
    """A reason for caution that is no shared image, with the claims it rests on."""

    sentence: str
    path: tuple[LinkedClaim, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class PairReport:
    """The report on a pair.

    Where nothing is known, `path` may lead through a dataset to which both gave images, which proves nothing. Where one
    of the two is a series, `editions` has the pairs of its editions.
    """

    cell: MatrixCell
    conclusion: str
    path: tuple[LinkedClaim, ...] = ()
    denial: tuple[LinkedClaim, ...] = ()
    changes: tuple[str, ...] = ()
    cautions: tuple[LinkedCaution, ...] = ()
    editions: tuple[MatrixCell, ...] = ()


class PairReporter:
    """Makes cells and reports of pairs in one layer."""

    def __init__(self, view: View, links: LineageLinks) -> None:
        self._view, self._links, self._texts = view, links, links.register.texts
        self._trails = cache(lambda slug: trails_with_break(view.images, slug))

    def matrix(self, pairs: Iterable[Pair]) -> list[list[MatrixCell]]:
        """Pairs in rows, one for each training set."""
        return [[self._cell(pair) for pair in row] for _, row in groupby(pairs, key=lambda pair: pair.train)]

    def report(self, cell: MatrixCell) -> PairReport:
        """The report on one pair."""
        pair, note = cell.pair, self._texts.note(cell.pair)
        if pair.train.dataset == pair.test.dataset and note:
            return PairReport(cell=cell, conclusion=note)
        collider, path = self._blocked_path(pair)
        return PairReport(
            cell=cell,
            conclusion=self._texts.of_pair(pair).conclusion(pair.verdict),
            path=self._links.path(pair.verdict.path or path),
            denial=self._links.path(pair.verdict.denial),
            changes=tuple(self._texts.changes(pair.verdict, collider)),
            cautions=tuple(self._cautions(pair, note)),
            editions=tuple(map(self._cell, pair.editions)),
        )

    def _cautions(self, pair: Pair, note: str) -> Iterator[LinkedCaution]:
        if note:
            yield LinkedCaution(sentence=note)
        for caution in self._texts.cautions(pair):
            yield LinkedCaution(sentence=caution.sentence, path=tuple(map(self._links.with_links, caution.claims)))

    def member(self, side: Side) -> PairMember:
        """One side of a pair."""
        name = f"{side.dataset}:{side.split}" if side.split else side.dataset
        return PairMember(label=self._texts.side(side), url=self._links.url(side.dataset), name=name)

    def _cell(self, pair: Pair) -> MatrixCell:
        verdict = pair.verdict
        is_open = bool(pair.openings) and verdict.grade == "none-known"
        has_cautions = bool(pair.patients or pair.derivative or is_open or (pair.note and verdict.path))
        is_same = pair.train.dataset == pair.test.dataset
        return MatrixCell(
            pair=pair,
            train=self.member(pair.train),
            test=self.member(pair.test),
            size=self._texts.size(verdict),
            has_report=has_cautions or is_same or verdict.grade != "none-known" or bool(self._blocked_path(pair)[1]),
            has_cautions=has_cautions,
        )

    def _blocked_path(self, pair: Pair) -> tuple[str | None, tuple[Step, ...]]:
        """The collider between two whole datasets of which nothing is known, and the path through it."""
        if pair.verdict.grade != "none-known" or pair.train.split or pair.test.split:
            return None, ()
        return blocked_path(self._view.images, pair.verdict, self._trails(pair.train.dataset))
