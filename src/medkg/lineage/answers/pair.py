"""Two datasets told in full: the explained verdict, and all beside it that somebody who asks should know."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from medkg.lineage.answers.leak import Pair, Side, leaks
from medkg.lineage.derivatives import derivatives
from medkg.lineage.explain import Explanation, explain
from medkg.lineage.inference import patients, verdict
from medkg.lineage.layers import Layer
from medkg.lineage.provenance import open_provenance
from medkg.lineage.register import Register, View
from medkg.lineage.verdicts import Derivative, Opening, Verdict

OTHER: Mapping[Layer, Layer] = {"all": "catalogs", "catalogs": "all"}
"""The layer that an answer is compared with."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """The verdict on two datasets, explained, by the claims of one layer.

    `elsewhere` is the verdict by those of the other layer. `patients` is there where the verdict on patients says
    more, `derivative` where images were synthesised, `openings` for each dataset with sources nobody names. Where one
    of the two is a series, `editions` has the verdict on each of its editions, the surest first.
    """

    evidence: Layer
    explanation: Explanation
    elsewhere: Verdict
    patients: Verdict | None = None
    derivative: Derivative | None = None
    openings: Mapping[str, tuple[Opening, ...]] = field(default_factory=dict, hash=False)
    editions: tuple[Verdict, ...] = ()


def account(register: Register, subject: str, other: str, *, layer: Layer = "all", all_paths: bool = False) -> Account:
    """All that is known of two datasets sharing images, with all independent paths on request."""
    view, compared = register.view(layer), register.view(OTHER[layer])
    explanation = explain(
        view.images,
        subject,
        other,
        guard=view.guard,
        names=register.labels,
        lines=register.lines,
        all_paths=all_paths,
    )
    people = patients(view.images, view.people, subject, guard=view.guard)
    openings = {slug: open_provenance(view.images, slug) for slug in (subject, other)}
    return Account(
        evidence=layer,
        explanation=explanation,
        elsewhere=verdict(compared.images, subject, other, guard=compared.guard),
        patients=next((each for each in people if each.other == other), None),
        derivative=next((each for each in derivatives(view.images, subject) if each.other == other), None),
        openings={slug: found for slug, found in openings.items() if found},
        editions=tuple(each.verdict for each in _of_editions(view, subject, other)),
    )


def _of_editions(view: View, subject: str, other: str) -> tuple[Pair, ...]:
    """The pairs of editions, where one of two datasets is a series."""
    (pair,) = leaks(view, [Side(dataset=subject)], [Side(dataset=other)])
    return pair.editions
