"""Tokens are those of the grammar as the engine reads it, in time proportional to the text, and lose no character."""

from __future__ import annotations

import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from medkg.evaluation.language import queries, updates
from medkg.evaluation.lexer import Kind, code, tokens
from medkg.model import prefixes
from tests import real

PREFIXES = {
    **prefixes.load(real.ROOT / "ontology"),
    "ex": "http://example.org/",
    "a": "http://a.example.org/",
    "": "http://default.example.org/",
}

QUERIES = [
    "SELECTDISTINCT?s{?s a:b.c:d?o}",
    "prefix:<http://x/>prefix é.b:<http://y>base<http://z/>ask{}",
    "PREFIXselect:<http://x/>ASK{?s select:p 1}",
    "SELECT * { ?s ?p true.ex:a ex:b 1.5.?x ?y 1. }",
    "ASK{FILTER(1<2&&3>2)FILTER(?a<?b||?c>'x')}",
    "ASK{FILTER(EXISTS{?s?p?o}<1)FILTER(?x IN(<http://a#b>,<http://c#d>))}",
    "SELECT(1<2&&3>2 AS?x){}ORDER BY ASC(1<2&&3>2)ex:f(1<2&&3>2)?x<http://f#>(1<2)LIMIT10OFFSET5",
    "SELECT(COUNT(*)AS?n)(SUM(?x<?y&&?y>?x)AS?m){}GROUP BY(?x<?y AS?z)HAVING(?z<3||?z>5)(?z<?z)",
    "ASK{VALUES(?a ?b){(<http://x#1><http://x#2>)(UNDEF 1)}FILTER(?a<?b)}",
    "ASK{?s ?p(?o <http://x#1>'a'<http://x#'2>(1 2)).FILTER ex:f(?o<?p&&?s>1)(1)?p ?o}",
    "ASK{?s ex:p/^(<http://x#a>|!(a|^ex:b))?/ex:c*/ex:d+?o,-1,+1.e0;ex:q[],[ex:p()]}",
    "ASK{<<?s ?p <http://x#o>>>?p<<(?a ?b ?c)>>{|<http://x#y>1|}.?s?p?o~_:b.c}",
    "ASK{FILTER(?o-1<-2&&?o+1>+2)FILTER(!?o)BIND(IF(?a<?b,<http://x#f>(?a<?b&&?b>?a),2)AS?c)}",
    "ASK{{SELECT(MAX(?a<?b&&?b>?a)AS?c){}GROUP BY ?a(?a<?b AS?d)}?s ?p(?a<http://x#1>)}",
    "ASK{?s ?p'a\\'b',\"a\\\"b\",'''a''b''',\"\"\"a\"b\n\"\"\",'x'@en--ltr,'x'@en-GB,'1'^^<http://x#i>}",
    "ASK{?s ex:p%41\\-b\\.c 1;:q :r,:,ex:,:1.b.}",
    "VERSION'1.2'CONSTRUCT{?s ?p _:b.c}FROM<http://x#>FROM NAMED ex:g WHERE{GRAPH?g{?s ?p ?o}}",
    "# SELECT {\nDESCRIBE<http://x#y># }\r?s{?s ?p ?o#>\n}",
    "SELECT*{?s ?p true.GRAPH:x{}GRAPHex:y{}}",
    "ASK{FILTER(1<'x'&&3>'y')FILTER(?a<?b#>'''\n)}#'''",
]
UPDATES = [
    "deletewhere# }\n{ ?s ?p '}' } ; INSERTDATA{GRAPHex:g{ex:a a 01}}",
    "INSERT{?s ex:p ?o}USINGex:g USING NAMED<http://x#g>WHERE{?s ?p ?o FILTER(?s<?o&&?o>?p)}",
    "CLEARSILENTALL;PREFIX x:<http://x/>COPYDEFAULTTO x:g;",
    "WITH<http://x#g>DELETE{?s ?p ?o}INSERT{?s ?p _:b}WHERE{?s ?p ?o}",
]


def is_query(text: str) -> bool:
    """Whether the engine reads a text, which must not call SERVICE."""
    return queries().error(text, PREFIXES) is None


def respaced(text: str) -> str:
    """The tokens of a text on lines of their own, but for brackets: the engine has no `CONCAT (`."""
    return "\n".join(token.text for token in code(text, PREFIXES)).replace("\n(", "(")


def words(text: str) -> list[str]:
    return [token.text for token in code(text, PREFIXES)]


def test_the_engine_reads_a_text_as_its_tokens_apart() -> None:
    stored = [path.read_text(encoding="utf-8") for path in sorted((real.ROOT / "queries").glob("*.rq"))]
    assert len(stored) > 30
    texts = [*QUERIES, *stored]
    assert not [text for text in texts if not is_query(text) or not is_query(respaced(text))]
    judge = updates().error
    assert not [text for text in UPDATES if judge(text, PREFIXES) or judge(respaced(text), PREFIXES)]
    assert not [text for text in (*texts, *UPDATES) for token in code(text, PREFIXES) if token.kind is Kind.ERROR]


operands = st.sampled_from(["?a", "1", "'x'", "'>'", "ex:a", "<http://x#a>", "<http://x#'>", "true", "''@en", "(1)"])
expressions = st.recursive(
    operands,
    lambda inner: (
        st.builds("{}{}{}".format, inner, st.sampled_from(["<", ">", "<=", "=", "&&", "||", "*", "+", "/"]), inner)
        | st.builds("({})".format, inner)
        | st.builds("!{}".format, inner)
        | st.builds("STR({})".format, inner)
        | st.builds("IF({},{},{})".format, inner, inner, inner)
        | st.builds("{} IN({},{})".format, inner, inner, inner)
        | st.builds("EXISTS{{FILTER({})}}".format, inner)
        | st.builds("EXISTS{{?s<http://x#'p>({}<http://y#q>)}}".format, operands)
        | st.builds("{}#>'\n".format, inner)
    ),
    max_leaves=8,
)
places = st.sampled_from(
    [
        "ASK{{FILTER({})}}",
        "SELECT({} AS?x){{}}",
        "SELECT(MAX({})AS?x)(MIN({})AS?y){{}}",
        "ASK{{BIND({} AS?x)?s<http://x#p>?x}}",
        "SELECT*{{}}ORDER BY({})<http://x#f>(1)",
        "ASK{{{{SELECT(1 AS?y){{}}GROUP BY({} AS?x)HAVING({})}}?s ?p(1<http://x#p>)}}",
        "ASK{{FILTER ex:f({},<http://x#p>)?s ?p 1}}",
    ]
)


@given(expressions, places)
def test_less_than_and_iris_are_told_apart_as_the_engine_does(expression: str, place: str) -> None:
    text = place.format(expression, expression)
    assert is_query(text) == is_query(respaced(text))


PIECES = [
    *" \n.;,*/+-!=<>^|?&$(){}[]:#'\"\\@_",
    "?a",
    "ex:a",
    "a",
    "true",
    "<http://x#'a>",
    "<<",
    ">>",
    "_:b",
    "1",
    "1.5",
]
PIECES += [
    "'x'",
    "'''",
    '"""',
    "@en",
    "ASK",
    "{",
    "}",
    "FILTER",
    "(",
    ")",
    "SELECT",
    "WHERE",
    "SERVICE",
    "e1",
    "PREFIX",
    "é",
]


@given(st.lists(st.sampled_from(PIECES) | st.text(max_size=3), max_size=30).map("".join) | st.text())
def test_tokens_joined_are_the_text(text: str) -> None:
    assert "".join(token.text for token in tokens(text)) == text
    assert [token.start for token in tokens(text)] == [
        sum(len(token.text) for token in list(tokens(text))[:number]) for number in range(len(list(tokens(text))))
    ]


@given(st.lists(st.sampled_from(PIECES), max_size=12).map("".join))
def test_any_text_that_the_engine_reads_is_read_as_its_tokens_apart(inside: str) -> None:
    text = f"ASK{{{inside}}}"
    if "SERVICE" not in text and is_query(text):
        assert is_query(respaced(text))


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("SELECT*{SERVICE:x{}}", ["SELECT", "*", "{", "SERVICE", ":x", "{", "}", "}"]),
        ("PREFIX a:<b>a:c", ["PREFIX", "a:", "<b>", "a:c"]),
        ("graphex:g asthma:x", ["graph", "ex:g", "asthma:x"]),
        ("SELEC FILTR(1)", ["SELEC", "FILTR", "(", "1", ")"]),
        ("ASK { ?s ?p 'open }\n ?o", ["ASK", "{", "?s", "?p", "'open }", "?o"]),
        ("'''open \n '' }", ["'''open \n '' }"]),
        ("1.2.3 1. .5 +1e-3", ["1.2", ".3", "1", ".", ".5", "+1e-3"]),
        ("?a-b ?é?x", ["?a", "-", "b", "?é", "?x"]),
        ("<http://{x}> <x y>", ["<http://{x}>", "<", "x", "y", ">"]),
        ("\ufeff\x00\u00a0", ["\ufeff", "\x00", "\u00a0"]),
    ],
)
def test_texts_are_cut_where_the_engine_cuts_them(text: str, expected: list[str]) -> None:
    assert words(text) == expected


def test_keywords_in_strings_comments_iris_and_names_are_not_found() -> None:
    hidden = ["'SERVICE'", '"""\nSERVICE"""', "# SERVICE\n", "<http://SERVICE>", "?SERVICE", "ex:SERVICE", "_:SERVICE"]
    hidden += ["'x'@SERVICE", "'''it's SERVICE'''", "'\\'SERVICE'", "<http://x#'SERVICE>"]
    found = [text for text in hidden if any(token.keyword for token in code(f"?s ex:p {text} .", PREFIXES))]
    assert not found
    assert [token.keyword for token in code("?s a serVICE sparql")] == [None, "a", "SERVICE", None]


HOSTILE = [
    "?s ex:p 'x' .\n",
    '"',
    '"\\',
    "'''",
    "<",
    "<a",
    "<\\u0041",
    "a.",
    "a.b",
    "as",
    "as.",
    "x.y:a..",
    "PREFIX",
    "1.",
]
HOSTILE += ["a:%4", "@a-", "_:a..", "(", "{", ">", "::", "^", "#", "#\n", "é"]


@pytest.mark.parametrize("piece", HOSTILE)
@pytest.mark.parametrize("end", ["", ":x", "'"])
def test_time_is_in_proportion_to_the_text(piece: str, end: str) -> None:
    text = (piece * 200_000)[:200_000] + end
    start = time.process_time()
    assert sum(len(token.text) for token in tokens(text)) == len(text)
    assert time.process_time() - start < 10
