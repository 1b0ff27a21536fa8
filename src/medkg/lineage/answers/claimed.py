"""What is claimed of each two datasets, claim by claim: what a tie of a family sums up."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping

from medkg.lineage.layers import Layer, selected
from medkg.lineage.register import Register
from medkg.lineage.verdicts import Step

Claimed = Mapping[tuple[str, str], tuple[Step, ...]]
"""The claims that tie two datasets by sharing or descent, by subject and object."""


def claimed(register: Register, layer: Layer) -> Claimed:
    """The claims on images that take part in a layer; denials and sources without a name tie nothing."""
    found: dict[tuple[str, str], list[Step]] = defaultdict(list)
    for each in selected(register.claims, layer, "acquisition"):
        if each.claim.object and each.claim.relation != "disjointWith":
            found[each.subject, each.claim.object].append(Step(source=each.subject, claim=each.claim))
    return {ends: tuple(steps) for ends, steps in found.items()}
