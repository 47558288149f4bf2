"""A file whose making fails: what its page says while it is tried again, once it has failed, and the way on."""

from dataclasses import replace
from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from alliance.models import Report
from alliance.services.documents import request_working_cycle
from alliance.services.public_documents import CYCLE_KINDS
from portal.kernel import clock, jobs
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.documents import kinds
from portal.kernel.jobs import Job, JobState
from portal.kernel.notices import Delivery
from tests.factories import Cast, make_cycle, read_charter
from tests.support.corrections import LIVE, correct, figures
from tests.support.jobs import run_all_jobs
from tests.support.pages import show_at_once, signed_in, words_of
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db


def fail(*args: Any) -> Any:
    raise OSError("No space left on device")


def break_kind(monkeypatch: pytest.MonkeyPatch, kind: str) -> None:
    monkeypatch.setitem(kinds.KINDS, kind, replace(kinds.KINDS[kind], render=fail))


def try_to_build(attempts: int) -> None:
    """Everything that waits to be built is tried for the so many-th time."""
    now = clock.database_now()
    with acting_as(SYSTEM):
        waiting = Job.objects.filter(kind="build_document", state=JobState.READY)
        waiting.update(attempts=attempts - 1, next_at=now)
        job_ids = list(waiting.values_list("pk", flat=True))
    with acting_as(ANYONE):
        for job_id in job_ids:
            jobs.run_job(job_id)


def make_corrected_report(cast: Cast) -> Report:
    """Aurora's in a published cycle; its workbook was built before the correction, and is asked for anew since."""
    cycle = make_cycle(read_charter())
    make_published_report(cycle, cast.aurora, figures("2960", "394"))
    make_published_cycle(cycle)
    return Report.objects.get()


def test_a_public_file_that_fails_says_so_and_is_asked_for_again(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """That of the edition before goes with it: it does not know of the correction."""
    show_at_once(monkeypatch)
    report = make_corrected_report(cast)
    pages = [reverse("public:cycle-document", args=[report.cycle.slug])]
    pages.append(pages[0].replace("/en/", "/ru/"))
    for page in pages:
        client.post(page, {"format": "xlsx"})
    run_all_jobs()
    correct(cast, report, LIVE, "349")
    run_all_jobs()
    break_kind(monkeypatch, CYCLE_KINDS["xlsx"])
    for page in pages:
        client.post(page, {"format": "xlsx"})

    try_to_build(1)
    waiting = [words_of(client.get(page)) for page in pages]
    try_to_build(jobs.TRIES)
    failed = [words_of(client.get(page)) for page in pages]

    assert "It failed and will be tried again automatically. Next" in waiting[0]
    assert "Не получилось; будет новая попытка. " in waiting[1].replace("\xa0", " ")
    assert "It failed. The error has been recorded; you can try again. Try again" in failed[0]
    assert "Failed" not in failed[1]
    assert "Попробовать ещё раз" in failed[1]
    assert "Download workbook" not in failed[0]
    monkeypatch.undo()
    show_at_once(monkeypatch)
    client.post(pages[0], {"format": "xlsx"})
    run_all_jobs()
    assert "Download workbook" in words_of(client.get(pages[0]))


def test_a_failed_file_is_reported_on_its_page_and_in_the_inbox(
    cast: Cast, monkeypatch: pytest.MonkeyPatch
) -> None:
    report, rita = make_corrected_report(cast), signed_in(cast.rita)
    with acting_as(cast.actor("rita")) as actor:
        earlier = request_working_cycle(actor, report.cycle, "en")
    run_all_jobs()
    break_kind(monkeypatch, "cycle.working")
    with acting_as(cast.actor("rita")) as actor:
        document = request_working_cycle(actor, report.cycle, "en")
    own = reverse("document", args=[document.key])

    try_to_build(1)
    waiting = words_of(rita.get(own))
    try_to_build(jobs.TRIES)
    failed = words_of(rita.get(own))
    monkeypatch.undo()
    run_all_jobs()

    assert "It failed and will be tried again automatically. " in waiting
    assert "automatically.." not in waiting
    assert "It failed. The error has been recorded; you can try again. Try again" in failed
    assert Delivery.objects.filter(event__kind="document.fail", recipient=cast.rita).count() == 1
    assert "Download" in words_of(rita.get(reverse("document", args=[earlier.key])))
    rita.post(reverse("document-retry", args=[document.key]))
    run_all_jobs()
    assert "Download" in words_of(rita.get(own))
