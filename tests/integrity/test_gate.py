"""The recorded gate speaks of the graph and the shapes as they are, so that a first build need ask no shape."""

from __future__ import annotations

import hashlib
from pathlib import Path

from medkg.snapshots.inputs import ShapeConformance, recorded_conformance, shapes_digest

ROOT = Path(__file__).parents[2]


def test_the_recorded_gate_is_that_of_these_data_and_shapes(nquads: bytes) -> None:
    now = ShapeConformance(graph=hashlib.sha256(nquads).hexdigest(), shapes=shapes_digest(ROOT / "ontology"))
    assert recorded_conformance(ROOT) == now, (
        "data/gate.yaml is of another graph; run `medkg build --record-gate` and commit it"
    )
