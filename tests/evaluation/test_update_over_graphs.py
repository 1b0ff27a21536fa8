"""The graphs a request names for its update are the RDF dataset of every WHERE clause, and of nothing else."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import NamedNode, Quad, QuerySolutions, RdfFormat, Store

from medkg.errors import QueryError
from medkg.evaluation.update import update

EX = "http://example.org/"
PREFIXES = {"ex": EX}
TRIG = b"""@prefix ex: <http://example.org/> .
    ex:a ex:in ex:default .
    ex:g1 { ex:a ex:in ex:g1 ; ex:p 1 . ex:c ex:p 3 }
    ex:g2 { ex:a ex:in ex:g2 . ex:b ex:p 1, 2 ; ex:q "WHERE { USING <x> }" }
    ex:g3 { ex:a ex:in ex:g3 }"""


def held() -> Store:
    store = Store()
    store.load(TRIG, RdfFormat.TRIG)
    return store


def iris(names: Iterable[str]) -> list[str]:
    return [EX + name for name in names]


def quads(lines: bytes) -> set[str]:
    """Lines in short."""
    return {line.replace(EX, "").rstrip(" .") for line in lines.decode().splitlines()}


def changed(text: str, *, default: Sequence[str] = (), named: Sequence[str] = ()) -> tuple[set[str], set[str]]:
    """What an update over graphs removes, and what it adds."""
    store = held()
    change = update(store, text, prefixes=PREFIXES, using_graphs=iris(default), using_named_graphs=iris(named))
    return quads(change.removed), quads(change.added)


WHERE_IT_IS = "INSERT { ?s ex:found ?o } WHERE { ?s ex:in ?o }"
WHERE_IT_IS_NAMED = "INSERT { ?g ex:found ?o } WHERE { GRAPH ?g { ?s ex:in ?o } }"


@pytest.mark.parametrize(
    ("text", "default", "named", "added"),
    [
        (WHERE_IT_IS, ["g1"], [], {"<a> <found> <g1>"}),
        (WHERE_IT_IS, ["g1", "g2"], [], {"<a> <found> <g1>", "<a> <found> <g2>"}),
        (WHERE_IT_IS, [], ["g1"], set()),
        (WHERE_IT_IS, ["nowhere"], [], set()),
        (WHERE_IT_IS_NAMED, ["g1"], [], set()),
        (WHERE_IT_IS_NAMED, [], ["g1", "g2"], {"<g1> <found> <g1>", "<g2> <found> <g2>"}),
        (WHERE_IT_IS_NAMED, ["g3"], ["g1"], {"<g1> <found> <g1>"}),
        (WHERE_IT_IS, [], [], {"<a> <found> <default>"}),
    ],
)
def test_where_is_over_the_graphs_of_the_request(
    text: str, default: list[str], named: list[str], added: set[str]
) -> None:
    assert changed(text, default=default, named=named) == (set(), added)


@pytest.mark.parametrize(
    "text",
    [
        "insert{?s ex:found ?o}where{?s ex:in ?o}",
        "DELETE { ?s ex:none ?o } INSERT { ?s ex:found ?o } WHERE { ?s ex:in ?o }",
        "INSERT { ?s ex:found ?o } # WHERE {\nWHERE # WHERE }\n{ ?s ex:in ?o # WHERE\n}",
        "INSERT { ?s ex:found ?o } WHERE { { SELECT * WHERE { { SELECT ?s ?o WHERE { ?s ex:in ?o } } } } }",
        "INSERT { ?s ex:found ?o } WHERE { ?s ex:in ?o FILTER EXISTS { SELECT * WHERE { ?s ?p ?o } } }",
        "INSERT { ?s ex:found ?o } WHERE { ?s ex:in ?o FILTER(1<2&&3>2) FILTER('WHERE {' != '' ) }",
        'INSERT { ?s ex:found ?o } WHERE { ?s ex:in ?o FILTER(?o != """ WHERE\nUSING <x>""") }',
        "PREFIX where: <http://example.org/> INSERT { ?where where:found ?o } WHERE { ?where where:in ?o }",
        "INSERT { ?s ex:found ?o } WHERE { ?s ex:in ?o FILTER(?o != <http://example.org/WHERE>) }",
        "CREATE GRAPH ex:new ; INSERT { ?s ex:found ?o } WHERE { ?s ex:in ?o }",
        "CREATE GRAPH ex:new ; PREFIX x: <http://example.org/> INSERT { ?s x:found ?o } WHERE { ?s x:in ?o } ;",
        "BASE <http://x/> PREFIX x: <y> CREATE GRAPH ex:new; # ; PREFIX\n BASE <http://example.org/> # WHERE\n"
        "INSERT { ?s <found> ?o } WHERE { ?s <in> ?o }",
        "INSERT { ?s ex:found ?o } WHERE { ?s ex:\\u0069n ?o }".replace("\\u0069n", "in"),
        "INSERT { ?s ex:found ?o } WHERE { ?s ex:in ?o FILTER('\\u0057HERE' != ?o) }",
    ],
)
def test_the_clause_goes_before_the_operation_s_own_where(text: str) -> None:
    assert changed(text, default=["g1"]) == (set(), {"<a> <found> <g1>"})


@pytest.mark.parametrize(
    ("text", "default", "named", "removed"),
    [
        ("DELETE WHERE { ?s ex:in ?o }", ["g1"], [], set()),
        ("INSERT DATA { ex:a ex:in ex:g1 } ; DELETE WHERE { ?s ex:in ?o }", ["g1"], [], set()),
        ("DELETE WHERE { GRAPH ex:g1 { ?s ex:in ?o } }", ["g1"], [], set()),
        ("DELETE WHERE { GRAPH ex:g1 { ?s ex:in ?o } }", [], ["g1"], {"<a> <in> <g1> <g1>"}),
        ("DELETE WHERE { GRAPH ?g { ?s ex:in ?o } }", [], ["g1", "g2"], {"<a> <in> <g1> <g1>", "<a> <in> <g2> <g2>"}),
        (
            "deletewhere# }\n{ GRAPH ?g { ?s ex:q '}' , \"WHERE { USING <x> }\" . ?s ex:p 2 # }\n}} # }",
            [],
            ["g2"],
            set(),
        ),
        (
            'DELETE WHERE{GRAPH ?g { ?s ex:q "WHERE { USING <x> }" ; ex:p 2 # }\n}}; DELETE WHERE { ?s ex:in ?o } # }',
            [],
            ["g2"],
            {'<b> <q> "WHERE { USING <x> }" <g2>', '<b> <p> "2"^^<http://www.w3.org/2001/XMLSchema#integer> <g2>'},
        ),
    ],
)
def test_delete_where_deletes_what_it_matches_in_the_graphs_of_the_request(
    text: str, default: list[str], named: list[str], removed: set[str]
) -> None:
    assert changed(text, default=default, named=named)[0] == removed


def test_delete_where_deletes_from_the_default_graph_what_it_matches_elsewhere() -> None:
    store = held()
    store.add(Quad(NamedNode(EX + "a"), NamedNode(EX + "in"), NamedNode(EX + "g1")))
    change = update(store, "DELETE WHERE { ?s ex:in ?o }", prefixes=PREFIXES, using_graphs=iris(["g1"]))
    assert quads(change.removed) == {"<a> <in> <g1>"}


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { ex:x ex:y 'WHERE { }' }",
        "DELETE DATA { ex:a ex:in ex:default }",
        "CLEAR GRAPH ex:g2",
        "DROP NAMED",
        "COPY DEFAULT TO ex:g1",
        "MOVE ex:g1 TO ex:g9",
        "ADD ex:g1 TO DEFAULT",
        "CREATE GRAPH ex:g9",
        "CLEAR SILENT GRAPH ex:WHERE # WHERE",
    ],
)
def test_operations_without_where_are_left_as_they_are(text: str) -> None:
    with_graphs, without = held(), held()
    change = update(with_graphs, text, prefixes=PREFIXES, using_graphs=iris(["g1"]), using_named_graphs=iris(["g2"]))
    assert change == update(without, text, prefixes=PREFIXES)


@pytest.mark.parametrize(
    ("text", "place"),
    [
        ("WITH ex:g1 INSERT { ?s ex:found ?o } WHERE { ?s ex:in ?o }", "line 1, column 1: WITH"),
        ("INSERT {}\n USING ex:g1 WHERE {}", "line 2, column 2: USING"),
        ("INSERT {} using named ex:g1 WHERE {}", "line 1, column 11: USING"),
        ("CLEAR DEFAULT ; INSERT DATA {} ; with ex:g1 DELETE {} WHERE {}", "line 1, column 34: WITH"),
        ("CLEAR DEFAULT ; PREFIX x: <http://x/>\nWITH x:g1 DELETE {} WHERE {}", "line 2, column 1: WITH"),
    ],
)
def test_graphs_in_the_update_and_in_the_request_exclude_each_other(text: str, place: str) -> None:
    assert update(held(), text, prefixes=PREFIXES) is not None
    for default, named in ((["g2"], []), ([], ["g2"])):
        store = held()
        with pytest.raises(QueryError, match=f"^{place} in the update and graphs in the request exclude each other"):
            update(store, text, prefixes=PREFIXES, using_graphs=iris(default), using_named_graphs=iris(named))
        assert set(store) == set(held())


@pytest.mark.parametrize(
    "text",
    [
        "INSERT DATA { ex:with ex:using 'WITH <x> USING' } # USING",
        'INSERT { ?s ?with "x"@with } WHERE { ?s ?with ?using , ?Using }',
        "PREFIX using: <http://with/> INSERT DATA { using:with using:using <http://using/with> }",
    ],
)
def test_the_words_elsewhere_are_no_obstacle(text: str) -> None:
    update(held(), text, prefixes=PREFIXES, using_graphs=iris(["g1"]))


@pytest.mark.parametrize(
    "iri", ["relative", "http://example.org/> WHERE {} ; DROP ALL #", "http://example.org/\\u003e", ""]
)
def test_a_graph_that_is_no_iri_is_an_error(iri: str) -> None:
    with pytest.raises(QueryError, match="absolute IRI"):
        update(held(), "INSERT {} WHERE {}", using_graphs=[iri])


# One operation over graphs against the same pattern asked as a query over them, whose solutions are filled in here.

graph_names = st.lists(st.sampled_from(["g1", "g2", "g3", "nowhere"]), unique=True, max_size=3)
noise = st.sampled_from(
    ["", " ", "\n", "# WHERE {\n", "# USING <x> '\n", "FILTER('WHERE' != \"USING\")", "BIND('}' AS ?w)"]
)
blocks = st.sampled_from(
    [
        "?s ?p ?o .",
        "?s ex:in ?o . ?s ?p ?o .",
        "GRAPH ?g { ?s ?p ?o }",
        "GRAPH ex:g2 { ?s ?p ?o FILTER(?o<3||3>?o) }",
        "?s ?p ?o FILTER EXISTS { GRAPH ?g { ?s ?p ?o } }",
        "?s ?p ?o MINUS { ?s ex:p 1 }",
        '?s ?p ?o FILTER(?o != """ WHERE\n{ """)',
    ]
)
patterns = st.recursive(
    st.builds("{}{}".format, noise.filter(lambda text: "BIND" not in text), blocks),
    lambda inner: (
        st.builds("{{ {} }}".format, inner)
        | st.builds("{{ SELECT ?s ?p ?o WHERE {{ {} }} }}".format, inner)
        | st.builds("{{ select distinct * {{ {} }} }}".format, inner)
        | st.builds("{{ {} }} UNION {{ {} }}".format, inner, inner)
        | st.builds("{{ {} }} OPTIONAL {{ {} }}".format, inner, inner)
    ),
    max_leaves=4,
)


@given(patterns, noise, graph_names, graph_names, st.sampled_from(["WHERE", "where", "Where"]))
def test_an_update_over_graphs_finds_what_a_query_over_them_finds(
    pattern: str, extra: str, default: list[str], named: list[str], word: str
) -> None:
    where = f"{{ {pattern} {extra} }}"
    text = f"DELETE {{ GRAPH ex:g1 {{ ?s ?p ?o }} }} INSERT {{ GRAPH ex:out {{ ?s ?p ?o }} }} {word} {where}"
    change = update(held(), text, prefixes=PREFIXES, using_graphs=iris(default), using_named_graphs=iris(named))
    graphs = (
        {}
        if not default and not named
        else {
            "default_graph": [NamedNode(iri) for iri in iris(default)],
            "named_graphs": [NamedNode(iri) for iri in iris(named)],
        }
    )
    solutions = held().query(f"SELECT ?s ?p ?o {where}", prefixes=PREFIXES, **graphs)  # type: ignore[arg-type]
    assert isinstance(solutions, QuerySolutions)
    found = [(row["s"], row["p"], row["o"]) for row in solutions if None not in tuple(row)]
    expected = held()
    expected.extend(Quad(*triple, NamedNode(EX + "out")) for triple in found)
    for triple in found:
        expected.remove(Quad(*triple, NamedNode(EX + "g1")))
    before, after = set(map(str, held())), set(map(str, expected))
    assert {line.rstrip(" .") for line in change.removed.decode().splitlines()} == before - after
    assert {line.rstrip(" .") for line in change.added.decode().splitlines()} == after - before


operations = st.sampled_from(
    [
        WHERE_IT_IS,
        "CLEAR GRAPH ex:g1",
        "DELETE WHERE { GRAPH ?g { ?s ex:in ex:g2 } }",
        "INSERT DATA { GRAPH ex:g1 { ex:z ex:in 'WHERE' } }",
        "PREFIX x: <http://example.org/> INSERT { ?s x:also ?o } WHERE { ?s x:in ?o }",
        "BASE <http://example.org/> DELETE { ?s <in> ?o } WHERE { ?s <also> ?o }",
    ]
)


@given(st.lists(operations, min_size=1, max_size=5), st.sampled_from([";", " ;\n# WHERE ;\n", "; # ' PREFIX\n"]))
def test_a_sequence_over_graphs_is_its_operations_one_by_one(some: list[str], seam: str) -> None:
    together, apart = held(), held()
    default, named = iris(["g1", "g2"]), iris(["g2"])
    update(together, seam.join(some), prefixes=PREFIXES, using_graphs=default, using_named_graphs=named)
    for operation in some:
        update(apart, operation, prefixes=PREFIXES, using_graphs=default, using_named_graphs=named)
    assert set(together) == set(apart)
