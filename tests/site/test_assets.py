"""Style sheets and scripts: kept long by those who have them, compressed for those who take them so."""

from __future__ import annotations

import gzip
import os
from pathlib import Path

import brotli
import pytest
from flask import Flask, url_for
from flask.testing import FlaskClient

from medkg.site import assets

STYLE = b"main { color: black }\n" * 100


@pytest.fixture
def app(tmp_path: Path) -> Flask:
    """An application with a few files."""
    (tmp_path / "plain.css").write_bytes(STYLE)
    (tmp_path / "build").mkdir()
    (tmp_path / "build" / "packed.js").write_bytes(STYLE)
    (tmp_path / "build" / "packed.js.gz").write_bytes(gzip.compress(STYLE))
    (tmp_path / "build" / "packed.js.br").write_bytes(brotli.compress(STYLE))
    app = Flask(__name__, root_path=str(tmp_path), static_folder=tmp_path, static_url_path="/static")
    assets.install(app)
    return app


@pytest.fixture
def client(app: Flask) -> FlaskClient:
    return app.test_client()


def address(app: Flask, filename: str) -> str:
    with app.test_request_context():
        return url_for("static", filename=filename)


def test_an_address_names_the_version_and_is_kept_for_good(app: Flask, client: FlaskClient) -> None:
    answer = client.get(address(app, "plain.css"))
    assert answer.data == STYLE
    assert "immutable" in answer.headers["Cache-Control"]
    assert "no-cache" not in answer.headers["Cache-Control"]


def test_a_change_changes_the_address(app: Flask, client: FlaskClient, tmp_path: Path) -> None:
    before = address(app, "plain.css")
    (tmp_path / "plain.css").write_bytes(b"changed")
    os.utime(tmp_path / "plain.css", ns=(1, 1))
    assert address(app, "plain.css") != before
    answer = client.get(before)
    assert answer.data == b"changed"
    assert "no-cache" in answer.headers["Cache-Control"]


def test_without_a_version_it_is_asked_for_again_by_its_validator(client: FlaskClient) -> None:
    answer = client.get("/static/plain.css")
    assert "no-cache" in answer.headers["Cache-Control"]
    assert client.get("/static/plain.css", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize(("accepted", "coding"), [("gzip, br", "br"), ("gzip", "gzip"), ("identity", None), ("", None)])
def test_it_goes_out_in_the_coding_a_client_takes(client: FlaskClient, accepted: str, coding: str | None) -> None:
    answer = client.get("/static/build/packed.js", headers={"Accept-Encoding": accepted})
    assert answer.headers.get("Content-Encoding") == coding
    assert answer.mimetype == "text/javascript"
    assert "Accept-Encoding" in answer.headers["Vary"]
    unpack = {"br": brotli.decompress, "gzip": gzip.decompress, None: bytes}[coding]
    assert unpack(answer.data) == STYLE


def test_a_bundle_that_was_not_built_has_no_address(app: Flask) -> None:
    with app.test_request_context():
        assert assets.asset("build/packed.js") is not None
        assert assets.asset("build/missing.js") is None


@pytest.mark.parametrize("path", ["missing.css", "../pyproject.toml", "%2e%2e/pyproject.toml", "build", "build/"])
def test_what_is_no_file_of_ours_is_not_found(client: FlaskClient, path: str) -> None:
    assert client.get(f"/static/{path}").status_code == 404


@pytest.mark.parametrize("filename", ["a" * 300, "build/" + "a" * 5_000, "nothing.css", "build", "../test_assets.py"])
def test_what_is_no_file_is_404(client: FlaskClient, filename: str) -> None:
    assert client.get(f"/static/{filename}").status_code == 404
