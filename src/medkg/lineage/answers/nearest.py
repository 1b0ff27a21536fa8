"""A family cut down to its nearest members, for pictures that would hold too many."""

from __future__ import annotations

from dataclasses import replace

from medkg.lineage.ancestry import Relative
from medkg.lineage.answers.family import Family

_GRADES = ("definite", "possible", "documentary")


def nearest(family: Family, most: int) -> tuple[Family, int]:
    """The family with as many members as may be, the dataset itself among them, and how many are left out.

    Those fewest claims away are kept, of these the surest, of these the first by name.
    """
    found = sorted({each.dataset: each for each in (*family.ancestors, *family.descendants)}.values(), key=_order)
    kept = {family.dataset, *(each.dataset for each in found[: most - 1])}
    if len(found) < most:
        return family, 0
    shown = replace(
        family,
        ancestors=tuple(each for each in family.ancestors if each.dataset in kept),
        descendants=tuple(each for each in family.descendants if each.dataset in kept),
        ties=tuple(tie for tie in family.ties if {tie.subject, tie.object} <= kept),
    )
    return shown, len(found) + 1 - len(kept)


def _order(relative: Relative) -> tuple[int, int, str]:
    return relative.depth, _GRADES.index(relative.grade), relative.dataset
