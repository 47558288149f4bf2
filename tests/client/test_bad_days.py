"""Connections that break, answers that are damaged, portals of another version: what is said, and what is not lost."""

import signal
import ssl
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from alliance.models import Report, Submission
from alliance_client import (
    Busy,
    Client,
    DamagedDownload,
    NotFound,
    Patience,
    PortalTooOld,
    Refused,
    Unreachable,
    Unreadable,
)
from alliance_client.commands.push import push
from alliance_client.commands.session import Session
from alliance_client.decoding import to_json
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast
from tests.support.bearers import token_of
from tests.support.client_program import ClientProgram
from tests.support.flaky_proxy import FlakyProxy, flaky_proxy
from tests.support.report_program import stored_rows
from tests.support.working_copies import fill_report

AT_ONCE = Patience(attempts=3, sleep=lambda seconds: None)


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


# --- Versions --------------------------------------------------------------------------------

PUBLICATION = {
    "number": 3, "type": "report", "record": "r", "revision": 1, "previous": None,
    "published_at": "2026-07-01T10:00:00Z", "languages": ["en"], "title": {"en": "A report", "ru": ""},
    "sha256": "0" * 64, "body": "https://elsewhere.example/en/publications/3/body",
}  # fmt: skip
REPORT = {
    "id": 7, "organisation": "aurora-video", "cycle": "2026-h1", "cycle_title": {"en": "H1", "ru": "П1"},
    "state": "draft", "due_on": "2026-08-01",
}  # fmt: skip


def client_of(**answers: Any) -> Client:
    """A client of a portal that answers this at the ends of its addresses."""

    def answer(request: httpx.Request) -> httpx.Response:
        name = request.url.path.removeprefix("/api/v1/").strip("/").rpartition("/")[2] or "root"
        if name not in answers:
            content = {
                "type": "https://p.example/api/v1/problems/not-found/",
                "title": "Not found",
                "status": 404,
            }
            return httpx.Response(404, json=content, headers={"Content-Type": "application/problem+json"})
        return httpx.Response(200, json=answers[name])

    return Client("portal.example", "apt_x", inner=httpx.MockTransport(answer), patience=AT_ONCE)


def test_what_a_later_portal_adds_is_no_fault() -> None:
    later = REPORT | {"state": "under_appeal", "appeal": {"until": "2027-01-01"}}
    client = client_of(reports={"next": None, "results": [later]}, root={"version": "1.9"})

    (report,) = client.reports()

    assert (report.state, report.is_due, report.actions) == ("under_appeal", False, ())
    assert "newer than this client knows" in client.version_note()


def test_what_an_earlier_portal_lacks_is_named() -> None:
    client = client_of(reports={"next": None, "results": [{**REPORT, "due_on": None}]}, root={"schema": "x"})

    with pytest.raises(Unreadable) as unreadable:
        list(client.reports())

    assert "due_on" in str(unreadable.value)
    assert unreadable.value.exit_code == 10
    assert "older than this client" in client.version_note()


def test_what_an_earlier_portal_cannot_do_yet_is_said_with_both_versions(tmp_path: Path) -> None:
    client = client_of(root={"schema": "x"})

    for act in (lambda: client.upload(7, "f.csv", b"x"), lambda: list(client.documents())):
        with pytest.raises(PortalTooOld) as refusal:
            act()
        assert "API is 1.0" in str(refusal.value)
        assert "needs 1.1" in str(refusal.value)


@pytest.mark.parametrize("is_new", [True, False])
def test_a_trial_throws_away_its_own_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, is_new: bool
) -> None:
    """The same bytes may wait in the portal for a colleague, and still be read."""
    (tmp_path / "figures.csv").write_text("indicator,value\nmoderators,14\n", encoding="utf-8")
    upload = {"id": 3, "report": 7, "kind": "figures", "name": "figures.csv"}
    client = client_of(
        reports={"next": None, "results": [REPORT]},
        uploads={**upload, "state": "reading", "is_new": is_new},
        **{"3": {**upload, "state": "ready"}, "cancel": {**upload, "state": "cancelled"}},
    )
    cancelled: list[int] = []
    monkeypatch.setattr(client, "cancel_upload", lambda sent: cancelled.append(sent.id))
    monkeypatch.setattr(Session, "client", lambda session: client)

    ran = CliRunner().invoke(push, [str(tmp_path / "figures.csv"), "7", "--dry-run"])

    assert (ran.exit_code, cancelled) == (0, [3] if is_new else [])


def test_a_field_that_a_later_portal_does_not_take_any_more_is_refused_by_name_and_nothing_is_saved(
    live_server: Any, people: Cast, report: Report
) -> None:
    with acting_as(SYSTEM):
        token = token_of(people.alice)
    with Client(live_server.url, token) as client, pytest.raises(Refused) as refusal:
        client.save_figures(
            report.pk, [{"indicator": "moderators", "service": None, "value": "1", "colour": "red"}]
        )

    (fault,) = refusal.value.faults
    assert (fault.field, fault.pointer) == ("colour", "/figures/0/colour")
    assert "\ncolour: " in str(refusal.value)


@pytest.mark.parametrize(
    "response",
    [
        httpx.Response(200, html="<title>Welcome</title>"),
        httpx.Response(302, headers={"Location": "https://elsewhere.example/"}),
        httpx.Response(200, json=["a", "list"]),
        httpx.Response(200, content=b"{", headers={"Content-Type": "application/json"}),
    ],
    ids=["a page", "a redirect", "a list", "half an object"],
)
def test_something_that_is_no_portal_is_not_taken_for_one(response: httpx.Response) -> None:
    requests: list[httpx.URL] = []

    def answer(request: httpx.Request) -> httpx.Response:
        requests.append(request.url)
        return response

    client = Client("portal.example", "apt_x", inner=httpx.MockTransport(answer), patience=AT_ONCE)
    with pytest.raises(Unreadable):
        client.token()
    assert {url.host for url in requests} == {"portal.example"}


def test_pages_and_files_are_asked_of_this_portal_alone(tmp_path: Path) -> None:
    """The token goes nowhere else, whatever host an answer names."""
    hosts = []

    def answer(request: httpx.Request) -> httpx.Response:
        hosts.append(request.url.host)
        following = (
            None
            if "cursor" in str(request.url)
            else "https://elsewhere.example/api/v1/publications/?cursor=x"
        )
        return httpx.Response(200, json={"next": following, "results": [PUBLICATION]})

    client = Client("portal.example", "apt_x", inner=httpx.MockTransport(answer), patience=AT_ONCE)

    assert len(list(client.publications())) == 2
    with pytest.raises(DamagedDownload):
        client.fetch_publication(next(client.publications()), tmp_path / "x")
    assert set(hosts) == {"portal.example"}


def test_what_has_not_changed_is_not_sent_again() -> None:
    sent = []

    def answer(request: httpx.Request) -> httpx.Response:
        sent.append(request.headers.get("If-None-Match"))
        if sent[-1] == '"one"':
            return httpx.Response(304, headers={"ETag": '"one"'})
        return httpx.Response(200, json={"next": None, "results": [PUBLICATION]}, headers={"ETag": '"one"'})

    client = Client("portal.example", inner=httpx.MockTransport(answer))

    assert list(client.publications()) == list(client.publications())
    assert sent == [None, '"one"']


def feed_of(*pages: dict[str, Any], status: int = 200) -> tuple[Client, list[httpx.URL]]:
    """A client of a portal with a feed of changes, which answers these pages one after another."""
    asked: list[httpx.URL] = []
    waiting = list(pages)

    def answer(request: httpx.Request) -> httpx.Response:
        asked.append(request.url)
        if request.url.path != "/api/v1/changes/":
            return httpx.Response(200, json={"next": None, "results": [PUBLICATION | {"link": "ab" * 32}]})
        headers = {"Content-Type": "application/problem+json"} if status >= 400 else {}
        return httpx.Response(status, json=waiting.pop(0), headers=headers)

    return Client("portal.example", inner=httpx.MockTransport(answer), patience=AT_ONCE), asked


def test_the_feed_of_changes_is_read_from_page_to_page_by_its_cursor() -> None:
    row = {"publication": PUBLICATION, "url": "x", "figures_given": 7, "figures_ended": 0, "figures": "y"}
    client, asked = feed_of(
        {"results": [row], "cursor": "3-aaaa", "has_more": True},
        {"results": [], "cursor": "3-aaaa", "has_more": False},
    )
    pages = client.follow("0", sleep=lambda seconds: None)

    first, second = next(pages), next(pages)

    assert [(change.number, change.figures_given, change.title) for change in first.rows] == [
        (3, 7, "A report")
    ]
    assert (first.has_more, second.rows, second.cursor) == (True, (), "3-aaaa")
    assert [url.params["since"] for url in asked] == ["0", "3-aaaa"]


def test_following_begins_at_the_last_publication() -> None:
    client, asked = feed_of()

    assert client.changes("").cursor == f"3-{'ab' * 8}"
    assert [url.path for url in asked] == ["/api/v1/publications/"]


def test_a_place_that_a_restored_portal_does_not_know_is_not_passed_over() -> None:
    problem = {
        "type": "https://p.example/api/v1/problems/cursor-unknown/",
        "title": "Begin anew",
        "status": 410,
    }
    client, _asked = feed_of(problem, status=410)

    with pytest.raises(NotFound, match="Begin anew"):
        client.changes("9-bbbb")


def test_a_feed_that_counts_its_places_otherwise_is_left_for_the_list_of_publications() -> None:
    problem = {"type": "https://p.example/api/v1/problems/malformed/", "title": "Malformed", "status": 400}
    client, _asked = feed_of(problem, status=400)

    assert [change.number for change in client.changes("2-bbbb").rows] == [3]


def test_what_will_go_away_is_announced_once() -> None:
    notices: list[str] = []
    headers = {"Deprecation": "@1767225600", "Sunset": "Thu, 31 Dec 2026 23:59:59 GMT"}
    client = Client(
        "portal.example",
        inner=httpx.MockTransport(lambda request: httpx.Response(200, json=PUBLICATION, headers=headers)),
        on_notice=notices.append,
    )

    for _twice in range(2):
        assert to_json(client.publication(3))["number"] == 3

    (notice,) = notices
    assert "31 Dec 2026" in notice
