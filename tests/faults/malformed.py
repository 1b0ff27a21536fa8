"""Requests that are hardly any, at random: each part is one that has brought some server down, or nearly one."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import strategies as st

METHODS = "GET GET GET POST HEAD PUT DELETE OPTIONS PATCH TRACE CONNECT QUERY PRI get"
TARGETS = """
    /sparql /sparql?query= /sparql?query=%FF /sparql?query=ASK{}&query=ASK{} /sparql?query=ASK{}&timeout=nan
    /sparql?query=ASK{}&timeout=1e-9 /sparql?query=ASK{}&format=x /sparql?query=ASK{}&default-graph-uri=x
    /sparql?update=CLEAR%20ALL /graph-store /graph-store?graph= /graph-store?graph=x%20y /graph-store?default&graph=x:y
    / /datasets?page=-1 /datasets?page=99999999999999999999 /datasets?sort=%00 /dataset/%FF /dataset/x/lineage.json
    /catalog/x/entries.csv /compare?a=x /complete?q=%F0%9F /paper/%2F%2F /query/x?%5B%5D=1 /sitemap-0.xml /leak?x=%0A
    /%00 /..%2f.. //x /sparql%FF /%E0%80%80 http://x/sparql http://[::1/ * x ?
"""
VERSIONS = ["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2", "HTTP/9.9", "", "FTP"]
NAMES = """
    Host Accept Accept-Encoding Accept-Language Authorization Connection Content-Encoding Content-Length Content-Type
    Cookie Expect If-None-Match Origin Range Transfer-Encoding Upgrade X-Forwarded-For X-Forwarded-Proto
"""
VALUES = """
    x -1 5 ² 99999999999999999999 chunked */*;q= text/html;q=x text/html " Bearer 100-continue websocket close bytes=0-
    text/turtle;charset= application/sparql-query application/sparql-query;charset=utf-7 W/ W/* :: [::1 x:y:z
    application/x-www-form-urlencoded multipart/form-data multipart/form-data;boundary= =?utf-8?b?4pyT?= zh;q=nan
"""
ODD = ["", "a" * 9_000, "a," * 5_000, "\x7f", "\xff\xfe", "\t", "a\tb"]
BODIES = [
    b"query=ASK{}",
    b"query=%FF",
    b"update=",
    b"5\r\nASK{}\r\n0\r\n\r\n",
    b"f" * 16 + b"\r\n",
    b"-1\r\n",
    bytes(50),
]
ENDINGS = ["\r\n", "\r\n", "\n", "\r", "\r\n ", "\0\r\n"]

TARGET = st.sampled_from(TARGETS.split()) | st.text(max_size=30).map(lambda text: "/" + quote(text, safe="/?&=%:"))
VALUE = (
    st.sampled_from(VALUES.split())
    | st.sampled_from(ODD)
    | st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=20)
)


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """The bytes of a request whose parts do not fit."""
    first = draw(st.sampled_from(METHODS.split())), draw(TARGET), draw(st.sampled_from(VERSIONS))
    headers = draw(st.lists(st.tuples(st.sampled_from(NAMES.split()), VALUE), max_size=5))
    lines = [" ".join(first), *(f"{name}: {value}" for name, value in headers)]
    ending = draw(st.sampled_from(ENDINGS))
    body = draw(st.binary(max_size=50) | st.sampled_from(BODIES))
    return (ending.join(lines) + "\r\n\r\n").encode("latin-1", "replace") + body


@st.composite
def misprinted(draw: st.DrawFn) -> bytes:
    """The same with a byte that is another, or missing, or two."""
    text = draw(written())
    place = draw(st.integers(0, len(text) - 1))
    return text[:place] + draw(st.binary(max_size=2)) + text[place + 1 :]


ANYTHING = written() | misprinted() | st.binary(max_size=200)
