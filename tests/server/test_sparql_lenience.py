"""What has one reading only is read, although a client does not write it as the specifications ask."""

from __future__ import annotations

from io import BytesIO
from urllib.parse import quote, urlencode

import pytest
from rdflib import Graph
from werkzeug.test import Client, TestResponse

from tests import real
from tests.asking import ASK, BROWSER, CASES, CONSTRUCT, RECORD_B, TITLES, ask, problem
from tests.servers import BEARER, Running

FORM = "application/x-www-form-urlencoded"
QUERY = "application/sparql-query"
UPDATE = "application/sparql-update"
BOM = b"\xef\xbb\xbf"

EMPTY = ("default-graph-uri", "named-graph-uri", "using-graph-uri", "format", "timeout", "update", "query")
CHINESE = 'ASK { ?d dcterms:title "肝脏肿瘤分割"@zh }'


@pytest.mark.parametrize("value", ["", "+", "%20"])
@pytest.mark.parametrize("name", EMPTY)
def test_an_empty_parameter_is_not_given(client: Client, name: str, value: str) -> None:
    query = quote(TITLES)
    for asked in (f"query={query}&{name}={value}", f"{name}={value}&query={query}"):
        by_get, by_form = client.get(f"/sparql?{asked}"), client.post("/sparql", data=asked, content_type=FORM)
        assert by_get.headers["ETag"] == by_form.headers["ETag"] == ask(client, TITLES).headers["ETag"]


@pytest.mark.parametrize("name", EMPTY[:2])
def test_an_empty_graph_beside_another_changes_nothing(client: Client, name: str) -> None:
    asked = {"query": CASES, "default-graph-uri": ["", RECORD_B], name: ["", RECORD_B], "format": ["", "csv"]}
    assert client.get("/sparql", query_string=asked).text == "n\r\n131\r\n"


@pytest.mark.parametrize("timeout", ["0", "0.0", "00", ".0", "0."])
def test_a_time_limit_of_nothing_is_the_usual_one(client: Client, timeout: str) -> None:
    assert ask(client, ASK, timeout=timeout).data == ask(client, ASK).data


@pytest.mark.parametrize(
    ("others", "content_type"),
    [
        ("format=application%2Fsparql-results%2Bjson&timeout=0&debug=on", "application/sparql-results+json"),
        ("format=application/sparql-results+xml&timeout=&should-sponge=", "application/sparql-results+xml"),
        ("format=auto&timeout=0&signal_void=on&signal_unconnected=on", "application/sparql-results+json"),
        ("format=text%2Fhtml&timeout=30000&CXML_redir_for_subjs=121&CXML_redir_for_hrefs=&debug=on", "text/html"),
        ("format=text%2Fcsv&run=+Run+Query+", "text/csv"),
    ],
)
def test_links_made_for_virtuoso_are_answered(client: Client, others: str, content_type: str) -> None:
    answer = client.get(f"/sparql?default-graph-uri=&query={quote(TITLES)}&{others}")
    assert (answer.status_code, answer.mimetype) == (200, content_type)


def test_a_browser_with_a_link_made_for_virtuoso_gets_a_page(client: Client) -> None:
    answer = client.get(f"/sparql?default-graph-uri=&query={quote(TITLES)}&format=auto", headers={"Accept": BROWSER})
    assert (answer.status_code, answer.mimetype) == (200, "text/html")


@pytest.mark.parametrize("url", ["/sparql", "/.well-known/void", "/graph-store?default", "/dataset/lits"])
@pytest.mark.parametrize("form", ["", "auto", "text/turtle;charset=utf-8"])
def test_every_description_can_be_asked_for_with_an_empty_format(client: Client, url: str, form: str) -> None:
    answer = client.get(f"{url}{'&' if '?' in url else '?'}format={form}")
    assert (answer.status_code, answer.data) == (200, client.get(url).data)


def test_an_empty_update_beside_a_query_is_not_given_and_the_other_way_round(writable: Running, url: str) -> None:
    graph = url.partition("=")[2]
    text = f"INSERT DATA {{ GRAPH <{graph}> {{ <x:s> <x:p> 1 }} }}"
    fields = {"query": "", "update": text, "using-graph-uri": "", "default-graph-uri": "", "timeout": "0"}
    assert writable.client.post("/sparql", data=fields, headers=BEARER).status_code == 204
    assert ask(writable.client, f"ASK {{ GRAPH <{graph}> {{ <x:s> <x:p> 1 }} }}", format="csv").text == "true"


def test_an_empty_name_beside_the_default_graph_is_not_given(client: Client) -> None:
    assert client.get("/graph-store?graph=&default&format=").data == client.get("/graph-store?default").data


@pytest.mark.parametrize("method", ["GET", "PUT", "POST", "DELETE"])
def test_an_empty_name_alone_is_no_wish_for_a_new_graph(writable: Running, method: str) -> None:
    answer = writable.client.open(
        "/graph-store?graph=", method=method, data=b"", content_type="text/turtle", headers=BEARER
    )
    assert answer.status_code == 400
    assert "'graph' is empty" in problem(answer)["detail"]


@pytest.mark.parametrize(
    ("path", "empty"),
    [
        ("/datasets", "q=&modality=&anatomy=&sort=&page=&format="),
        ("/datasets?q=liver", "modality=&page="),
        ("/datasets?q=liver&format=csv", "modality=&sort="),
        ("/leak", "train=&test=&evidence=&format="),
        ("/leak?train=lits&test=kits19", "evidence=&train="),
        ("/leak?train=lits&test=kits19&format=json", "evidence="),
        ("/compare", "d=&d="),
        ("/compare?d=lits&d=kits19", "d="),
        ("/complete?q=li", "kind="),
        ("/dataset/lits", "format="),
        ("/dataset/lits/lineage", "evidence=&depth="),
        ("/catalog/openmedlab", "page=&format="),
        ("/catalog/openmedlab/defects", "page="),
        ("/catalog/openmedlab/differences", "page="),
        ("/anatomy/liver", "format="),
        ("/ontology", "format="),
        ("/shapes", "format="),
        ("/paper/arxiv.org/abs/1901.04056", "format="),
        ("/query/ancestors-of-a-dataset", "dataset="),
    ],
)
def test_an_empty_parameter_of_a_page_is_not_given(path: str, empty: str) -> None:
    client = real.client()
    accept = {"Accept": "text/html"}
    plain = client.get(path, headers=accept)
    answer = client.get(f"{path}{'&' if '?' in path else '?'}{empty}", headers=accept)
    while answer.status_code == 302:  # to the one address of the same search
        answer = client.get(answer.headers["Location"], headers=accept)
    assert (answer.status_code, answer.headers.get("Location")) == (plain.status_code, plain.headers.get("Location"))
    assert answer.data == plain.data


@pytest.mark.parametrize("form", ["json", "svg", "mmd"])
def test_an_empty_parameter_of_a_picture_is_not_given(form: str) -> None:
    path = f"/dataset/lits/lineage.{form}"
    assert real.client().get(f"{path}?evidence=&depth=").data == real.client().get(path).data


@pytest.mark.parametrize(
    ("query", "form", "content_type"),
    [
        (CONSTRUCT, "rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "application/rdf+xml", "application/rdf+xml"),
        (CONSTRUCT, "ld+json", "application/ld+json"),
        (CONSTRUCT, "application/ld+json", "application/ld+json"),
        (CONSTRUCT, "n-triples", "application/n-triples"),
        (CONSTRUCT, "text/rdf+n3", "text/turtle"),
        (TITLES, "application/sparql-results+json", "application/sparql-results+json"),
        (TITLES, "sparql-results+xml", "application/sparql-results+xml"),
        (TITLES, "text/csv;charset=utf-8", "text/csv"),
    ],
)
def test_a_plus_in_a_format_may_stand_as_it_is(client: Client, query: str, form: str, content_type: str) -> None:
    for written in (form, form.replace("+", "%2B"), form.replace("+", "%20"), form.upper()):
        asked = f"query={quote(query)}&format={written}"
        by_get, by_form = client.get(f"/sparql?{asked}"), client.post("/sparql", data=asked, content_type=FORM)
        assert by_get.mimetype == by_form.mimetype == content_type


@pytest.mark.parametrize(
    "path", ["/graph-store?default&format=rdf+xml", "/sparql?format=rdf+xml", "/dataset/lits?format=rdf+xml"]
)
def test_a_plus_may_stand_wherever_a_format_is_named(client: Client, path: str) -> None:
    assert client.get(path).mimetype == "application/rdf+xml"


def test_a_format_that_there_is_not_is_still_refused(client: Client) -> None:
    for form in ("rdf+json", "+", "rdf++xml", "auto;q=1", "xml+rdf"):
        assert client.get(f"/graph-store?default&format={quote(form)}").status_code == 400


def test_a_byte_order_mark_before_a_query_is_no_part_of_it(client: Client) -> None:
    marked = BOM + CHINESE.encode()
    form = urlencode({"query": marked, "format": "csv"})
    answers = [
        client.get(f"/sparql?{form}"),
        client.post("/sparql", data=form, content_type=FORM),
        client.post("/sparql", data=BOM + form.encode(), content_type=FORM),
        client.post("/sparql?format=csv", data=marked, content_type=QUERY),
    ]
    assert [answer.text for answer in answers] == ["true"] * 4
    assert {answer.headers["ETag"] for answer in answers} == {ask(client, CHINESE, format="csv").headers["ETag"]}


def test_the_place_of_a_mistake_is_counted_without_the_mark(client: Client) -> None:
    told = problem(client.post("/sparql", data=BOM + b"ASK wrong", content_type=QUERY))
    assert told["detail"].startswith("line 1, column 5: unexpected 'wrong'")


def test_a_byte_order_mark_before_an_update_is_no_part_of_it(writable: Running, url: str) -> None:
    graph = url.partition("=")[2]
    texts = [f"INSERT DATA {{ GRAPH <{graph}> {{ <x:s> <x:p> {number} }} }}".encode() for number in range(2)]
    client = writable.client
    assert client.post("/sparql", data=BOM + texts[0], content_type=UPDATE, headers=BEARER).status_code == 204
    form = urlencode({"update": BOM + texts[1]})
    assert client.post("/sparql", data=form, content_type=FORM, headers=BEARER).status_code == 204
    assert len(Graph().parse(data=client.get(url).data, format="turtle")) == 2


XML = """<?xml version="1.0" encoding="utf-8"?>
<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns:x="x:">
<rdf:Description rdf:about="x:s"><x:p>肝</x:p></rdf:Description></rdf:RDF>"""
DOCUMENTS = {
    "text/turtle": '<x:s> <x:p> "肝" .',
    "application/n-triples": '<x:s> <x:p> "肝" .',
    "application/trig": '<x:s> <x:p> "肝" .',
    "application/n-quads": '<x:s> <x:p> "肝" .',
    "application/ld+json": '{"@id": "x:s", "x:p": "肝"}',
    "application/rdf+xml": XML,
}


@pytest.mark.parametrize("media_type", DOCUMENTS)
def test_a_byte_order_mark_before_a_graph_is_no_part_of_it(writable: Running, url: str, media_type: str) -> None:
    client, marked = writable.client, BOM + DOCUMENTS[media_type].encode()
    assert client.put(url, data=marked, content_type=media_type, headers=BEARER).status_code == 201
    assert client.get(f"{url}&format=nt").data.decode() == '<x:s> <x:p> "肝" .\n'
    part = {"file": (BytesIO(marked), "file", media_type)}
    assert client.post(url, data=part, headers=BEARER).status_code == 204
    assert len(Graph().parse(data=client.get(url).data, format="turtle")) == 1


def posted(client: Client, body: bytes, media_type: str, charset: str) -> TestResponse:
    return client.post("/sparql", data=body, content_type=f"{media_type}; charset={charset}")


@pytest.mark.parametrize(
    "charset",
    ["ISO-8859-1", "iso-8859-15", "latin1", "latin-1", "windows-1252", "cp1252", "us-ascii", "utf8", "UTF-8"],
)
@pytest.mark.parametrize("quotes", ["", '"'])
def test_what_is_all_ascii_is_read_in_any_charset_that_extends_it(client: Client, charset: str, quotes: str) -> None:
    given = f"{quotes}{charset}{quotes}"
    assert posted(client, urlencode({"query": ASK}).encode(), FORM, given).data == ask(client, ASK).data
    assert posted(client, ASK.encode(), QUERY, given).data == ask(client, ASK).data


@pytest.mark.parametrize("charset", ["ISO-8859-1", "windows-1252", "utf-16", "utf-7", "gb18030", "rot13", "nonsense"])
def test_what_could_be_decoded_in_two_ways_is_refused(client: Client, charset: str) -> None:
    query = 'ASK { ?d dcterms:title "é"@en }'
    for body in (urlencode({"query": query}), urlencode({"query": query}, encoding="latin-1"), f"query={query}"):
        answer = posted(client, body.encode(), FORM, charset)
        assert answer.status_code == 415
        assert f"Send UTF-8, not {charset}" in problem(answer)["detail"]
    for encoding in ("utf-8", "latin-1"):
        assert posted(client, query.encode(encoding), QUERY, charset).status_code == 415


def test_an_escape_says_the_same_in_utf_8_whatever_ascii_is_called(client: Client) -> None:
    body = urlencode({"query": CHINESE, "format": "csv"}).encode()
    for charset in ("utf-8", "utf8", '"UTF-8"', "us-ascii"):
        assert posted(client, body, FORM, charset).text == "true"


def test_a_post_without_a_body_needs_no_media_type(client: Client) -> None:
    assert client.post("/sparql", query_string={"query": ASK}).data == ask(client, ASK).data
    nothing = client.post("/sparql")
    assert nothing.status_code == 400
    assert "There is no query" in problem(nothing)["detail"]


def test_a_content_coding_that_is_empty_is_none(client: Client) -> None:
    answer = client.post("/sparql", data=ASK, content_type=QUERY, headers={"Content-Encoding": ""})
    assert answer.status_code == 200


@pytest.mark.parametrize(
    "media_type",
    [
        "application/sparql-query;charset=utf-8",
        "application/sparql-query ; charset=utf-8",
        'APPLICATION/SPARQL-QUERY; Charset="UTF-8";',
        "application/sparql-query; charset=utf-8; version=1.1",
        "application/sparql-query;",
    ],
)
def test_parameters_of_a_media_type_do_not_matter(client: Client, media_type: str) -> None:
    assert client.post("/sparql", data=ASK, content_type=media_type).status_code == 200
    form = media_type.lower().replace("sparql-query", "x-www-form-urlencoded")
    assert client.post("/sparql", data=urlencode({"query": ASK}), content_type=form).status_code == 200


@pytest.mark.parametrize(
    ("accept", "content_type"),
    [
        # java.net.HttpURLConnection's own, less its preference of pages
        ("text/csv, image/gif, image/jpeg, *; q=.2, */*; q=.2", "text/csv"),
        (
            "application/sparql-results+json, application/sparql-results+xml;q=0.9, text/tab-separated-values;q=0.7, "
            "text/csv;q=0.5, application/json;q=0.2, application/xml;q=0.2, */*;q=0.1",  # Jena's
            "application/sparql-results+json",
        ),
        (
            "application/x-binary-rdf-results-table;q=0.8, application/sparql-results+xml;q=0.8, "
            "application/sparql-results+json;q=0.8, text/csv;q=0.8",  # RDF4J's
            "application/sparql-results+json",
        ),
        ("application/sparql-results+json,*/*;q=0.9", "application/sparql-results+json"),  # Yasgui's
        (",text/csv, ,", "text/csv"),
        ("text/csv ; q = 0.5 , image/png", "text/csv"),
        ("*", "application/sparql-results+json"),
    ],
)
def test_accept_headers_of_all_clients_are_read(client: Client, accept: str, content_type: str) -> None:
    assert ask(client, TITLES, accept).mimetype == content_type
