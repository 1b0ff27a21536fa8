"""What a text sets out to be is seen at its beginning, whatever comes before, and in no time."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pyoxigraph import Store

from medkg.evaluation.language import is_update, is_volatile, parts, query_form

LONG = 100_000


@pytest.mark.parametrize(
    ("text", "form"),
    [
        ("SELECT * {}", "SELECT"),
        ("ask{}", "ASK"),
        ("SELECTDISTINCT?s{}", "SELECT"),
        ("DESCRIBE<http://example.org/select>", "DESCRIBE"),
        ("construct where {}", "CONSTRUCT"),
        ("# SELECT\nASK {}", "ASK"),
        ("# SELECT\r\tASK {}", "ASK"),
        ("PREFIX ask: <http://example.org/#select> SELECT * {}", "SELECT"),
        ("prefix:<http://example.org/>prefix é.b:<http://example.org/>base<http://example.org/>ask{}", "ASK"),
        ("PREFIX # a: <b>\n a: # <\n <http://example.org/> ASK {}", "ASK"),
        ("BASE <http://example.org/> BASE <a#b> DESCRIBE <c>", "DESCRIBE"),
        ("VERSION '1.2' version \"1\\\"2\" PREFIX a: <b> VERSION '1' SELECT * {}", "SELECT"),
        ("INSERT DATA {}", None),
        ("PREFIX select: <http://example.org/> DELETE WHERE {}", None),
        ("", None),
        ("# SELECT", None),
        ("PREFIX a: SELECT * {}", None),
        ("PREFIX a <b> SELECT * {}", None),
        ("SELEC * {}", None),
        ("ſELECT * {}", None),
        ("\ufeffSELECT * {}", None),
    ],
)
def test_the_form_is_the_first_word_after_the_prologue(text: str, form: str | None) -> None:
    assert query_form(text) == form


@pytest.mark.parametrize(
    ("text", "answer"),
    [
        ("INSERT DATA {}", True),
        ("PREFIX : <http://example.org/> with<http://example.org/g>DELETE {} WHERE {}", True),
        ("# INSERT\nSELECT * {}", False),
        ("", False),
    ],
)
def test_an_update_is_told_by_its_first_word(text: str, answer: bool) -> None:
    assert is_update(text) is answer


def test_a_query_is_volatile_whose_answer_may_differ_on_the_same_graph() -> None:
    volatile = [
        "SELECT (NOW() AS ?t) {}",
        "ASK { FILTER(rand()<1) }",
        "SELECT * { BIND(UUID()AS?u) }",
        "SELECT * { BIND(STRUUID() AS ?u) }",
        "SELECT * { BIND(BNODE() AS ?u) }",
        "CONSTRUCT { ?s ?p [] } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p (1) } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p _:b } WHERE { ?s ?p ?o }",
        "CONSTRUCT { ?s ?p ?o {| ?q 1 |} } WHERE { ?s ?p ?o }",
        "CONSTRUCT { << ?s ?p ?o >> ?q 1 } WHERE { ?s ?p ?o }",
        "construct{?s ?p ?o~}where{?s ?p ?o}",
        "PREFIX : <http://x/> CONSTRUCT WHERE { ?s ?p [] }",
    ]
    stable = [
        "SELECT ?now { ?now <http://x/NOW> 'NOW()' } # RAND()",
        "SELECT (STR(?uuid) AS ?u) { ?uuid ?known ?brand }",
        "CONSTRUCT { ?s ?p '[_:b]' , <http://x#(> } # [\nWHERE { ?s ?p [] , (1) , _:b }",
        "CONSTRUCT { ?s <http://x/'> ?o } WHERE { ?s ?p _:b }",
        "DESCRIBE ?s { ?s ?p [] }",
        "ASK { ?s ?p [] }",
        "CONSTRUCT",
        "",
    ]
    assert [text for text in volatile if not is_volatile(text)] == []
    assert [text for text in stable if is_volatile(text)] == []


def test_an_update_is_taken_apart_before_declarations_between_its_operations_alone() -> None:
    whole = [
        "INSERT DATA { <a:s> <a:p> '; PREFIX a: <b>' } # ; PREFIX",
        "PREFIX prefix: <a:> INSERT { ?s ?p ?o ; prefix:base 1 } WHERE { ?s ?p ?o ; ?base 1 }",
        "CLEAR ALL ; CLEAR ALL ;",
    ]
    assert [text for text in whole if [*parts(text)] != [text]] == []
    text = "BASE <a:>CLEAR ALL;#\nPREFIX b:<b>DROP ALL;base<c>CLEAR ALL"
    assert [part.split() for part in parts(text)] == [
        ["BASE", "<a:>CLEAR", "ALL;#"],
        ["BASE", "<a:>", "PREFIX", "b:<b>DROP", "ALL;"],
        ["BASE", "<a:>", "PREFIX", "b:<b>", "base<c>CLEAR", "ALL"],
    ]
    assert [text[len(part) - 9 : len(part)] for part in parts(text)] == [part[-9:] for part in parts(text)]


blanks = st.lists(st.sampled_from([" ", "\n", "\t", "\r\n", "#\n", "# SELECT <a> ' {\n", "#\r"]), max_size=3).map(
    "".join
)
declarations = st.builds(
    lambda parts, one, two: one.join([*parts[:-1], two + parts[-1]]),
    st.sampled_from(
        [
            ("BASE", "<http://example.org/#ask>"),
            ("PREFIX", "select:", "<http://example.org/>"),
            ("prefix", "a.b-c:", "<http://example.org/>"),
            ("Prefix", ":", "<http://example.org/construct#>"),
            ("VERSION", "'1.2'"),
            ("version", '"1.2"'),
        ]
    ),
    blanks,
    blanks,
)


@given(st.lists(declarations | blanks, max_size=6), st.sampled_from(["SELECT * {}", "ask {}", "DESCRIBE <http://a>"]))
def test_the_form_of_whatever_the_engine_reads_is_known(prologue: list[str], query: str) -> None:
    text = "".join(prologue) + query
    Store().query(text)
    assert query_form(text) == query.split()[0].upper()


@pytest.mark.parametrize(
    "beginning",
    [
        " ",
        "\n",
        "#",
        "#\n",
        "# \r",
        "PREFIX ",
        "PREFIX a: ",
        "PREFIX a:<b>",
        "PREFIX a: <b> # \n",
        "BASE <",
        "BASE<>",
        "BASE #",
        "VERSION '",
        "VERSION '\\'",
        "VERSION ''",
    ],
)
@pytest.mark.parametrize("end", ["", " @", "<", "SELECT"])
def test_a_long_prologue_takes_time_in_proportion(beginning: str, end: str) -> None:
    text = (beginning * LONG)[:LONG] + end
    start = time.process_time()
    query_form(text)
    is_update(text)
    assert time.process_time() - start < 1
