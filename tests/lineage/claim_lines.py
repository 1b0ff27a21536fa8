"""Claims written as one line each, so that a test shows nothing but what it is about.

`lits derivedFrom chaos part 131 scan train by some-catalogue/lits` is subject, relation and object (`-` where it is
not named), then in any order: extent, `hedged`, number of cases with their unit, split of the object and, as
`own-train`, of the subject, `patients`, `challenge`, `by`
and who says it: an entry (`catalogue/key`) or the address of a paper; `refines` and `corrects` with a statement in
brackets.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from itertools import pairwise

from medkg.lineage import SituatedClaim
from medkg.model.claims import SPLITS, Claim, Evidence

_SUPERSEDED = re.compile(r" (refines|corrects) \(([^)]*)\)")
_UNITS = frozenset({"case", "image", "patient", "scan", "slide"})


def claim_in(line: str) -> SituatedClaim:
    """The claim that a line says."""
    superseded = dict(_SUPERSEDED.findall(line))
    subject, relation, target, *rest = _SUPERSEDED.sub("", line).split()
    sources = [word for before, word in pairwise(rest) if before == "by"]
    given: dict[str, str] = {}
    for word in (word for word in rest if word != "by" and word not in sources):
        given[_field(word)] = word
    return SituatedClaim(
        subject=subject,
        is_challenge="is_challenge" in given,
        claim=Claim(
            relation=relation,
            object=None if target == "-" else target,
            extent=given.get("extent"),
            certainty=given.get("certainty", "stated"),
            cases=int(given["cases"]) if "cases" in given else None,
            unit=given.get("unit"),
            split=given.get("split"),
            subject_split=given.get("subject_split", "").removeprefix("own-") or None,
            level="patient" if "level" in given else "acquisition",
            refines=tuple(filter(None, [superseded.get("refines")])),
            corrects=tuple(filter(None, [superseded.get("corrects")])),
            evidence=tuple(_evidence(word) for word in sources or ["some-catalogue/entry"]),
        ),
    )


def claims_in(lines: str | Iterable[str]) -> list[SituatedClaim]:
    """The claims that some lines say."""
    given = lines.splitlines() if isinstance(lines, str) else lines
    return [claim_in(line) for line in given if line.strip() and not line.startswith("#")]


def _field(word: str) -> str:
    fields = {"whole": "extent", "part": "extent", "hedged": "certainty", "patients": "level"}
    fields |= {"challenge": "is_challenge"}
    fields |= dict.fromkeys(SPLITS, "split") | {f"own-{name}": "subject_split" for name in SPLITS}
    return "cases" if word.isdigit() else "unit" if word in _UNITS else fields[word]


def _evidence(word: str) -> Evidence:
    if word.startswith("http"):
        return Evidence(basis="literature", source=word)
    catalog, key = word.split("/")
    return Evidence(basis="catalog", catalog=catalog, key=key)
