"""All that is found around one dataset, found once for the many that are compared with it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from medkg.lineage.derivatives import derivatives
from medkg.lineage.inference import no_guard, says_more, weigh
from medkg.lineage.register import View
from medkg.lineage.survey import Survey, survey
from medkg.lineage.verdicts import Derivative, Verdict


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What is around a dataset: its images, its patients, and by the other dataset the derivative leak."""

    view: View
    dataset: str
    images: Survey
    people: Survey
    derivative: Mapping[str, Derivative]

    def verdict(self, other: str) -> Verdict:
        """The verdict on images of the dataset and another one."""
        return weigh(self.view.images, self.images, self.dataset, other, self.view.guard)

    def patients(self, other: str) -> Verdict | None:
        """The verdict on patients where it says more than that on images.

        The guard holds for images alone: who had a CT may have had an MR as well.
        """
        found = weigh(self.view.people, self.people, self.dataset, other, no_guard)
        return found if says_more(found, self.verdict(other)) else None


Find = Callable[[View, str], Surroundings]
"""What finds the surroundings of a dataset: `surroundings`, or what knows some of them from the last time."""


def surroundings(view: View, dataset: str) -> Surroundings:
    """What is around a dataset, as a layer shows it."""
    return Surroundings(
        view=view,
        dataset=dataset,
        images=survey(view.images, view.images.of(dataset)),
        people=survey(view.people, view.people.of(dataset)),
        derivative={each.other: each for each in derivatives(view.images, dataset)},
    )
