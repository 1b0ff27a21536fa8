"""A verdict explained: what is concluded, by which claims, by which other paths, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from medkg.lineage.inference import Guard, no_guard, verdict
from medkg.lineage.network import Network
from medkg.lineage.paths import break_of, broken, told
from medkg.lineage.provenance import open_provenance
from medkg.lineage.verdicts import Step, Verdict
from medkg.lineage.wording import NO_LINES, NO_NAMES, Lines, Names, called, sentence


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What is to be said of two datasets, in sentences.

    `others` are the verdicts of further paths that have no claim's pair of datasets in common with each other or the
    first one; they are there on request.
    """

    verdict: Verdict
    conclusion: str
    reasons: tuple[str, ...]
    changes: tuple[str, ...]
    caveats: tuple[str, ...] = ()
    others: tuple[Verdict, ...] = ()


def explain(
    network: Network,
    subject: str,
    other: str,
    *,
    guard: Guard = no_guard,
    names: Names = NO_NAMES,
    lines: Lines = NO_LINES,
    all_paths: bool = False,
) -> Explanation:
    """The verdict on two datasets in sentences, with all independent paths on request."""
    paths = independent(network, subject, other, guard=guard)
    found = next(paths)
    collider = None if found.path or found.guard_reason else _collider(network, subject, other)
    return Explanation(
        verdict=found,
        conclusion=conclusion(found, names),
        reasons=tuple(sentence(step, names, lines) for step in (collider[1] if collider else found.path)),
        changes=tuple(changes(found, collider[0] if collider else None, names)),
        caveats=tuple(_caveats(network, found, names)),
        others=tuple(paths) if all_paths else (),
    )


def independent(network: Network, subject: str, other: str, *, guard: Guard = no_guard) -> Iterator[Verdict]:
    """The verdict on two datasets, then those of further paths of either grade, each without the pairs before it."""
    found = verdict(network, subject, other, guard=guard)
    yield found
    while found.distance and found.grade in ("definite", "possible"):
        network = _without(network, found.path)
        found = verdict(network, subject, other, guard=guard)
        if found.grade in ("definite", "possible"):
            yield found


def conclusion(verdict: Verdict, names: Names = NO_NAMES) -> str:
    """A verdict as a sentence or two, without its path."""
    both = f"{called(verdict.subject, names)} and {called(verdict.other, names)}"
    things = "images" if verdict.level == "acquisition" else "patients"
    match verdict.grade:
        case "definite":
            said = f"{both} share {things}{_least(verdict, names)}."
        case "possible":
            said = f"{both} may share {things}: {_how(verdict, names)}."
        case "disjoint":
            said = f"{both} share no {things}, as is stated of them{_because(verdict)}."
        case _:
            said = f"No shared {things} of {both} are known{_because(verdict)}; that is no proof that there are none."
    return f"{said} Something stated speaks against it; one of the two is wrong." if verdict.is_contradicted else said


def _least(verdict: Verdict, names: Names) -> str:
    if verdict.least is None:
        return ""
    by_count = f" by the numbers each holds of {called(verdict.hub, names)}" if verdict.mechanism == "count" else ""
    return f", at least {verdict.least:,} (unit: {verdict.unit}){by_count}"


def _because(verdict: Verdict) -> str:
    return f" ({verdict.guard_reason})" if verdict.guard_reason else ""


def _how(verdict: Verdict, names: Names) -> str:
    """Why a possible verdict is possible and no more."""
    hub = called(verdict.hub, names)
    said = {
        "fork": f"both paths start at {hub}, and the two draws may coincide",
        "chain": f"images were handed on through {hub}, and it is not known which",
        "unknown-direction": f"both meet {hub}, and it is not known which way the images went",
        "hedge": "a claim on the path is itself made with reserve",
        "part": "a claim on the path is about a whole dataset or series, and it is not known which part is meant",
        "series": f"both are editions of {hub}, editions often keep cases, and nothing is recorded of these two",
    }[verdict.mechanism or "hedge"]
    if verdict.expected is None:
        return said
    return f"{said}; if they were random, about {verdict.expected:,.0f} would be expected (unit: {verdict.unit})"


def changes(verdict: Verdict, collider: str | None, names: Names = NO_NAMES) -> Iterator[str]:
    """What would make a verdict another one; `collider` is where the way between the two is blocked."""
    hub = called(verdict.hub, names)
    match verdict.grade, verdict.mechanism:
        case "definite", _:
            yield "It falls if a claim on the path is corrected and no other path is left."
        case "possible", "hedge":
            yield "A source that says so without reserve would make it definite; one that denies it, disjoint."
        case "possible", "series":
            yield "A source that says which cases were kept would make it definite; one that denies it, disjoint."
        case "possible", mechanism:
            yield f"The lists of what each holds of {hub} would settle it."
            if mechanism == "unknown-direction":
                yield f"If both gave their images to {hub}, this path would be no evidence."
        case "disjoint", _ if verdict.path:
            yield "It falls if the statement that they share nothing, or an inclusion on the path, is corrected."
        case "none-known", _ if collider:
            yield (
                f"Both gave images to {called(collider, names)}, which brings them no closer to each other; "
                "they might share some if one of them took its images from there."
            )
        case "none-known", _ if verdict.guard_reason:
            yield "A path of claims that proves it would make it definite, and call the modalities into question."
        case "none-known", _:
            yield "A claim that joins them, or joins what they share images with, would change it."


def _caveats(network: Network, verdict: Verdict, names: Names) -> Iterator[str]:
    """For each dataset of open provenance why it can never be called safe."""
    for slug in (verdict.subject, verdict.other) if verdict.grade == "none-known" else ():
        for opening in open_provenance(network, slug)[:1]:
            through = f", by way of {called(opening.claim.source, names)}" if opening.is_inherited else ""
            yield f"The provenance of {called(slug, names)} is open{through}: not all of its sources are named."


def _pair(network: Network, step: Step) -> frozenset[str]:
    """The two classes a claim is about."""
    return frozenset(network.of(end) for end in step.ends)


def _without(network: Network, path: tuple[Step, ...]) -> Network:
    """The network without any claim about a pair of classes that a path joins."""
    used = {_pair(network, step) for step in path}
    return network.where(lambda step: _pair(network, step) not in used)


def _collider(network: Network, subject: str, other: str) -> tuple[str, tuple[Step, ...]] | None:
    """The class at which the shortest path between two datasets is blocked, and that path."""
    trail = broken(network, network.of(subject), through_colliders=True).get(network.of(other))
    found = break_of(trail) if trail else None
    return (found[0].end, told(network, trail, subject, other)) if trail and found else None
