"""What goes wrong, told one way: RFC 9457 problem details, or a page for browsers.

No answer holds a traceback or a path. What nobody foresaw is logged, and so is what only the operator can mend; the
answer then names the occurrence by which it is found in the log.
"""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from uuid import uuid4

import flask.testing  # noqa: F401, which Flask imports where a failure is told, when perhaps no file can be opened
from flask import Flask, Response, current_app, render_template, request
from werkzeug.datastructures import MIMEAccept
from werkzeug.exceptions import HTTPException, InternalServerError

from medkg import errors
from medkg.evaluation.formats import HTML, Format, negotiate
from medkg.http.messages import Answer, document

PROBLEM = Format(name="problem", media_types=("application/problem+json", "application/json"), extension="json")

AGAIN = 2
"""Seconds after which a client that was sent away may come back."""

_STATUS: dict[type[BaseException], HTTPStatus] = {
    errors.QueryError: HTTPStatus.BAD_REQUEST,
    errors.ParameterError: HTTPStatus.BAD_REQUEST,
    errors.FormatError: HTTPStatus.NOT_ACCEPTABLE,
    errors.EngineCrash: HTTPStatus.BAD_REQUEST,
    errors.UnknownName: HTTPStatus.NOT_FOUND,
    errors.SizeLimit: HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    errors.TimeLimit: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.LoadLimit: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.MemoryLimit: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.StorageFull: HTTPStatus.INSUFFICIENT_STORAGE,
    errors.StorageError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.Busy: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.DamagedJournal: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.SnapshotError: HTTPStatus.SERVICE_UNAVAILABLE,
    errors.StaleUpdate: HTTPStatus.SERVICE_UNAVAILABLE,
}

# what is told of failures whose own words name our files, which are for the log
_TOLD: dict[type[BaseException], str] = {
    errors.SnapshotError: "The graph cannot be read at the moment.",
    errors.StorageFull: "There is no room left on our side. Nothing was changed.",
    errors.StorageError: "Nothing can be written to disk on our side. Nothing was changed.",
    errors.DamagedJournal: (
        "The journal of updates is damaged on our side, and takes none until it is mended. Nothing was changed."
    ),
    errors.StaleUpdate: "Another graph has taken the place of this one meanwhile; try again on what is there now.",
}

_LACKING = {errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM}
"""What the system says where it has no more files, processes or memory to give for the moment."""

_LACKED = "The server has no means for this at the moment; ask again in a moment."
_UNFORESEEN = "Something went wrong on our side."

_log = logging.getLogger("medkg.http")


def install(app: Flask) -> None:
    """Make an application tell every failure our way."""
    app.register_error_handler(Exception, _told)


def problem(error: BaseException, accept: MIMEAccept) -> Answer:
    """The answer to a failure, in the form the client can read; a page needs an application's context."""
    headers: list[tuple[str, str]] = []
    occurrence = None
    if isinstance(error, InternalServerError):  # in which Flask wraps what fails while a failure is told
        error = error.original_exception or error
    if isinstance(error, HTTPException) and error.code is not None and not isinstance(error, InternalServerError):
        status, detail = HTTPStatus(error.code), error.description or ""
        headers += [(name.lower(), value) for name, value in error.get_headers() if name != "Content-Type"]
    elif isinstance(error, errors.Busy) and error.of_client:
        status, detail = HTTPStatus.TOO_MANY_REQUESTS, str(error)
    elif type(error) in _TOLD:
        status, detail, occurrence = _STATUS[type(error)], _TOLD[type(error)], uuid4().urn
        _log.error("%s: %s", occurrence, error)
    elif type(error) in _STATUS:
        status, detail = _STATUS[type(error)], str(error)
    elif isinstance(error, OSError) and error.errno in _LACKING:
        status, detail, occurrence = HTTPStatus.SERVICE_UNAVAILABLE, _LACKED, uuid4().urn
        _log.error("%s: %s", occurrence, errors.in_one_line(error))
    else:
        status, detail, occurrence = HTTPStatus.INTERNAL_SERVER_ERROR, _UNFORESEEN, uuid4().urn
        _log.error("%s: a request failed", occurrence, exc_info=error)
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers.append(("retry-after", str(AGAIN)))
    written = _written(status, detail, accept, near=getattr(error, "near", ()), occurrence=occurrence)
    return written.with_headers(("vary", "Accept"), *headers)


def _written(
    status: HTTPStatus, detail: str, accept: MIMEAccept, *, near: Sequence[tuple[str, str]], occurrence: str | None
) -> Answer:
    """A problem as JSON, or as a page where that is liked better: https://www.rfc-editor.org/rfc/rfc9457.

    The page leads to the datasets that are near what was asked for.
    """
    if occurrence is not None:
        detail = f"{detail} It has been recorded as {occurrence}."
    form, _ = negotiate(accept, (PROBLEM, HTML)) or (PROBLEM, PROBLEM.media_type)
    if form is HTML and (page := _page(status, detail, near)) is not None:
        return document(status, HTML.media_type, page)
    told: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        **({"instance": occurrence} if occurrence else {}),
    }
    return document(status, PROBLEM.media_type, json.dumps(told, ensure_ascii=False))


def _page(status: HTTPStatus, detail: str, near: Sequence[tuple[str, str]]) -> str | None:
    """A problem as a page; None where that fails in its turn, as where no file can be opened."""
    try:
        return render_template("problem.html", status=status.value, title=status.phrase, detail=detail, near=near)
    except Exception:
        _log.exception("the page of a problem cannot be made")
        return None


def _told(error: Exception) -> Response:
    """The response of a page to a failure; a lack of memory goes on to whoever bounds it."""
    if isinstance(cause := getattr(error, "original_exception", error), MemoryError):
        raise cause
    if isinstance(error, HTTPException) and (error.code is None or error.code < HTTPStatus.BAD_REQUEST):
        return current_app.make_response(error.get_response())  # a redirect is no problem
    answer = problem(error, request.accept_mimetypes)
    return Response(answer.body, status=answer.status, headers=list(answer.headers))
