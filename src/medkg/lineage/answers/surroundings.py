"""All that is found around one dataset, found once for the many that are compared with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from medkg.lineage.derivatives import derivatives
from medkg.lineage.inference import patients, weigh
from medkg.lineage.register import View
from medkg.lineage.survey import Survey, survey
from medkg.lineage.verdicts import Derivative, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is around a dataset: by the other dataset, the verdict on patients that says more, the derivative leak."""

    view: View
    dataset: str
    survey: Survey
    patients: Mapping[str, Verdict]
    derivative: Mapping[str, Derivative]

    def verdict(self, other: str) -> Verdict:
        """The verdict on images of the dataset and another one."""
        return weigh(self.view.images, self.survey, self.dataset, other, self.view.guard)


Find = Callable[[View, str], Surroundings]
"""What finds the surroundings of a dataset: `surroundings`, or what knows some of them from the last time."""


def surroundings(view: View, dataset: str) -> Surroundings:
    """What is around a dataset, as a layer shows it."""
    found = survey(view.images, view.images.of(dataset))
    people = patients(view.images, view.people, dataset, guard=view.guard, surveyed=found)
    return Surroundings(
        view=view,
        dataset=dataset,
        survey=found,
        patients={each.other: each for each in people},
        derivative={each.other: each for each in derivatives(view.images, dataset)},
    )
