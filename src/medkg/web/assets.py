"""Style sheets, scripts and pictures: under addresses that change with their bytes, and compressed once, when built.

`url_for("static", filename=…)` names the version, so browsers keep a file for as long as they like. What the build
puts beside a file as `.br` or `.gz` goes out in its place to those who take it.
"""

from __future__ import annotations

import hashlib
from functools import lru_cache
from pathlib import Path
from typing import Any

from flask import Flask, Response, current_app, request, send_from_directory, url_for
from werkzeug.datastructures import Accept

_CODINGS = (("br", ".br"), ("gzip", ".gz"))
_YEAR = 365 * 24 * 3600


def install(app: Flask) -> None:
    """Let an application serve its static files our way, and templates ask `asset(filename)` for what was built."""
    app.view_functions["static"] = _file
    app.url_default_functions.setdefault(None, []).append(_name_version)
    app.jinja_env.globals["asset"] = asset


def asset(filename: str) -> str | None:
    """The address of a static file; None where there is none, as of a bundle that nobody has built."""
    return url_for("static", filename=filename) if _version(filename) else None


def _name_version(endpoint: str, values: dict[str, Any]) -> None:
    """Put the version of a static file into its address."""
    if endpoint == "static" and (version := _version(values.get("filename", ""))):
        values.setdefault("v", version)


def _version(filename: str) -> str | None:
    """Some digits of the digest of a static file; None where there is no such file."""
    path = _directory() / filename
    try:
        return _digest(path, path.stat().st_mtime_ns)
    except OSError:
        return None


@lru_cache(maxsize=512)
def _digest(path: Path, _modified: int) -> str:
    """Some digits of the digest of a file as it is since it was modified."""
    return hashlib.sha256(path.read_bytes()).hexdigest()[:12]


def _directory() -> Path:
    """Where the static files are."""
    return Path(current_app.static_folder or "")


def _file(filename: str) -> Response:
    """A static file, in the coding the client takes; to be kept where its address names its version."""
    directory = _directory()
    coding = _coding(directory / filename, request.accept_encodings)
    response = send_from_directory(directory, filename + (coding[1] if coding else ""), max_age=0)
    if coding:
        response.headers["Content-Type"] = _plain_type(filename)
        response.headers["Content-Encoding"] = coding[0]
    response.vary.add("Accept-Encoding")
    if request.args.get("v") == _version(filename):
        # https://www.rfc-editor.org/rfc/rfc8246: whoever asks for this version again would get the same
        response.headers["Cache-Control"] = f"public, max-age={_YEAR}, immutable"
    else:
        response.cache_control.no_cache = True
    return response


def _coding(path: Path, accepted: Accept) -> tuple[str, str] | None:
    """The best coding that a client takes and the build has made, and the ending of its file."""
    return next(
        ((name, end) for name, end in _CODINGS if accepted[name] and path.with_name(path.name + end).is_file()), None
    )


def _plain_type(filename: str) -> str:
    """The media type of a file that is not compressed."""
    types = {".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8", ".map": "application/json"}
    return types.get(Path(filename).suffix, "application/octet-stream")
