"""What a build costs: seconds for each step, and as multiples of Oxigraph's own bulk load of the same quads.

    python benchmarks/build.py [ROUNDS]

Rounds are interleaved and the medians are printed, for machines are noisy; a ratio is what to compare.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from pathlib import Path
from statistics import median
from time import perf_counter

from pyoxigraph import RdfFormat, Store

from medkg.curation import load
from medkg.rdf.quads import rdf_dataset
from medkg.rdf.shapes import require_conformance
from medkg.settings import Settings
from medkg.snapshots.build import build, open_current


def main(rounds: int) -> None:
    """Print the table of one run."""
    resources = Settings(environment={}).resources
    records = load(resources / "data")
    made = rdf_dataset(records, resources / "ontology")
    steps: dict[str, Callable[[Path], object]] = {
        "bulk load of the finished quads": lambda home: bulk_load(made.nquads, home),
        "read and check the data": lambda home: load(resources / "data"),
        "make the sorted quads": lambda home: rdf_dataset(records, resources / "ontology"),
        "SHACL gate": lambda home: require_conformance(made.default_graph, resources / "ontology", records),
        "whole build, gate known": lambda home: build(settings(home)),
        "open an up-to-date graph and answer": answer,
    }
    times: dict[str, list[float]] = {name: [] for name in steps}
    with tempfile.TemporaryDirectory() as ready:
        build(settings(Path(ready)))
        for _ in range(rounds):
            for name, step in steps.items():
                with tempfile.TemporaryDirectory() as fresh:
                    home = Path(ready if step is answer else fresh)
                    begun = perf_counter()
                    step(home)
                    times[name].append(perf_counter() - begun)
    unit = median(times["bulk load of the finished quads"])
    print(f"{len(made.nquads.splitlines()):,} quads, {rounds} rounds, medians")
    for name, taken in times.items():
        print(f"{name:40} {median(taken):7.3f} s  {median(taken) / unit:6.2f}×")


def settings(home: Path) -> Settings:
    """The settings of a run whose snapshots lie under `home`."""
    return Settings(environment={"MEDKG_HOME": str(home)})


def bulk_load(nquads: bytes, home: Path) -> None:
    """Load the quads into a new store on disk."""
    store = Store(str(home / "store"))
    store.bulk_load(nquads, RdfFormat.N_QUADS)
    store.flush()


def answer(home: Path) -> object:
    """Open the graph and ask it one question."""
    snapshot = open_current(settings(home))
    return snapshot.store.query("ASK { ?dataset a <http://www.w3.org/ns/dcat#Dataset> }")


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else 5)
