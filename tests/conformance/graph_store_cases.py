"""The 13 cases of the W3C's suite for the Graph Store HTTP Protocol: https://www.w3.org/TR/sparql11-http-rdf-update/."""

from __future__ import annotations

from tests.conformance.cases import LOCATION, Case, Exchange

_PREFIXES = "@prefix schema: <https://schema.org/> .\n"
_LIVER = f'{_PREFIXES}<https://example.org/ct> a schema:Dataset ; schema:creator [ schema:name "Ann" ] .'
_KIDNEY = f'{_PREFIXES}<https://example.org/ct> a schema:Dataset ; schema:creator [ schema:name "Ben" ] .'
_BLANK = f'{_PREFIXES}[] a schema:Dataset ; schema:creator [ schema:name "Cho" ] .'
_YEAR = f"{_PREFIXES}<https://example.org/ct> schema:version 2017 ."
_TITLE = f'{_PREFIXES}<https://example.org/ct> schema:name "Liver" .'

_BOUNDARY = "between-the-parts"
_PARTS = "".join(
    f'--{_BOUNDARY}\r\nContent-Disposition: form-data; name="{name}"; filename="{name}.ttl"\r\n'
    f"Content-Type: text/turtle; charset=utf-8\r\n\r\n{content}\r\n"
    for name, content in (("year", _YEAR), ("title", _TITLE))
)
_MULTIPART = f"{_PARTS}--{_BOUNDARY}--\r\n".encode()

_DIRECT = "/graph-store/images/1.ttl"
_INDIRECT = "/graph-store?graph=https%3A%2F%2Fexample.org%2Fgraph%2F1"
_DECODED = "/graph-store?graph=https://example.org/graph/1"
_ABSENT = "/graph-store?graph=https%3A%2F%2Fexample.org%2Fgraph%2Fabsent"
_DEFAULT = "/graph-store?default"


def put(path: str, content: str) -> Exchange:
    """A graph replaced."""
    return Exchange(method="PUT", path=path, media_type="text/turtle; charset=utf-8", body=content.encode())


def post(path: str, content: str) -> Exchange:
    """A graph added to."""
    return Exchange(method="POST", path=path, media_type="text/turtle; charset=utf-8", body=content.encode())


def get(path: str, content: str) -> Exchange:
    """A graph read, and found to be what it must be."""
    return Exchange(method="GET", path=path, accept="text/turtle").gives(200, turtle=content)


def _repeated(path: str) -> list[Exchange]:
    """A graph made, read, replaced, and read."""
    return [
        put(path, _LIVER).gives(201),
        get(path, _LIVER),
        put(path, _KIDNEY).gives(204),
        get(path, _KIDNEY),
    ]


def _deleted(path: str) -> list[Exchange]:
    """A graph made and deleted, then asked for and deleted once more."""
    delete = Exchange(method="DELETE", path=path)
    return [
        put(path, _BLANK).gives(201),
        delete.gives(204),
        Exchange(method="GET", path=path).gives(404),
        delete.gives(404),
    ]


def _added_to(path: str) -> list[Exchange]:
    """A graph added to by one document, then by two in one request."""
    parts = Exchange(method="POST", path=path, media_type=f"multipart/form-data; boundary={_BOUNDARY}", body=_MULTIPART)
    return [
        post(path, _KIDNEY).gives(201),
        get(path, _KIDNEY),
        parts.gives(204),
        get(path, f"{_KIDNEY}\n{_YEAR}\n{_TITLE}"),
    ]


def _seen_by_head(path: str) -> list[Exchange]:
    """A graph made, then asked for without its content."""
    return [
        put(path, _LIVER).gives(201),
        Exchange(method="HEAD", path=path, accept="text/turtle; charset=utf-8").gives(200, kind="rdf"),
    ]


CASES = (
    Case(name="put_get_repeat_direct", exchanges=_repeated(_DIRECT)),
    Case(name="put_delete_get_delete_direct", exchanges=_deleted(_DIRECT)),
    Case(name="post_get_post_get_direct", exchanges=_added_to(_DIRECT)),
    Case(name="head_existing_direct", exchanges=_seen_by_head(_DIRECT)),
    Case(name="put_get_repeat_indirect", exchanges=_repeated(_INDIRECT)),
    Case(name="put_delete_get_delete_indirect", exchanges=_deleted(_INDIRECT)),
    Case(name="post_get_post_get_indirect", exchanges=_added_to(_INDIRECT)),
    Case(name="head_existing_indirect", exchanges=_seen_by_head(_INDIRECT)),
    Case(
        name="head_non_existing_indirect",
        exchanges=[Exchange(method="HEAD", path=_ABSENT, accept="text/turtle; charset=utf-8").gives(404)],
    ),
    Case(name="put_get_default", exchanges=[put(_DEFAULT, _BLANK).gives(204), get(_DEFAULT, _BLANK)]),
    Case(
        name="post_get_new_graph",
        exchanges=[post("/graph-store", _BLANK).gives(201), get(f"/graph-store?graph={LOCATION}", _BLANK)],
    ),
    Case(
        name="put_get_uri_pct_encoded_indirect",
        exchanges=[put(_INDIRECT, _LIVER).gives(201), get(_DECODED, _LIVER), get(_INDIRECT, _LIVER)],
    ),
    Case(
        name="put_get_uri_pct_encoded_twice",
        exchanges=[
            put("/graph-store?graph=https://example.org/graph/%31", _LIVER).gives(201),
            put("/graph-store?graph=https://example.org/graph/%2531", _KIDNEY).gives(201),
            get("/graph-store?graph=https://example.org/graph/%31", _LIVER),
            get("/graph-store?graph=https://example.org/graph/%2531", _KIDNEY),
        ],
    ),
)
