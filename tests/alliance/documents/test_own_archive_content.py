"""What the archive of everything filed says of each thing."""

import json
from datetime import date
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.utils import timezone

from alliance.enums import CycleState, PledgeState, ReportState
from alliance.models import (
    ExtensionRequest,
    FindingEntry,
    Measure,
    Pledge,
    Report,
    Service,
    Target,
)
from alliance.services.evidence import add_file, add_link, remove_evidence
from alliance.services.pledges import publish_pledge
from alliance.services.recalls import recall_report
from alliance.services.submissions import submit_report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.own_archives import files_of, request_archive, state_of
from tests.support.report_acts import act
from tests.support.working_copies import fill_report
from tests.support.world_reviews import make_finding

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("quick")]


def content_built(cast: Cast) -> dict[str, Any]:
    document = request_archive(cast)
    run_all_jobs()
    state_of(document)
    package = files_of(document)
    return {name: json.loads(body) if name.endswith(".json") else body for name, body in package.items()}


def test_each_version_of_a_pledge_with_targets_services_measures_and_publications(
    cast: Cast, report: Report
) -> None:
    pledge = Pledge.objects.create(
        organisation=cast.aurora, state=PledgeState.SIGNED, commitment_key="find", text="We look.",
        measure_keys=["search"], signatory_name="Sven", signed_at=timezone.now(),
    )  # fmt: skip
    service = Service.objects.owned_by(cast.aurora.pk, date(2026, 1, 1), date(2026, 6, 30)).first()
    pledge.services.add(service)
    Target.objects.create(pledge=pledge, text="Every report is read.", due_on=date(2026, 1, 31), value="5.5")
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, pledge)

    package = content_built(cast)

    (row,) = package["pledges.json"]
    assert (row["record"], row["revision"], row["measures"]) == (str(pledge.record), 1, ["search"])
    assert row["services"] == [service.slug]  # type: ignore[union-attr]  # Aurora has one
    assert [(target["text"], target["due_on"]) for target in row["targets"]] == [
        ("Every report is read.", "2026-01-31")
    ]
    (published,) = row["published"]
    assert published["state"] == "published"
    assert "We look." in json.dumps(package[f"publications/{published['number']}.json"])


def test_findings_with_answers_and_requests_for_more_time(cast: Cast, report: Report) -> None:
    finding = make_finding(cast, report, Measure.objects.get(key="search"), "Count the nights.")
    FindingEntry.objects.create(
        finding=finding, kind="claim", text="They are counted.", language="en", written_by=cast.alice
    )
    ExtensionRequest.objects.create(
        report=report, organisation=cast.aurora, state="granted", requested_due_on=date(2026, 9, 1),
        reason="People are away.", asked_by=cast.alice, granted_due_on=date(2026, 8, 20),
        decision_reason="Until the 20th.", decided_by=cast.mona, decided_at=timezone.now(),
    )  # fmt: skip
    Report.objects.update(state=ReportState.CONCLUDED)

    package = content_built(cast)

    (row,) = package["reports/2026-h1/findings.json"]
    assert (row["text"], row["measure_key"]) == ("Count the nights.", "search")
    assert [(entry["text"], entry["by"]) for entry in row["entries"]][-1] == ("They are counted.", "Alice")
    (asked,) = package["extension-requests.json"]
    assert (asked["cycle"], asked["reason"], asked["decision_reason"], asked["granted_due_on"]) == (
        "2026-h1", "People are away.", "Until the 20th.", "2026-08-20",
    )  # fmt: skip


def test_findings_of_a_review_that_is_not_concluded_are_not_in_it(cast: Cast, report: Report) -> None:
    make_finding(cast, report, Measure.objects.get(key="search"), "Count the nights.")
    assert content_built(cast)["reports/2026-h1/findings.json"] == []


def test_evidence_names_the_submissions_that_it_was_in_and_who_could_read_it(cast: Cast) -> None:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)
    fill_report(cast.actor("alice"), report)
    search = Measure.objects.get(key="search")
    upload = SimpleUploadedFile("counts.csv", b"a,b\n1,2\n", "text/csv")
    left_out = act(cast, "alice", add_file, report, search, upload, "Our counts", "secretariat")
    page_link = act(cast, "alice", add_link, report, search, "https://aurora.example/", "Our page", "public")
    act(cast, "sven", submit_report, report)
    act(cast, "sven", recall_report, report)
    act(cast, "alice", remove_evidence, report, left_out)
    act(cast, "sven", submit_report, report)

    package = content_built(cast)

    rows = {row["id"]: row for row in package["reports/2026-h1/evidence.json"]}
    assert rows[left_out.pk]["submissions"] == [{"submission": 1, "disclosure": "secretariat"}]
    assert rows[page_link.pk]["submissions"] == [
        {"submission": number, "disclosure": "public"} for number in (1, 2)
    ]
    name = f"reports/2026-h1/{rows[left_out.pk]['file']}"
    assert package[name] == b"a,b\n1,2\n"
    titles = {row["name"]: row["title"] for row in package["index.json"]["files"]}
    assert titles[name] == "Our counts; in submission 1"
    index = package["index.html"].decode()
    assert all(f"{part}.json" in index for part in ("evidence", "findings", "extension-requests", "pledges"))
