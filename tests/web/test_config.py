"""A server is set up by settings, and says which of them cannot be read."""

from __future__ import annotations

import pytest

from medkg.errors import MedkgError
from medkg.settings import SETTINGS, Settings
from medkg.web.config import configured


def settings(**environment: str) -> Settings:
    return Settings(environment={"MEDKG_HOME": "/nowhere", **environment})


def test_the_defaults_told_are_the_defaults_used() -> None:
    told = {each.name: each.default for each in SETTINGS}
    config = configured(settings())
    used = {
        "MEDKG_QUERY_TIMEOUT": f"{config.limits.seconds:g}",
        "MEDKG_QUERY_MEMORY": str(config.limits.memory),
        "MEDKG_ANSWER_BYTES": str(config.limits.answer),
        "MEDKG_ANSWER_ROWS": str(config.limits.rows),
        "MEDKG_REQUEST_BYTES": str(config.limits.request),
        "MEDKG_WRITE_BYTES": str(config.limits.write),
        "MEDKG_QUEUE": str(config.crowd.waiting),
        "MEDKG_CLIENT_QUEUE": str(config.crowd.waiting_each),
        "MEDKG_CACHE_BYTES": str(config.cache_bytes),
        "MEDKG_PROXIES": str(config.proxies),
    }
    assert used == {name: told[name] for name in used}
    assert config.token is None
    assert config.access_log is None


def test_each_setting_reaches_the_server() -> None:
    config = configured(
        settings(
            MEDKG_QUERY_TIMEOUT="2.5",
            MEDKG_EVALUATORS="3",
            MEDKG_CACHE_BYTES="0",
            MEDKG_WRITE_TOKEN="secret",
            MEDKG_ACCESS_LOG="-",
            MEDKG_LOG_QUERIES="1",
            MEDKG_ISSUES="https://example.org/issues/new",
        )
    )
    assert (config.limits.seconds, config.crowd.evaluators, config.cache_bytes) == (2.5, 3, 0)
    assert (config.token, config.access_log, config.log_queries) == ("secret", "-", True)
    assert config.issues == "https://example.org/issues/new"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("MEDKG_QUERY_TIMEOUT", "soon"),
        ("MEDKG_QUERY_TIMEOUT", "0"),
        ("MEDKG_QUERY_TIMEOUT", "nan"),
        ("MEDKG_QUERY_TIMEOUT", "inf"),
        ("MEDKG_QUERY_MEMORY", "1"),
        ("MEDKG_EVALUATORS", "0"),
        ("MEDKG_ANSWER_ROWS", "-5"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(MedkgError, match=f"{name} is a number from"):
        configured(settings(**{name: value}))


@pytest.mark.parametrize(
    "value",
    [
        "issues",
        "example.org/issues",
        "javascript:alert(1)",
        "ftp://example.org/",
        "https://",
        "https://a b/",
        "http://[/",
    ],
)
def test_where_errors_are_reported_is_the_address_of_a_page(value: str) -> None:
    with pytest.raises(MedkgError, match="MEDKG_ISSUES is the address of a page"):
        configured(settings(MEDKG_ISSUES=value))


@pytest.mark.parametrize("token", ["pässwört", " secret", "secret\n", "a\tb", "\udcff"])
def test_a_token_that_no_header_carries_is_refused(token: str) -> None:
    with pytest.raises(MedkgError, match="MEDKG_WRITE_TOKEN goes into a header"):
        configured(Settings(environment={"MEDKG_WRITE_TOKEN": token}))
