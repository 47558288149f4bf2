"""Requests to addresses that somebody has typed reach public hosts alone."""

import socket
import time
from typing import Any

import pytest
import requests

from portal.kernel import outgoing
from portal.kernel.outgoing import OutgoingSession, is_allowed_address, is_public
from tests.support.oidc_provider import oidc_server
from tests.support.webhook_receiver import webhook_receiver


@pytest.fixture(autouse=True)
def _as_installed(settings: Any) -> None:
    settings.OUTGOING_ALLOW_LOOPBACK = False


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1", "10.1.2.3", "192.168.0.1", "172.16.0.1", "169.254.169.254", "100.64.0.1", "224.0.0.1", "0.0.0.0",
        "255.255.255.255", "::1", "::", "fe80::1", "fd00::1", "ff02::1", "::ffff:10.0.0.1", "64:ff9b::10.0.0.1",
        "2002:0a00:0001::1", "64:ff9b:1::a00:1", "64:ff9b:1:fffe::10.0.0.1", "fec0::1", "::10.0.0.1",
        "::ffff:0:10.0.0.1",
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
    settings.OUTGOING_ALLOW_LOOPBACK = True
    with oidc_server() as server:
        server.user_information = {"sub": "1" * 600_000}
        with pytest.raises(requests.Timeout):
            OutgoingSession().get(f"{server.issuer}/user")


@pytest.mark.parametrize("way", ["hangs", "trickles"])
def test_an_answer_that_trickles_is_cut_in_time(
    settings: Any, monkeypatch: pytest.MonkeyPatch, way: str
) -> None:
    """Each byte comes within the wait for one; the whole does not come within the wait for the whole."""
    settings.OUTGOING_ALLOW_LOOPBACK = True
    monkeypatch.setattr("portal.kernel.outgoing.session._POST_WHOLE", 1.0)
    with webhook_receiver() as receiver:
        setattr(receiver, way, True)
        answer = outgoing.post(receiver.address, b"{}", {})

    assert (answer.status, answer.fault) == (None, outgoing.PostFault.TIMEOUT)
    assert 900 <= answer.milliseconds < 2500


def test_a_name_server_that_is_silent_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("portal.kernel.outgoing.session._POST_WHOLE", 0.3)
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: time.sleep(3))

    answer = outgoing.post("https://example.org/", b"{}", {})

    assert answer.fault == outgoing.PostFault.TIMEOUT
    assert answer.milliseconds < 2000


@pytest.mark.parametrize(
    ("address", "fault"),
    [("http://example.org/", "address"), ("https://127.0.0.1:1/", "address"), ("https://[::1]/", "address")],
)
def test_what_is_posted_to_an_inner_address_goes_nowhere(address: str, fault: str) -> None:
    assert outgoing.post(address, b"{}", {}).fault == fault


def test_a_name_that_leads_inside_at_the_second_look_is_not_asked_twice(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """The address that was checked is the one that is connected to."""
    looks: list[str] = []
    connections: list[Any] = []

    def look_up(host: str, port: int, **_options: Any) -> Any:
        looks.append(host)
        return [(2, 1, 6, "", ("9.9.9.9" if len(looks) == 1 else "127.0.0.1", port))]

    def connect(place: Any, **_options: Any) -> Any:
        connections.append(place)
        raise OSError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    monkeypatch.setattr(socket, "create_connection", connect)

    assert outgoing.post("https://example.org/", b"{}", {}).fault == "connection"
    assert (looks, connections) == (["example.org"], [("9.9.9.9", 443)])


def test_an_address_that_does_not_answer_is_followed_by_the_next(monkeypatch: pytest.MonkeyPatch) -> None:
    places = [("2620:fe::fe", 443), ("10.0.0.1", 443), ("9.9.9.9", 443)]
    connections: list[Any] = []

    def connect(place: Any, **_options: Any) -> Any:
        connections.append(place)
        raise OSError("no route")

    answers = [(2, 1, 6, "", place) for place in places]
    monkeypatch.setattr(socket, "getaddrinfo", lambda *_args, **_options: answers)
    monkeypatch.setattr(socket, "create_connection", connect)

    assert outgoing.post("https://example.org/", b"{}", {}).fault == "connection"
    assert connections == [places[0], places[2]]
