"""Where a server listens: a host by name or number and a port, or what is wrong with them."""

from __future__ import annotations

import socket

import pytest

from medkg.errors import MedkgError
from medkg.server.listening import free_port


def has_ipv6() -> bool:
    """Whether this machine listens on ::1."""
    try:
        with socket.socket(socket.AF_INET6) as probe:
            probe.bind(("::1", 0))
    except OSError:
        return False
    return True


@pytest.mark.parametrize("host", ["localhost", "LOCALHOST", "127.0.0.1", "127.1", "0.0.0.0", "0"])
def test_a_host_by_name_or_number_is_an_address_and_a_free_port(host: str) -> None:
    address, port = free_port(host, 0)
    with socket.create_server((address, port), family=socket.AF_INET6 if ":" in address else socket.AF_INET):
        assert port > 0


@pytest.mark.skipif(not has_ipv6(), reason="there is no IPv6 here")
@pytest.mark.parametrize("host", ["::1", "[::1]", "[0:0:0:0:0:0:0:1]"])
def test_an_address_of_ipv6_may_stand_in_brackets(host: str) -> None:
    assert free_port(host, 0)[0] == "::1"


@pytest.mark.parametrize(
    ("host", "hint"),
    [
        ("no.such.host.invalid", "give a name that can be looked up here, or an address"),
        ("", "give a name"),
        ("a b", "give a name"),
        ("a..b", "give a name"),
        ("a" * 300, "give a name"),
        ("a\nb", "give a name"),
        ("\0", "give a name"),
        ("::1%nowhere", "give a name"),
        ("[::1", "give a name"),
        ("localhost:8077", "the port apart from it"),
        ("[::1]:8077", "the port apart from it"),
        ("http://localhost", "the port apart from it"),
        ("http://localhost:8077/", "the port apart from it"),
    ],
)
def test_what_is_no_host_is_named_with_the_way_out(host: str, hint: str) -> None:
    with pytest.raises(MedkgError) as caught:
        free_port(host, 0)
    assert repr(host) in str(caught.value)
    assert hint in str(caught.value)
    assert "\n" not in str(caught.value)


def test_a_port_that_is_taken_is_told() -> None:
    with socket.create_server(("127.0.0.1", 0)) as other, pytest.raises(MedkgError, match="the port is in use"):
        free_port("localhost", other.getsockname()[1])


@pytest.mark.parametrize("port", [-1, 65_536])
def test_a_port_is_a_number_of_16_bits(port: int) -> None:
    with pytest.raises(MedkgError, match="from 0 to 65535"):
        free_port("127.0.0.1", port)
