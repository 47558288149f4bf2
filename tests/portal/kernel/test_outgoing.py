"""Requests to addresses that somebody has typed reach public hosts alone."""

from typing import Any

import pytest
import requests

from portal.kernel.outgoing import OutgoingSession, is_allowed_address, is_public
from tests.support.oidc_provider import oidc_server


@pytest.fixture(autouse=True)
def _as_installed(settings: Any) -> None:
    settings.SSO_ALLOW_LOOPBACK = False


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "0.0.0.0",
        "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1",
        "2002:0a00:0001::1",
    ],
)  # fmt: skip
def test_an_address_inside_is_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", ["9.9.9.9", "2620:fe::fe", "64:ff9b::9.9.9.9"])
def test_an_address_of_the_internet_is_public(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize(
    "url",
    [
        "http://example.org/",
        "https://a:b@example.org/",
        "ftp://example.org/",
        "https://",
        "https://[",
        "//example.org",
    ],
)
def test_only_an_address_with_https_and_without_names_is_asked(url: str) -> None:
    assert not is_allowed_address(url)
    with pytest.raises(requests.RequestException):
        OutgoingSession().get(url)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "[::1]"])
def test_a_name_that_leads_inside_is_not_connected_to(host: str) -> None:
    with oidc_server() as server, pytest.raises(requests.ConnectionError, match="no public address"):
        OutgoingSession().get(f"https://{host}:{server.issuer.rpartition(':')[2]}/keys")
    assert server.requests == []


def test_an_answer_without_end_is_given_up(settings: Any) -> None:
    settings.SSO_ALLOW_LOOPBACK = True
    with oidc_server() as server:
        server.user_information = {"sub": "1" * 600_000}
        with pytest.raises(requests.Timeout):
            OutgoingSession().get(f"{server.issuer}/user")
