"""A visit to the site by a browser that notes what must not happen: errors, and requests to anybody else."""

from __future__ import annotations

import io
import os
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import urlsplit

from PIL import Image
from playwright.sync_api import Browser, BrowserContext, Page, Request

from tests.browser import axe
from tests.servers import PATIENCE, REPOSITORY

IMAGES = REPOSITORY / "docs" / "images"
WIDE = {"width": 1280, "height": 900}
PHONE = {"width": 375, "height": 740}

_REFUSED = "Failed to load resource: the server responded with a status of 4"


@dataclass(kw_only=True)
class Visit:
    """A page of the site, what went wrong on it, and whom it wanted to ask besides the site."""

    site: str
    page: Page
    errors: list[str] = field(default_factory=list)
    strangers: list[str] = field(default_factory=list)

    @classmethod
    @contextmanager
    def begun(cls, browser: Browser, site: str, **options: Any) -> Iterator[Visit]:
        """A visit with the options of a browser's context, which must go without errors."""
        context = browser.new_context(**{"viewport": WIDE, "reduced_motion": "reduce", **options})
        context.set_default_timeout(PATIENCE * 1000)  # milliseconds
        visit = cls(site=site, page=context.new_page())
        visit._watch(context)
        yield visit
        context.close()
        assert not visit.errors
        assert not visit.strangers, "a page asked another host"

    def open(self, path: str, *, status: int = 200) -> Page:
        """Go to a page of the site, which must answer with a status."""
        response = self.page.goto(self.site + path)
        assert response is not None
        assert response.status == status
        return self.page

    def violations(self, *rules: str) -> list[str]:
        """What axe-core has to say against the page as it is now, by all of its rules or by some."""
        return axe.violations(self.page, *rules)

    def picture(self, name: str, *, height: int = 900) -> None:
        """Put a picture of the page as it is now into docs/, where pictures are asked for."""
        if os.environ.get("MEDKG_SCREENSHOTS") != "1":
            return
        width = (self.page.viewport_size or WIDE)["width"]
        self.page.set_viewport_size({"width": width, "height": height})
        taken = Image.open(io.BytesIO(self.page.screenshot(animations="disabled", caret="hide")))
        IMAGES.mkdir(parents=True, exist_ok=True)
        taken.convert("RGB").quantize(128, dither=Image.Dither.NONE).save(IMAGES / f"{name}.png", optimize=True)

    def _watch(self, context: BrowserContext) -> None:
        host = urlsplit(self.site).netloc

        def note(request: Request) -> None:
            url = urlsplit(request.url)
            if url.scheme in ("http", "https", "ws", "wss") and url.netloc != host:
                self.strangers.append(request.url)

        context.on("request", note)  # no route: it would go by way of Python, and without the browser's cache
        self.page.on("pageerror", lambda error: self.errors.append(str(error)))
        self.page.on(
            "console",
            lambda said: (
                self.errors.append(said.text) if said.type == "error" and not said.text.startswith(_REFUSED) else None
            ),
        )
