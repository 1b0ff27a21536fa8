"""A query asked by a browser is answered with a page; by a program, as ever."""

from __future__ import annotations

from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
from bs4 import BeautifulSoup
from pyoxigraph import Literal, NamedNode, Quad, Store
from werkzeug.test import Client

from medkg.errors import SizeLimit
from medkg.evaluation.serialization import UNBOUNDED, DocumentBounds
from medkg.model.prefixes import Prefixes
from medkg.site.result_page import extract
from tests.asking import BROWSER
from tests.small_graph import PREFIXES

SELECT = "SELECT ?it ?cases { ?it medkg:caseCount ?cases }"


def asked(client: Client, query: str, fields: str = "", *, status: int = 200) -> BeautifulSoup:
    """The page that a browser gets."""
    answer = client.get(f"/sparql?{urlencode({'query': query})}{fields}", headers={"Accept": BROWSER})
    assert answer.status_code == status
    assert answer.mimetype == "text/html"
    return BeautifulSoup(answer.text, "html.parser")


def text(page: BeautifulSoup, selector: str) -> str:
    """What an element says, white space aside."""
    found = page.select_one(selector)
    assert found is not None, selector
    return " ".join(found.get_text().split())


def test_solutions_are_a_table_whose_terms_lead_on(client: Client) -> None:
    page = asked(client, SELECT)
    assert text(page, "#results-title").startswith("1 row in ")
    assert [each.text for each in page.select("thead th")] == ["it", "cases"]
    link, number = page.select("tbody td")
    assert link.select_one("a[href='/dataset/lits']")
    assert (number["class"], number.text) == (["number"], "201")


def test_an_answer_of_yes_or_no_is_told_in_a_word(client: Client) -> None:
    assert text(asked(client, "ASK { dataset:lits a dcat:Dataset }"), "#results-title").startswith("Yes")
    assert text(asked(client, "ASK { dataset:lits a dcat:Catalog }"), "#results-title").startswith("No")


def test_a_graph_is_shown_as_turtle(client: Client) -> None:
    page = asked(client, "CONSTRUCT { ?s dcterms:title ?t } { ?s dcterms:title ?t FILTER(LANG(?t) = 'zh') }")
    assert 'dataset:lits dcterms:title "肝脏肿瘤分割"@zh .' in text(page, "#results pre")
    assert [each.text for each in page.select("ul[aria-label^=Download] a")][:2] == ["turtle", "jsonld"]


def test_no_solution_is_told_in_words(client: Client) -> None:
    assert "Nothing in the graph answers" in text(asked(client, "SELECT * { ?s ?p 'no such thing' }"), "#results")


def test_every_download_asks_the_same_query(client: Client) -> None:
    page = asked(client, SELECT, "&default-graph-uri=https://w3id.org/medkg/catalog/b/record/lits")
    assert page.select("tbody td")[1].text == "131"
    for link in page.select("ul[aria-label^=Download] a"):
        fields = parse_qs(urlsplit(str(link["href"])).query)
        assert fields["query"] == [SELECT]
        answer = client.get(str(link["href"]), headers={"Accept": BROWSER})
        assert answer.mimetype == link["type"]
        assert b"131" in answer.data


def test_a_mistake_is_told_above_the_query_that_has_it(client: Client) -> None:
    query = "SELECT * {\n  ?it a }"
    page = asked(client, query, status=400)
    assert text(page, "#results .detail").startswith("line 2, column 9")
    assert text(page, "textarea") == " ".join(query.split())


def test_what_the_graph_holds_cannot_write_the_page(client: Client) -> None:
    page = asked(client, "SELECT * { dataset:hostile ?p ?o }")
    assert "</script><script>alert(1)</script>" in text(page, "#results")
    assert not any("alert" in each.text for each in page.select("script"))
    assert not page.select("[href^='javascript:']")
    assert "<b>" in text(asked(client, "# <b>\nASK {}"), "textarea")


def test_the_same_address_gives_a_program_its_own_format(client: Client) -> None:
    address = f"/sparql?{urlencode({'query': SELECT})}"
    for _ in range(2):  # whichever came first, and from what is kept
        assert client.get(address, headers={"Accept": BROWSER}).mimetype == "text/html"
        assert client.get(address).mimetype == "application/sparql-results+json"
        assert client.get(address, headers={"Accept": "*/*"}).mimetype == "application/sparql-results+json"
        assert client.get(address, headers={"Accept": "text/tab-separated-values"}).text.startswith("?it\t?cases")


def test_a_page_can_be_asked_for_by_name_and_by_post(client: Client) -> None:
    assert client.get(f"/sparql?{urlencode({'query': SELECT, 'format': 'html'})}").mimetype == "text/html"
    posted = client.post("/sparql", data={"query": SELECT}, headers={"Accept": BROWSER})
    assert posted.mimetype == "text/html"
    assert "Accept" in posted.headers["Vary"]


@pytest.mark.parametrize(
    ("query", "total", "shown"),
    [
        ("SELECT ?s ?o { ?s ?p ?o }", 400, 300),
        ("SELECT ?unbound { ?s ?p ?o }", 400, 300),
        ("SELECT * {}", 1, 1),
        ("SELECT ?s { FILTER(false) }", 0, 0),
        ("SELECT ?s { ?s ?p ?o } LIMIT 2", 2, 2),
    ],
)
def test_only_the_beginning_of_an_answer_is_shown_but_all_of_it_counted(query: str, total: int, shown: int) -> None:
    store = Store()
    lines = "a line\nand another\twith a tabulator"
    store.extend(
        Quad(NamedNode(f"https://e.org/{n}"), NamedNode("https://e.org/p"), Literal(lines)) for n in range(400)
    )
    found = extract(store.query(query), Prefixes(PREFIXES), UNBOUNDED)
    assert (found.total, len(found.rows), found.is_cut) == (total, shown, shown < total)


def test_more_rows_than_an_answer_may_have_are_refused() -> None:
    with pytest.raises(SizeLimit, match="more than 3 rows"):
        extract(Store().query("SELECT ?n { VALUES ?n { 1 2 3 4 } }"), Prefixes(), DocumentBounds(rows=3))


def test_rows_columns_and_cells_of_a_page_are_cut() -> None:
    columns = " ".join(f"?c{n}" for n in range(150))
    wide = extract(Store().query(f"SELECT {columns} {{ BIND(1 AS ?c0) }}"), Prefixes(), UNBOUNDED)
    assert (len(wide.columns), len(wide.rows[0]), wide.width, wide.is_cut) == (100, 100, 150, True)
    long = f"'{'x' * 5_000}'"
    deep = extract(
        Store().query(f"SELECT * {{ VALUES (?a ?b) {{ {f'({long} <x:{long[1:-1]}>)' * 299} }} }}"),
        Prefixes(),
        UNBOUNDED,
    )
    assert (deep.total, deep.is_cut) == (299, True)
    cells = [cell for row in deep.rows for cell in row if cell]
    assert {len(cell.text) for cell in cells} == {2_001}
    assert sum(len(cell.text) for cell in cells) < 510_000
    assert cells[0].note == "the beginning of 5,000 characters"
    assert not any(cell.href for cell in cells)


@pytest.mark.parametrize("template", ["?s ?p ?o", "?s ?p ?s"])
def test_a_large_graph_is_cut_at_the_end_of_a_line(template: str) -> None:
    store = Store()
    store.extend(
        Quad(NamedNode(f"https://e.org/{n}"), NamedNode("https://e.org/p"), Literal("肝脏")) for n in range(3000)
    )
    found = extract(store.query(f"CONSTRUCT {{ {template} }} {{ ?s ?p ?o }}"), Prefixes(PREFIXES), UNBOUNDED)
    assert found.is_cut
    assert found.text is not None
    assert found.text.endswith(" .")
    assert len(found.text) <= 40_000
