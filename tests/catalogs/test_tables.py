from __future__ import annotations

import pytest

from tests.catalogs.conftest import ReadText

TABLE = "| Dataset | Description |\n|---|---|\n| [A](./resources/A.md) | {} |\n"
LINE = "## Brain\n\n[A](./resources/A.md) v2.0 ({})\n"


@pytest.mark.parametrize("form", [TABLE, LINE])
@pytest.mark.parametrize(
    ("told", "cells", "residues"),
    [
        ("3D CT, 140 Cases, 6 Categories of Organ Segmentation.", 1, 0),
        ("2D X-ray，20 Cases，2 Categories", 1, 0),
        ("3D Blarg, 1,204 Cases", 1, 0),
        ("3D CT, gamma blarg, 6 Categories", 1, 1),
        ("3D CT with 140 cases", 0, 0),
    ],
)
def test_facts_between_commas_are_a_cell_to_be_understood_whole(
    form: str, told: str, cells: int, residues: int, read_text: ReadText
) -> None:
    catalog = read_text("openmedlab", form.format(told))
    assert catalog.source is not None
    assert (catalog.source.cells, len(catalog.entries[0].not_understood)) == (cells, residues)


@pytest.mark.parametrize(("told", "residues"), [("CT (n = 20)", 0), ("Foo [20 cases]", 0), ("Foo (blarg)", 1)])
def test_a_modality_cell_with_brackets_is_understood_where_it_tells_a_fact(
    told: str, residues: int, read_text: ReadText
) -> None:
    (entry,) = read_text(
        "neerakara", f"| Anatomy | Dataset | Modality |\n|---|---|---|\n| Liver | A | {told} |\n"
    ).entries
    assert len(entry.not_understood) == residues
