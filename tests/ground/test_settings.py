"""A setting is declared once: code, container, recipes and guides have the declared value."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from medkg.errors import MedkgError, UnknownName
from medkg.settings import DEFAULTS, SETTINGS, Settings, declaration

REPOSITORY = Path(__file__).parents[2]
WITH_PORT = ("Containerfile", "README.md", "docs/guides/*.md", "examples/*.conf")
"""The files that name the address of a server with the port that it has by default."""


def read(path: str) -> str:
    return (REPOSITORY / path).read_text(encoding="utf-8")


def set_to(**environment: str) -> Settings:
    return Settings(environment=environment)


def test_every_number_has_bounds_that_its_value_keeps() -> None:
    numbers = [each for each in SETTINGS if isinstance(each.value, int | float)]
    assert len(numbers) > 15
    for each in numbers:
        assert each.bounds is not None, each.name
        assert each.bounds.least <= DEFAULTS.number(each.name) <= each.bounds.greatest
        assert each.bounds.parse(each.default) in (each.value, None)  # None for a default in words
    assert [each.name for each in SETTINGS if each.bounds and each not in numbers] == []


def test_a_value_that_is_written_as_its_default_is_the_default() -> None:
    fixed = [each for each in SETTINGS if isinstance(each.value, int | float) and each.default[0].isdigit()]
    written = set_to(**{each.name: each.default for each in fixed})
    assert {each.name: written.number(each.name) for each in fixed} == {each.name: each.value for each in fixed}


def test_an_empty_variable_counts_as_not_set() -> None:
    empty = set_to(MEDKG_HOST="", MEDKG_PORT="", MEDKG_SOCKET="", MEDKG_UMASK="")
    assert (empty.host, empty.port) == ("127.0.0.1", DEFAULTS.port)
    assert (empty.path("MEDKG_SOCKET"), empty.umask) == (None, 0o077)


def test_port_0_is_a_port() -> None:
    assert set_to(MEDKG_PORT="0").port == 0


@pytest.mark.parametrize("value", ["abc", "-1", "65536", "1.5", "nan"])
def test_a_port_is_a_whole_number(value: str) -> None:
    with pytest.raises(MedkgError, match=f"MEDKG_PORT is a whole number from 0 to 65,535, not '{value}'"):
        _ = set_to(MEDKG_PORT=value).port


@pytest.mark.parametrize("value", ["27", "778", "0o27", "1777", "rwx", "-077"])
def test_permissions_are_three_octal_digits(value: str) -> None:
    with pytest.raises(MedkgError, match=f"MEDKG_UMASK is an octal number from 0000 to 0777, not '{value}'"):
        _ = set_to(MEDKG_UMASK=value).umask
    assert {set_to(MEDKG_UMASK=each).umask for each in ("027", "0027", "0o027")} == {0o027}


def test_text_is_no_number() -> None:
    with pytest.raises(TypeError, match="MEDKG_HOST is declared as text"):
        DEFAULTS.number("MEDKG_HOST")


def test_a_setting_that_is_not_declared_is_refused() -> None:
    with pytest.raises(UnknownName, match="no setting is called 'MEDKG_POTR'; did you mean 'MEDKG_PORT'"):
        DEFAULTS.text("MEDKG_POTR")


def test_the_port_of_every_recipe_and_guide_is_the_declared_one() -> None:
    for pattern in WITH_PORT:
        for path in REPOSITORY.glob(pattern):
            ports = re.findall(r"127\.0\.0\.1:(\d+)(?::(\d+))?", path.read_text(encoding="utf-8"))
            assert {int(port) for pair in ports for port in pair if port} <= {DEFAULTS.port}, path.name
    assert re.findall(r"^EXPOSE (\d+)$", read("Containerfile"), re.MULTILINE) == [str(DEFAULTS.port)]


def test_the_limits_of_the_recipes_for_proxies_agree_with_the_declared_ones() -> None:
    nginx, apache = read("examples/nginx.conf"), read("examples/apache.conf")
    (megabytes,) = re.findall(r"client_max_body_size (\d+)m;", nginx)
    (size,) = re.findall(r"LimitRequestBody (\d+)$", apache, re.MULTILINE)
    assert int(megabytes) << 20 == int(size) == declaration("MEDKG_WRITE_BYTES").value
    timeouts = re.findall(r"proxy_read_timeout (\d+)s;", nginx) + re.findall(r"ProxyTimeout (\d+)", apache)
    assert len(timeouts) == 2
    assert all(int(timeout) > DEFAULTS.number("MEDKG_QUERY_TIMEOUT") for timeout in timeouts)


def test_no_other_line_of_the_source_has_the_port() -> None:
    lines = [
        line.strip()
        for path in sorted((REPOSITORY / "src").rglob("*.py"))
        for line in path.read_text(encoding="utf-8").splitlines()
        if re.search(rf"\b{DEFAULTS.port}\b", line) and ">>>" not in line and "http://" not in line
    ]
    assert lines == [f"value={DEFAULTS.port},"]
