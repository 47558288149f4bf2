"""The account of `bench chaos` notices what is missing, doubled or cut off; its browser posts what a page would."""

import hashlib
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from random import Random
from threading import Thread

import pytest

from alliance.enums import Disclosure, EvidenceKind, PledgeState
from alliance.models import Evidence, Measure, Pledge, Report
from bench.chaos.account import Account
from bench.chaos.browser import Browser, Form
from bench.chaos.faults import all_faults, draw
from bench.chaos.ledger import Act, Kind, Ledger
from bench.chaos.population import Member, Population, SignedIn
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import make_cycle, make_report, read_charter
from tests.factories.cast import Cast

_PAGE = b"""<form action="/language/"><input type="hidden" name="once" value="other"></form>
<form method="post"><input type="hidden" name="once" value="key"><input name="title"><input type="checkbox" name="a">
<input type="checkbox" name="b" checked><textarea name="text">
one &amp; two</textarea><select name="language"><option value="en">English<option value="ru" selected>Russian</select>
<input type="file" name="file"><button name="act" value="1"></form>"""

_REFUSED = b"""<ul class="messages" role="status"><li><div class="note" data-kind="ok"><p>Saved</p></div></li>
<li><div class="note" data-kind="error"><svg></svg><p>File: it can&#x27;t be checked now.</p></div></li></ul>
<div class="note" data-kind="error"><p>A part of the page</p></div>"""


class _Server(BaseHTTPRequestHandler):
    def do_GET(self) -> None:
        content = {"/form/": _PAGE, "/refused/": _REFUSED}.get(self.path, b"cut off")
        self.send_response(200)
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        self.wfile.write(content)

    def log_message(self, *arguments: object) -> None: ...


@pytest.fixture
def port() -> int:
    server = ThreadingHTTPServer(("127.0.0.1", 0), _Server)
    Thread(target=server.serve_forever, daemon=True).start()
    return int(server.server_address[1])


@pytest.fixture
def ledger() -> Ledger:
    return Ledger()


@pytest.fixture
def findings(cast: Cast, ledger: Ledger, port: int, tmp_path: Path) -> Callable[[], list[str]]:
    """What the account finds, of acts of Alice."""
    alice = SignedIn(cast.alice.pk, "session")
    member = Member(alice, 0)
    population = Population([], [member], member, member, alice, alice, [], "")
    return lambda: list(Account(ledger, population, port, tmp_path).findings())


def acknowledged(ledger: Ledger, kind: Kind, cast: Cast) -> Act:
    act = ledger.open(kind, cast.alice.pk)
    act.acknowledged = 1.0
    return act


def make_pledge(cast: Cast, mark: str) -> None:
    with acting_as(SYSTEM):
        Pledge.objects.create(
            organisation=cast.aurora, state=PledgeState.DRAFT, title=mark, text="We look.", language="en"
        )


@pytest.mark.django_db
def test_what_was_acknowledged_and_is_not_there_is_named(
    cast: Cast, ledger: Ledger, findings: Callable[[], list[str]]
) -> None:
    acknowledged(ledger, Kind.PLEDGE, cast)

    assert findings() == ["pledge chaos-00001: acknowledged, and not there"]


@pytest.mark.django_db
def test_what_is_there_twice_or_without_its_entry_is_named(
    cast: Cast, ledger: Ledger, findings: Callable[[], list[str]]
) -> None:
    act = acknowledged(ledger, Kind.PLEDGE, cast)
    for _time in range(2):
        make_pledge(cast, act.mark)

    assert findings() == [
        "pledge chaos-00001: there 2 times",
        "pledge chaos-00001: 0 journal entries",
        "pledge chaos-00001: the job of its journal entry is []",
    ]


@pytest.mark.django_db
def test_what_was_never_acknowledged_may_be_missing_and_may_not_be_there_twice(
    cast: Cast, ledger: Ledger, findings: Callable[[], list[str]]
) -> None:
    missing, doubled = ledger.open(Kind.PLEDGE, cast.alice.pk), ledger.open(Kind.PLEDGE, cast.alice.pk)
    for _time in range(2):
        make_pledge(cast, doubled.mark)

    assert missing.acknowledged is None
    assert findings() == ["pledge chaos-00002: there 2 times"]


@pytest.mark.django_db
def test_a_file_with_other_bytes_is_named(
    cast: Cast, ledger: Ledger, findings: Callable[[], list[str]]
) -> None:
    act = acknowledged(ledger, Kind.UPLOAD, cast)
    act.sha256, act.size = hashlib.sha256(b"whole").hexdigest(), 5
    with acting_as(SYSTEM):
        report: Report = make_report(make_cycle(read_charter()), cast.aurora)
        Evidence.objects.create(
            report=report, organisation=cast.aurora, measure=Measure.objects.earliest("pk"), kind=EvidenceKind.FILE,
            title=act.mark, file="evidence/x", sha256=act.sha256, size=5, disclosure=Disclosure.SECRETARIAT,
        )  # fmt: skip

    assert "upload chaos-00001: the file has 7 bytes and not the 5 that were sent, or others" in findings()


def test_a_form_is_posted_as_the_page_would(port: int) -> None:
    form = Browser(port).form("/form/", "once", "text")

    assert form == Form(
        "/form/",
        [("once", "key"), ("title", ""), ("b", "on"), ("text", "one & two"), ("language", "ru")],
        {"once", "title", "a", "b", "text", "language", "file", "act"},
    )


def test_a_redirect_is_no_acknowledgement_where_the_page_after_it_says_why_not(port: int) -> None:
    assert Browser(port).errors_on("/refused/") == ["File: it can't be checked now."]
    assert Browser(port).errors_on("/form/") == []


def test_each_fault_comes_once_before_one_comes_twice() -> None:
    faults = all_faults(may_fill_disk=True)
    drawn = draw(faults, len(faults), Random(1))

    assert sorted(map(str, drawn)) == sorted(map(str, faults))
