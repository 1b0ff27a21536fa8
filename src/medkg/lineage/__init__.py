"""Lineage: which datasets share images, how surely and by which claims; pure functions over claims.

`build_network` makes claims of one layer and level into a graph, which `verdict`, `verdicts` and the functions on all
pairs take; `overlap`, `leaks`, `safe`, `account` and `family` answer questions to a `Register` or one of its views. The
rules are in `docs/lineage.md`.
"""

from medkg.lineage.answers import (
    Account,
    Derivative,
    Explanation,
    Family,
    Opening,
    Overlap,
    Pair,
    Relative,
    Safety,
    SafetyCandidate,
    Side,
    Verdict,
)
from medkg.lineage.claims import Layer, Level, SituatedClaim, Step
from medkg.lineage.explanation import account, explain, independent_verdicts
from medkg.lineage.inference import patients, verdict, verdicts
from medkg.lineage.json_answers import JsonWriter
from medkg.lineage.leakage import leaks, overlap, safe
from medkg.lineage.network import Network, build_network, with_splits
from medkg.lineage.pairs import Hub, hubs, pairs_around, possible_pairs, possible_series_pairs, sharing_pairs
from medkg.lineage.provenance import derivatives, open_provenance
from medkg.lineage.register import Register, View, modality_exclusion
from medkg.lineage.relations import Bond, ExtentRelation, Flow, compose, extent_relation, reversed_bond
from medkg.lineage.relatives import ancestors, descendants, family
from medkg.lineage.texts import Texts

__all__ = [
    "Account",
    "Bond",
    "Derivative",
    "Explanation",
    "ExtentRelation",
    "Family",
    "Flow",
    "Hub",
    "JsonWriter",
    "Layer",
    "Level",
    "Network",
    "Opening",
    "Overlap",
    "Pair",
    "Register",
    "Relative",
    "Safety",
    "SafetyCandidate",
    "Side",
    "SituatedClaim",
    "Step",
    "Texts",
    "Verdict",
    "View",
    "account",
    "ancestors",
    "build_network",
    "compose",
    "derivatives",
    "descendants",
    "explain",
    "extent_relation",
    "family",
    "hubs",
    "independent_verdicts",
    "leaks",
    "modality_exclusion",
    "open_provenance",
    "overlap",
    "pairs_around",
    "patients",
    "possible_pairs",
    "possible_series_pairs",
    "reversed_bond",
    "safe",
    "sharing_pairs",
    "verdict",
    "verdicts",
    "with_splits",
]
