"""Which datasets share images with one: verdicts, and beside them all that is no verdict on images.

All that is found around one dataset, found once for the many that are compared with it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Literal, TypeVar, get_args

from medkg.choices import require_known
from medkg.lineage.inference import Survey, no_guard, patients, says_more, survey, verdict, verdicts, weigh
from medkg.lineage.layers import Layer
from medkg.lineage.provenance import derivatives, open_provenance
from medkg.lineage.register import View
from medkg.lineage.verdicts import Derivative, Opening, Step, Verdict

Asked = Literal["definite", "possible", "all"]

Graded = TypeVar("Graded", Verdict, Derivative)


@dataclass(frozen=True, slots=True, kw_only=True)
class Overlap:
    """The datasets that share images with one, or may do so.

    `same_images` are those of the very same images, `patients` the verdicts on patients that say more than those on
    images, `derivative` the leaks by synthesised images, `openings` the sources nobody names, and `excluded` the
    datasets that a path leads to and whose modality forbids it. `editions` are those that a series stands for: what
    shares images with one of them shares images with the series.
    """

    dataset: str
    evidence: Layer
    same_images: tuple[str, ...]
    verdicts: tuple[Verdict, ...]
    derivative: tuple[Derivative, ...]
    patients: tuple[Verdict, ...]
    excluded: tuple[Verdict, ...]
    openings: tuple[Opening, ...]
    editions: tuple[str, ...] = ()


def overlap(view: View, dataset: str, *, grade: Asked = "all", direct: bool = False) -> Overlap:
    """What a dataset overlaps, of one grade or both; `direct` leaves what a single claim says.

    Datasets of the same images count as one: what is said of one of them is said directly of the others.
    `UnknownName` for a dataset or a grade that does not exist.
    """
    require_known(grade, get_args(Asked), kind="grade of sharing")

    def asked(found: Iterable[Graded]) -> tuple[Graded, ...]:
        return tuple(each for each in found if grade in (each.grade, "all") and (not direct or is_one_claim(each.path)))

    return Overlap(
        dataset=dataset,
        evidence=view.layer,
        same_images=tuple(each for each in view.images.datasets(view.images.of(dataset)) if each != dataset),
        verdicts=asked(verdicts(view.images, dataset, guard=view.guard)),
        derivative=asked(derivatives(view.images, dataset)),
        patients=asked(patients(view.images, view.people, dataset, guard=view.guard)),
        excluded=tuple(_excluded(view, dataset)),
        openings=open_provenance(view.images, dataset),
        editions=view.editions.get(dataset, ()),
    )


def is_one_claim(path: tuple[Step, ...]) -> bool:
    """Whether one claim makes the path, datasets of the same images taken as one."""
    return sum(step.relation != "sameImagesAs" for step in path) == 1


def _excluded(view: View, dataset: str) -> Iterator[Verdict]:
    """The verdicts of what would be possible, were it not for the modality."""
    for each in verdicts(view.images, dataset):
        if each.grade == "possible" and view.guard(dataset, each.other):
            yield verdict(view.images, dataset, each.other, guard=view.guard)


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
