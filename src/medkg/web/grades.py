"""What the page on grades shows out of the graph: pairs for each way to a verdict, and what each relation says."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from medkg.graph.glossary import Term
from medkg.lineage.answers.samples import Sample, samples
from medkg.lineage.explain import conclusion
from medkg.lineage.relations import Bond, Flow, Meaning, meaning
from medkg.model.claims import RELATIONS, WITH_EXTENT, Claim
from medkg.web.addresses import addresses
from medkg.web.ontology import documented
from medkg.web.remembered import remembered, views
from medkg.web.served import Served
from medkg.web.splits import Splits

_FLOWS = {Flow.AWAY: "A → B", Flow.HERE: "B → A", Flow.UNKNOWN: "unknown"}
_STILL = frozenset({Bond.SAME, Bond.DISJOINT, Bond.SYNTHESIS, Bond.SUCCESSION})  # no image went


@dataclass(frozen=True, slots=True, kw_only=True)
class Shown:
    """A pair of datasets: what is concluded of it, the dataset at which the way turns, where it is told in full."""

    conclusion: str
    hub: str | None
    url: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Saying:
    """A relation, and what a claim with it says of the images of its subject A and its object B."""

    term: Term
    extents: str
    flow: str


def shown(now: Served) -> dict[str, Shown]:
    """A pair for each way in which a verdict comes about, as far as the graph has one."""
    labels, root = now.register.labels, addresses().root
    return {
        kind: Shown(
            conclusion=conclusion(each.verdict, labels),
            hub=labels.get(each.hub, each.hub) if each.hub else None,
            url=Splits(train=(each.verdict.subject,), test=(each.verdict.other,)).address(root),
        )
        for kind, each in _samples(now).items()
    }


@remembered
def _samples(now: Served) -> Mapping[str, Sample]:
    slugs = sorted({each.subject for each in now.register.claims if not each.is_challenge})
    return samples(views(now)["all"], slugs)


def sayings(now: Served) -> Iterator[Saying]:
    """What each relation says, with its definition in the ontology."""
    terms = {each.name: each for each in documented(now)[0].terms}
    for relation in RELATIONS:
        means = meaning(Claim(relation=relation))
        if means and relation in terms:
            flow = "" if means.bond in _STILL else _FLOWS[means.flow]
            yield Saying(term=terms[relation], extents=_extents(relation, means), flow=flow)


def _extents(relation: str, means: Meaning) -> str:
    """What a claim says of two sets of images; where its extent decides, both ways."""
    whole = meaning(Claim(relation=relation, extent="whole")) if relation in WITH_EXTENT else None
    if whole and whole.bond is not means.bond:
        return f"{_sign(whole.bond)} if all of A is meant, else {_sign(means.bond)}"
    return _sign(means.bond)


def _sign(bond: Bond) -> str:
    """A bond as it is written between two sets."""
    match bond:
        case Bond.DISJOINT:
            return "nothing in common"
        case Bond.PERHAPS:
            return "perhaps A ∩ B"
        case Bond.SYNTHESIS | Bond.SUCCESSION:
            return "nothing"
    return f"A {bond.value} B"
