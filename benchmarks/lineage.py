"""How long it takes to find all datasets that share images, among many more than there are.

Chains of datasets are derived from each other, each wholly or in part; the first of every chain draws on a pool that
hundreds draw from, so much of it that some must meet. Run `python benchmarks/lineage.py --datasets 60000`.
"""

from __future__ import annotations

import argparse
import random
import resource
import time
from collections.abc import Iterator
from contextlib import contextmanager
from itertools import islice, pairwise

from medkg.lineage import SituatedClaim, build_network, hubs, pairs_around, sharing_pairs, verdicts
from medkg.model.claims import Claim, Evidence

DEPTH = 6
DRAWING = 400
"""How many chains draw from one pool."""

POOL_SIZE = 100_000
EVIDENCE = (Evidence(basis="catalog", catalog="some-catalogue", key="entry"),)


def claims(datasets: int, chance: random.Random) -> Iterator[SituatedClaim]:
    """The claims of so many datasets in chains of `DEPTH`, pools not counted."""
    for chain in range(datasets // (DEPTH + 1)):
        names = [f"chain-{chain}-{depth}" for depth in range(DEPTH + 1)]
        for source, derived in pairwise(names):
            extent = "whole" if chance.random() < 0.8 else "part"
            yield claim(derived, "derivedFrom", source, extent=extent)
            yield claim(derived, "annotates", source, extent=extent)
        pool = f"pool-{chain // DRAWING}"
        yield claim(names[0], "derivedFrom", pool, extent="part", cases=chance.randrange(1, POOL_SIZE * 6 // 10))
        if chance.random() < 0.1:
            yield claim(f"{names[0]}-relabelled", "sameImagesAs", names[0])


def claim(
    subject: str, relation: str, target: str, *, extent: str | None = None, cases: int | None = None
) -> SituatedClaim:
    """A claim as a catalogue would state it."""
    made = Claim(relation=relation, object=target, extent=extent, cases=cases, unit="scan", evidence=EVIDENCE)
    return SituatedClaim(subject=subject, claim=made)


@contextmanager
def timed(what: str) -> Iterator[None]:
    """A line on how long something took and how much memory has been needed so far."""
    start = time.perf_counter()
    yield
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    print(f"{time.perf_counter() - start:8.2f} s {peak:8.0f} MB  {what}")


def main() -> None:
    """Prints a line for each stage."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--datasets", type=int, default=60_000)
    options.add_argument("--seed", type=int, default=7)
    given = options.parse_args()
    stated = list(claims(given.datasets, random.Random(given.seed)))
    sizes = {f"pool-{index}": {"scan": POOL_SIZE} for index in range(given.datasets)}
    with timed(f"network of {len(stated):,} claims"):
        found = build_network(stated, sizes=sizes)
    print(f"{len(found.classes):,} datasets, {len(found.members):,} classes, {DRAWING} chains a pool")
    with timed("all definite pairs, one at a time"):
        print(f"{sum(1 for _ in sharing_pairs(found)):,} definite pairs")
    with timed("hubs, not expanded"):
        pools = [hub for hub in hubs(found) if hub.node.startswith("pool")]
    print(f"{len(pools):,} pools, up to {max(len(hub.arms) for hub in pools):,} arms")
    with timed("the verdicts on the members of one chain"):
        print(f"{sum(len(verdicts(found, f'chain-0-{depth}')) for depth in range(DEPTH + 1)):,} verdicts with paths")
    with timed("the first 10,000 possible pairs around one pool"):
        print(f"{sum(1 for _ in islice(pairs_around(found, pools[0]), 10_000)):,} possible pairs")


if __name__ == "__main__":
    main()
