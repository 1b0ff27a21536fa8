"""Lineage as pages tell it: the sentences of `medkg.lineage.wording`, each with links to those who say so."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from dataclasses import dataclass, field
from urllib.parse import quote

from medkg.lineage.register import Register
from medkg.lineage.verdicts import Opening, Step
from medkg.lineage.wording import called, cited, statement, witnesses
from medkg.model.claims import IN_SERIES, Evidence
from medkg.web.addresses import addresses
from medkg.web.remembered import views
from medkg.web.served import Served

_LONG = 40  # characters of an address


@dataclass(frozen=True, slots=True, kw_only=True)
class Cited:
    """Where something is stated, in words and as an address; the basis (`catalog`, `literature`, or `knowledge`)."""

    text: str
    url: str | None
    basis: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Told:
    """A claim as a sentence, with those who state it."""

    sentence: str
    evidence: tuple[Cited, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Teller:
    """Tells what a register holds; addresses on this site begin with `root`, which ends in a slash."""

    register: Register
    root: str
    challenges: Collection[str] = field(default=frozenset())

    def label(self, slug: str | None) -> str:
        """What a dataset or challenge edition is called."""
        return called(slug, self.register.labels)

    def url(self, slug: str) -> str:
        """The page of a dataset or challenge edition."""
        return f"{self.root}{'challenge' if slug in self.challenges else 'dataset'}/{slug}"

    def editions(self, series: str) -> list[tuple[str, str]]:
        """The editions of a series with their pages; none of a dataset."""
        return [(self.label(slug), self.url(slug)) for slug in self.register.editions.get(series, ())]

    def path(self, steps: Iterable[Step]) -> tuple[Told, ...]:
        """The claims of a path, each in its own direction."""
        return tuple(map(self.told, steps))

    def told(self, step: Step) -> Told:
        """A claim in its own direction."""
        evidence = self.evidence(step.evidence)
        if step.relation == IN_SERIES:
            evidence = (Cited(text=witnesses(step)[0], url=self.url(step.source), basis="knowledge"),)
        return Told(sentence=statement(step, self.register.labels), evidence=evidence)

    def opening(self, opening: Opening) -> Told:
        """Why a dataset's provenance is open."""
        told = self.told(opening.claim)
        if not opening.is_inherited:
            return told
        return Told(sentence=f"by way of {self.label(opening.claim.source)}: {told.sentence}", evidence=told.evidence)

    def evidence(self, evidence: Iterable[Evidence]) -> tuple[Cited, ...]:
        """Who states a claim, once each."""
        found = {cited(each, self.register.lines): each for each in evidence}
        return tuple(
            Cited(text=_short(text), url=self._address(each), basis=each.basis) for text, each in found.items()
        )

    def _address(self, evidence: Evidence) -> str | None:
        """The page of a catalogue's record, or the address of a publication."""
        if evidence.catalog:
            return f"{self.root}catalog/{evidence.catalog}/record/{quote(evidence.key or '')}"
        return evidence.source


def _short(text: str) -> str:
    """Who says so, a long address by its site and end.

    >>> _short("https://github.com/openmedlab/Awesome-Medical-Dataset/blob/main/resources/LiTS.md")
    'github.com/…/LiTS.md'
    """
    address = text.partition("//")[2].rstrip("/")
    if not text.startswith(("https://", "http://")) or len(address) <= _LONG:
        return address or text
    return f"{address.partition('/')[0]}/…/{address.rpartition('/')[2][-_LONG:]}"


def teller(now: Served) -> Teller:
    """One that tells what the graph that is served holds, to the site that is asked."""
    return Teller(register=now.register, root=addresses().root, challenges=views(now)["all"].images.challenges)
