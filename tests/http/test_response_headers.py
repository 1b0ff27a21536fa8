"""Every answer says what a browser may do with it; pages of other origins may read and query, and nothing else."""

from __future__ import annotations

import pytest
from werkzeug.test import Client, TestResponse

from tests.asking import RECORD_A
from tests.servers import BEARER, Running

ROUTES = {
    "/": 200,
    "/sparql?query=ASK%7B%7D": 200,
    "/sparql?query=ASK%7B%7D&format=csv": 200,
    "/sparql": 200,
    "/sparql?query=SELEC": 400,
    "/sparql?update=CLEAR%20ALL": 400,
    "/.well-known/void": 200,
    "/graph-store?default": 200,
    f"/graph-store?graph={RECORD_A}": 200,
    "/graph-store?graph=https://example.org/nowhere": 404,
    "/graph-store": 400,
    "/graph-store/own/path": 404,
    "/dataset/lits": 200,
    "/dataset/nothing": 404,
    "/static/medkg.css": 200,
    "/static/nothing": 404,
    "/livez": 200,
    "/readyz": 200,
    "/metrics": 200,
    "/%FF": 404,
    "/a%00b": 404,
}
ACCEPTED = {"any": "*/*", "page": "text/html", "picture": "image/png"}
PREFLIGHT = {"Origin": "https://example.org", "Access-Control-Request-Method": "POST"}


@pytest.mark.parametrize("url", ROUTES)
@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "DELETE", "OPTIONS"])
@pytest.mark.parametrize("accept", ACCEPTED.values(), ids=ACCEPTED)
def test_every_answer_is_safe_for_a_browser(client: Client, url: str, method: str, accept: str) -> None:
    answer = client.open(url, method=method, headers={"Accept": accept})
    assert answer.status_code < 500
    assert answer.headers["X-Content-Type-Options"] == "nosniff"
    assert answer.headers["Referrer-Policy"] == "strict-origin-when-cross-origin"
    assert answer.headers["Access-Control-Allow-Origin"] == "*"
    policy = answer.headers["Content-Security-Policy"]
    assert "default-src 'self'" in policy
    assert "object-src 'none'" in policy
    assert "frame-ancestors 'self'" in policy
    assert "unsafe" not in policy


@pytest.mark.parametrize(("url", "status"), ROUTES.items())
def test_head_has_the_headers_of_get_and_no_body(client: Client, url: str, status: int) -> None:
    got, head = client.get(url), client.head(url)
    assert (got.status_code, head.status_code, head.data) == (status, status, b"")
    changing = {"Date"} if url != "/metrics" else {"Date", "Content-Length"}
    told, expected = (
        {name: it for name, it in answer.headers if name.title() not in changing} for answer in (head, got)
    )
    assert told == expected
    if url != "/metrics":
        assert head.headers["Content-Length"] == str(len(got.data))


def test_head_of_an_answer_kept_is_as_of_one_made(client: Client) -> None:
    url = "/sparql?query=ASK%7B%20%7D"
    head, got, kept, again = client.head(url), client.get(url), client.get(url), client.head(url)
    headers = [{name: it for name, it in answer.headers if name != "date"} for answer in (head, got, kept, again)]
    assert headers[0] == headers[1] == headers[2] == headers[3]


@pytest.mark.parametrize("url", ["/livez", "/readyz", "/metrics", "/dataset/lits", "/", "/.well-known/void"])
@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "PATCH"])
def test_what_is_only_read_has_no_other_method(client: Client, url: str, method: str) -> None:
    answer = client.open(url, method=method)
    assert answer.status_code == 405
    assert answer.headers["Allow"] == "GET, HEAD, OPTIONS"


@pytest.mark.parametrize(
    ("url", "methods", "from_elsewhere"),
    [
        ("/sparql", "GET, HEAD, POST, OPTIONS", "GET, HEAD, POST, OPTIONS"),
        ("/graph-store", "GET, HEAD, PUT, POST, DELETE, OPTIONS", "GET, HEAD, OPTIONS"),
        ("/graph-store/own/path", "GET, HEAD, PUT, POST, DELETE, OPTIONS", "GET, HEAD, OPTIONS"),
        ("/dataset/lits", "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS"),
        ("/", "GET, HEAD, OPTIONS", "GET, HEAD, OPTIONS"),
    ],
)
def test_pages_of_other_origins_learn_what_they_may_do(
    client: Client, url: str, methods: str, from_elsewhere: str
) -> None:
    allowed = client.options(url, headers=PREFLIGHT)
    assert (allowed.status_code, allowed.data) == (204, b"")
    assert allowed.headers["Allow"] == methods
    assert allowed.headers["Access-Control-Allow-Methods"] == from_elsewhere
    assert allowed.headers["Access-Control-Allow-Origin"] == "*"
    assert int(allowed.headers["Access-Control-Max-Age"]) > 0
    assert allowed_headers(allowed) == {"accept", "content-type", "if-none-match"}


def allowed_headers(answer: TestResponse) -> set[str]:
    """The headers that pages of other origins may send, by a preflight."""
    return {name.lower() for name in answer.headers["Access-Control-Allow-Headers"].split(", ")}


@pytest.mark.parametrize("url", ["/sparql", "/sparql/", "/graph-store", "/dataset/lits", "/datasets/", "/", "/nothing"])
@pytest.mark.parametrize(
    ("requested", "more"),
    [
        ("queryid", {"queryid"}),
        ("cache-control,traceparent,x-requested-with", {"cache-control", "traceparent", "x-requested-with"}),
        ("Content-Type, X-Requested-With", {"x-requested-with"}),
        (" if-match ,, x-a.b_c~!", {"if-match", "x-a.b_c~!"}),
        ("authorization,queryid", {"queryid"}),
        ("AUTHORIZATION", set()),
        ("*, a b, x:y, <script>, é", set()),
        ("", set()),
    ],
)
def test_pages_of_other_origins_may_send_any_header_but_authorization(
    client: Client, url: str, requested: str, more: set[str]
) -> None:
    headers = {**PREFLIGHT, "Access-Control-Request-Headers": requested.encode().decode("latin-1")}
    answer = client.options(url, headers=headers)
    assert answer.status_code == 204
    assert allowed_headers(answer) == {"accept", "content-type", "if-none-match", *more}
    assert answer.headers["Vary"] == "Access-Control-Request-Headers"


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "patch", "QUERY", "PROPFIND", "CHICKEN", "", "a b"])
@pytest.mark.parametrize("url", ["/sparql", "/graph-store?default", "/dataset/lits"])
def test_no_other_method_is_opened_for_the_asking(writable: Running, url: str, method: str) -> None:
    answer = writable.client.options(url, headers={**PREFLIGHT, "Access-Control-Request-Method": method})
    assert answer.status_code == 204
    assert set(answer.headers["Access-Control-Allow-Methods"].split(", ")) <= {"GET", "HEAD", "POST", "OPTIONS"}


def test_pages_of_other_origins_see_the_headers_they_need(client: Client) -> None:
    answer = client.get("/sparql?query=ASK%7B%7D", headers={"Origin": "https://example.org"})
    exposed = {name.lower() for name in answer.headers["Access-Control-Expose-Headers"].split(", ")}
    assert {"etag", "retry-after", "link", "location", "allow", "content-disposition", "medkg-revision"} <= exposed
    assert "authorization" not in exposed
    assert "Access-Control-Allow-Credentials" not in answer.headers


def test_no_page_of_another_origin_may_send_a_token(writable: Running) -> None:
    asked = {**PREFLIGHT, "Access-Control-Request-Headers": "authorization"}
    allowed = writable.client.options("/sparql", headers=asked)
    assert "authorization" not in allowed.headers["Access-Control-Allow-Headers"].lower()
    assert "*" not in allowed.headers["Access-Control-Allow-Headers"]


@pytest.mark.parametrize("url", ["/sparql", "/graph-store?graph=https://example.org/a", "/graph-store/own"])
def test_answers_to_writers_are_safe_as_well(writable: Running, url: str) -> None:
    for headers in ({}, BEARER, {"Authorization": "Bearer wrong"}):
        answer = writable.client.post(url, data=b"no RDF", content_type="text/turtle", headers=headers)
        assert answer.status_code in {400, 401, 415}
        assert answer.headers["X-Content-Type-Options"] == "nosniff"
        assert answer.headers["Access-Control-Allow-Origin"] == "*"
