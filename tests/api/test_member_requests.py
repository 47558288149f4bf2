"""A member's program asks for more time and reports findings done, as its people do on their pages."""

import json
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Finding, Measure, Report
from alliance.services.findings import open_finding
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.bearers import token_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


def ask(token: str, method: str, address: str, data: Any = None) -> Any:
    body = json.dumps({} if data is None else data) if method != "GET" else ""
    return Client().generic(
        method,
        f"/api/v1/{address}",
        body,
        content_type="application/json",
        headers={"Authorization": f"Bearer {token}"},
    )


def test_more_time_is_asked_for_withdrawn_and_granted(cast: Cast) -> None:
    with acting_as(SYSTEM):
        report = make_report(make_cycle(read_charter()), cast.aurora)
    alice, mona = token_of(cast.alice), token_of(cast.mona)
    address, day = f"workspace/reports/{report.pk}/extension-requests/", report.deadline + timedelta(days=9)
    wanted = {"until": f"{day}", "reason": "Our data centre moves."}
    assert (
        ask(alice, "POST", address, {**wanted, "until": "2020-01-01"}).json()["errors"][0]["field"] == "until"
    )

    first = ask(alice, "POST", address, wanted)
    assert (first.status_code, first.json()["state"]) == (201, "open")
    assert ask(alice, "POST", address, wanted).status_code == 409
    assert ask(alice, "POST", f"{address}{first.json()['id']}/withdraw/").json()["state"] == "withdrawn"
    assert ask(alice, "POST", f"{address}{first.json()['id']}/withdraw/").status_code == 409

    ask(alice, "POST", address, wanted)
    (waiting,) = ask(mona, "GET", "secretariat/extension-requests/").json()["results"]
    assert waiting["requested_due_on"] == wanted["until"]
    shown = {"id": report.pk, "extension_request": waiting["id"]}
    extend = f"secretariat/cycles/{report.cycle.slug}/extend/"
    earlier = {**shown, "extension_request": first.json()["id"]}
    (outcome,) = ask(mona, "POST", extend, {"reports": [earlier], "reason": "Agreed."}).json()["reports"]
    assert (outcome["due_on"], "withdrew this request" in outcome["refusal"]) == (None, True)
    moved = {"reports": [{**shown, "due_on": "2026-01-31"}], "reason": "Agreed."}
    (outcome,) = ask(mona, "POST", extend, moved).json()["reports"]
    assert (outcome["due_on"], "This was changed while" in outcome["refusal"]) == (None, True)
    granted = {"reports": [{**shown, "due_on": waiting["due_on"]}], "reason": "Agreed."}
    assert ask(mona, "POST", extend, granted).status_code == 200
    rows = ask(alice, "GET", address).json()["results"]
    assert [(row["state"], row["granted_due_on"]) for row in rows] == [
        ("granted", wanted["until"]),
        ("withdrawn", None),
    ]
    assert ask(token_of(cast.carol), "GET", address).status_code == 404


def test_a_finding_is_reported_done_once(cast: Cast) -> None:
    with acting_as(SYSTEM):
        report = make_report(make_cycle(read_charter()), cast.aurora)
        make_submission(report, ReportState.IN_REVIEW)
        measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(cast.actor("rita")) as rita:
        open_finding(rita, report, measure, text="Count the nights.", due_on=report.deadline)
    alice = token_of(cast.alice)
    assert ask(alice, "GET", "workspace/findings/").json()["results"] == []
    with acting_as(SYSTEM):
        Report.objects.update(state=ReportState.CONCLUDED)

    (finding,) = ask(alice, "GET", "workspace/findings/").json()["results"]
    address, text = f"workspace/findings/{finding['id']}/claim/", {"text": "The clock runs at night."}
    assert ask(token_of(cast.carol), "POST", address, text).status_code == 404
    assert ask(alice, "POST", address, {"text": " "}).json()["errors"][0]["field"] == "text"
    assert ask(alice, "POST", address, text).status_code == 200
    assert ask(alice, "POST", address, text).status_code == 409
    with acting_as(SYSTEM):
        stored = Finding.objects.get()
        assert (stored.claimed_at is None, stored.entries.get().kind) == (False, "claim")
