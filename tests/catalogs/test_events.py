from __future__ import annotations

from collections.abc import Mapping

import pytest

from medkg.catalogs.facts import challenge_events, events
from medkg.model.vocabularies import Vocabulary


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("MICCAI'2022 & 2023", ["miccai 2022", "miccai 2023"]),
        ("ISBI'2017, MICCAI'2017 & 2018", ["isbi 2017", "miccai 2017", "miccai 2018"]),
        ("RSNA-ASNR-MICCAI'2021", ["rsna 2021", "asnr 2021", "miccai 2021"]),
        ("MICCAI 2022 Challenge. 1,800 scans", ["miccai 2022"]),
        ("NCI-ISBI 2013 challenge", ["isbi 2013"]),
        ("Kaggle", []),
        ("MICCAI workshop of 2021", []),
    ],
)
def test_meetings_have_a_venue_and_a_year(
    text: str, expected: list[str], vocabularies: Mapping[str, Vocabulary]
) -> None:
    assert [f"{event.venue} {event.year}" for event in events(vocabularies["venue"], text)] == expected


@pytest.mark.parametrize(
    ("cell", "meetings", "name"),
    [
        ("Kaggle", 0, "Kaggle"),
        ("Medical Segmentation Decathlon", 0, "Medical Segmentation Decathlon"),
        ("ASNR-MICCAI'BRATS2023", 2, "BRATS2023"),
        ("MICCAI'2023", 1, None),
    ],
)
def test_a_challenge_cell_gives_meetings_or_a_name(
    cell: str, meetings: int, name: str | None, vocabularies: Mapping[str, Vocabulary]
) -> None:
    found, called = challenge_events(vocabularies["venue"], cell)
    assert (len(found), called) == (meetings, name)
