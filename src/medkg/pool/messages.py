"""The messages that server, keeper and evaluators send each other; `wire` says how.

The server sends an evaluator one of `OPERATIONS`, and gets one of `RESULTS`. A query may have taken an evaluator over,
so each class checks its fields; a message that fits none is a fault of that evaluator.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, ClassVar, Generic, TypeGuard, TypeVar

from medkg.errors import FormatError, MedkgError, MemoryLimit, QueryError, SizeLimit, UnknownName

ResultT = TypeVar("ResultT", bound="Result")

Headers = tuple[tuple[str, str], ...]
"""Names and values of HTTP headers."""

FAILURES: Mapping[str, type[MedkgError]] = {
    kind.__name__: kind for kind in (QueryError, FormatError, UnknownName, SizeLimit, MemoryLimit)
}
"""The failures that an operation may have and that the client can mend, by their names on the wire."""

MAX_LOG_CHARACTERS = 20_000
"""The length of a message for the server's log."""

FORK, ADVANCE, PING = b"f", b"a", b"p"
"""Commands to the keeper, of a byte each. `FORK` comes with a descriptor, `ADVANCE` with a `POSITION`."""

POSITION = struct.Struct("<Q")
"""The number of an update; 0 stands for the last one."""

_PIDS = range(2, 1 << 31)
_STATUSES = range(200, 600)
# https://www.rfc-editor.org/rfc/rfc9110#section-5.1
_HEADER_NAME = re.compile(r"[a-z0-9!#$%&'*+.^_`|~-]+")
_HEADER_VALUE = re.compile(r"[\t\x20-\x7e\x80-\xff]*")


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """What an evaluator answers; `is_last` where it ends after that, and another takes its place."""

    is_last: bool = False
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class DocumentResult(Result):
    """A document, and its content coding where it has one."""

    coding: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageResult(Result):
    """An answer to a request for a page, and messages for the server's log."""

    status: int
    headers: Headers = ()
    log: tuple[str, ...] = ()

    def __post_init__(self) -> None:
        """Refuse with a `ValueError` what no HTTP answer may say."""
        if self.status not in _STATUSES:
            raise ValueError("no status")
        if not all(_HEADER_NAME.fullmatch(name) and _HEADER_VALUE.fullmatch(value) for name, value in self.headers):
            raise ValueError("no headers")
        if any(len(message) > MAX_LOG_CHARACTERS for message in self.log):
            raise ValueError("a message for the log that is too long")


@dataclass(frozen=True, slots=True, kw_only=True)
class ChangeResult(Result):
    """What an operation would change: quads removed, in the first bytes of the body, and quads added, in the others.

    `dropped` and `created` are IRIs of graphs; `existed` says whether the graph that the operation is about was there.
    """

    removed_bytes: int
    dropped: tuple[str, ...]
    created: tuple[str, ...]
    existed: bool

    def __post_init__(self) -> None:
        """Refuse with a `ValueError` a length that is none."""
        if not 0 <= self.removed_bytes <= len(self.body):
            raise ValueError("no length")


@dataclass(frozen=True, slots=True, kw_only=True)
class FailureResult(Result):
    """A failure that the client can mend: the name of one of `FAILURES`, and its message."""

    name: str
    message: str

    def __post_init__(self) -> None:
        """Refuse with a `ValueError` a failure that is not in the list."""
        if self.name not in FAILURES:
            raise ValueError("no failure that is known")

    @property
    def error(self) -> MedkgError:
        """The failure as an exception."""
        return FAILURES[self.name](self.message)


@dataclass(frozen=True, slots=True, kw_only=True)
class InternalErrorResult(Result):
    """A failure that is ours to mend, with its traceback for the server's log."""

    traceback: str

    @property
    def error(self) -> RuntimeError:
        """The failure as an exception."""
        return RuntimeError(self.traceback)


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation(Generic[ResultT]):
    """What an evaluator is to do, and the seconds it has, which the pool fills in."""

    result: ClassVar[type[Result]] = Result
    seconds: float = 0.0
    body: bytes = b""

    def accepts(self, result: Result) -> TypeGuard[ResultT]:
        """Whether a result may be the answer to this."""
        return isinstance(result, self.result)


@dataclass(frozen=True, slots=True, kw_only=True)
class _DocumentOperation(Operation[DocumentResult]):
    """An operation whose result is a document, in a format by its name, and in a content coding where there is one."""

    result: ClassVar[type[Result]] = DocumentResult
    format: str
    coding: str | None = None

    def accepts(self, result: Result) -> TypeGuard[DocumentResult]:
        """Whether a result is a document in the coding asked for, or in none."""
        return isinstance(result, DocumentResult) and result.coding in (None, self.coding)


@dataclass(frozen=True, slots=True, kw_only=True)
class QueryOperation(_DocumentOperation):
    """Evaluate the query in the body."""

    default_graphs: tuple[str, ...] = ()
    named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class GraphReadOperation(_DocumentOperation):
    """Write out a graph; None is the default graph."""

    graph: str | None


@dataclass(frozen=True, slots=True, kw_only=True)
class PageOperation(Operation[PageResult]):
    """Answer a request for a page; `origin` and `prefix` are those of the public address."""

    result: ClassVar[type[Result]] = PageResult
    method: str
    path: str
    query: str
    headers: Headers
    client: str
    origin: str
    prefix: str


@dataclass(frozen=True, slots=True, kw_only=True)
class UpdateOperation(Operation[ChangeResult]):
    """Find out what the update in the body changes."""

    result: ClassVar[type[Result]] = ChangeResult
    using_graphs: tuple[str, ...] = ()
    using_named_graphs: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class _GraphWriteOperation(Operation[ChangeResult]):
    """Find out what it changes to write a graph; `documents` has the format and the bytes of each part of the body."""

    result: ClassVar[type[Result]] = ChangeResult
    graph: str | None
    base_iri: str
    documents: tuple[tuple[str, int], ...] = ()


class GraphPutOperation(_GraphWriteOperation):
    """Replace a graph by the documents in the body."""

    __slots__ = ()


class GraphPostOperation(_GraphWriteOperation):
    """Add the documents in the body to a graph."""

    __slots__ = ()


class GraphDeleteOperation(_GraphWriteOperation):
    """Remove a graph."""

    __slots__ = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluatorHello:
    """An evaluator is ready: its process, and the revision and generation of the keeper it was forked from."""

    pid: int
    revision: str
    generation: int
    body: bytes = b""

    def __post_init__(self) -> None:
        """Refuse with a `ValueError` a number that no process has."""
        if self.pid not in _PIDS or self.generation < 0:
            raise ValueError("no process or no generation")


@dataclass(frozen=True, slots=True, kw_only=True)
class StartFailure:
    """Why there is no evaluator, or no keeper, or why the keeper ends."""

    message: str
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperReport:
    """The keeper's answer to a command: what it holds, and what its evaluators are confined by."""

    revision: str
    position: int
    in_memory: bool
    has_filter: bool
    has_memory_limit: bool
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperProgress:
    """The position that the keeper has reached in the journal while it advances."""

    position: int
    body: bytes = b""


@dataclass(frozen=True, slots=True, kw_only=True)
class KeeperGeneration:
    """The number of times that the keeper has prepared the pages, told whenever it rises."""

    generation: int
    body: bytes = b""


OPERATIONS: tuple[type[Operation[Any]], ...] = (
    QueryOperation,
    GraphReadOperation,
    PageOperation,
    UpdateOperation,
    GraphPutOperation,
    GraphPostOperation,
    GraphDeleteOperation,
)
RESULTS: tuple[type[Result], ...] = (
    DocumentResult,
    PageResult,
    ChangeResult,
    FailureResult,
    InternalErrorResult,
)
FROM_EVALUATORS = (EvaluatorHello, StartFailure, *RESULTS)
FROM_KEEPERS = (KeeperReport, KeeperProgress, KeeperGeneration, StartFailure)
