"""Evidence: stored once however often it is added, deleted when nothing refers to it, never once it was submitted."""

from datetime import UTC, datetime, timedelta

import pytest
from django.core.files.storage import default_storage
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from django.utils import timezone

from alliance.models import Evidence, Measure, Organisation, Report
from alliance.services import evidence as services
from alliance.services.evidence import add_file, add_link, remove_evidence
from alliance.services.submissions import submit_report
from portal.kernel import clock, files
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError
from portal.kernel.jobs import Job
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.jobs import run_all_jobs
from tests.support.pages import show_at_once, signed_in
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db
CONTENT = b"meeting,children\n1,38\n"


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def add(cast: Cast, report: Report, by: str = "alice", measure: str = "search") -> Evidence:
    upload = SimpleUploadedFile("counts.csv", CONTENT, "text/csv")
    with acting_as(cast.actor(by)) as actor:
        place = Measure.objects.get(key=measure)
        return add_file(actor, report, place, upload, "Our counts", "public")


def remove(cast: Cast, report: Report, evidence: Evidence, by: str = "alice") -> None:
    with acting_as(cast.actor(by)) as actor:
        remove_evidence(actor, report, evidence)


def a_day_later() -> list[str]:
    Job.objects.filter(kind="discard_file").update(next_at=timezone.now() - timedelta(days=1))
    return run_all_jobs()


def test_a_backup_of_the_files_finds_what_the_database_still_named(cast: Cast, report: Report) -> None:
    evidence = add(cast, report)
    remove(cast, report, evidence)
    assert "discard_file" not in run_all_jobs()
    assert default_storage.exists(evidence.file)


def test_the_bytes_go_after_the_row(cast: Cast, report: Report) -> None:
    evidence = add(cast, report)
    remove(cast, report, evidence)
    assert default_storage.exists(evidence.file)

    assert "discard_file" in a_day_later()

    assert not default_storage.exists(evidence.file)


def test_a_file_that_stands_elsewhere_too_stays(cast: Cast, report: Report) -> None:
    evidence = add(cast, report)
    add(cast, report, measure="speed")
    remove(cast, report, evidence)
    a_day_later()
    assert default_storage.exists(evidence.file)


def test_a_file_of_another_organisation_stays(cast: Cast, report: Report) -> None:
    rival_report = make_report(report.cycle, Organisation.objects.get(slug=cast.beacon.slug))
    evidence = add(cast, report)
    add(cast, rival_report, by="carol")
    remove(cast, report, evidence)
    a_day_later()
    assert default_storage.exists(evidence.file)


def test_a_file_that_is_added_again_before_the_job_stays(cast: Cast, report: Report) -> None:
    evidence = add(cast, report)
    remove(cast, report, evidence)
    add(cast, report)
    a_day_later()
    assert default_storage.exists(evidence.file)


def test_a_job_that_is_done_twice_harms_nothing(cast: Cast, report: Report) -> None:
    evidence = add(cast, report)
    remove(cast, report, evidence)
    a_day_later()
    files.discard(evidence.file)
    assert default_storage.exists(add(cast, report).file)


def test_what_was_submitted_stays(cast: Cast, report: Report) -> None:
    fill_report(cast.actor("alice"), report)
    evidence = add(cast, report)
    with acting_as(cast.actor("sven")) as actor:
        submit_report(actor, report)
    Report.objects.filter(pk=report.pk).update(state="changes_requested")

    remove(cast, report, evidence)  # as it was seen before it was submitted

    a_day_later()
    assert default_storage.exists(evidence.file)
    with acting_as(cast.actor("alice")):
        assert Evidence.objects.get().excluded_at is not None


def leave(measure: Measure, monkeypatch: pytest.MonkeyPatch) -> None:
    """The report no longer asks for the measure: it is opt-in, and nobody pledged it."""
    Measure.objects.filter(pk=measure.pk).update(core=False)
    show_at_once(monkeypatch)
    touch_public_revision()


def test_what_is_beside_a_measure_that_left_the_report_is_neither_signed_nor_opened(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    left, filed = add(cast, report, measure="speed"), add(cast, report)
    leave(left.measure, monkeypatch)
    fill_report(cast.actor("alice"), report)
    with acting_as(cast.actor("sven")) as actor:
        submission = submit_report(actor, report)

    rita = signed_in(cast.rita)
    answers = [rita.get(reverse("secretariat:evidence", args=[row.pk])).status_code for row in (left, filed)]
    stamps = dict(Evidence.objects.values_list("pk", "submitted_at"))

    assert answers == [404, 200]
    assert stamps == {left.pk: None, filed.pk: submission.submitted_at}


def test_what_is_beside_a_measure_that_left_the_report_does_not_count_towards_the_limit(
    cast: Cast, report: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(services, "MAX_EVIDENCE", 1)
    left = add(cast, report, measure="speed")
    with pytest.raises(DomainError, match="limit of 1"):
        add(cast, report)

    leave(left.measure, monkeypatch)

    add(cast, report)
    with pytest.raises(DomainError, match="limit of 1"):
        add(cast, report)


def test_taking_back_twice_is_taking_back_once(cast: Cast, report: Report) -> None:
    evidence = add(cast, report)
    remove(cast, report, evidence)
    remove(cast, report, evidence)
    assert a_day_later().count("discard_file") == 1


def test_in_a_story_it_was_added_then(cast: Cast, report: Report) -> None:
    then = datetime(2025, 3, 14, 12, 0, tzinfo=UTC)
    with clock.at(then), acting_as(cast.actor("alice")) as actor:
        link = add_link(
            actor, report, Measure.objects.get(key="search"), "https://example.org/", "It", "public"
        )
    with clock.at(then):
        file = add(cast, report)
    with acting_as(cast.actor("alice")):
        stamps = Evidence.objects.filter(pk__in=[link.pk, file.pk]).values_list("added_at", flat=True)
        assert list(stamps) == [then, then]
