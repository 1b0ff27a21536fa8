"""Lineage: which datasets share images, how surely and by which claims; pure functions over claims.

`network` makes claims of one layer and level into a graph; everything else is asked of that: `verdict` and `verdicts`,
all pairs by `shares` and `may_share`, `explain` in sentences, and beside the verdicts on images `patients`,
`derivatives`, `open_provenance` and the `ancestors` and `descendants`. The rules are told in `docs/lineage.md`.
"""

from medkg.lineage.ancestry import Relative, ancestors, descendants
from medkg.lineage.explain import Explanation, conclusion, explain, independent
from medkg.lineage.inference import Guard, modality_guard, no_guard, patients, verdict, verdicts
from medkg.lineage.layers import Layer, Level, SituatedClaim
from medkg.lineage.network import Network, network, with_splits
from medkg.lineage.pairs import Hub, around, hubs, may_share, may_share_by_series, shares
from medkg.lineage.provenance import derivatives, open_provenance
from medkg.lineage.register import Register, View
from medkg.lineage.relations import Bond, Flow, Meaning, compose, meaning, reversed_bond
from medkg.lineage.verdicts import Derivative, Opening, Step, Verdict
from medkg.lineage.wording import sentence

__all__ = [
    "Bond",
    "Derivative",
    "Explanation",
    "Flow",
    "Guard",
    "Hub",
    "Layer",
    "Level",
    "Meaning",
    "Network",
    "Opening",
    "Register",
    "Relative",
    "SituatedClaim",
    "Step",
    "Verdict",
    "View",
    "ancestors",
    "around",
    "compose",
    "conclusion",
    "derivatives",
    "descendants",
    "explain",
    "hubs",
    "independent",
    "may_share",
    "may_share_by_series",
    "meaning",
    "modality_guard",
    "network",
    "no_guard",
    "open_provenance",
    "patients",
    "reversed_bond",
    "sentence",
    "shares",
    "verdict",
    "verdicts",
    "with_splits",
]
