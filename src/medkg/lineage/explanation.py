"""The explanation of a verdict on two datasets: its conclusion, claims and further paths, and what would change it."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from itertools import product

from medkg.lineage.answers import SHARING, Account, Explanation, Verdict
from medkg.lineage.claims import Layer, Step
from medkg.lineage.inference import patients, verdict
from medkg.lineage.network import Network
from medkg.lineage.paths import Trail, find_break, paths_with_break, steps_of
from medkg.lineage.provenance import derivatives, open_provenance
from medkg.lineage.register import ExclusionRule, Register, View, no_exclusion
from medkg.lineage.texts import OTHER_LAYER, Texts


def explain(
    network: Network,
    subject: str,
    other: str,
    *,
    exclude: ExclusionRule = no_exclusion,
    texts: Texts | None = None,
    all_paths: bool = False,
) -> Explanation:
    """The verdict on two datasets in sentences, with all independent paths on request."""
    texts = texts or Texts()
    verdicts = independent_verdicts(network, subject, other, exclude=exclude)
    first = next(verdicts)
    collider, path = (None, first.path) if first.path else blocked_path(network, first)
    return Explanation(
        verdict=first,
        conclusion=texts.conclusion(first),
        reasons=tuple(claim.with_sources for claim in texts.path(path)),
        changes=tuple(texts.changes(first, collider)),
        caveats=tuple(_caveats(network, first, texts)),
        others=tuple(verdicts) if all_paths else (),
    )


def independent_verdicts(
    network: Network, subject: str, other: str, *, exclude: ExclusionRule = no_exclusion
) -> Iterator[Verdict]:
    """The verdict on two datasets, then those of further paths of either grade, each without the pairs before it."""
    current = verdict(network, subject, other, exclude=exclude)
    yield current
    while current.distance and current.grade in SHARING:
        network = _without(network, current.path)
        current = verdict(network, subject, other, exclude=exclude)
        if current.grade in SHARING:
            yield current


def blocked_path(
    network: Network, verdict: Verdict, trails: Mapping[str, Trail] | None = None
) -> tuple[str | None, tuple[Step, ...]]:
    """The class to which both datasets of a verdict gave images, and the path through it, which is no evidence.

    None and no path where there is no such path, or where modalities exclude sharing. `trails` are those that
    `trails_with_break` gives for the subject, where they are known.
    """
    subject, other = verdict.subject, verdict.other
    if verdict.exclusion_reason or verdict.path:
        return None, ()
    trail = (trails_with_break(network, subject) if trails is None else trails).get(network.class_of(other))
    edges = find_break(trail) if trail else None
    return (edges[0].end, steps_of(network, trail, subject, other)) if trail and edges else (None, ())


def trails_with_break(network: Network, subject: str) -> Mapping[str, Trail]:
    """The paths with one break from a dataset, those that are no evidence among them."""
    return paths_with_break(network, network.class_of(subject), through_colliders=True)


def account(register: Register, subject: str, other: str, *, layer: Layer = "all", all_paths: bool = False) -> Account:
    """The account of two datasets sharing images, with all independent paths on request."""
    view, other_view = register.view(layer), register.view(OTHER_LAYER[layer])
    people = patients(view.images, view.people, subject, exclude=view.exclude)
    openings = {slug: open_provenance(view.images, slug) for slug in (subject, other)}
    return Account(
        evidence=layer,
        explanation=explain(
            view.images, subject, other, exclude=view.exclude, texts=register.texts, all_paths=all_paths
        ),
        by_other_layer=verdict(other_view.images, subject, other, exclude=other_view.exclude),
        patients=next((verdict for verdict in people if verdict.other == other), None),
        derivative=next(
            (derivative for derivative in derivatives(view.images, subject) if derivative.other == other), None
        ),
        openings={slug: sources for slug, sources in openings.items() if sources},
        editions=_verdicts_on_editions(view, subject, other),
    )


def _verdicts_on_editions(view: View, subject: str, other: str) -> tuple[Verdict, ...]:
    """The verdicts on the editions of a series, the surest first; none where neither dataset is a series."""
    if not (view.editions.get(subject) or view.editions.get(other)):
        return ()
    pairs = product(*(view.editions.get(slug) or (slug,) for slug in (subject, other)))
    verdicts = (verdict(view.images, one, two, exclude=view.exclude) for one, two in pairs)
    return tuple(sorted(verdicts, key=lambda verdict: verdict.rank))


def _caveats(network: Network, verdict: Verdict, texts: Texts) -> Iterator[str]:
    """For each dataset of open provenance the sentence that it can never be called safe."""
    for slug in (verdict.subject, verdict.other) if verdict.grade == "none-known" else ():
        for opening in open_provenance(network, slug)[:1]:
            yield texts.open_provenance(slug, opening)


def _without(network: Network, path: tuple[Step, ...]) -> Network:
    """The network without any claim about a pair of classes that a path joins."""
    pairs = {_pair(network, step) for step in path}
    return network.where(lambda step: _pair(network, step) not in pairs)


def _pair(network: Network, step: Step) -> frozenset[str]:
    """The two classes that a claim is about."""
    return frozenset(network.class_of(end) for end in step.ends)
