"""Documents of the record that are made before anybody asks: queued in the act, once, and behind everything else."""

from datetime import timedelta

import pytest
from django.utils import timezone

import alliance.tasks  # noqa: F401 - the jobs register themselves
from alliance.enums import Role
from alliance.models import Cycle, Report
from alliance.queries.public.report_editions import report_edition
from alliance.services import public_documents
from alliance.services.publications import record_cycle_publication
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.documents import Document, queue_position
from portal.kernel.jobs import Job, enqueue, queue
from tests.factories import Cast, make_organisation, make_person
from tests.support.corrections import KIDS, correct
from tests.support.pdf_reports import search_figures, two_half_years
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Cycle:
    """A published cycle with the reports of six members, all published within a minute."""
    monkeypatch.setattr(public_documents, "_GATHERED", 10**9)  # the minute does not end meanwhile
    cycle = two_half_years()[1]
    make_published_report(cycle, cast.aurora, search_figures(), {"find": "limited"})
    for number in range(5):
        member = make_organisation(f"member-{number}")
        make_person(f"Sig{number}", member, Role.SIGNATORY)
        make_published_report(cycle, member, verdicts={"find": "limited"})
    make_published_cycle(cycle)
    record_cycle_publication(SYSTEM, cycle)
    return cycle


def preparations() -> list[Job]:
    return list(Job.objects.filter(kind="prepare_cycle", state="ready"))


def prepare() -> None:
    """The minute ends."""
    with acting_as(SYSTEM):
        Job.objects.filter(kind="prepare_cycle").update(next_at=timezone.now() - timedelta(hours=1))
        (job,) = preparations()
    queue.run_job(job.pk)
    assert not preparations(), preparations()[0].last_error


def test_all_publications_of_a_morning_have_the_files_of_their_cycle_built_once(
    cast: Cast, cycle: Cycle
) -> None:
    assert [job.payload for job in preparations()] == [{"cycle": cycle.slug}]

    prepare()

    made = Document.objects.filter(kind__startswith="cycle.").values_list("kind", "language")
    assert sorted(made) == [
        (kind, code) for kind in ("cycle.matrix.pdf", "cycle.summary") for code in ("en", "ru")
    ]

    with acting_as(SYSTEM):
        Job.objects.all().delete()
    correct(cast, Report.objects.get(organisation=cast.aurora), KIDS, "1300")

    assert [job.payload for job in preparations()] == [{"cycle": cycle.slug}]


def test_letters_and_what_one_reader_asks_for_come_before_what_is_made_for_all(
    cast: Cast, cycle: Cycle
) -> None:
    prepare()
    builds = Job.objects.filter(kind="build_document")
    assert (builds.count(), builds.filter(is_bulk=False).count()) == (6 * 6 + 4, 0)
    with acting_as(SYSTEM):
        Job.objects.exclude(kind="build_document").delete()

    enqueue("send_delivery", key="a letter", payload={"delivery": 1})
    edition = report_edition(cast.aurora.slug, cycle.slug)
    assert edition is not None
    asked = public_documents.request_public_report(edition, "ru", "xlsx")

    first, second, third = queue.due_ids()[:3]
    by_pk = Job.objects.in_bulk()
    assert by_pk[first].payload == {"document": asked.pk}
    assert by_pk[second].kind == "send_delivery"
    assert by_pk[third].is_bulk
    position = queue_position(asked)
    assert position is not None
    assert position.ahead == 0
