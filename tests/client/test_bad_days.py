"""Connections that break and answers that are damaged: what is said, and what is not lost."""

import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest

from alliance.models import Report, Submission
from alliance_client import (
    Busy,
    Client,
    DamagedDownload,
    Patience,
    Unreachable,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.client_program import AT_ONCE, PUBLICATION, ClientProgram
from tests.support.flaky_proxy import FlakyProxy, flaky_proxy
from tests.support.report_program import stored_rows
from tests.support.working_copies import fill_report


@pytest.fixture
def proxy(live_server: Any) -> Iterator[FlakyProxy]:
    with flaky_proxy(live_server.url) as proxy:
        yield proxy


@pytest.fixture
def sven_behind(
    people: Cast, report: Report, proxy: FlakyProxy, program_of: Callable[..., ClientProgram]
) -> ClientProgram:
    """The signatory's command line behind the proxy, and a report that is complete."""
    fill_report(people.actor("alice"), report)
    return program_of(people.sven, origin=proxy.url)


def filings() -> int:
    with acting_as(SYSTEM):
        return Event.objects.filter(kind="report.submit").count()


# --- Connections -----------------------------------------------------------------------------


def test_an_answer_that_was_lost_is_asked_for_again_and_the_report_is_filed_once(
    sven_behind: ClientProgram, proxy: FlakyProxy
) -> None:
    proxy.plan("lost", "/submit/")

    ran = sven_behind("submit", "--sign-as", "aurora-video", "--json")

    assert ran.code == 0, ran.err
    (submission,) = stored_rows(Submission)
    assert ran.content["receipt"]["sha256"] == submission.sha256
    keys = [headers["idempotency-key"] for _m, path, headers in proxy.requests if path.endswith("/submit/")]
    assert (len(keys), len(set(keys)), filings()) == (2, 1, 1)
    assert "Trying again in" in ran.err


def test_a_portal_that_is_away_for_a_while_is_waited_for(
    sven_behind: ClientProgram, proxy: FlakyProxy
) -> None:
    proxy.plan("refused", "/reports/", times=2)
    proxy.plan("busy", "/check/")

    ran = sven_behind("due")

    assert ran.code == 0, ran.err
    assert ran.err.count("Trying again in") == 3


def test_a_portal_that_stays_away_is_said_to_be_so(tmp_path: Path) -> None:
    program = ClientProgram(tmp_path, ALLIANCE_ORIGIN="http://127.0.0.1:9", ALLIANCE_TOKEN="apt_x")
    waits: list[float] = []
    with (
        Client("http://127.0.0.1:9", patience=Patience(attempts=4, sleep=waits.append)) as client,
        pytest.raises(Unreachable),
    ):
        client.portal_version()
    assert len(waits) == 3
    assert waits == sorted(waits)

    process = program.start("due", stderr=subprocess.PIPE)
    assert process.stderr is not None
    with process.stderr as words:
        assert "Trying again" in words.readline()
        process.send_signal(signal.SIGINT)
        assert process.wait(20) == 130


def test_a_proxy_that_asks_to_wait_is_obeyed_up_to_a_limit() -> None:
    waits: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        return httpx.Response(429, headers={"Retry-After": "30"})

    client = Client(
        "portal.example", inner=httpx.MockTransport(answer), patience=Patience(sleep=waits.append)
    )
    with pytest.raises(Busy):
        client.portal_version()
    assert waits == [30.0] * 4


def test_a_certificate_that_does_not_hold_is_named_at_once() -> None:
    """A minute later it would be the same."""
    waits: list[float] = []

    def answer(request: httpx.Request) -> httpx.Response:
        try:
            raise ssl.SSLCertVerificationError(
                "certificate verify failed: unable to get local issuer certificate"
            )
        except ssl.SSLError as fault:
            raise httpx.ConnectError(str(fault)) from fault

    client = Client(
        "portal.example", inner=httpx.MockTransport(answer), patience=Patience(sleep=waits.append)
    )
    with pytest.raises(Unreachable, match="local issuer"):
        client.portal_version()
    assert waits == []


# --- Downloads -------------------------------------------------------------------------------


@pytest.mark.parametrize("fault", ["damaged", "cut"])
def test_a_download_that_is_damaged_or_cut_leaves_no_file(
    sven_behind: ClientProgram, proxy: FlakyProxy, fault: str
) -> None:
    assert sven_behind("submit", "--sign-as", "aurora-video").code == 0
    proxy.plan(fault, "/body/", times=99)

    if fault == "damaged":
        assert sven_behind("documents", "filed", "--to", "files").code == 9
    else:
        process = sven_behind.start("documents", "filed", "--to", "files")
        while len([path for _m, path, _h in proxy.requests if "/body/" in path]) < 2:
            time.sleep(0.1)
        process.send_signal(signal.SIGTERM)  # it would go on trying
        assert process.wait(20) == 143
    folder = sven_behind.folder / "files"
    assert [path.name for path in folder.iterdir()] == []

    proxy.recover()
    assert sven_behind("documents", "filed", "--to", "files").code == 0
    assert [path.suffix for path in folder.iterdir()] == [".json"]


def test_a_download_that_is_cut_once_is_fetched_again(sven_behind: ClientProgram, proxy: FlakyProxy) -> None:
    assert sven_behind("submit", "--sign-as", "aurora-video").code == 0
    proxy.plan("cut", "/body/")

    assert sven_behind("documents", "filed").code == 0


def test_bytes_of_another_digest_are_never_named(tmp_path: Path) -> None:
    def answer(request: httpx.Request) -> httpx.Response:
        if request.url.path.endswith("/body"):
            return httpx.Response(200, content=b"something else")
        return httpx.Response(200, json=PUBLICATION)

    client = Client("portal.example", inner=httpx.MockTransport(answer), patience=AT_ONCE)
    with pytest.raises(DamagedDownload):
        client.fetch_publication(client.publication(3), tmp_path / "3.json")
    assert list(tmp_path.iterdir()) == []
