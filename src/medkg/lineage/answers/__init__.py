"""Questions that people ask of the register, each with its answer as a value: see `Plain` for their JSON."""

from medkg.lineage.answers.account import Account, account
from medkg.lineage.answers.family import Family, Tie, family
from medkg.lineage.answers.leak import Pair, Side, leaks, named_split
from medkg.lineage.answers.overlap import Overlap, overlap
from medkg.lineage.answers.plain import Plain
from medkg.lineage.answers.safety import Candidate, Safety, safe

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
