"""What a dataset shares, as its page tells it: the answer of `medkg overlap`, in the sentences of `medkg explain`."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

from medkg.lineage.answers import Overlap
from medkg.lineage.explain import conclusion
from medkg.lineage.verdicts import Derivative, Verdict
from medkg.web.telling import Teller, Told


@dataclass(frozen=True, slots=True, kw_only=True)
class Sharing:
    """Another dataset and what is concluded of it, with the claims that lead there and those that speak against it."""

    slug: str
    label: str
    url: str
    grade: str
    conclusion: str
    path: tuple[Told, ...] = ()
    against: tuple[Told, ...] = ()
    is_contradicted: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Shared:
    """All that a dataset shares with others, or may share, and what is no shared image."""

    same_images: tuple[Sharing, ...]
    definite: tuple[Sharing, ...]
    possible: tuple[Sharing, ...]
    patients: tuple[Sharing, ...]
    derivative: tuple[Sharing, ...]
    excluded: tuple[Sharing, ...]
    openings: tuple[Told, ...]

    @property
    def slugs(self) -> set[str]:
        """The datasets with which images are shared, or may be."""
        return {each.slug for each in (*self.same_images, *self.definite, *self.possible)}


def shared(found: Overlap, teller: Teller) -> Shared:
    """An overlap as a page tells it; those of the very same images stand by themselves."""
    same = [each for each in found.verdicts if each.other in found.same_images]
    others = [each for each in found.verdicts if each.other not in found.same_images]
    return Shared(
        same_images=_verdicts(same, teller),
        definite=_verdicts([each for each in others if each.grade == "definite"], teller),
        possible=_verdicts([each for each in others if each.grade == "possible"], teller),
        patients=_verdicts(found.patients, teller),
        derivative=tuple(_derivative(each, teller) for each in found.derivative),
        excluded=_verdicts(found.excluded, teller),
        openings=tuple(map(teller.opening, found.openings)),
    )


def sharing(verdict: Verdict, teller: Teller) -> Sharing:
    """A verdict as a page tells it."""
    return Sharing(
        slug=verdict.other,
        label=teller.label(verdict.other),
        url=teller.url(verdict.other),
        grade=verdict.grade,
        conclusion=conclusion(verdict, teller.register.labels),
        path=teller.path(verdict.path),
        against=teller.path(verdict.exclusion),
        is_contradicted=verdict.is_contradicted,
    )


def _verdicts(verdicts: Iterable[Verdict], teller: Teller) -> tuple[Sharing, ...]:
    return tuple(sharing(each, teller) for each in verdicts)


def _derivative(found: Derivative, teller: Teller) -> Sharing:
    both = f"{teller.label(found.subject)} and {teller.label(found.other)}"
    return Sharing(
        slug=found.other,
        label=teller.label(found.other),
        url=teller.url(found.other),
        grade=found.grade,
        conclusion=f"{both} share no image by it, but images of one were synthesised from the other's.",
        path=teller.path(found.path),
    )
