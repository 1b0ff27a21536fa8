"""Pages and documents go out compressed to those who take them so, each coding with a validator of its own."""

from __future__ import annotations

import gzip

import brotli
import pytest
from werkzeug.test import Client, TestResponse

from medkg.evaluation.formats import MIN_COMPRESSED_BYTES
from tests.asking import BROWSER

UNPACK = {"gzip": gzip.decompress, "br": brotli.decompress}
PAGES = [
    ("/", BROWSER),
    ("/dataset/lits", BROWSER),
    ("/dataset/lits", "application/rdf+xml"),
    ("/dataset/lits", "application/ld+json"),
    ("/dataset/lits/lineage.svg", "*/*"),
    ("/sparql", BROWSER),
    ("/sparql", "text/turtle"),
    ("/.well-known/void", "text/turtle"),
    ("/static/medkg.css", "text/css"),
]
"""Documents that are long enough, and whoever writes them."""

WITH_VALIDATORS = [each for each in PAGES if each != ("/sparql", BROWSER)]


def get(client: Client, page: tuple[str, str], coding: str = "", method: str = "GET", held: str = "") -> TestResponse:
    headers = {"Accept": page[1], "Accept-Encoding": coding, "If-None-Match": held}
    return client.open(page[0], method=method, headers={name: value for name, value in headers.items() if value})


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
@pytest.mark.parametrize(("accepted", "coding"), [("gzip, deflate, br", "br"), ("gzip", "gzip"), ("br;q=0, *", "gzip")])
def test_a_page_goes_out_in_the_coding_a_client_takes(
    client: Client, page: tuple[str, str], accepted: str, coding: str
) -> None:
    plain, answer = get(client, page), get(client, page, accepted)
    assert answer.headers["Content-Encoding"] == coding
    assert answer.headers["Content-Length"] == str(len(answer.data))
    assert answer.content_type == plain.content_type
    assert UNPACK[coding](answer.data) == plain.data
    assert len(answer.data) < len(plain.data)


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
@pytest.mark.parametrize("accepted", ["identity", "", "zstd", "br;q=0"])
def test_a_page_goes_out_as_it_is_to_all_others_and_says_that_it_varies(
    client: Client, page: tuple[str, str], accepted: str
) -> None:
    answer = get(client, page, accepted)
    assert "Content-Encoding" not in answer.headers
    assert len(answer.data) >= MIN_COMPRESSED_BYTES
    assert answer.headers.getlist("Vary") == [answer.headers["Vary"]]
    assert answer.headers["Vary"] in {"Accept, Accept-Encoding", "Accept-Encoding"}


@pytest.mark.parametrize("page", WITH_VALIDATORS, ids=" ".join)
def test_each_coding_has_a_strong_validator_of_its_own(client: Client, page: tuple[str, str]) -> None:
    etags = [get(client, page, coding).headers["ETag"] for coding in ("", "br", "gzip")]
    assert len(set(etags)) == 3
    assert all(etag.startswith('"') for etag in etags)


@pytest.mark.parametrize("page", WITH_VALIDATORS, ids=" ".join)
@pytest.mark.parametrize("coding", ["", "br", "gzip"])
@pytest.mark.parametrize("given", ["{}", "W/{}", '"other" , {}', '{},"other-br"'])
@pytest.mark.parametrize("method", ["GET", "HEAD"])
def test_who_holds_a_page_in_a_coding_is_told_that_it_still_holds(
    client: Client, page: tuple[str, str], coding: str, given: str, method: str
) -> None:
    first = get(client, page, coding)
    again = get(client, page, coding, method, held=given.format(first.headers["ETag"]))
    assert (again.status_code, again.data) == (304, b"")
    assert again.headers["ETag"] == first.headers["ETag"]
    assert again.headers["Vary"] == first.headers["Vary"]
    assert not {"Content-Encoding", "Content-Length"} & set(again.headers.keys())


@pytest.mark.parametrize("page", WITH_VALIDATORS, ids=" ".join)
def test_who_holds_another_coding_than_is_asked_for_gets_the_page(client: Client, page: tuple[str, str]) -> None:
    in_brotli = get(client, page, "br").headers["ETag"]
    assert get(client, page, "gzip", held=in_brotli).status_code == 200
    assert get(client, page, held=in_brotli).status_code == 200


@pytest.mark.parametrize("page", PAGES, ids=" ".join)
@pytest.mark.parametrize("coding", ["", "br"])
def test_head_tells_of_the_page_in_the_coding(client: Client, page: tuple[str, str], coding: str) -> None:
    got, told = get(client, page, coding), get(client, page, coding, "HEAD")
    assert told.data == b""
    for name in ("Content-Length", "Content-Encoding", "Vary", "ETag"):
        assert told.headers.get(name) == got.headers.get(name)


@pytest.mark.parametrize(
    ("url", "status"), [("/sparql?query=ASK%7B%7D", 200), ("/sparql?query=SELEC", 400), ("/dataset/no", 404)]
)
def test_the_pages_of_results_and_of_problems_are_compressed_as_well(client: Client, url: str, status: int) -> None:
    answer = get(client, (url, BROWSER), "br")
    assert (answer.status_code, answer.headers["Content-Encoding"]) == (status, "br")
    assert answer.headers["Vary"] == "Accept, Accept-Encoding"
    assert b"</html>" in brotli.decompress(answer.data)


def test_what_is_short_goes_out_as_it_is_and_has_the_same_validator_in_all_codings(client: Client) -> None:
    page = ("/static/icon.svg", "*/*")
    plain, answer = get(client, page), get(client, page, "br")
    assert (answer.data, answer.headers["ETag"]) == (plain.data, plain.headers["ETag"])
    assert get(client, page, "br", held=plain.headers["ETag"]).headers["ETag"] == plain.headers["ETag"]
