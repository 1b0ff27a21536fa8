"""A guarded server: one site, one host, readers and writers with tokens of their own, pages of one other origin."""

from __future__ import annotations

import json
import os
import signal
from base64 import b64encode
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from werkzeug.test import Client, TestResponse

from medkg.errors import MedkgError
from medkg.server.config import configuration
from medkg.server.tokens import Tokens
from medkg.settings import Settings
from tests.asking import ASK, BROWSER
from tests.processes import until
from tests.servers import Running, running
from tests.small_graph import small

SITE = "https://data.example.org/medkg/"
READER, FRIEND = "r3ad", "https://app.example.org"
PATHS = ("/", "/dataset/lits", "/sparql", "/sparql?query=ASK%7B%7D", "/graph-store?default", "/metrics", "/robots.txt")
PROBES = ("/livez", "/readyz")


@pytest.fixture(scope="module")
def guarded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Running]:
    """A server with every guard there is."""
    home = small(tmp_path_factory.mktemp("guarded"))
    (home / "writers").write_text("# who may write\nalice: wr1te-a\n\nbob:wr1te-b\nunnamed\n")
    with running(
        home,
        MEDKG_PUBLIC_URL=SITE,
        MEDKG_READ_TOKEN=READER,
        MEDKG_WRITE_TOKEN_FILE=str(home / "writers"),
        MEDKG_CORS=f"{FRIEND} https://other.example.org",
        MEDKG_ACCESS_LOG=str(home / "log"),
    ) as server:
        yield server
        assert "Traceback" not in server.said


def get(server: Running, path: str, token: str = READER, **headers: str) -> TestResponse:
    given = {"Authorization": f"Bearer {token}"} if token else {}
    return server.client.get(path, headers={**given, **{name.replace("_", "-"): it for name, it in headers.items()}})


def insert(client: Client, token: str, value: int = 1) -> TestResponse:
    data, headers = f"INSERT DATA {{ <urn:x:s> <urn:x:p> {value} }}", {"Authorization": f"Bearer {token}"}
    return client.post("/sparql", data=data, content_type="application/sparql-update", headers=headers)


def lines(server: Running) -> list[dict[str, Any]]:
    return [json.loads(line) for line in (server.home / "log").read_text().splitlines()]


# ---- Readers


@pytest.mark.parametrize("headers", [{}, {"Authorization": "Bearer wrong"}, {"Authorization": "Basic %%%"}])
def test_nothing_but_the_probes_is_answered_without_a_token(guarded: Running, headers: dict[str, str]) -> None:
    client = guarded.client
    assert {path: client.get(path, headers=headers).status_code for path in PROBES} == dict.fromkeys(PROBES, 200)
    for path in PATHS:
        answer = client.get(path, headers={"Accept": "application/json", **headers})
        assert answer.status_code == 401, path
        assert answer.headers.getlist("WWW-Authenticate")[0].startswith("Bearer realm=")
        assert answer.headers.getlist("WWW-Authenticate")[1].startswith("Basic realm=")
        assert READER not in answer.text
    assert client.post("/sparql", data={"query": ASK}, headers=headers).status_code == 401
    assert client.options("/sparql", headers=headers).status_code == 401


@pytest.mark.parametrize("token", [READER, "wr1te-a"], ids=["a reader's", "a writer's"])
def test_a_token_opens_everything_by_bearer_and_as_the_password_of_basic(guarded: Running, token: str) -> None:
    basic = b64encode(f"anybody:{token}".encode()).decode()
    for path in PATHS:
        assert get(guarded, path, token).status_code == 200, path
        answer = guarded.client.get(path, headers={"Authorization": f"Basic {basic}", "Accept": BROWSER})
        assert answer.status_code == 200, path


def test_what_is_for_readers_alone_is_kept_by_no_shared_cache(guarded: Running) -> None:
    page = get(guarded, "/").text
    style = page.partition("/static/")[2].partition('"')[0]
    for path in (*PATHS, *PROBES, f"/static/{style.replace('&amp;', '&')}", "/no-such-page"):
        for _ in range(2):  # the second from what is kept
            said = {each.strip() for each in get(guarded, path).headers["Cache-Control"].split(",")}
            assert "private" in said, path
            assert "public" not in said, path


def test_a_refusal_is_not_given_for_an_answer_that_is_kept(guarded: Running) -> None:
    path = "/sparql?query=ASK+%7B+%3Curn:kept%3E+%3Furn+1+%7D"
    assert [get(guarded, path, token).status_code for token in (READER, READER, "", "wrong", READER)] == [
        200,
        200,
        401,
        401,
        200,
    ]


# ---- Writers


def test_a_reader_does_not_write_and_nobody_writes_by_basic(guarded: Running) -> None:
    assert insert(guarded.client, READER).status_code == 401
    headers = {"Authorization": f"Basic {b64encode(b'alice:wr1te-a').decode()}"}
    data, form = "INSERT DATA { <urn:x:s> <urn:x:p> 1 }", "application/sparql-update"
    assert guarded.client.post("/sparql", data=data, content_type=form, headers=headers).status_code == 401


def test_the_log_says_who_wrote_what_and_never_by_which_token(guarded: Running) -> None:
    writers = {"alice": "wr1te-a", "bob": "wr1te-b", "line-5": "unnamed"}
    done = [insert(guarded.client, token, value).headers for value, token in enumerate(writers.values(), 10)]
    until(lambda: sum("revision" in each for each in lines(guarded)) == len(writers))
    written = [(each["writer"], each["revision"]) for each in lines(guarded) if "revision" in each]
    assert written == list(zip(writers, [each["Medkg-Revision"] for each in done], strict=True))
    assert len(dict(written)) == len(writers)
    text = (guarded.home / "log").read_text()
    assert not any(secret in text for secret in ("wr1te", READER, "unnamed"))


def test_a_file_of_tokens_is_read_again_on_sighup_and_stays_in_force_where_it_cannot(tmp_path: Path) -> None:
    home, file = small(tmp_path), tmp_path / "writers"
    file.write_text("alice: first\n")
    with running(home, MEDKG_WRITE_TOKEN_FILE=str(file)) as server:
        client = server.client
        assert (insert(client, "first").status_code, insert(client, "second").status_code) == (204, 401)
        file.write_text("alice: second\n")
        os.kill(server.process.pid, signal.SIGHUP)
        until(lambda: insert(client, "second").status_code == 204)
        assert insert(client, "first").status_code == 401
        file.unlink()
        os.kill(server.process.pid, signal.SIGHUP)
        assert server.has_said("tokens stay as they were")
        assert insert(client, "second").status_code == 204


def test_all_that_is_wrong_with_a_file_of_tokens_is_told_at_once(tmp_path: Path) -> None:
    file = tmp_path / "tokens"
    file.write_text("alice: one\nbob: one\ncarol: pässwört\n\ndave: t\tab\n")
    with pytest.raises(MedkgError) as told:
        configuration(Settings(environment={"MEDKG_HOME": "/nowhere", "MEDKG_WRITE_TOKEN_FILE": str(file)}))
    message = str(told.value)
    assert message.startswith("MEDKG_WRITE_TOKEN_FILE: ")
    assert [f"{file}:{number}: " in message for number in range(1, 6)] == [False, True, True, False, True]
    assert "one'" not in message
    assert "pässwört" not in message


@pytest.mark.parametrize("name", ["MEDKG_WRITE_TOKEN_FILE", "MEDKG_READ_TOKEN_FILE"])
@pytest.mark.parametrize(
    ("content", "why"),
    [
        (None, "No such file"),
        (b"", "has no token"),
        (b"# nobody\n\n", "has no token"),
        (b"\xff\xfe", "no text in UTF-8"),
    ],
)
def test_a_file_without_tokens_is_refused(tmp_path: Path, name: str, content: bytes | None, why: str) -> None:
    file = tmp_path / "tokens"
    if content is not None:
        file.write_bytes(content)
    with pytest.raises(MedkgError, match=rf"{name}: {file}.*{why}"):
        configuration(Settings(environment={"MEDKG_HOME": "/nowhere", name: str(file)}))


def test_the_token_that_is_set_and_those_of_a_file_are_borne_side_by_side(tmp_path: Path) -> None:
    (tmp_path / "tokens").write_text("alice: one\nalice: two\n")  # two at once, while one takes the other's place
    tokens = Tokens("set", tmp_path / "tokens")
    tokens.load()
    borne = {each: tokens.bearer(each) for each in ("set", "one", "two", "", "alice", "one ", "\udcff")}
    assert borne == {"set": "token", "one": "alice", "two": "alice", "": "", "alice": "", "one ": "", "\udcff": ""}


# ---- Hosts


@pytest.mark.parametrize("host", ["evil.example.org", "data.example.org.evil.example", "data.example.org@evil", "a b"])
def test_a_request_for_another_host_is_refused_but_by_the_probes(guarded: Running, host: str) -> None:
    wanted = {400} if " " in host or "@" in host else {421}
    assert {get(guarded, path, Host=host).status_code for path in PATHS if path != "/metrics"} == wanted
    assert {guarded.client.get(path, headers={"Host": host}).status_code for path in PROBES} == {200}


@pytest.mark.parametrize(
    "host", ["data.example.org", "DATA.example.org:443", "127.0.0.1", "[::1]:80", "localhost:8077"]
)
def test_the_site_is_asked_for_by_its_name_or_by_an_address(guarded: Running, host: str) -> None:
    assert {get(guarded, path, Host=host).status_code for path in PATHS} == {200}


def test_an_answer_that_is_kept_is_not_given_to_another_host(guarded: Running) -> None:
    path = "/sparql?query=ASK+%7B+%3Curn:host%3E+%3Furn+1+%7D"
    hosts = ("data.example.org", "data.example.org", "evil.example.org", "data.example.org")
    assert [get(guarded, path, Host=host).status_code for host in hosts] == [200, 200, 421, 200]


# ---- Origins


@pytest.mark.parametrize("path", ["/dataset/lits", "/sparql?query=ASK%7B%7D", "/no-such-page"])
def test_pages_of_the_origins_in_the_list_may_read_and_no_others(guarded: Running, path: str) -> None:
    for _ in range(2):  # the second from what is kept
        friend, stranger, nobody = (
            get(guarded, path, **it) for it in ({"Origin": FRIEND}, {"Origin": "https://x"}, {})
        )
        assert friend.headers["Access-Control-Allow-Origin"] == FRIEND
        assert "ETag" in friend.headers["Access-Control-Expose-Headers"]
        for answer in (stranger, nobody):
            assert not [name for name, _ in answer.headers if name.startswith("Access-Control")]
        for answer in (friend, stranger, nobody):
            assert "Origin" in ",".join(answer.headers.getlist("Vary"))
            assert answer.headers["Cross-Origin-Resource-Policy"] == "same-origin"


def test_without_sharing_no_answer_has_a_header_of_cors(tmp_path: Path) -> None:
    with running(small(tmp_path), MEDKG_CORS="off") as server:
        asked = {"Origin": FRIEND, "Access-Control-Request-Method": "POST"}
        answers = [server.client.get(path, headers=asked) for path in (*PATHS, *PROBES, "/no-such-page")]
        answers.append(server.client.options("/sparql", headers=asked))
        for answer in answers:
            assert not [name for name, _ in answer.headers if name.startswith("Access-Control")], answer
            assert answer.headers["X-Content-Type-Options"] == "nosniff"
            assert answer.headers.get("Cross-Origin-Resource-Policy") != "cross-origin"


@pytest.mark.parametrize("value", ["none", "example.org", "https://a.example/path", "https://a.example, ftp://b", ","])
def test_origins_that_are_none_are_refused(value: str) -> None:
    with pytest.raises(MedkgError, match=r"MEDKG_CORS is \*, off, or a list of origins"):
        configuration(Settings(environment={"MEDKG_HOME": "/nowhere", "MEDKG_CORS": value}))
