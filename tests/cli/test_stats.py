"""`medkg stats`."""

from __future__ import annotations

import json

from tests.cli.conftest import Medkg


def test_everything_is_counted(medkg: Medkg) -> None:
    found = json.loads(medkg("stats", "--json").out)
    assert (found["entries"], found["datasets"], found["merged"], found["challenges"]) == (6, 4, 2, 1)
    assert (found["papers"], found["corrections"], found["decisions"], found["disputed"]) == (1, 1, 0, 1)
    assert found["graphs"] == 7
    assert found["quads"] > found["triples"]
    assert found["catalogs"][0] == {
        "catalog": "north",
        "entries": 3,
        "datasets": 3,
        "unread": 1,
        "cells": 12,
        "not_understood": 1,
        "share": 8.33,
    }
    assert {"vocabulary": "anatomy", "concepts": 3, "exceptions": 0} in found["vocabularies"]


def test_the_numbers_come_in_tables(medkg: Medkg) -> None:
    lines = medkg("stats").lines
    assert lines[:3] == [
        "catalogue\tentries\tdatasets\tunread\tcells\tnot understood\tpercent",
        "north\t3\t3\t1\t12\t1\t8.33",
        "south\t3\t3\t0\t0\t0\t0.00",
    ]
    assert "merged\t2" in lines
