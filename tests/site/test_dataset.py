"""The page of a dataset: facts with their witnesses, disagreements, lineage, and what can be taken along."""

from __future__ import annotations

import json
from dataclasses import replace
from urllib.parse import parse_qs, urlsplit

import pytest
from bs4 import BeautifulSoup, Tag
from flask.testing import FlaskClient
from pyoxigraph import Literal, NamedNode, Quad, Store
from rdflib import Dataset as RdfDataset
from rdflib.namespace import SDO

from medkg.lineage import overlap
from medkg.model import prefixes as iris
from medkg.site.app import create_app
from medkg.views.dataset_profile import profile
from tests import real
from tests.site.sound import faults

RETIRED = "https://w3id.org/medkg/dataset/old-lits"
NAMED = ("lits", "chexpert", "abdomenatlas", "segrap2023", "vessel12", "kits", "msd-pancreas", "chestx-ray14")


def section(page: BeautifulSoup, name: str) -> Tag:
    found = page.find("section", id=name)
    assert isinstance(found, Tag), name
    return found


def facts(page: BeautifulSoup) -> dict[str, list[str]]:
    """The texts of all facts by their names."""
    found: dict[str, list[str]] = {}
    name = ""
    for each in section(page, "facts").select("dt, dd"):
        if each.name == "dt":
            name = each.get_text(strip=True)
        else:
            found.setdefault(name, []).append(" ".join(each.get_text(" ", strip=True).split()))
    return found


def one(page: BeautifulSoup, selector: str) -> Tag:
    found = page.select_one(selector)
    assert found is not None, selector
    return found


@pytest.mark.parametrize("slug", NAMED)
def test_the_page_of_a_dataset_is_sound(slug: str) -> None:
    assert faults(real.client().get(f"/dataset/{slug}", headers={"Accept": "text/html"}).text) == []


def test_no_dataset_has_a_page_that_is_too_heavy_or_broken() -> None:
    client = real.client()
    slugs = [slug for slug in real.context().register.labels if slug not in _challenges()]
    found = {slug: faults(client.get(f"/dataset/{slug}", headers={"Accept": "text/html"}).text) for slug in slugs}
    assert len(found) > 480
    assert {slug: each for slug, each in found.items() if each} == {}


def _challenges() -> set[str]:
    return {each.subject for each in real.context().register.claims if each.is_challenge}


def test_each_fact_says_who_says_it_on_which_line() -> None:
    page = real.page("/dataset/lits")
    assert facts(page)["counts"] == [
        "131 cases, training linhandev:147",
        "201 cases openmedlab:112",
        "70 cases, test linhandev:147",
    ]
    links = {link.text: link["href"] for link in section(page, "facts").find_all("a")}
    assert links["openmedlab:112"] == "/catalog/openmedlab/record/lits"
    assert links["Computed tomography"] == "/modality/ct"


def test_every_value_that_is_believed_is_on_the_page() -> None:
    for slug in NAMED:
        text = " ".join(real.page(f"/dataset/{slug}").text.split())
        for fact in profile(real.store(), slug, real.context().prefixes).facts:
            for value in fact.values:
                if value.is_believed:
                    assert value.text in text, (slug, fact.name, value.text)


def test_what_catalogues_dispute_stands_side_by_side_and_nothing_is_believed() -> None:
    page = real.page("/dataset/segrap2023")
    assert facts(page)["label categories"] == ["catalogues differ; undecided"]
    disputed = section(page, "differ")
    assert [value.get_text(strip=True) for value in disputed.select(".versus .value")] == ["45", "47"]
    assert {badge.text for badge in disputed.select(".versus .badge")} == {"disputed"}
    assert "biomedical-imaging-datasets:159" in disputed.text
    assert "openmedlab:66" in disputed.text


def test_what_was_decided_says_why_and_on_what_basis() -> None:
    differ = section(real.page("/dataset/chestx-ray8"), "differ")
    (chosen, other) = differ.select(".versus > li")
    assert "108,948 images" in chosen.text
    assert chosen.select_one(".badge.believed")
    assert "100,000 images" in other.text
    assert "decided otherwise" in other.text
    assert "the paper counts 108,948" in other.text
    assert "literature" in other.text


def test_what_was_corrected_stands_beside_what_is_right() -> None:
    differ = section(real.page("/dataset/ps-fh-aop-2023"), "differ")
    assert "https://hc18.grand-challenge.org" in differ.text
    assert "The address is that of HC18" in differ.text
    assert {"believed", "corrected"} <= {badge.text for badge in differ.select(".badge")}


def test_a_rounded_number_is_no_dispute() -> None:
    differ = section(real.page("/dataset/chestx-ray14"), "differ")
    rounded = next(item for item in differ.select("li") if "112,000" in item.text)
    assert "less exact" in rounded.text


def test_where_nobody_differs_there_is_no_such_section() -> None:
    assert real.page("/dataset/lits").find(id="differ") is None


def test_names_are_in_both_languages() -> None:
    page = real.page("/dataset/vessel12")
    heading = page.find("h1")
    assert isinstance(heading, Tag)
    chinese = heading.find(lang="zh")
    assert isinstance(chinese, Tag)
    assert chinese.text == "vessel12 肺部血管分割"
    assert section(page, "facts").find("span", lang="zh")


def test_licences_say_what_they_allow() -> None:
    licence = section(real.page("/dataset/lits"), "licence")
    assert [each.text for each in licence.select("li > a")] == [
        "Redistribution allowed",
        "Attribution",
        "No commercial use",
        "No derivatives",
    ]
    assert licence.find("a", href="http://spdx.org/licenses/CC-BY-NC-ND-4.0")
    assert "No known licence is stated" in section(real.page("/dataset/segrap2023"), "licence").text


def test_shared_images_are_those_of_the_command_with_the_same_claims() -> None:
    found = overlap(real.context().register.view("all"), "lits")
    shared = section(real.page("/dataset/lits"), "shared")
    for each in found.verdicts:
        (item,) = (item for item in shared.select("li:has(> details)") if _other(item) == each.other)
        assert each.grade in item.text
        assert len(item.select("ol.steps > li")) == len(each.path)
    assert len(shared.select("li:has(> details)")) == len(found.verdicts)
    assert "3D-IRCADb-01 is contained in LiTS (train split, 20 cases" in shared.text


def _other(item: Tag) -> str:
    link = item.select_one("p > a")
    assert link is not None
    return str(link["href"]).removeprefix("/dataset/")


def test_open_provenance_and_exclusion_by_modality_are_told() -> None:
    slugs = [slug for slug in real.context().register.labels if slug not in _challenges()]
    view = real.context().register.view("all")
    found = {slug: overlap(view, slug) for slug in slugs[::4]}
    open_ones = [slug for slug, each in found.items() if each.openings]
    excluded = [slug for slug, each in found.items() if each.excluded]
    assert open_ones
    assert excluded
    assert "provenance is open" in section(real.page(f"/dataset/{open_ones[0]}"), "shared").text
    assert "Excluded by modality" in section(real.page(f"/dataset/{excluded[0]}"), "shared").text


def test_where_nothing_is_known_nothing_is_promised() -> None:
    page = real.page("/dataset/vessel12")
    assert "none known" in section(page, "shared").text
    assert "does not prove" in section(page, "shared").text
    assert "no overlap" not in page.text.lower()


def test_lineage_names_the_nearest_relatives_and_links_to_the_rest() -> None:
    lineage = section(real.page("/dataset/lits"), "lineage")
    assert lineage.find("img", src="/dataset/lits/lineage.svg?depth=1")
    assert lineage.find("a", href="/dataset/lits/lineage")
    assert lineage.find("a", string="AbdomenCT-1K")


def test_similar_datasets_are_marked_as_no_lineage_and_share_nothing_known() -> None:
    similar = section(real.page("/dataset/lits"), "similar")
    assert "no lineage" in similar.text
    slugs = [str(link["href"]).removeprefix("/dataset/") for link in similar.select("li a")]
    assert "sliver07" in slugs
    assert not {each.other for each in overlap(real.context().register.view("all"), "lits").verdicts} & set(slugs)
    assert "of 7 concepts in common: liver, Computed tomography, Segmentation" in similar.text


def test_papers_and_challenges_have_pages() -> None:
    links = section(real.page("/dataset/lits"), "links")
    client = real.client()
    for start in ("/paper/", "/challenge/"):
        addresses = [str(link["href"]) for link in links.find_all("a") if str(link["href"]).startswith(start)]
        assert addresses
        assert {client.get(each, headers={"Accept": "text/html"}).status_code for each in addresses} == {200}


def test_entries_tell_why_they_stand_for_it_and_what_is_wrong_with_them() -> None:
    entries = section(real.page("/dataset/brats2021"), "entries")
    assert "Wrong heading" in entries.text
    assert "linhandev:574" in entries.text


def test_it_can_be_cited_copied_and_corrected() -> None:
    page = real.page("/dataset/lits")
    taken = section(page, "cite")
    assert "@misc{lits," in taken.text
    assert "Something is wrong with LiTS" in taken.text
    assert "data/datasets/lits.yaml" in taken.text
    assert {link["data-copy-from"] for link in taken.select("a[data-copy-from]")} == {
        "/dataset/lits?format=turtle",
        "/dataset/lits?format=jsonld",
    }
    answer = real.client().get("/dataset/lits/cite.bib")
    assert (answer.status_code, answer.mimetype) == (200, "application/x-bibtex")
    assert answer.text in taken.text
    again = real.client().get("/dataset/lits/cite.bib", headers={"If-None-Match": answer.headers["ETag"]})
    assert again.status_code == 304


@pytest.mark.filterwarnings("ignore:ConjunctiveGraph is deprecated")  # rdflib's own JSON-LD reader uses it
@pytest.mark.filterwarnings("ignore:Dataset.default_context is deprecated")
@pytest.mark.parametrize("slug", NAMED)
def test_search_engines_read_a_dataset_of_schema_org(slug: str) -> None:
    data = real.page(f"/dataset/{slug}").find("script", type="application/ld+json")
    assert isinstance(data, Tag)
    found = json.loads(data.text)
    assert found["@context"] == "https://schema.org/"
    local = {**found, "@context": {"@vocab": str(SDO)}}
    graph = RdfDataset().parse(data=json.dumps(local), format="json-ld")
    predicates = {predicate for _, predicate, _, _ in graph.quads()}
    names = {str(each).removeprefix(str(SDO)) for each in predicates if str(each).startswith(str(SDO))}
    assert {"name", "description", "url", "identifier"} <= names
    assert [each for each in names if SDO[each] is None] == []  # SDO refuses what schema.org has not
    assert found["@id"] == f"https://w3id.org/medkg/dataset/{slug}"


def test_data_for_search_engines_cannot_end_its_element() -> None:
    hostile = Quad(iris.dataset("lits"), NamedNode("http://purl.org/dc/terms/alternative"), Literal("</script><b>"))
    text = _over(hostile).get("/dataset/lits", headers={"Accept": "text/html"}).text
    assert "</script><b>" not in text
    assert "\\u003c/script\\u003e" in text


def test_links_posted_elsewhere_have_a_title_and_a_description() -> None:
    page = real.page("/dataset/lits")
    tags = {tag["property"]: tag["content"] for tag in page.select("meta[property^='og:']")}
    assert tags["og:title"] == "LiTS"
    assert str(tags["og:description"]).startswith("A 3D computed tomography dataset")


def test_a_retired_dataset_names_what_took_its_place_and_that_one_its_old_name() -> None:
    client = _over(
        Quad(NamedNode(RETIRED), NamedNode("http://purl.org/dc/terms/isReplacedBy"), iris.dataset("lits")),
        Quad(NamedNode(RETIRED), NamedNode("http://purl.org/dc/terms/title"), Literal("Old LiTS", language="en")),
        Quad(
            NamedNode(RETIRED),
            NamedNode("http://www.w3.org/1999/02/22-rdf-syntax-ns#type"),
            NamedNode("http://www.w3.org/ns/dcat#Dataset"),
        ),
    )
    old = client.get("/dataset/old-lits", headers={"Accept": "text/html"})
    assert "This entry is retired" in old.text
    assert '<a href="/dataset/lits">LiTS</a>' in old.text
    assert "retired names" in client.get("/dataset/lits", headers={"Accept": "text/html"}).text
    assert faults(old.text) == []


def _over(*more: Quad) -> FlaskClient:
    """A client of the pages over the graph with some more quads."""
    store = Store()
    store.extend(real.store())
    store.extend(more)
    return create_app(replace(real.context(), store=store, revision="more")).test_client()


def test_editions_and_their_series_know_each_other() -> None:
    series = real.page("/dataset/kits")
    assert "series of datasets" in series.text
    assert facts(series)["editions"] == ["KiTS19 medkg", "KiTS21 medkg", "KiTS23 medkg"]
    assert facts(real.page("/dataset/kits19"))["edition of"] == ["KiTS medkg"]


def test_a_mistyped_address_says_what_may_have_been_meant() -> None:
    answer = real.client().get("/dataset/LI-TS", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    assert "https://w3id.org/medkg/dataset/lits" in answer.text
    assert "chexpert" in real.client().get("/dataset/chexprt").text


def test_an_error_is_reported_by_a_text_to_copy() -> None:
    text = one(real.page("/dataset/lits"), "#report ~ .copyable code").get_text()
    assert text.startswith("Something is wrong with LiTS\n\nDataset: https://w3id.org/medkg/dataset/lits\n")
    assert f"Revision: {real.context().revision}\n" in text
    assert not real.page("/dataset/lits").select("#report ~ p a")


def test_where_there_is_a_tracker_the_text_is_in_its_form_for_a_new_issue() -> None:
    tracker = "https://example.org/medkg/issues/new"
    client = create_app(replace(real.context(), issues=f"{tracker}?labels=data")).test_client()
    page = BeautifulSoup(client.get("/dataset/lits", headers={"Accept": "text/html"}).text, "html.parser")
    asked = urlsplit(str(one(page, "#report ~ p a")["href"]))
    fields = parse_qs(asked.query)
    assert asked._replace(query="").geturl() == tracker
    assert fields["labels"] == ["data"]
    text = f"{fields['title'][0]}\n\n{fields['body'][0]}"
    assert text.rstrip() == one(page, "#report ~ .copyable code").get_text().rstrip()


@pytest.mark.parametrize(("asked", "meant"), [("LI-TS", "lits"), ("litz", "lits"), ("chexprt", "chexpert")])
def test_the_page_of_a_mistyped_address_leads_to_what_may_have_been_meant(asked: str, meant: str) -> None:
    answer = real.client().get(f"/dataset/{asked}", headers={"Accept": "text/html"})
    assert answer.status_code == 404
    page = BeautifulSoup(answer.text, "html.parser")
    assert f"/dataset/{meant}" in [each["href"] for each in page.select("main ul a")]
    assert faults(answer.text) == []
