"""The archive of a member: facts, filed reports, publications, journal; for the secretariat alone."""

import io
import json
import zipfile
from typing import Any

import pytest
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import Membership, Report, SecondReading
from alliance.services.documents import request_member_archive
from alliance.services.organisations import rename_organisation, suspend_organisation
from portal.kernel import documents, jobs
from portal.kernel.access import acting_as
from portal.kernel.errors import Forbidden
from portal.kernel.jobs import Job
from portal.kernel.publishing import Publication
from tests.factories import Cast, make_cycle, make_report, make_service, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.submissions import make_submission
from tests.support.workbooks import content_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    return report


def archive_of(cast: Cast, name: str = "mona") -> dict[str, Any]:
    """The files of Aurora's archive, asked for as this person of the secretariat."""
    with acting_as(cast.actor(name)) as actor:
        document = request_member_archive(actor, cast.aurora, "en")
    run_all_jobs()
    with zipfile.ZipFile(io.BytesIO(content_of(document))) as package:
        assert package.testzip() is None
        return {each: json.loads(package.read(each)) for each in package.namelist() if each.endswith(".json")}


def test_it_holds_facts_people_reports_publications_and_journal(cast: Cast, report: Report) -> None:
    make_service(cast.aurora, "dune-chat")
    with acting_as(cast.actor("mona")) as mona:
        rename_organisation(mona, cast.aurora, {"en": "Aurora", "ru": "Аврора"})
        suspend_organisation(mona, cast.aurora, "It does not answer.")

    files = archive_of(cast)

    number = Publication.objects.get(record="aurora-video").number
    assert set(files) == {
        *("organisation.json", "people.json", "accessions.json", "pledges.json", "journal.json"),
        *("reports/2026-h1.json", f"publications/{number}.json", "index.json"),
    }
    organisation = files["organisation.json"]
    assert (organisation["state"], organisation["former_names"][0]["name_en"]) == (
        "suspended",
        "Aurora Video",
    )
    assert "dune-chat" in [service["slug"] for service in organisation["services"]]
    assert {"Alice", "Sven"} <= {person["name"] for person in files["people.json"]}
    assert files["reports/2026-h1.json"]["organisation"]["slug"] == "aurora-video"
    assert {"organisation.rename", "organisation.suspend"} <= {row["kind"] for row in files["journal.json"]}


def test_in_steps_it_is_the_same_as_in_one_go(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    with acting_as(cast.actor("mona")) as mona:
        rename_organisation(mona, cast.aurora, {"en": "Aurora", "ru": "Аврора"})
    whole = archive_of(cast)
    monkeypatch.setattr(documents, "STEP_SECONDS", -1)  # each job stops after one file
    jobs_before = Job.objects.filter(kind="build_document").count()

    stepped = archive_of(cast)

    assert Job.objects.filter(kind="build_document").count() - jobs_before > 3
    assert {name: rows for name, rows in stepped.items() if name not in ("journal.json", "index.json")} == {
        name: rows for name, rows in whole.items() if name not in ("journal.json", "index.json")
    }
    listed = {row["name"] for row in stepped["index.json"]["files"]}
    assert listed == {row["name"] for row in whole["index.json"]["files"]} == stepped.keys() - {"index.json"}


def test_a_right_that_is_lost_between_two_steps_ends_it(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(documents, "STEP_SECONDS", -1)
    with acting_as(cast.actor("mona")) as mona:
        document = request_member_archive(mona, cast.aurora, "en")
    jobs.run_job(Job.objects.get(kind="build_document", payload__document=document.pk).pk)
    Membership.objects.filter(person=cast.mona).update(ended_at=timezone.now())
    run_all_jobs()
    document.refresh_from_db()
    assert (document.state, document.error) == ("failed", "Only the secretariat can create this archive.")


def test_a_journal_is_an_array_of_json_also_an_empty_one(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(
        "alliance.documents.member_archive.export_batches", lambda *_filters: iter([iter(())])
    )
    assert archive_of(cast)["journal.json"] == []


def test_a_report_read_blind_is_left_out_of_the_archive(cast: Cast, report: Report) -> None:
    Report.objects.filter(pk=report.pk).update(reviewer=cast.mona)
    SecondReading.objects.create(
        report=report, organisation=cast.aurora, reader=cast.rita, is_blind=True, asked_by=cast.mona
    )

    assert "reports/2026-h1.json" not in archive_of(cast, "rita")


def test_a_member_asks_for_none(cast: Cast) -> None:
    with acting_as(cast.actor("sven")) as sven, pytest.raises(Forbidden):
        request_member_archive(sven, cast.aurora, "en")
