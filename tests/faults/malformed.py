"""Requests that are hardly any, at random: each part is one that has brought some server down, or nearly one."""

from __future__ import annotations

from urllib.parse import quote

from hypothesis import strategies as st

METHODS = st.sampled_from(
    ["GET", "POST", "HEAD", "PUT", "DELETE", "OPTIONS", "PATCH", "TRACE", "CONNECT", "QUERY", "PRI", "get"]
)
TARGETS = st.sampled_from(
    [
        "/sparql",
        "/sparql?query=",
        "/sparql?query=%FF",
        "/sparql?query=ASK{}&timeout=nan",
        "/sparql?query=ASK{}&format=x",
        "/sparql?query=ASK{}&default-graph-uri=x",
        "/graph-store",
        "/graph-store?graph=",
        "/graph-store?graph=x%20y",
        "/%00",
        "/..%2f..",
        "//x",
        "/sparql%FF",
        "http://x/sparql",
        "*",
        "x",
        "?",
    ]
) | st.text(max_size=30).map(lambda text: "/" + quote(text, safe="/?&=%:"))
VERSIONS = st.sampled_from(["HTTP/1.1", "HTTP/1.1", "HTTP/1.0", "HTTP/2", "HTTP/9.9", "", "FTP"])
NAMES = st.sampled_from(
    [
        "Host",
        "Accept",
        "Accept-Encoding",
        "Authorization",
        "Connection",
        "Content-Encoding",
        "Content-Length",
        "Content-Type",
        "Cookie",
        "Expect",
        "If-None-Match",
        "Origin",
        "Range",
        "Transfer-Encoding",
        "Upgrade",
        "X-Forwarded-For",
        "X-Forwarded-Proto",
    ]
)
VALUES = (
    st.sampled_from(
        [
            "x",
            "-1",
            "5",
            "²",
            "99999999999999999999",
            "chunked",
            "*/*;q=",
            "text/html;q=x",
            '"',
            "Bearer",
            "100-continue",
            "websocket",
            "close",
            "bytes=0-",
            "text/turtle;charset=",
            "application/sparql-query",
            "application/sparql-query;charset=utf-7",
            "W/",
            "W/*",
            "::",
            "[::1",
            "x:y:z",
            "application/x-www-form-urlencoded",
            "multipart/form-data",
            "multipart/form-data;boundary=",
            "=?utf-8?b?4pyT?=",
        ]
    )
    | st.sampled_from(["", "a" * 9_000, "a," * 5_000, "\x7f", "\xff\xfe"])
    | st.text(st.characters(codec="latin-1", exclude_characters="\r\n\0"), max_size=20)
)
BODIES = st.binary(max_size=50) | st.sampled_from(
    [
        b"query=ASK{}",
        b"query=%FF",
        b"update=",
        b"5\r\nASK{}\r\n0\r\n\r\n",
        b"ffffffffffffffff\r\n",
        b"-1\r\n",
        b"\0" * 50,
    ]
)


@st.composite
def written(draw: st.DrawFn) -> bytes:
    """The bytes of a request whose parts do not fit."""
    lines = [f"{draw(METHODS)} {draw(TARGETS)} {draw(VERSIONS)}"]
    lines += [f"{draw(NAMES)}: {draw(VALUES)}" for _ in range(draw(st.integers(0, 5)))]
    ending = draw(st.sampled_from(["\r\n", "\r\n", "\n", "\r", "\r\n ", "\0\r\n"]))
    return (ending.join(lines) + "\r\n\r\n").encode("latin-1", "replace") + draw(BODIES)


@st.composite
def misprinted(draw: st.DrawFn) -> bytes:
    """The same with a byte that is another, or missing, or two."""
    text = draw(written())
    place = draw(st.integers(0, len(text) - 1))
    return text[:place] + draw(st.binary(max_size=2)) + text[place + 1 :]


ANYTHING = written() | misprinted() | st.binary(max_size=200)
