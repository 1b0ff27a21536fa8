"""Responses to failures: RFC 9457 problem details, or a page for browsers.

No response holds a traceback or a path. Unexpected failures, and those that only the operator can fix, are logged; the
response then names the occurrence by which the log has it.
"""

from __future__ import annotations

import errno
import json
import logging
from collections.abc import Sequence
from http import HTTPStatus
from uuid import uuid4

import flask.testing  # noqa: F401, which Flask imports at an error, when perhaps no file can be opened
from flask import Flask, current_app, render_template, request
from flask import Response as FlaskResponse
from werkzeug.exceptions import HTTPException, InternalServerError

from medkg import errors
from medkg.evaluation.formats import HTML, Format
from medkg.http.messages import Response, document
from medkg.http.negotiation import negotiate

PROBLEM = Format(name="problem", media_types=("application/problem+json", "application/json"), extension="json")

RETRY_AFTER_S = 2
"""Seconds after which a client that was refused for want of capacity may try again."""

_STATUSES: dict[type[BaseException], HTTPStatus] = {
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

# for failures whose messages name our files, and so go into the log only
_PUBLIC_DETAILS: dict[type[BaseException], str] = {
    errors.SnapshotError: "The graph cannot be read at the moment.",
    errors.StorageFull: "There is no room left on the server. Nothing was changed.",
    errors.StorageError: "The server cannot write to its disk. Nothing was changed.",
    errors.DamagedJournal: (
        "The server's journal of updates is damaged and takes no updates until it is repaired. Nothing was changed."
    ),
    errors.StaleUpdate: "Another graph has replaced this one in the meantime; try again on the present one.",
}

_OUT_OF_RESOURCES = {errno.EMFILE, errno.ENFILE, errno.EAGAIN, errno.ENOMEM}
"""Errors of a system that has no files, processes or memory left."""

_OUT_OF_RESOURCES_DETAIL = "The server is out of resources; try again in a moment."
_UNEXPECTED_DETAIL = "Something went wrong on our side."

_log = logging.getLogger("medkg.http")


def install(app: Flask) -> None:
    """Have an application answer every failure by a problem."""
    app.register_error_handler(Exception, _error_response)


def problem(error: BaseException, accept: str) -> Response:
    """The response to a failure, in the format that an Accept header prefers; a page needs an application's context."""
    headers: list[tuple[str, str]] = []
    occurrence = None
    if isinstance(error, InternalServerError):  # in which Flask wraps a failure of an error handler
        error = error.original_exception or error
    if isinstance(error, HTTPException) and error.code is not None and not isinstance(error, InternalServerError):
        status, detail = HTTPStatus(error.code), error.description or ""
        headers += [(name.lower(), value) for name, value in error.get_headers() if name != "Content-Type"]
    elif isinstance(error, errors.Busy) and error.of_client:
        status, detail = HTTPStatus.TOO_MANY_REQUESTS, str(error)
    elif type(error) in _PUBLIC_DETAILS:
        status, detail, occurrence = _STATUSES[type(error)], _PUBLIC_DETAILS[type(error)], uuid4().urn
        _log.error("%s: %s", occurrence, error)
    elif type(error) in _STATUSES:
        status, detail = _STATUSES[type(error)], str(error)
    elif isinstance(error, OSError) and error.errno in _OUT_OF_RESOURCES:
        status, detail, occurrence = HTTPStatus.SERVICE_UNAVAILABLE, _OUT_OF_RESOURCES_DETAIL, uuid4().urn
        _log.error("%s: %s", occurrence, errors.in_one_line(error))
    else:
        status, detail, occurrence = HTTPStatus.INTERNAL_SERVER_ERROR, _UNEXPECTED_DETAIL, uuid4().urn
        _log.error("%s: a request failed", occurrence, exc_info=error)
    if status in {HTTPStatus.SERVICE_UNAVAILABLE, HTTPStatus.TOO_MANY_REQUESTS}:
        headers.append(("retry-after", str(RETRY_AFTER_S)))
    response = _problem_response(status, detail, accept, near=getattr(error, "near", ()), occurrence=occurrence)
    return response.with_headers(("vary", "Accept"), *headers)


def _problem_response(
    status: HTTPStatus, detail: str, accept: str, *, near: Sequence[tuple[str, str]], occurrence: str | None
) -> Response:
    """A problem as JSON, or as a page if the client prefers HTML: https://www.rfc-editor.org/rfc/rfc9457.

    The page links to the datasets whose names are `near` the one that was not found.
    """
    if occurrence is not None:
        detail = f"{detail} It has been recorded as {occurrence}."
    form, _ = negotiate(accept, (PROBLEM, HTML)) or (PROBLEM, PROBLEM.media_type)
    if form is HTML and (page := _page(status, detail, near)) is not None:
        return document(status, HTML.media_type, page)
    members: dict[str, object] = {
        "type": "about:blank",
        "title": status.phrase,
        "status": status.value,
        "detail": detail,
        **({"instance": occurrence} if occurrence else {}),
    }
    return document(status, PROBLEM.media_type, json.dumps(members, ensure_ascii=False))


def _page(status: HTTPStatus, detail: str, near: Sequence[tuple[str, str]]) -> str | None:
    """A problem as a page; None if that fails in turn, as when no file can be opened."""
    try:
        return render_template("problem.html", status=status.value, title=status.phrase, detail=detail, near=near)
    except Exception:
        _log.exception("the page of a problem cannot be rendered")
        return None


def _error_response(error: Exception) -> FlaskResponse:
    """The response of a page to a failure; a MemoryError is raised again, for the evaluator handles it."""
    if isinstance(cause := getattr(error, "original_exception", error), MemoryError):
        raise cause
    if isinstance(error, HTTPException) and (error.code is None or error.code < HTTPStatus.BAD_REQUEST):
        return current_app.make_response(error.get_response())  # a redirect is no problem
    response = problem(error, request.headers.get("accept", ""))
    return FlaskResponse(response.body, status=response.status, headers=list(response.headers))
