"""What all tests have in common: hypothesis measures no time, for no test may depend on an idle machine."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

settings.register_profile("medkg", deadline=None, suppress_health_check=[HealthCheck.too_slow])
settings.load_profile("medkg")
