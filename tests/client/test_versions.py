"""Portals of another version, or none at all: what the client says of them, and what it asks of its own alone."""

from collections.abc import Callable
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Any

import httpx
import pytest
from click.testing import CliRunner

from alliance.models import Report
from alliance_client import (
    Client,
    DamagedDownload,
    NotFound,
    PortalTooOld,
    Refused,
    SupporterImport,
    TookTooLong,
    Unreadable,
)
from alliance_client.commands.push import push
from alliance_client.commands.session import Session
from alliance_client.commands.supporters import import_supporters
from alliance_client.decoding import to_json
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.bearers import token_of
from tests.support.client_program import AT_ONCE, PUBLICATION

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
        if answers[name] is Refused:
            content = {
                "type": "https://p.example/api/v1/problems/invalid/",
                "title": "Refused",
                "status": 422,
            }
            return httpx.Response(422, json=content, headers={"Content-Type": "application/problem+json"})
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


def test_supporters_and_what_was_read_are_asked_of_a_portal_that_knows_them_alone() -> None:
    """A portal of the version before: it does not have the addresses, and refuses a field that it does not know."""
    client = client_of(root={"version": "1.2"}, **{"confirm-carried-over": Refused})
    sent = SupporterImport(id=4, name="march.csv", stage="waiting", counts={})
    acts: list[Callable[[], object]] = [
        lambda: next(client.supporters()),
        lambda: client.send_supporters("march.csv", b"x"),
        lambda: client.supporter_import(4),
        lambda: next(client.supporter_rows(4, "new")),
        lambda: client.confirm_supporters(sent, is_public_at_once=False),
        lambda: client.confirm_carried_over(7, "search", carried_from=128),
    ]

    for act in acts:
        with pytest.raises(PortalTooOld, match=r"API is 1\.2; what you asked for needs 1\.3") as refusal:
            act()
        assert refusal.value.exit_code == 10
    present = client_of(root={"version": "1.3"})
    with pytest.raises(NotFound):
        present.supporter_import(4)


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


@pytest.mark.parametrize("act", ["push", "import"])
def test_what_the_portal_reads_for_longer_than_anybody_waits_is_left_to_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """It is said that it goes on, and of an import by which number."""
    (tmp_path / "march.csv").write_text("name,kind,region,e-mail\n", encoding="utf-8")
    upload = {
        "id": 3,
        "report": 7,
        "kind": "figures",
        "name": "march.csv",
        "state": "reading",
        "is_new": True,
    }
    sent = {"id": 41, "name": "march.csv", "stage": "checking", "counts": {}}
    client = client_of(
        reports={"next": None, "results": [REPORT]}, uploads=upload, cancel=sent if act == "import" else upload,
        **{"3": upload, "supporter-imports": sent, "41": sent},
    )  # fmt: skip
    cancelled: list[int] = []
    for name, command in (("upload", Client.wait_for_upload), ("supporters", Client.wait_for_supporters)):
        monkeypatch.setattr(client, f"cancel_{name}", lambda present: cancelled.append(present.id))
        monkeypatch.setitem(command.__kwdefaults__, "within", -1.0)
    monkeypatch.setattr(Session, "client", lambda session: client)
    path = str(tmp_path / "march.csv")

    ran = (
        CliRunner().invoke(push, [path, "7"])
        if act == "push"
        else CliRunner().invoke(import_supporters, [path])
    )

    assert (type(ran.exception), cancelled) == (TookTooLong, [])
    assert "goes on" in str(ran.exception)
    assert ("import 41" in str(ran.exception)) == (act == "import")


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


@pytest.mark.parametrize(
    ("zone", "end"),
    [("Europe/Moscow", datetime(2027, 3, 1, 21)), ("America/New_York", datetime(2027, 3, 2, 5))],
)
def test_a_term_is_named_by_the_day_that_it_has_in_the_portal(zone: str, end: datetime) -> None:
    client = client_of(root={"version": "1.3", "time_zone": zone})

    assert client.last_day(end.replace(tzinfo=UTC)) == date(2027, 3, 1)


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
