"""Static files: under addresses that name their version, and compressed when they are built.

`url_for("static", filename=…)` adds the version, so that browsers keep a file for a year. A file with `.br` or `.gz`
beside it, as the build makes them, is sent in that coding to clients that accept it.
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

_SUFFIXES = {"br": ".br", "gzip": ".gz"}  # of files in a coding
_CONTENT_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
}
_YEAR_S = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Have an application serve its static files by this module, and templates use `asset(filename)`."""
    app.view_functions["static"] = _static_file
    app.url_default_functions.setdefault(None, []).append(_add_version)
    app.jinja_env.globals["asset"] = asset


def asset(filename: str) -> str | None:
    """The address of a static file; None if there is none, such as a bundle that was not built."""
    return url_for("static", filename=filename) if _version(filename) else None


def compute_versions() -> None:
    """Compute the version of every static file, for a process that can open no files later."""
    folder = Path(current_app.static_folder or "")
    for path in folder.rglob("*"):
        if path.is_file():
            _version(path.relative_to(folder).as_posix())


def _add_version(endpoint: str, values: dict[str, Any]) -> None:
    """Add the version of a static file to its address."""
    if endpoint == "static" and (version := _version(values.get("filename", ""))):
        values.setdefault("v", version)


def _version(filename: str) -> str | None:
    """The first digits of a static file's digest; None if there is no such file, or it cannot be read."""
    path = _path(filename)
    try:
        return _digest(path, path.stat().st_mtime_ns) if path else None
    except OSError:  # such as in an evaluator, after the file was replaced
        return None


@lru_cache(maxsize=512)
def _digest(path: Path, _modified_ns: int) -> str:
    """The first digits of the digest of a file, as it is since it was modified."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _path(filename: str) -> Path | None:
    """A file in the directory of static files; None if there is none, or the name leads out of the directory."""
    joined = safe_join(current_app.static_folder or "", filename)
    return Path(joined) if joined and os.path.isfile(joined) else None  # which is False for a name that is too long


@takes("v")
def _static_file(filename: str) -> Response:
    """A static file, in the content coding that the client prefers; immutable if the address names its version."""
    path, version = _path(filename), _version(filename)
    if path is None or version is None:
        raise NotFound("There is no such file.")
    coding = request.accept_encodings.best_match(name for name in _SUFFIXES if _coded_path(path, name).is_file())
    content = (_coded_path(path, coding) if coding else path).read_bytes()
    response = Response(content, content_type=_CONTENT_TYPES.get(path.suffix, "application/octet-stream"))
    response.set_etag(f"{version}-{coding}" if coding else version)
    response.vary.add("Accept-Encoding")
    if coding:
        response.headers["Content-Encoding"] = coding
    if request.args.get("v") == version:
        # https://www.rfc-editor.org/rfc/rfc8246: this address never has another content
        response.headers["Cache-Control"] = f"public, max-age={_YEAR_S}, immutable"
    else:
        response.cache_control.no_cache = True
    response.make_conditional(request)
    return response


def _coded_path(path: Path, coding: str) -> Path:
    """The path of a file in a content coding."""
    return path.with_name(path.name + _SUFFIXES[coding])
