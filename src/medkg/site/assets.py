"""Style sheets, scripts and pictures: under addresses that change with their bytes, and compressed once, when built.

`url_for("static", filename=…)` names the version, so browsers keep a file for as long as they like. What the build
puts beside a file as `.br` or `.gz` goes out in its place to those who take it.
"""

from __future__ import annotations

import hashlib
import os
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, url_for
from werkzeug.exceptions import NotFound
from werkzeug.security import safe_join

from medkg.http.query_parameters import takes

_CODINGS = {"br": ".br", "gzip": ".gz"}
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Let an application serve its static files our way, and templates ask `asset(filename)` for what was built."""
    app.view_functions["static"] = _file
    app.url_default_functions.setdefault(None, []).append(_name_version)
    app.jinja_env.globals["asset"] = asset


def asset(filename: str) -> str | None:
    """The address of a static file; None where there is none, as of a bundle that nobody has built."""
    return url_for("static", filename=filename) if _version(filename) else None


def read_all() -> None:
    """Work out the version of every static file, for a process that may open none later."""
    folder = Path(current_app.static_folder or "")
    for path in folder.rglob("*"):
        if path.is_file():
            _version(path.relative_to(folder).as_posix())


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the version of a static file into its address."""
    if endpoint == "static" and (version := _version(values.get("filename", ""))):
        values.setdefault("v", version)


def _version(filename: str) -> str | None:
    """Some digits of the digest of a static file; None where there is no such file, or it cannot be read."""
    path = _path(filename)
    try:
        return _digest(path, path.stat().st_mtime_ns) if path else None
    except OSError:  # as in an evaluator, where another file has taken its place meanwhile
        return None


@lru_cache(maxsize=512)
def _digest(path: Path, _modified: int) -> str:
    """Some digits of the digest of a file as it is since it was modified."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _path(filename: str) -> Path | None:
    """A file in the directory of static files; None where there is none, or the name leads elsewhere."""
    joined = safe_join(current_app.static_folder or "", filename)
    return Path(joined) if joined and os.path.isfile(joined) else None  # of a name that is too long there is none


@takes("v")
def _file(filename: str) -> Response:
    """A static file, in the coding the client takes; to be kept where its address names its version."""
    path, version = _path(filename), _version(filename)
    if path is None or version is None:
        raise NotFound("There is no such file.")
    coding = next((each for each in _CODINGS if request.accept_encodings[each] and _packed(path, each).is_file()), None)
    content = (_packed(path, coding) if coding else path).read_bytes()
    response = Response(content, content_type=_TYPES.get(path.suffix, "application/octet-stream"))
    response.set_etag(f"{version}-{coding}" if coding else version)
    response.vary.add("Accept-Encoding")
    if coding:
        response.headers["Content-Encoding"] = coding
    if request.args.get("v") == version:
        # https://www.rfc-editor.org/rfc/rfc8246: whoever asks for this version again would get the same
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def _packed(path: Path, coding: str) -> Path:
    """The file beside a file that holds it in a coding."""
    return path.with_name(path.name + _CODINGS[coding])
