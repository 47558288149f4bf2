"""A connection that breaks before the answer: the same request with its key gets the receipt, and files once."""

import json
import socket
import urllib.request
from typing import Any
from urllib.parse import urlsplit

from alliance.models import Report, Submission
from alliance.queries.working_copy import working_copy
from alliance.services.shown_copies import ShownCopy
from alliance.services.submissions import statement_for
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import make_cycle, make_report, read_cast, read_charter
from tests.support.bearers import token_of
from tests.support.working_copies import fill_report


def filing(url: str) -> urllib.request.Request:
    """Sven's submission of a complete report."""
    with acting_as(SYSTEM):
        cast = read_cast()
        report: Report = make_report(make_cycle(read_charter()), cast.aurora)
        fill_report(cast.actor("alice"), report)
        shown = str(ShownCopy.as_stored(working_copy(report)))
        signed = {"statement": statement_for(report), "shown": shown}
        token, body = token_of(cast.sven), json.dumps(signed).encode()
    headers = {
        "Authorization": f"Bearer {token}",
        "Content-Type": "application/json",
        "Idempotency-Key": "one",
    }
    return urllib.request.Request(f"{url}/api/v1/workspace/reports/{report.pk}/submit/", body, headers)


def send_and_disconnect(request: urllib.request.Request) -> None:
    """The whole request, and nobody there when the answer comes."""
    where, body = urlsplit(request.full_url), request.data
    assert isinstance(body, bytes)
    lines = [f"POST {where.path} HTTP/1.1", f"Host: {where.netloc}", f"Content-Length: {len(body)}"]
    lines += [f"{name}: {value}" for name, value in request.header_items()]
    with socket.create_connection((str(where.hostname), int(where.port or 80))) as connection:
        connection.sendall("\r\n".join([*lines, "", ""]).encode() + body)


def test_a_submission_whose_answer_was_lost_is_filed_once(live_server: Any) -> None:
    request = filing(live_server.url)
    send_and_disconnect(request)

    receipts = [json.load(urllib.request.urlopen(request)) for _ in range(2)]

    with acting_as(SYSTEM):
        filed = Submission.objects.get()
        assert Event.objects.filter(kind="report.submit").count() == 1
    assert [receipt["sha256"] for receipt in receipts] == [filed.sha256] * 2
