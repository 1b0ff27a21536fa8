"""A server is set up by settings, and says which of them cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest

from medkg.errors import MedkgError
from medkg.server.config import Config, configuration
from medkg.settings import SETTINGS, Settings


def settings(**environment: str) -> Settings:
    return Settings(environment={"MEDKG_HOME": "/nowhere", **environment})


def test_a_server_without_settings_has_the_declared_values() -> None:
    config = configuration(settings())
    assert config == Config(snapshots=config.snapshots, resources=config.resources)


def test_each_setting_reaches_the_server() -> None:
    config = configuration(
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
    assert (config.limits.seconds, config.pool.evaluators, config.cache_bytes) == (2.5, 3, 0)
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
        ("MEDKG_EVALUATORS", "99999999999999999999"),
        ("MEDKG_EVALUATORS", "2.5"),
        ("MEDKG_EVALUATORS", " "),
        ("MEDKG_QUEUE", "1_000"),
        ("MEDKG_QUEUE", "\u0663"),
        ("MEDKG_CACHE_BYTES", "1e400"),
        ("MEDKG_CACHE_BYTES", "24 MB"),
        ("MEDKG_QUERY_MEMORY", str(1 << 63)),
        ("MEDKG_ANSWER_BYTES", str(1 << 32)),
        ("MEDKG_WRITE_BYTES", "0"),
        ("MEDKG_PROXIES", "0x1"),
    ],
)
def test_a_setting_that_cannot_be_read_is_named(name: str, value: str) -> None:
    with pytest.raises(MedkgError, match=rf"{name} is a (whole )?number from"):
        configuration(settings(**{name: value}))


def test_a_setting_that_is_empty_was_not_set() -> None:
    numbers = {each.name: "" for each in SETTINGS if each.bounds}
    assert configuration(settings(**numbers)) == configuration(settings())


@pytest.mark.parametrize("value", ["yes", "2", "true"])
@pytest.mark.parametrize("name", ["MEDKG_LOG_QUERIES", "MEDKG_DEBUG"])
def test_a_switch_is_on_or_off(name: str, value: str) -> None:
    with pytest.raises(MedkgError, match=f"{name} is 0 or 1, not '{value}'"):
        configuration(settings(**{name: value}))


@pytest.mark.parametrize("name", ["MEDKG_HOME", "MEDKG_RESOURCES"])
def test_a_home_directory_that_nobody_has_is_named(name: str) -> None:
    wrong = Settings(environment={name: "~no-such-user/x"})
    with pytest.raises(MedkgError, match=f"{name} is '~no-such-user/x', and no such home directory is known"):
        configuration(wrong)


@pytest.mark.parametrize("found", [RuntimeError("no home"), Path("~/.local/share/medkg")], ids=["raised", "left as ~"])
def test_where_there_is_no_home_directory_the_way_out_is_said(
    found: Exception | Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def user_data_path(_: str) -> Path:
        if isinstance(found, Exception):
            raise found
        return found

    monkeypatch.setattr("platformdirs.user_data_path", user_data_path)
    with pytest.raises(MedkgError, match="set MEDKG_HOME to a directory that you may write to"):
        configuration(Settings(environment={}))


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
        configuration(settings(MEDKG_ISSUES=value))


@pytest.mark.parametrize("token", ["pässwört", " secret", "secret\n", "a\tb", "\udcff"])
def test_a_token_that_no_header_carries_is_refused(token: str) -> None:
    with pytest.raises(MedkgError, match="MEDKG_WRITE_TOKEN goes into a header"):
        configuration(Settings(environment={"MEDKG_WRITE_TOKEN": token}))
