"""A real server on the real graph, and a real browser in front of it."""

from __future__ import annotations

import os
import shutil
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, expect, sync_playwright

from tests import real
from tests.browser.visits import Visit
from tests.servers import PATIENCE, REPOSITORY, running

BROWSERS = ("chromium", "chromium-browser", "google-chrome")
FLAGS = (
    "--no-sandbox",  # in a container there is none to be had; the pages are our own
    "--no-proxy-server",
    "--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE 127.0.0.1, EXCLUDE localhost",  # nobody else can be asked
)
SCRIPTS = REPOSITORY / "src" / "medkg" / "site" / "static" / "build" / "editor.js"


@pytest.fixture(scope="session")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The address of a server on the repository's data."""
    if not SCRIPTS.is_file():
        missing("the pages' scripts are not built; python hatch_build.py does it")
    home = real.snapshot().path.parents[1]
    with running(home, MEDKG_QUERY_TIMEOUT=str(PATIENCE)) as server:
        yield server.address.rstrip("/")


@pytest.fixture(scope="module")  # no longer, for its driver keeps an event loop running that other tests stumble over
def browser() -> Iterator[Browser]:
    """The browser of this machine."""
    program = next(filter(None, map(shutil.which, BROWSERS)), None)
    if program is None:
        missing(f"there is none of {', '.join(BROWSERS)}")
    with sync_playwright() as playwright:
        expect.set_options(timeout=PATIENCE * 1000)  # milliseconds
        started = playwright.chromium.launch(executable_path=program, args=FLAGS)
        yield started
        started.close()


@pytest.fixture
def visit(browser: Browser, site: str) -> Iterator[Visit]:
    """A visitor of the site, who must see no error and be sent nowhere else."""
    with Visit.begun(browser, site) as visit:
        yield visit


def missing(reason: str) -> None:
    """Skip a test for want of something, or fail it where everything has to be there."""
    if os.environ.get("MEDKG_REQUIRE_BROWSER") == "1":
        pytest.fail(reason)
    pytest.skip(reason)
