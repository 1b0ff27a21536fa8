"""Which datasets are known to share nothing with those a model was trained on; silence is never called proof."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from medkg.lineage.answers.surroundings import Find, Surroundings, surroundings
from medkg.lineage.layers import Layer
from medkg.lineage.provenance import open_provenance
from medkg.lineage.register import View
from medkg.lineage.verdicts import GRADES, SHARING, Derivative, Opening, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """A dataset to test on, with the verdict on it and each dataset that was trained on.

    `openings` are sources of its images that nobody names; `patients` and `derivative` tell of what is no shared
    image and a reason for caution all the same.
    """

    dataset: str
    verdicts: tuple[Verdict, ...]
    openings: tuple[Opening, ...] = ()
    patients: tuple[Verdict, ...] = ()
    derivative: tuple[Derivative, ...] = ()

    @property
    def worst(self) -> Verdict:
        """The verdict that speaks most against it."""
        return min(self.verdicts, key=lambda each: GRADES.index(each.grade))


@dataclass(frozen=True, slots=True, kw_only=True)
class Safety:
    """Candidates for a test: those without known shared images, those of open provenance among them, those that share.

    `untold` are the open sources of the datasets trained on: where there are any, no candidate can be ruled out.
    """

    test_for: tuple[str, ...]
    evidence: Layer
    clear: tuple[Candidate, ...]
    open: tuple[Candidate, ...]
    sharing: tuple[Candidate, ...]
    untold: Mapping[str, tuple[Opening, ...]]


def safe(view: View, test_for: Sequence[str], candidates: Iterable[str], *, find: Find = surroundings) -> Safety:
    """What candidates a model trained on some datasets may be tested on, by all that is known.

    A series is no candidate: its editions are.
    """
    trained = [find(view, each) for each in test_for]
    datasets = (each for each in candidates if each not in view.editions and each not in test_for)
    found = [_candidate(view, trained, each) for each in datasets]
    apart = [each for each in found if each.worst.grade not in SHARING]
    untold = {each: open_provenance(view.images, each) for each in test_for}
    return Safety(
        test_for=tuple(test_for),
        evidence=view.layer,
        clear=tuple(each for each in apart if not each.openings),
        open=tuple(each for each in apart if each.openings),
        sharing=tuple(each for each in found if each not in apart),
        untold={each: openings for each, openings in untold.items() if openings},
    )


def _candidate(view: View, trained: Sequence[Surroundings], dataset: str) -> Candidate:
    return Candidate(
        dataset=dataset,
        verdicts=tuple(each.verdict(dataset) for each in trained),
        openings=open_provenance(view.images, dataset),
        patients=tuple(found for each in trained if (found := each.patients(dataset))),
        derivative=tuple(each.derivative[dataset] for each in trained if dataset in each.derivative),
    )
