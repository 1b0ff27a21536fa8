"""The SPARQL endpoint: `/sparql` by GET and by both forms of POST, for queries and updates.

https://www.w3.org/TR/sparql11-protocol/
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from medkg.caches import cached_if_short
from medkg.evaluation import GRAPHS, RESULTS, Format, formats
from medkg.evaluation.formats import content_type
from medkg.evaluation.language import is_volatile, query_form
from medkg.http.messages import Answer, Request, accepted
from medkg.http.negotiation import EVERYWHERE, chosen, etag
from medkg.http.preconditions import Preconditions, store_states
from medkg.http.sparql_request import SparqlRequest
from medkg.pool import ChangeResult, DocumentResult, EvaluatorAnswer, QueryOperation, UpdateOperation
from medkg.server import access
from medkg.server.endpoint import Endpoint

_KEEP_BUT_ASK = ("cache-control", "no-cache")
_VARY = ("vary", "Accept, Accept-Encoding")


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    """A question with all that decides the bytes of its answer; `etag` is None where asking twice may differ."""

    question: SparqlRequest
    format: Format
    media_type: str
    coding: str | None
    revision: str
    etag: str | None


def wanted(asked: SparqlRequest, request: Request, revision: str) -> Wanted:
    """The representation of an answer that a client wants; an HTTP exception where there is none such."""
    is_graph = query_form(asked.text) in {"CONSTRUCT", "DESCRIBE"}
    form, media_type = _chosen(is_graph, asked.format, request.headers.get("accept"))
    coding = formats.preferred_coding(request.headers.get("accept-encoding", ""))
    validator = None
    if not is_volatile(asked.text):
        graphs = (*asked.default_graphs, "named", *asked.named_graphs)
        validator = etag(revision, asked.text, *graphs, media_type, coding or "")
    return Wanted(question=asked, format=form, media_type=media_type, coding=coding, revision=revision, etag=validator)


def page_key(asked: SparqlRequest, request: Request, revision: str) -> str | None:
    """What names the page of a result among the answers kept; None where asking twice may differ."""
    if is_volatile(asked.text):
        return None
    coding = formats.preferred_coding(request.headers.get("accept-encoding", ""))
    graphs = (*asked.default_graphs, "named", *asked.named_graphs)
    return etag("page", revision, asked.text, *graphs, coding or "", request.url)


@cached_if_short(entries=256, longest=500)
def _chosen(is_graph: bool, name: str | None, accept: str | None) -> tuple[Format, str]:
    """The format wanted and what to call it; there are few ways to ask for one."""
    return chosen(GRAPHS if is_graph else RESULTS, name, accepted(accept))


def not_modified(want: Wanted) -> Answer:
    """The answer for a client that has the representation already."""
    assert want.etag is not None  # or it could not have said so
    return Answer(status=304, headers=(("etag", want.etag), _VARY, _KEEP_BUT_ASK))


async def answer(want: Wanted, client: str, endpoint: Endpoint, when_slow: Callable[[], None]) -> Answer:
    """What a query finds, in the representation wanted; raises what evaluation raises."""
    asked = want.question
    query = QueryOperation(
        default_graphs=tuple(asked.default_graphs),
        named_graphs=tuple(asked.named_graphs),
        format=want.format.name,
        coding=want.coding,
        body=asked.text.encode(),
    )
    found = await endpoint.evaluate(query, client=client, seconds=asked.seconds, when_slow=when_slow)
    return represented(found, want.media_type, want.etag if found.revision == want.revision else None)


def represented(found: EvaluatorAnswer[DocumentResult], media_type: str, validator: str | None) -> Answer:
    """A document from an evaluator as an answer."""
    headers = [("content-type", content_type(media_type)), _VARY, _KEEP_BUT_ASK]
    if found.result.coding:
        headers.append(("content-encoding", found.result.coding))
    if validator is not None:
        headers.append(("etag", validator))
    return Answer(status=200, headers=(*headers, *EVERYWHERE), body=found.result.body)


async def change(asked: SparqlRequest, request: Request, endpoint: Endpoint, when_slow: Callable[[], None]) -> Answer:
    """What an update does: durable and seen by every reader once this returns.

    https://www.w3.org/TR/sparql11-protocol/#update-operation
    """
    access.authorize(request, is_writable=endpoint.config.is_writable)
    update = UpdateOperation(
        using_graphs=tuple(asked.default_graphs),
        using_named_graphs=tuple(asked.named_graphs),
        body=asked.text.encode(),
    )
    conditions = Preconditions.of(request)

    def allow(done: EvaluatorAnswer[ChangeResult]) -> None:
        conditions.require(store_states(done.revision), is_there=True)

    done = await endpoint.write(update, client=request.client, seconds=asked.seconds, allow=allow, when_slow=when_slow)
    return Answer(status=204, headers=(("medkg-revision", done.revision),))
