"""What goes wrong, told one way: RFC 9457 problem details, or a page for browsers.

No answer holds a traceback or a path; what nobody foresaw is logged and told as "internal error".
"""

from __future__ import annotations

import json
from http import HTTPStatus

from flask import Flask, Response, current_app, render_template, request
from werkzeug.exceptions import HTTPException

from medkg.errors import ParameterError, QueryError, UnknownName
from medkg.evaluation.formats import HTML, Format, content_type, negotiate

PROBLEM = Format(name="problem", media_types=("application/problem+json", "application/json"), extension="json")

_STATUS: dict[type[Exception], int] = {QueryError: 400, ParameterError: 400, UnknownName: 404}


def install(app: Flask) -> None:
    """Make an application tell every failure our way."""
    app.register_error_handler(Exception, told)


def told(error: Exception) -> Response:
    """The response to a failure."""
    if isinstance(error, HTTPException):
        if error.code is None or error.code < HTTPStatus.BAD_REQUEST:  # a redirect is no problem
            return current_app.make_response(error.get_response())
        response = _problem(error.code, error.description or "")
        response.headers.extend((name, value) for name, value in error.get_headers() if name != "Content-Type")
        return response
    status = _STATUS.get(type(error))
    if status is not None:
        return _problem(status, str(error))
    current_app.logger.exception("%s %s failed", request.method, request.path)
    return _problem(500, "Something went wrong on our side; it has been recorded.")


def _problem(status: int, detail: str) -> Response:
    """A problem in the form the client can read: https://www.rfc-editor.org/rfc/rfc9457."""
    title = HTTPStatus(status).phrase
    form, media_type = negotiate(request.accept_mimetypes, (PROBLEM, HTML)) or (PROBLEM, PROBLEM.media_type)
    if form is HTML:
        body = render_template("problem.html", status=status, title=title, detail=detail)
    else:
        media_type = PROBLEM.media_type
        problem = {"type": "about:blank", "title": title, "status": status, "detail": detail}
        body = json.dumps(problem, ensure_ascii=False)
    response = Response(body, status=status, content_type=content_type(media_type))
    response.vary.add("Accept")
    return response
