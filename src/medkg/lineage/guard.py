"""The modality guard: what was never taken by one kind of machine cannot be among the images of another kind.

What counts is the modality of the source acquisitions. A set of projections is catalogued as X-rays and yet holds CT,
if it was derived wholly from CT.
"""

from __future__ import annotations

from collections.abc import Mapping

from medkg.lineage.inference import Guard
from medkg.lineage.network import Network
from medkg.lineage.relations import Bond

Families = Mapping[str, frozenset[str]]
"""The top families of the modalities believed of each dataset; one of unknown modality is missing or has none."""

_DERIVING = frozenset({"derivedFrom", "annotates"})


def modality_guard(network: Network, believed: Families) -> Guard:
    """A guard that finds two datasets unable to share images where no family of source modalities is common to both."""
    sources = source_families(network, believed)

    def guard(first: str, second: str) -> str | None:
        one, other = sources.get(network.of(first)), sources.get(network.of(second))
        if not one or not other or one & other:
            return None
        return f"the source images are {' and '.join(sorted(one))} here, {' and '.join(sorted(other))} there"

    return guard


def source_families(network: Network, believed: Families) -> dict[str, frozenset[str]]:
    """The families of the source acquisitions of each class, as far as they are known.

    A class derived wholly from another has its families, or those of them that are believed of itself where there
    are any; if a source is unknown, so is what comes from it. Datasets of the same images pool what is believed, and so
    do a series and its editions where all of these are known.
    """
    found: dict[str, frozenset[str]] = {}
    for node in sorted({*network.members, *map(network.of, believed)}):
        _resolve(network, believed, node, found, frozenset())
    return found


def _resolve(
    network: Network, believed: Families, node: str, found: dict[str, frozenset[str]], below: frozenset[str]
) -> frozenset[str]:
    """The source families of one class, kept in `found`; a ring of classes derived from each other stays unknown."""
    if node not in found and node not in below:
        sources = sorted({edge.end for edge in network.edges(node, Bond.WITHIN) if edge.steps[0].relation in _DERIVING})
        editions = sorted({edge.end for edge in network.edges(node, Bond.CONTAINS) if edge.series})
        inherited, parts = (
            [_resolve(network, believed, each, found, below | {node}) for each in nodes]
            for nodes in (sources, editions)
        )
        own = frozenset[str]().union(*(believed.get(slug, frozenset()) for slug in network.datasets(node)))
        found[node] = _narrowed(own.union(*parts) if all(parts) else own, inherited)
    return found.get(node, frozenset())


def _narrowed(own: frozenset[str], inherited: list[frozenset[str]]) -> frozenset[str]:
    if not inherited:
        return own
    if not all(inherited):
        return frozenset()
    sources = frozenset[str]().union(*inherited)
    return own & sources or sources
