"""Whatever a library raises, wherever the server calls one: a problem whose name is in the log, and no traceback.

The front is asked in this process as the server underneath asks it, everything on one thread, and each route is asked
once to see which libraries it calls, then once for each such call, which then fails.
"""

from __future__ import annotations

import asyncio
import re
import shutil
from collections.abc import AsyncIterator, Callable, Iterator
from concurrent.futures import Executor, Future
from dataclasses import dataclass, field
from itertools import cycle
from typing import Any
from urllib.parse import quote, unquote

import brotli
import pytest

from medkg.errors import EngineCrash
from medkg.evaluation.serialization import UNBOUNDED
from medkg.http.routes import routes
from medkg.pool import EvaluatorAnswer, Operation, PageOperation
from medkg.pool.evaluator import _outcome
from medkg.pool.job import Job
from medkg.pool.messages import FROM_EVALUATORS, OPERATIONS
from medkg.pool.operations import EvaluatorContext, run
from medkg.pool.wire import Message, MessageReader, encode
from medkg.server.config import Config
from medkg.server.endpoint import _site
from medkg.server.front import Front
from medkg.server.router import Router
from medkg.settings import Settings
from medkg.site.site import Site
from medkg.snapshots.build import build
from medkg.snapshots.snapshot import Snapshot
from tests.injection import FAILURES, SOURCE, WORDS, Call, Panic, failing, noting
from tests.real import ROOT
from tests.servers import TOKEN
from tests.site import tiny

RIM = tuple(f"{SOURCE}/{wing}/" for wing in ("http", "server", "site"))
ELSEWHERE = (f"{SOURCE}/pool/",)  # whose messages are a matter for tests/pool
LEAST_CALLS = 300
"""The number of calls that are to fail at the least, so that none of them is missed unnoticed."""

SELECT = quote("SELECT * { ?s ?p ?o } LIMIT 3")
CONSTRUCT = quote("CONSTRUCT WHERE { ?s ?p ?o }")


@dataclass(frozen=True, kw_only=True)
class Asked:
    """A request, as the server underneath hands it on.

    https://github.com/emmett-framework/granian/blob/master/docs/spec/RSGI.md
    """

    target: str
    method: str = "GET"
    accept: str = "*/*"
    body: bytes = b""
    media_type: str = "application/sparql-query"
    proto: str = "http"
    http_version: str = "1.1"
    scheme: str = "http"
    client: str = "192.0.2.1:40000"
    authority: str | None = "example.org"

    @property
    def path(self) -> str:
        """The path, which holds no escapes here."""
        return self.target.partition("?")[0]

    @property
    def query_string(self) -> str:
        """The query string as it stands."""
        return self.target.partition("?")[2]

    @property
    def headers(self) -> Headers:
        """The headers."""
        sent = {"content-type": self.media_type, "content-length": str(len(self.body))} if self.body else {}
        return Headers({"accept": self.accept, "accept-encoding": "br", "authorization": f"Bearer {TOKEN}", **sent})


class Headers(dict[str, str]):
    """Headers of which there is one each."""

    def get_all(self, name: str) -> list[str]:
        """The values of a header."""
        return [self[name]] if name in self else []


@dataclass(kw_only=True)
class Answering:
    """The other side of a request: it hands out the body and takes the answer."""

    body: bytes = b""
    answers: list[tuple[int, dict[str, str], bytes]] = field(default_factory=list)

    def response_empty(self, status: int, headers: list[tuple[str, str]]) -> None:
        """Take an answer without a body."""
        self.answers.append((status, dict(headers), b""))

    def response_bytes(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        """Take an answer."""
        self.answers.append((status, dict(headers), body))

    async def __aiter__(self) -> AsyncIterator[bytes]:
        """The body, and the empty part at its end."""
        yield self.body
        yield b""

    async def client_disconnect(self) -> None:
        """Wait for ever: this client stays."""
        await asyncio.Event().wait()


class Inline(Executor):
    """Threads that are this one."""

    def submit(self, work: Callable[..., Any], /, *arguments: Any, **options: Any) -> Future[Any]:
        """The outcome of some work, which is done before this returns."""
        future: Future[Any] = Future()
        try:
            future.set_result(work(*arguments, **options))
        except BaseException as error:
            future.set_exception(error)
        return future


REQUESTS: dict[str, tuple[Asked, ...]] = {
    "/": (Asked(target="/"),),
    "/.well-known/void": (Asked(target="/.well-known/void"), Asked(target="/.well-known/void", accept="text/html")),
    "/<path:name>": tuple(
        Asked(target=f"/{name}", accept=accept)
        for name in ("dataset/lits", "challenge/lits-2017", "catalog/north", "modality/ct", "ontology", "modality")
        for accept in ("text/html", "text/turtle", "application/rdf+xml", "application/ld+json")
    ),
    "/catalog": (Asked(target="/catalog"),),
    "/catalog/<catalog_id>/<any(entries, defects, differences):table>.csv": (
        Asked(target="/catalog/north/entries.csv"),
        Asked(target="/catalog/north/defects.csv"),
        Asked(target="/catalog/north/differences.csv"),
    ),
    "/catalog/<catalog_id>/defects": (Asked(target="/catalog/north/defects"),),
    "/catalog/<catalog_id>/differences": (Asked(target="/catalog/north/differences"),),
    "/compare": (Asked(target="/compare"), Asked(target="/compare?dataset=lits&dataset=acdc")),
    "/complete": (Asked(target="/complete?q=li"),),
    "/dataset/<slug>/cite.bib": (Asked(target="/dataset/lits/cite.bib"),),
    "/dataset/<slug>/lineage": (Asked(target="/dataset/lits/lineage"),),
    "/dataset/<slug>/lineage.<any(svg, mmd):form>": tuple(
        Asked(target=f"/dataset/lits/lineage.{form}") for form in ("svg", "mmd")
    ),
    "/dataset/<slug>/lineage.json": (Asked(target="/dataset/lits/lineage.json"),),
    "/datasets": (Asked(target="/datasets?q=liver"), Asked(target="/datasets?q=liver&format=csv")),
    "/feed.atom": (Asked(target="/feed.atom"),),
    "/graph-store": (
        Asked(target="/graph-store?default"),
        Asked(target="/graph-store?default", accept="application/rdf+xml"),
        Asked(target="/graph-store", method="POST", body=b"<a:s> <a:p> 1 .", media_type="text/turtle"),
        Asked(target="/graph-store?graph=a:g", method="PUT", body=b"<a:s> <a:p> 1 .", media_type="text/turtle"),
        Asked(target="/graph-store?graph=a:g", method="DELETE"),
    ),
    "/help": (Asked(target="/help"),),
    "/help/api": (Asked(target="/help/api"),),
    "/help/cite": (Asked(target="/help/cite"),),
    "/help/grades": (Asked(target="/help/grades"),),
    "/leak": (Asked(target="/leak"), Asked(target="/leak?train=lits&test=acdc")),
    "/livez": (Asked(target="/livez"),),
    "/metrics": (Asked(target="/metrics"),),
    "/paper/<path:address>": (Asked(target="/paper/doi.org/10.1000/nothing"),),
    "/query/<name>": (Asked(target="/query/datasets-by-anatomy?anatomy=liver", accept="text/html"),),
    "/readyz": (Asked(target="/readyz"),),
    "/robots.txt": (Asked(target="/robots.txt"),),
    "/shapes": (Asked(target="/shapes"), Asked(target="/shapes", accept="text/turtle")),
    "/sitemap-<int:number>.xml": (Asked(target="/sitemap-1.xml"),),
    "/sitemap.xml": (Asked(target="/sitemap.xml"),),
    "/sparql": (
        Asked(target="/sparql"),
        Asked(target="/sparql", accept="text/html"),
        Asked(target=f"/sparql?query={SELECT}"),
        Asked(target=f"/sparql?query={SELECT}", accept="text/html"),
        Asked(target=f"/sparql?query={CONSTRUCT}", accept="text/html"),
        Asked(target="/sparql?query=SELEC", accept="text/html"),
        Asked(target="/sparql", method="POST", body=b"ASK {}"),
        Asked(
            target="/sparql",
            method="POST",
            body=b"INSERT DATA { <a:s> <a:p> 1 }",
            media_type="application/sparql-update",
        ),
        Asked(target="/sparql", method="OPTIONS"),
    ),
    "/static/<path:filename>": (Asked(target="/static/icon.svg"), Asked(target="/static/nothing.css")),
}


def make_pages_here(front: Front, snapshot: Snapshot) -> None:
    """Have pages made in this process and not by an evaluator, as that would make them."""
    endpoint = front._publication.endpoint
    store, prefixes = snapshot.in_memory(), dict(endpoint.prefixes)
    site = Site(snapshot, store, prefixes, _site(endpoint.config))
    context = EvaluatorContext(store=store, prefixes=prefixes, bounds=UNBOUNDED, pages=site)
    evaluate = endpoint.evaluate

    async def answered(operation: Operation[Any], **options: Any) -> EvaluatorAnswer[Any]:
        if not isinstance(operation, PageOperation):
            return await evaluate(operation, **options)
        job = Job(operation, "somebody", loop=asyncio.get_running_loop())
        try:
            result = _sent(run(context, _sent(operation, OPERATIONS)), FROM_EVALUATORS)
            outcome = _outcome(result, job, endpoint.revision)
        except Panic as panic:  # of which an evaluator dies
            raise EngineCrash(str(panic)) from panic
        if isinstance(outcome, Exception):
            raise outcome
        return outcome

    endpoint.evaluate = answered  # type: ignore[method-assign]


def _sent(message: Message, kinds: tuple[type[Any], ...]) -> Any:
    """A message as it arrives."""
    (arrived,) = MessageReader(kinds).feed(b"".join(encode(message)))
    return arrived


@pytest.fixture(scope="module")
def front(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Front, asyncio.AbstractEventLoop]]:
    """The front of a server on a small graph, and the loop it runs on; what it does by itself is left out."""
    directory = tmp_path_factory.mktemp("rims")
    settings: Settings = tiny.settings(directory)
    shutil.copytree(ROOT / "tests" / "cli" / "small" / "queries", settings.resources / "queries")
    snapshot: Snapshot = build(settings)
    config = Config(
        snapshots=snapshot.path.parent,
        resources=settings.resources,
        token=TOKEN,
        access_log=str(directory / "access.log"),
    )
    loop = asyncio.new_event_loop()
    front = Front(config, failed=lambda error: pytest.fail(str(error)))
    front.__rsgi_init__(loop)
    for task in front._tasks:
        task.cancel()
    assert front._maintenance is not None
    front._maintenance.cancel()
    front._router = Router(cache=front._cache, threads=Inline())
    make_pages_here(front, snapshot)
    yield front, loop
    front.__rsgi_del__(loop)
    loop.close()


def answer(front: Front, loop: asyncio.AbstractEventLoop, asked: Asked) -> tuple[int, dict[str, str], bytes]:
    """The one answer to a request."""
    protocol = Answering(body=asked.body)
    loop.run_until_complete(front.__rsgi__(asked, protocol))  # type: ignore[arg-type]
    ((status, headers, body),) = protocol.answers
    return status, headers, brotli.decompress(body) if headers.get("content-encoding") == "br" else body


def test_every_route_is_asked(front: tuple[Front, asyncio.AbstractEventLoop]) -> None:
    assert set(REQUESTS) == {each.path for each in routes(front[0]._publication.endpoint.shell)}


def test_every_route_answers(front: tuple[Front, asyncio.AbstractEventLoop]) -> None:
    statuses = {asked: answer(*front, asked)[0] for each in REQUESTS.values() for asked in each}
    assert not [asked for asked, status in statuses.items() if status >= 500]
    assert sum(status < 300 for status in statuses.values()) > 0.8 * len(statuses)


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")  # of what a library had half made
def test_whatever_a_library_raises_is_a_problem_that_is_found_in_the_log(
    front: tuple[Front, asyncio.AbstractEventLoop], caplog: pytest.LogCaptureFixture
) -> None:
    failed: set[tuple[str, str]] = set()
    failures = cycle(FAILURES)
    for asked in (each for requests in REQUESTS.values() for each in requests):
        found: dict[Call, None] = {}
        with noting(found, but=ELSEWHERE):
            answer(*front, asked)
        for call in found:
            # what each module of the rim calls, further in each function of a library once, whoever calls it first
            key = (call.file if call.file.startswith(RIM) else "", call.callee)
            if key in failed:
                continue
            failed.add(key)
            caplog.clear()
            failure = next(failures)()
            if isinstance(failure, Panic) and not call.callee.startswith("pyoxigraph"):
                failure = next(failures)()  # for nothing but the engine panics
            with failing(call, failure):
                told = answer(*front, asked)
            assert is_told(*told, log=caplog.text), (asked, call, failure, told)
    assert len(failed) >= LEAST_CALLS


def is_told(status: int, headers: dict[str, str], body: bytes, *, log: str) -> bool:
    """Whether an answer is one that may be: of a failure, one that says no more than where to find it in the log."""
    if b"Traceback" in body or SOURCE.encode() in body:
        return False
    if status != 500:
        return status < 500 or status in {503, 507}
    occurrences = set(re.findall(r"urn:uuid:[0-9a-f-]{36}", body.decode()))
    is_recorded = len(occurrences) == 1 and occurrences.pop() in log and "Traceback" in log
    return (
        is_recorded
        and WORDS.encode() not in body
        and headers["content-type"].startswith(("application/problem+json", "text/html"))
    )


def test_a_panic_of_the_engine_is_a_problem_too(
    front: tuple[Front, asyncio.AbstractEventLoop], caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch
) -> None:
    def panic(*_: object) -> None:
        raise Panic("index out of bounds")

    monkeypatch.setattr("medkg.site.entities.description_of", panic)
    status, _, body = answer(*front, Asked(target="/dataset/lits"))
    assert status == 500
    assert b"index out of bounds" not in body
    assert "index out of bounds" in caplog.text


ODD = (
    *(
        "%FF",
        "%ED%A0%80",
        "%00",
        "%01",
        "%0D%0A",
        "%EF%BF%BE",
        "%F0%9F%98%80",
        "%E8%82%9D",
        "%zz",
        "%",
        "+",
        "..",
        "//",
    ),
    *("'", '"', "(((", '"AND"', "*", "-", "NEAR(", "<script>", "{}", "[]", "|", "^", "`", "a" * 5_000, "9" * 400 + "-"),
    *("1e400", "-1", "0", "99999999999999999999", "nan", "2017-", "2019-2015", "lits%00", "lits:train", ":", "x:y:z"),
)
"""What somebody may write into an address."""

PARAMETERS = {
    "/datasets": ("q", "modality", "anatomy", "year", "cases", "catalog", "lineage", "sort", "page", "format", "v"),
    "/complete": ("q", "kind"),
    "/compare": ("dataset",),
    "/leak": ("train", "test", "evidence"),
    "/query/datasets-by-anatomy": ("anatomy", "format"),
    "/dataset/lits/lineage": ("evidence",),
    "/dataset/lits/lineage.json": ("towards",),
    "/dataset/lits": ("format",),
    "/catalog/north/differences": ("page",),
    "/static/icon.svg": ("v",),
    "/sparql": ("query", "default-graph-uri", "format", "timeout"),
    "/graph-store": ("graph", "format"),
}


def test_nothing_in_an_address_is_a_fault_of_ours(front: tuple[Front, asyncio.AbstractEventLoop]) -> None:
    targets = [f"{path}?{name}={value}" for path, names in PARAMETERS.items() for name in names for value in ODD]
    for beginning in (
        "/",
        "/dataset/",
        "/catalog/north/",
        "/paper/",
        "/query/",
        "/static/",
        "/graph-store/",
        "/sitemap-",
    ):
        targets += [f"{beginning}{unquote(value)}{end}" for value in ODD for end in ("", "/cite.bib", "/lineage")]
    statuses = {target: answer(*front, Asked(target=target))[0] for target in targets}
    assert not [(target[:80], status) for target, status in statuses.items() if status >= 500]
