"""The pages of catalogues, by which those who keep them could mend them."""

from __future__ import annotations

import csv
import io

import pytest

from tests import real
from tests.site.sound import faults

IDS = ("biomedical-imaging-datasets", "linhandev", "m-aryayi", "neerakara", "openmedlab")
ENTRIES = {"m-aryayi": 70, "biomedical-imaging-datasets": 181, "openmedlab": 191, "neerakara": 27, "linhandev": 82}


def html(path: str) -> str:
    response = real.client().get(path, headers={"Accept": "text/html"})
    assert response.status_code == 200, response.text
    return response.text


def rows(path: str) -> list[dict[str, str]]:
    response = real.client().get(path)
    assert response.content_type == "text/csv; charset=utf-8"
    return list(csv.DictReader(io.StringIO(response.text, newline="")))


@pytest.mark.parametrize(
    "path", ["/catalog", *(f"/catalog/{each}{page}" for each in IDS for page in ("", "/defects", "/differences"))]
)
def test_every_page_is_sound(path: str) -> None:
    assert faults(html(path)) == []


def test_all_catalogues_are_listed_with_how_much_they_hold() -> None:
    table = real.page("/catalog").select("tbody tr")
    assert len(table) == 5
    found = {str(row.select_one("th a")["href"]): row.select("td.number")[0].text for row in table}  # type: ignore[index]
    assert found == {f"/catalog/{each}": str(number) for each, number in ENTRIES.items()}


@pytest.mark.parametrize("catalog", IDS)
def test_every_entry_is_on_the_page_with_its_line_and_dataset(catalog: str) -> None:
    page = real.page(f"/catalog/{catalog}")
    listed = page.select("#entries tbody tr:has(td)")
    assert len(listed) == ENTRIES[catalog] == len(rows(f"/catalog/{catalog}/entries.csv"))
    client = real.client()
    for row in listed[::20]:
        line, _, datasets = row.find_all("td")
        assert line.text.strip().isdecimal()
        assert {
            client.get(str(link["href"])).status_code for link in (*line.find_all("a"), *datasets.find_all("a"))
        } == {200}


def test_entries_stand_under_their_sections() -> None:
    page = real.page("/catalog/openmedlab")
    assert "Medical Image Datasets / Abdomen" in [each.text for each in page.select("#entries th[scope=rowgroup]")]
    assert real.page("/catalog/linhandev").select_one("h1[lang=zh]")


def test_defects_tell_what_is_stated_and_what_is_right() -> None:
    found = [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["td", "th"])]
        for row in real.page("/catalog/m-aryayi/defects").select("tbody tr")
    ]
    (foreign,) = (row for row in found if row[2] == "Foreign link links" and row[0] == "364")
    assert foreign[1] == "Ps-Fh-Aop-2023"
    assert foreign[3:5] == ["https://hc18.grand-challenge.org", "https://ps-fh-aop-2023.grand-challenge.org"]
    assert "HC18" in foreign[5]
    assert len(found) == len(rows("/catalog/m-aryayi/defects.csv"))


def test_defects_name_what_is_listed_twice_and_what_a_program_could_not_read() -> None:
    page = real.page("/catalog/biomedical-imaging-datasets/defects")
    repeated = page.select_one("#repeated")
    assert repeated is not None
    assert "CT-ICH: line 21 as BCIHM, line 175 as TBI_ICH" in " ".join(repeated.text.split())
    mended = page.select_one("#mended")
    assert mended is not None
    assert "columns-swapped" in mended.text


def test_differences_tell_the_field_its_value_theirs_and_the_lines() -> None:
    found = [
        [" ".join(cell.get_text(" ").split()) for cell in row.find_all(["td", "th"])]
        for row in real.page("/catalog/openmedlab/differences").select("tbody tr")
    ]
    assert [
        "66",
        "SegRap 2023 SegRap2023",
        "label categories differs",
        "47",
        "45 biomedical-imaging-datasets:159",
        "undecided",
    ] in found
    assert ["113", "MSD胰腺分割 MSD Pancreas"][0] in {row[0] for row in found if row[2] == "counts differs"}


def test_differences_are_the_same_as_a_table() -> None:
    found = rows("/catalog/openmedlab/differences.csv")
    (disputed,) = (each for each in found if each["field"] == "label categories" and each["dataset"] == "segrap2023")
    assert disputed == {
        "line": "66",
        "entry": "SegRap 2023",
        "dataset": "segrap2023",
        "field": "label categories",
        "kind": "other",
        "own": "47",
        "other": "biomedical-imaging-datasets:159",
        "theirs": "45",
        "believed": "",
        "iri": "https://w3id.org/medkg/catalog/openmedlab/record/segrap-2023",
    }


@pytest.mark.parametrize("table", ["entries", "defects", "differences"])
def test_what_the_client_has_is_not_sent_again(table: str) -> None:
    address = f"/catalog/neerakara/{table}.csv"
    etag = real.client().get(address).headers["ETag"]
    assert real.client().get(address, headers={"If-None-Match": etag}).status_code == 304


@pytest.mark.parametrize(
    "path",
    [
        "/catalog/nothing",
        "/catalog/nothing/defects",
        "/catalog/nothing/differences.csv",
        "/catalog/openmedlab/nothing.csv",
    ],
)
def test_what_is_not_there_is_404(path: str) -> None:
    assert real.client().get(path).status_code == 404


@pytest.mark.parametrize("page", ["0", "3", "x", "-1", "²"])
def test_a_page_beyond_the_last_is_400(page: str) -> None:
    assert real.client().get(f"/catalog/openmedlab?page={page}", headers={"Accept": "text/html"}).status_code == 400


def test_a_catalogue_is_data_to_programs_as_before() -> None:
    assert real.client().get("/catalog/openmedlab").content_type == "text/turtle"


RECORD_PATHS = [
    "/catalog/openmedlab/record/lits",
    "/catalog/m-aryayi/record/ps-fh-aop-2023",
    "/catalog/linhandev/record/camelyon16-17",
    "/catalog/neerakara/record/acdc",
]


@pytest.mark.parametrize("path", RECORD_PATHS)
def test_the_page_of_a_record_is_sound(path: str) -> None:
    assert faults(real.client().get(path, headers={"Accept": "text/html"}).text) == []


def test_an_entry_says_where_it_stands_and_for_what() -> None:
    page = real.page("/catalog/openmedlab/record/lits")
    assert "Line 112 of Awesome-Medical-Dataset, under Medical Image Datasets / Abdomen." in " ".join(page.text.split())
    assert page.select_one("main li a[href='/dataset/lits']")


def test_what_it_states_is_told_with_what_we_hold_of_it() -> None:
    page = real.page("/catalog/m-aryayi/record/ps-fh-aop-2023")
    stated = page.select_one("section[aria-labelledby=stated-title] dl.facts")
    assert stated is not None
    assert [item.text for item in stated.select(".is-corrected .value a")][-1] == "https://hc18.grand-challenge.org"
    wrong = page.select_one("section[aria-labelledby=defects-title]")
    assert wrong is not None
    assert "Foreign link" in wrong.text


def test_an_entry_states_only_what_it_states_itself() -> None:
    page = real.page("/catalog/biomedical-imaging-datasets/record/lits")
    stated = page.select_one("section[aria-labelledby=stated-title] dl.facts")
    assert stated is not None
    assert "201 cases" not in stated.text


def test_an_entry_that_mentions_several_names_them() -> None:
    page = real.page("/catalog/linhandev/record/camelyon16-17")
    named = {str(link["href"]) for link in page.select("main > ul a")}
    assert {"/dataset/camelyon16", "/dataset/camelyon17"} <= named


def test_what_it_says_of_lineage_is_told() -> None:
    page = real.page("/catalog/biomedical-imaging-datasets/record/ct-org")
    claims = page.select_one("section[aria-labelledby=claims-title]")
    assert claims is not None
    assert "CT-ORG overlaps LiTS" in claims.text
