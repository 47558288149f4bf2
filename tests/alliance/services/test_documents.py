"""Asking for a report's PDF: a worker builds it with progress, failures are reported and can be tried again."""

import time

import pytest
from django.test import Client

from alliance.models import Membership, Report
from alliance.services.documents import request_report_document
from portal.kernel import clock
from portal.kernel.access import acting_as
from portal.kernel.documents import Document, retry_document, typesetting
from tests.factories import Cast, make_report, read_cast
from tests.support.background_programs import Worker
from tests.support.jobs import run_all_jobs
from tests.support.pdf_reports import search_figures, text_of, two_half_years
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission


@pytest.fixture
def filed(cast: Cast) -> Report:
    """Aurora's report, filed and not public."""
    report = make_report(two_half_years()[1], cast.aurora)
    make_submission(report, figures=search_figures())
    return report


def ask(cast: Cast, report: Report, name: str = "alice") -> Document:
    with acting_as(cast.actor(name)) as actor:
        return request_report_document(actor, report, "en")


@pytest.mark.django_db(transaction=True)
def test_a_worker_builds_it_and_its_progress_is_seen(worker: Worker) -> None:
    cast = read_cast()
    report = make_report(two_half_years()[1], cast.aurora)
    make_submission(report, figures=search_figures())

    document = ask(cast, report)
    seen = watch(document, worker)

    between = [percent for percent, _state in seen if 0 < percent < 100]
    assert (seen[0], seen[-1]) == ((0, "queued"), (100, "ready"))
    assert between == sorted(between) != []
    assert "Not published" in text_of(document)


def watch(document: Document, worker: Worker) -> list[tuple[int, str]]:
    """Every percent and state that a reader sees until the document is ready."""
    seen: list[tuple[int, str]] = []
    until = time.monotonic() + 60
    while not seen or seen[-1][1] in ("queued", "building"):
        assert time.monotonic() < until, worker.log_tail()
        now = Document.objects.values_list("progress", "state").get(pk=document.pk)
        seen += [now] if seen[-1:] != [now] else []
        time.sleep(0.01)
    return seen


@pytest.mark.django_db
def test_a_person_who_lost_access_in_between_gets_words_and_can_try_again(cast: Cast, filed: Report) -> None:
    document = ask(cast, filed)
    membership = Membership.objects.filter(person=cast.alice)
    membership.update(roles=[])
    run_all_jobs()
    document.refresh_from_db()
    failed = (document.state, document.error)

    membership.update(roles=["editor"])
    retry_document(cast.actor("alice"), document)
    run_all_jobs()
    document.refresh_from_db()

    assert failed == ("failed", "This report is not available to you.")
    assert document.state == "ready"


@pytest.mark.django_db
def test_what_the_compiler_refuses_is_said_in_words(
    cast: Cast, filed: Report, monkeypatch: pytest.MonkeyPatch
) -> None:
    document = ask(cast, filed)
    monkeypatch.setattr(typesetting, "_TIMEOUT", 0.001)
    run_all_jobs()
    document.refresh_from_db()

    assert (document.state, document.error) == (
        "failed", "It failed. The error has been recorded; you can try again."
    )  # fmt: skip


@pytest.mark.django_db
def test_a_published_report_is_the_same_document_for_everybody(cast: Cast) -> None:
    make_published_report(two_half_years()[1], cast.aurora, search_figures())
    report = Report.objects.get()

    documents = {ask(cast, report, name) for name in ("alice", "rita")}

    assert [(document.kind, document.requested_by_id, document.tenant_id) for document in documents] == [
        ("report.pdf", None, None)
    ]


@pytest.mark.django_db
def test_of_a_recorded_past_nothing_is_built_ahead(cast: Cast) -> None:
    cycle = two_half_years()[1]
    with clock.at(clock.now()):
        make_published_report(cycle, cast.aurora, search_figures())

    assert Document.objects.count() == 0


@pytest.mark.django_db
@pytest.mark.parametrize(("name", "area", "status"), [
    ("alice", "workspace", 302), ("rita", "secretariat", 302), ("carol", "workspace", 404),
])  # fmt: skip
def test_the_button_leads_to_the_document(
    cast: Cast, filed: Report, client: Client, name: str, area: str, status: int
) -> None:
    client.force_login(getattr(cast, name))

    response = client.post(f"/{area}/reports/{filed.pk}/document/")

    document = Document.objects.first()
    assert (response.status_code, response.get("Location", "")) == (
        status, f"/documents/{document.key}/" if document else ""
    )  # fmt: skip
