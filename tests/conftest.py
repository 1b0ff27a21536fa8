"""What all tests have in common: hypothesis measures no time, for no test may depend on an idle machine."""

from __future__ import annotations

from collections.abc import Iterator

import pytest
from hypothesis import HealthCheck, settings

from tests import tally

settings.register_profile("medkg", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("medkg")


@pytest.fixture(autouse=True)
def _figures(request: pytest.FixtureRequest) -> Iterator[None]:
    """What became of a test's requests, in the report for `benchmarks/faults.py`."""
    tally.REQUESTS.clear()
    yield
    if tally.REQUESTS:
        request.node.user_properties.extend(tally.figures().items())
