"""Questions that people ask of the register, each with its answer as a value: see `Plain` for their JSON."""

from medkg.lineage.answers.as_json import Plain
from medkg.lineage.answers.family import Family, Tie, family
from medkg.lineage.answers.leak import Candidate, Pair, Safety, Side, leaks, named_split, safe
from medkg.lineage.answers.overlap import Overlap, overlap
from medkg.lineage.answers.pair import Account, account

__all__ = [
    "Account",
    "Candidate",
    "Family",
    "Overlap",
    "Pair",
    "Plain",
    "Safety",
    "Side",
    "Tie",
    "account",
    "family",
    "leaks",
    "named_split",
    "overlap",
    "safe",
]
