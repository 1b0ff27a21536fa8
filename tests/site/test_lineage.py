"""The lineage of a dataset: its page, its picture, and the same for programs."""

from __future__ import annotations

import base64
import hashlib
import json
import re
from xml.etree import ElementTree

import pytest
from bs4 import Tag

from medkg.lineage import Layer, family, verdict
from medkg.lineage.claims import LAYERS
from medkg.lineage.text_pictures import mermaid
from tests import real
from tests.site.sound import faults

SVG = "{http://www.w3.org/2000/svg}"
FORMS = ("svg", "mmd", "json")


def answer(path: str, **headers: str) -> str:
    response = real.client().get(path, headers=headers)
    assert response.status_code == 200, response.text
    return response.text


@pytest.mark.parametrize("slug", ["lits", "abdomenatlas", "chexpert", "vessel12", "msd", "kits19"])
def test_the_page_is_sound(slug: str) -> None:
    assert faults(answer(f"/dataset/{slug}/lineage", Accept="text/html")) == []


def test_the_page_has_every_claim_with_those_who_make_it() -> None:
    page = real.page("/dataset/lits/lineage")
    rows = [
        [" ".join(cell.text.split()) for cell in row.find_all(["th", "td"])] for row in page.select("#claims tbody tr")
    ]
    (row,) = (row for row in rows if row[:3] == ["3D-IRCADb-01", "subsetOf", "LiTS"])
    assert row[3] == "stated"
    assert row[4].startswith("3D-IRCADb-01 is contained in LiTS (train split, 20 cases")
    by_catalogues = real.page("/dataset/lits/lineage?evidence=catalogues").select("#claims tbody tr")
    assert any("3D-IRCADb is contained in LiTS (train split)" in row.text for row in by_catalogues)
    assert {row[3] for row in rows} == {"stated", "documentary"}
    ties = family(real.context().register.view("all"), "lits").ties
    labels = real.context().register.labels
    assert {(row[0], row[2]) for row in rows} == {(labels[each.subject], labels[each.object]) for each in ties}


def test_the_page_reaches_every_relative_by_its_path() -> None:
    page = real.page("/dataset/lits/lineage")
    found = family(real.context().register.view("all"), "lits")
    members = {each.dataset for each in (*found.ancestors, *found.descendants)}
    reached = {str(link["href"]).rpartition("/")[2] for link in page.select("#relatives details p a")}
    assert reached == members
    assert {str(link["href"]) for link in page.select("#relatives a[href^='/challenge/']")}


def test_the_page_tells_the_script_where_its_data_are_and_works_without() -> None:
    page = real.page("/dataset/lits/lineage?evidence=catalogues&depth=1")
    figure = page.find("figure", class_="lineage")
    assert isinstance(figure, Tag)
    assert figure["data-lineage"] == "/dataset/lits/lineage.json?evidence=catalogues&depth=1"
    picture = figure.find("img")
    assert isinstance(picture, Tag)
    assert picture["src"] == "/dataset/lits/lineage.svg?evidence=catalogues&depth=1"
    chosen = page.select_one("option[selected]")
    assert chosen is not None
    assert chosen["value"] == "catalogues"


def test_a_dataset_without_relatives_says_so() -> None:
    assert "No relatives are known" in real.page("/dataset/vessel12/lineage").text


@pytest.mark.parametrize("path", ["/dataset/isic", "/dataset/isic/lineage"])
def test_a_series_of_which_nothing_is_claimed_leads_to_the_lineage_of_its_editions(path: str) -> None:
    page = real.page(path)
    assert "Each edition has a lineage of its own: ISIC 2017" in " ".join(page.text.split())
    assert page.select_one('a[href="/dataset/isic2018/lineage"]')
    assert faults(answer(path, Accept="text/html")) == []


@pytest.mark.parametrize("slug", ["lits", "abdomenatlas", "vessel12"])
def test_the_picture_stands_alone_and_says_what_it_shows(slug: str) -> None:
    picture = ElementTree.fromstring(answer(f"/dataset/{slug}/lineage.svg"))
    named = str(picture.get("aria-labelledby")).split()
    assert [each.text is not None for name in named for each in picture.iter() if each.get("id") == name] == [
        True,
        True,
    ]
    assert picture.get("viewBox") == f"0 0 {picture.get('width')} {picture.get('height')}"
    assert "http" not in re.sub(r'xmlns="[^"]*"', "", ElementTree.tostring(picture, encoding="unicode", method="text"))
    assert not picture.findall(f".//{SVG}script")
    assert not picture.findall(f".//{SVG}image")


def test_each_member_of_the_picture_leads_to_its_page() -> None:
    picture = ElementTree.fromstring(answer("/dataset/lits/lineage.svg"))
    links = {link.get("href"): "".join(link.itertext()) for link in picture.iter(f"{SVG}a")}
    assert links["/dataset/3d-ircadb-01"] == "3D-IRCADb-01"
    assert links["/challenge/lits-isbi2017"] == "LiTS at ISBI 2017"
    client = real.client()
    assert {client.get(str(address)).status_code for address in links} == {200}


def test_the_picture_can_be_read_on_dark_under_a_policy_that_names_its_style() -> None:
    response = real.client().get("/dataset/lits/lineage.svg")
    style = ElementTree.fromstring(response.text).find(f"{SVG}style")
    assert style is not None
    assert style.text is not None
    assert "prefers-color-scheme: dark" in style.text
    digest = base64.b64encode(hashlib.sha256(style.text.encode()).digest()).decode()
    assert f"style-src 'sha256-{digest}'" in response.headers["Content-Security-Policy"]
    assert "default-src 'none'" in response.headers["Content-Security-Policy"]


def test_mermaid_is_that_of_the_command() -> None:
    register = real.context().register
    found = family(register.view("catalogs"), "lits", depth=1)
    options = "?evidence=catalogues&depth=1"
    assert answer(f"/dataset/lits/lineage.mmd{options}") == mermaid(found, register.labels) + "\n"


@pytest.mark.parametrize(
    ("form", "media_type"),
    [
        ("svg", "image/svg+xml"),
        ("mmd", "text/vnd.mermaid; charset=utf-8"),
        ("json", "application/json"),
    ],
)
def test_each_form_says_what_it_is(form: str, media_type: str) -> None:
    assert real.client().get(f"/dataset/lits/lineage.{form}").content_type == media_type


def test_the_data_have_every_member_and_tie() -> None:
    found = json.loads(answer("/dataset/lits/lineage.json"))
    known = family(real.context().register.view("all"), "lits")
    assert (found["dataset"], found["evidence"], found["left_out"]) == ("lits", "all", 0)
    assert {each["id"]: each["generation"] for each in found["nodes"]} == known.generations
    assert [(each["subject"], each["object"]) for each in found["edges"]] == [
        (tie.subject, tie.object) for tie in known.ties
    ]
    assert all(each["claims"] and each["basis"] for each in found["edges"])
    assert all(cited["text"] for each in found["edges"] for claim in each["claims"] for cited in claim["evidence"])


def test_the_data_tell_which_way_images_went() -> None:
    edges = {each["id"]: each for each in json.loads(answer("/dataset/lits/lineage.json"))["edges"]}
    inside = edges["3d-ircadb-01|lits"]
    assert (inside["source"], inside["target"], inside["directed"]) == ("3d-ircadb-01", "lits", False)
    drawn = edges["abdomenct-1k|lits"]
    assert (drawn["source"], drawn["target"], drawn["directed"]) == ("lits", "abdomenct-1k", True)
    assert drawn["claims"][0]["evidence"][0]["url"].startswith("https://github.com/")
    edges = {each["id"]: each for each in json.loads(answer("/dataset/lits/lineage.json?evidence=catalogues"))["edges"]}
    assert edges["3d-ircadb|lits"]["claims"][0]["evidence"] == [
        {"text": "linhandev:147", "url": "/catalog/linhandev/record/lits", "basis": "catalog"}
    ]


def test_the_data_know_challenges_and_chinese_names() -> None:
    nodes = {each["id"]: each for each in json.loads(answer("/dataset/msd-liver/lineage.json"))["nodes"]}
    assert nodes["lits-isbi2017"]["url"] == "/challenge/lits-isbi2017"
    assert nodes["lits-isbi2017"]["kind"] == "challenge"
    assert nodes["msd"]["label_zh"] == "医学影像分割挑战"


def test_the_catalogues_alone_claim_less() -> None:
    everybody, catalogues = (
        json.loads(answer(f"/dataset/lits/lineage.json?evidence={layer}")) for layer in ("all", "catalogues")
    )
    assert len(catalogues["edges"]) < len(everybody["edges"])
    assert {basis for each in catalogues["edges"] for basis in each["basis"]} == {"catalog"}


@pytest.mark.parametrize(("slug", "towards"), [("msd", "lits"), ("lits", "3d-ircadb"), ("kits19", "brats2021")])
@pytest.mark.parametrize("layer", LAYERS)
def test_the_data_tell_how_members_stand_to_another_dataset(slug: str, towards: str, layer: Layer) -> None:
    view = real.context().register.view(layer)
    options = f"towards={towards}&evidence={'catalogues' if layer == 'catalogs' else 'all'}"
    found = json.loads(answer(f"/dataset/{slug}/lineage.json?{options}"))
    family_of_it = family(view, towards)
    relatives = {each.dataset: each for each in (*family_of_it.ancestors, *family_of_it.descendants)}
    assert found["towards"] == towards
    assert len(found["nodes"]) > 1
    for node in found["nodes"]:
        other, seen = node["id"], node["towards"]
        if other == towards:
            assert seen == {"grade": None, "generation": 0, "directed": True}
        elif other in relatives:
            generation = family_of_it.generations[other]
            assert (seen["grade"], seen["generation"]) == (relatives[other].grade, generation)
        else:
            grade = verdict(view.images, towards, other, exclude=view.exclude).grade
            assert seen == {"grade": grade, "generation": None, "directed": True}


def test_members_stand_to_another_dataset_otherwise_than_to_the_one_whose_family_it_is() -> None:
    nodes = {each["id"]: each for each in json.loads(answer("/dataset/msd/lineage.json?towards=lits"))["nodes"]}
    assert (nodes["msd-cardiac"]["grade"], nodes["msd-cardiac"]["towards"]["grade"]) == ("definite", "none-known")
    assert (nodes["msd-liver"]["grade"], nodes["msd-liver"]["towards"]["grade"]) == ("definite", "definite")


@pytest.mark.parametrize("form", FORMS)
def test_what_the_client_has_is_not_sent_again(form: str) -> None:
    address = f"/dataset/lits/lineage.{form}?depth=1"
    etag = real.client().get(address).headers["ETag"]
    assert real.client().get(address, headers={"If-None-Match": etag}).status_code == 304
    assert real.client().get(f"/dataset/lits/lineage.{form}").headers["ETag"] != etag


@pytest.mark.parametrize(
    "options", ["depth=0", "depth=-1", "depth=x", "depth=²", "depth=99999999999", "evidence=mine", "towards=litz"]
)
@pytest.mark.parametrize("path", ["/dataset/lits/lineage", "/dataset/lits/lineage.svg"])
def test_a_question_that_makes_no_sense_is_400_and_says_why(path: str, options: str) -> None:
    response = real.client().get(f"{path}?{options}")
    assert response.status_code == 400
    assert options.partition("=")[0] in response.text


@pytest.mark.parametrize(
    "path", ["/dataset/nothing/lineage", "/dataset/nothing/lineage.svg", "/dataset/%3Cb%3E/lineage.json"]
)
def test_the_lineage_of_nothing_is_404(path: str) -> None:
    assert real.client().get(path).status_code == 404
