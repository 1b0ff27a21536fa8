from __future__ import annotations

from collections.abc import Mapping

import pytest

from medkg.catalogs.cells import licence
from medkg.model.vocabularies import Vocabulary
from tests.catalogs.conftest import ReadText

Vocabularies = Mapping[str, Vocabulary]

TABLE = "| Dataset | Description | Task | License |\n|---|---|---|---|\n| A | 20 scans | Segmentation | {} |\n"


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("CC BY-NC-SA 4.0", "cc-by-nc-sa-4-0"),
        ("CC-BY-NC-4.0", "cc-by-nc-4-0"),
        ("CC_BY_NC_SA_3.0", "cc-by-nc-sa-3-0"),
        ("CC BY NC ND", "cc-by-nc-nd"),
        ("by-nc-sa 4.0", "cc-by-nc-sa-4-0"),
        ("CC0: Public Domain", "cc0-1-0"),
        ("Creative Commons License: Attribution - Non-Commercial", "cc-by-nc"),
        ("Creative Commons Attribution 4.0 International License", "cc-by-4-0"),
        *(("MIT License", "mit"), ("Apache 2.0", "apache-2-0"), ("GPL 2", "gpl-2-0-only")),
    ],
)
def test_a_licence_is_known_by_its_name_in_many_spellings(text: str, key: str, vocabularies: Vocabularies) -> None:
    assert licence(text, None, vocabularies["licence"]).key == key


@pytest.mark.parametrize("text", ["CC", "Other", "Custom", "无", "TCIA Restricted - CC BY 3.0", "no commercial use"])
def test_a_vague_licence_keeps_only_its_text(text: str, vocabularies: Vocabularies) -> None:
    found = licence(text, None, vocabularies["licence"])
    assert (found.text, found.key) == (text, None)


@pytest.mark.parametrize(
    ("url", "key"),
    [
        ("https://creativecommons.org/licenses/by-nc-sa/4.0/legalcode", "cc-by-nc-sa-4-0"),
        ("https://creativecommons.org/publicdomain/zero/1.0/", "cc0-1-0"),
        ("https://creativecommons.org/publicdomain/mark/1.0/", None),
        ("https://a.org/terms", None),
    ],
)
def test_a_deed_says_more_than_the_words_that_link_to_it(url: str, key: str | None, vocabularies: Vocabularies) -> None:
    found = licence("CC 4.0", url, vocabularies["licence"])
    assert (found.key, found.url) == (key, url)


def test_an_address_that_is_none_is_left_out(vocabularies: Vocabularies) -> None:
    assert licence("MIT", "LICENSE.md", vocabularies["licence"]).url is None


@pytest.mark.parametrize(
    ("cell", "text", "key"),
    [
        ("![cc](https://img.shields.io/badge/License-CC%20BY%204.0-green)", "CC BY 4.0", "cc-by-4-0"),
        ("![](https://img.shields.io/badge/license-CC_BY--NC--SA_4.0-blue.svg)", "CC BY-NC-SA 4.0", "cc-by-nc-sa-4-0"),
        ("[![MIT License](a.svg)](https://a.org/terms)", "MIT License", "mit"),
    ],
)
def test_an_image_is_a_licence_by_what_it_shows(cell: str, text: str, key: str, read_text: ReadText) -> None:
    (entry,) = read_text("biomedical-imaging-datasets", TABLE.format(cell)).entries
    assert entry.licence is not None
    assert (entry.licence.text, entry.licence.key, entry.not_understood) == (text, key, ())


def test_an_image_that_names_no_licence_is_left(read_text: ReadText) -> None:
    (entry,) = read_text("biomedical-imaging-datasets", TABLE.format("![logo](a.png)")).entries
    assert (entry.licence, [each.column for each in entry.not_understood]) == (None, ["License"])


@pytest.mark.parametrize("cell", ["无", "没有", "暂无", "None", "-", ""])
def test_a_word_for_none_is_no_licence(cell: str, read_text: ReadText) -> None:
    (entry,) = read_text("biomedical-imaging-datasets", TABLE.format(cell)).entries
    assert (entry.licence, entry.not_understood) == (None, ())
