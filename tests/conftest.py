"""What all tests have in common: hypothesis measures no time, for no test may depend on an idle machine."""

from __future__ import annotations

import os
from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import tally

settings.register_profile("medkg", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("medkg")


def pytest_configure(config: pytest.Config) -> None:
    """Have the hundreds of processes that tests start compile each module once, and write nothing to the sources."""
    cache: pytest.Cache | None = getattr(config, "cache", None)  # there is none where the plugin is switched off
    if cache is not None and os.environ.pop("PYTHONDONTWRITEBYTECODE", ""):
        os.environ["PYTHONPYCACHEPREFIX"] = str(cache.mkdir("bytecode"))


def pytest_xdist_auto_num_workers(config: pytest.Config) -> int:
    """The processes that run tests: two more than there are processors, for tests wait a lot, and four at most."""
    return min(4, 2 + (os.cpu_count() or 1))


@pytest.fixture(autouse=True)
def _figures(request: pytest.FixtureRequest) -> Iterator[None]:
    """What became of a test's requests, in the report for `benchmarks/faults.py`."""
    tally.REQUESTS.clear()
    yield
    if tally.REQUESTS:
        request.node.user_properties.extend(tally.figures().items())
