"""The 34 cases of the W3C's suite for the SPARQL 1.1 Protocol: https://www.w3.org/TR/sparql11-protocol/."""

from __future__ import annotations

from urllib.parse import urlencode

from tests.conformance.cases import FORM, QUERY, UPDATE, Case, Exchange

# three graphs, each of which says of itself that it is a shelf
ONE, TWO, THREE = SHELVES = tuple(f"https://example.org/shelf/{number}" for number in ("one", "two", "three"))
SHELF, FOUND, SEEN = "https://example.org/Shelf", "https://example.org/found", "https://example.org/seenIn"
NOWHERE = "https://example.org/no-such-graph"

_IN_DEFAULT = f"ASK {{ <{ONE}> a ?any . <{TWO}> a ?any }}"
_IN_NAMED = f"{{ GRAPH ?g {{ <{ONE}> a ?any }} GRAPH ?h {{ <{TWO}> a ?any }} }}"
_ALL_SHELVES = "".join(f"GRAPH <{shelf}> {{ <{shelf}> a <{SHELF}> }}\n" for shelf in SHELVES)
_FILL = f"DROP ALL ; INSERT DATA {{\n{_ALL_SHELVES}}} ;"
_FROM_DEFAULT = f"INSERT {{ GRAPH <{FOUND}> {{ ?s <{SEEN}> 'default' }} }} WHERE {{ ?s a <{SHELF}> }}"
_FROM_NAMED = f"INSERT {{ GRAPH <{FOUND}> {{ ?s <{SEEN}> ?g }} }} WHERE {{ GRAPH ?g {{ ?s a <{SHELF}> }} }}"


def got(**fields: str | tuple[str, ...]) -> Exchange:
    """A request by GET."""
    return Exchange(method="GET", fields=_fields(fields))


def posted(body: str, media_type: str | None = QUERY, **fields: str | tuple[str, ...]) -> Exchange:
    """A request by POST."""
    return Exchange(method="POST", fields=_fields(fields), media_type=media_type, body=body.encode())


def form(*fields: tuple[str, str], **in_url: str | tuple[str, ...]) -> Exchange:
    """A request by POST of a form."""
    return posted(urlencode(fields), FORM, **in_url)


def updated(text: str, **fields: str | tuple[str, ...]) -> Exchange:
    """An update by POST that is carried out."""
    return posted(text, UPDATE, **fields).gives(200, 204)


def found(*statements: str) -> Exchange:
    """A query that finds the statements in the graph that updates insert into, and no others."""
    there = "".join(f"GRAPH <{FOUND}> {{ {statement} }}\n" for statement in statements)
    number = f"{{ SELECT (COUNT(*) AS ?n) {{ GRAPH <{FOUND}> {{ ?s ?p ?o }} }} }}"
    return posted(f"ASK {{ {there} {number} FILTER(?n = {len(statements)}) }}").asks()


def _fields(named: dict[str, str | tuple[str, ...]]) -> list[tuple[str, str]]:
    """Names and values of parameters; in Python their names have underscores."""
    several = {name.replace("_", "-"): (it,) if isinstance(it, str) else it for name, it in named.items()}
    return [(name, value) for name, values in several.items() for value in values]


QUERIES = (
    Case(name="query_get", exchanges=[got(query="ASK {}", default_graph_uri=NOWHERE).asks()]),
    Case(name="query_post_form", exchanges=[form(("query", "ASK {}"), default_graph_uri=NOWHERE).asks()]),
    Case(name="query_post_direct", exchanges=[posted("ASK {}").asks()]),
    Case(
        name="query_dataset_default_graphs_get",
        exchanges=[got(query=_IN_DEFAULT, default_graph_uri=(ONE, TWO)).asks()],
    ),
    Case(
        name="query_dataset_default_graphs_post",
        exchanges=[posted(_IN_DEFAULT, default_graph_uri=(ONE, TWO)).asks()],
    ),
    Case(
        name="query_dataset_named_graphs_get",
        exchanges=[got(query=f"ASK {_IN_NAMED}", named_graph_uri=(ONE, TWO)).asks()],
    ),
    Case(
        name="query_dataset_named_graphs_post",
        exchanges=[posted(f"ASK {_IN_NAMED}", named_graph_uri=(ONE, TWO)).asks()],
    ),
    Case(
        name="query_dataset_full",
        exchanges=[
            posted(
                f"ASK {{ <{THREE}> a ?any {_IN_NAMED} FILTER NOT EXISTS {{ GRAPH <{THREE}> {{ ?s ?p ?o }} }} }}",
                default_graph_uri=THREE,
                named_graph_uri=(ONE, TWO),
            ).asks()
        ],
    ),
    Case(
        name="query_multiple_dataset",
        exchanges=[
            posted(f"ASK FROM <{THREE}> {_IN_NAMED}", named_graph_uri=(ONE, TWO)).asks(),
            # and what the text names counts no more
            posted(f"ASK FROM <{THREE}> {{ FILTER NOT EXISTS {{ ?s ?p ?o }} }}", named_graph_uri=ONE).asks(),
        ],
    ),
    Case(
        name="query_content_type_select",
        exchanges=[posted("SELECT (1 AS ?one) {}", default_graph_uri=NOWHERE).gives(200, kind="tabular")],
    ),
    Case(
        name="query_content_type_ask",
        exchanges=[posted("ASK {}", default_graph_uri=NOWHERE).gives(200, kind="boolean")],
    ),
    Case(
        name="query_content_type_describe",
        exchanges=[posted(f"DESCRIBE <{ONE}>", default_graph_uri=NOWHERE).gives(200, kind="rdf")],
    ),
    Case(
        name="query_content_type_construct",
        exchanges=[posted("CONSTRUCT { <this> <says> 1 } {}", default_graph_uri=NOWHERE).gives(200, kind="rdf")],
    ),
)

BAD_QUERIES = (
    Case(
        name="bad_query_method",
        exchanges=[Exchange(method="PUT", fields=[("query", "ASK {}")], media_type=FORM).gives(405)],
    ),
    Case(name="bad_multiple_queries", exchanges=[got(query=("ASK {}", "SELECT * {}")).gives(400)]),
    Case(name="bad_query_wrong_media_type", exchanges=[posted("ASK {}", "text/plain").gives(415)]),
    Case(name="bad_query_missing_form_type", exchanges=[posted("query=ASK%20%7B%7D", None).gives(415)]),
    Case(name="bad_query_missing_direct_type", exchanges=[posted("ASK {}", None).gives(415)]),
    Case(
        name="bad_query_non_utf8",
        exchanges=[
            Exchange(method="POST", media_type=f"{QUERY}; charset=UTF-16", body="ASK {}".encode("utf-16")).gives(415),
            Exchange(method="POST", media_type=QUERY, body="ASK {}".encode("utf-16")).gives(400),
        ],
    ),
    Case(name="bad_query_syntax", exchanges=[got(query="ASK {").gives(400)]),
)

UPDATES = (
    Case(
        name="update_post_form",
        exchanges=[
            updated(_FILL.rstrip(" ;")),
            form(("update", "CLEAR ALL")).gives(200, 204),
            posted("ASK { FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }").asks(),
        ],
    ),
    Case(
        name="update_post_direct",
        exchanges=[
            updated(_FILL.rstrip(" ;")),
            updated("CLEAR ALL"),
            posted("ASK { FILTER NOT EXISTS { GRAPH ?g { ?s ?p ?o } } }").asks(),
        ],
    ),
    Case(
        name="update_dataset_default_graph",
        exchanges=[updated(_FILL + _FROM_DEFAULT, using_graph_uri=ONE), found(f"<{ONE}> <{SEEN}> 'default'")],
    ),
    Case(
        name="update_dataset_default_graphs",
        exchanges=[
            updated(_FILL + _FROM_DEFAULT, using_graph_uri=(ONE, TWO)),
            found(f"<{ONE}> <{SEEN}> 'default'", f"<{TWO}> <{SEEN}> 'default'"),
        ],
    ),
    Case(
        name="update_dataset_named_graphs",
        exchanges=[
            updated(_FILL + _FROM_NAMED, using_named_graph_uri=(ONE, TWO)),
            found(f"<{ONE}> <{SEEN}> <{ONE}>", f"<{TWO}> <{SEEN}> <{TWO}>"),
        ],
    ),
    Case(
        name="update_dataset_full",
        exchanges=[
            updated(
                f"{_FILL} {_FROM_DEFAULT} ; {_FROM_NAMED}",
                using_graph_uri=ONE,
                using_named_graph_uri=TWO,
            ),
            found(f"<{ONE}> <{SEEN}> 'default'", f"<{TWO}> <{SEEN}> <{TWO}>"),
        ],
    ),
    Case(
        name="update_base_uri",
        exchanges=[
            updated(f"INSERT DATA {{ GRAPH <{FOUND}> {{ <{ONE}> <{SEEN}> <here> }} }}"),
            posted(f"ASK {{ GRAPH <{FOUND}> {{ ?s ?p ?o FILTER(ISIRI(?o) && STRENDS(STR(?o), '/here')) }} }}").asks(),
        ],
    ),
)

BAD_UPDATES = (
    Case(name="bad_update_get", exchanges=[got(update="CLEAR ALL").gives(400)]),
    Case(
        name="bad_multiple_updates",
        exchanges=[form(("update", "CLEAR NAMED"), ("update", "CLEAR DEFAULT")).gives(400)],
    ),
    Case(name="bad_update_wrong_media_type", exchanges=[posted("CLEAR NAMED", "text/plain").gives(415)]),
    Case(name="bad_update_missing_form_type", exchanges=[posted("update=CLEAR%20NAMED", None).gives(415)]),
    Case(
        name="bad_update_non_utf8",
        exchanges=[
            Exchange(method="POST", media_type=f"{UPDATE}; charset=UTF-16", body="CLEAR ALL".encode("utf-16")).gives(
                415
            ),
            Exchange(method="POST", media_type=UPDATE, body="CLEAR ALL".encode("utf-16")).gives(400),
        ],
    ),
    Case(name="bad_update_syntax", exchanges=[form(("update", "CLEAR XYZ")).gives(400)]),
    Case(
        name="bad_update_dataset_conflict",
        exchanges=[
            posted(
                f"WITH <{ONE}> DELETE {{ ?s a <{SHELF}> }} INSERT {{ ?s a <{SEEN}> }} WHERE {{ ?s a <{SHELF}> }}",
                UPDATE,
                using_named_graph_uri=TWO,
            ).gives(400),
            posted(
                f"INSERT {{ ?s a <{SEEN}> }} USING <{ONE}> WHERE {{ ?s a ?any }}", UPDATE, using_graph_uri=TWO
            ).gives(400),
        ],
    ),
)

READING = (*QUERIES, *BAD_QUERIES)
WRITING = (*UPDATES, *BAD_UPDATES)
