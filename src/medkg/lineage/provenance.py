"""Open provenance: datasets that drew on sources nobody names, which therefore can never be called safe.

A dataset's provenance is open if a claim about it names no source, or if its images may have come from a dataset
whose provenance is open: along a claim by which images came in, by inclusion either way unless they are known to
have gone out. An overlap of unknown direction opens nothing, nor does whatever was made of the dataset later. A series
is as open as any of its editions; an edition, by what is said of the series itself, and not by its siblings.
"""

from __future__ import annotations

from collections.abc import Iterator

from medkg.lineage.network import Network
from medkg.lineage.relations import Bond, Flow
from medkg.lineage.search import Trail, beginning, told
from medkg.lineage.verdicts import Opening

_INCLUSIONS = (Bond.CONTAINS, Bond.WITHIN)


def open_provenance(network: Network, slug: str) -> tuple[Opening, ...]:
    """Every claim by which a dataset's provenance is open, its own first, then the nearest it is inherited from."""
    found = [
        Opening(claim=claim, path=told(network, trail, slug, claim.source))
        for trail in _upstream(network, network.of(slug))
        for claim in network.openings.get(trail.end, ())
    ]
    return tuple(sorted(found, key=lambda opening: len(opening.path)))


def _upstream(network: Network, node: str) -> list[Trail]:
    """The shortest trail to every class that images may have come from, the class itself included."""
    seen, found = {node}, [beginning(node)]
    for trail in found:
        for longer in sorted(_into(network, trail), key=lambda longer: longer.end):
            if longer.end not in seen:
                seen.add(longer.end)
                found.append(longer)
    return found


def _into(network: Network, trail: Trail) -> Iterator[Trail]:
    """The trails one step further up to where images may have come from."""
    is_from_edition = bool(trail.edges and trail.edges[-1].series)
    for bond in (*_INCLUSIONS, Bond.MEETS):
        for edge in network.edges(trail.end, bond):
            came_in = edge.flow is Flow.HERE or (edge.flow is Flow.UNKNOWN and bond in _INCLUSIONS)
            if not is_from_edition if edge.series else came_in:
                yield trail.along(edge, trail.state)
