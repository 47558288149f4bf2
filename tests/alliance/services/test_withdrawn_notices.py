"""That a report was not filed, and the report that was filed late after all: two records of one obligation."""

import csv
from datetime import timedelta

import pytest
from django.test import Client

from alliance.enums import Gap, ReportState, Standing
from alliance.models import Cycle, Person, PublishedReport, Report, TimelineEntry, WithdrawnPublication
from alliance.queries.local_dates import today
from alliance.queries.public.cycle_changes import withdrawals_on
from alliance.queries.public.cycle_editions import cycle_edition
from alliance.queries.public.obligations import obligations_in, standings_in
from alliance.queries.public.report_editions import missing_periods
from alliance.services.publications import (
    record_cycle_publication,
    record_report_notice,
    record_report_publication,
)
from alliance.services.recalls import recall_report
from alliance.services.withdrawals import (
    publish_again,
    take_back_withdrawal,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from portal.kernel.publishing import Publication, rebuild
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.open_data import build_release, file_content
from tests.support.pages import signed_in, words_of
from tests.support.published_reports import make_published_cycle
from tests.support.submissions import make_submission
from tests.support.withdrawals import ask_to_withdraw, consent, second_person, withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]
REASON = {"en": "It had more time.", "ru": "Срок ему продлили."}
ROW = "/en/embed/cycles/2026-h1/aurora-video/"


@pytest.fixture
def notice(cast: Cast) -> Publication:
    cycle = make_published_cycle(make_cycle(read_charter()))
    second_person(cast)
    with acting_as(SYSTEM):
        return record_report_notice(SYSTEM, make_report(cycle, cast.aurora, ReportState.NOT_FILED))


def publish_late() -> Publication:
    """The report, that is filed, concluded and published."""
    Report.objects.update(state=ReportState.CONCLUDED)
    report = Report.objects.get()
    with acting_as(SYSTEM):
        return record_report_publication(SYSTEM, report)


def reports_in_open_data() -> list[tuple[str, str]]:
    """What became of each report, with the publication that says so."""
    build_release()
    rows = csv.DictReader(file_content("reports.csv").decode("utf-8-sig").splitlines())
    return [(row["standing"], row["publication"]) for row in rows]


def standing() -> Standing:
    report = Report.objects.select_related("cycle").get()
    return standings_in([report.cycle])[report.cycle_id, report.organisation_id]


def test_a_notice_stays_as_it_is_once_the_report_that_was_filed_late_is_published(
    cast: Cast, notice: Publication
) -> None:
    request = ask_to_withdraw(cast, notice, REASON)
    make_submission(Report.objects.get())
    published = publish_late()

    with pytest.raises(WrongState, match=r"stands in its place.*Take the request back"):
        consent(cast, request)
    otto = signed_in(Person.objects.get(name="Otto"))
    assert "stands in its place" in words_of(otto.get(f"/secretariat/withdrawals/{request.pk}/publish/"))
    with acting_as(cast.actor("mona")) as actor:
        take_back_withdrawal(actor, request)
    with pytest.raises(WrongState, match="stands in its place"):
        ask_to_withdraw(cast, notice, REASON)

    assert PublishedReport.objects.current().get().valid_from == published.number
    withdraw(cast, published, REASON)  # with the report goes nothing that was said before it
    kinds = TimelineEntry.objects.current().order_by("valid_from").values_list("kind", flat=True)
    assert list(kinds) == ["report_notice", "withdrawal"]


def test_a_notice_that_was_withdrawn_before_the_report_is_published_changes_nothing_of_it(
    cast: Cast, notice: Publication, client: Client
) -> None:
    request = withdraw(cast, notice, REASON)

    assert standing() == Standing.WITHDRAWN
    assert "1 withdrawn" in words_of(client.get("/en/cycles/2026-h1/"))
    assert reports_in_open_data() == [("withdrawn", str(request.published_as))]

    make_submission(Report.objects.get(), ReportState.IN_REVIEW)
    assert standing() == Standing.IN_REVIEW

    published = publish_late()
    assert client.get(ROW).status_code == 200
    assert reports_in_open_data() == [("filed", str(published.number))]
    assert "stands in its place" in words_of(
        signed_in(cast.mona).get(f"/secretariat/withdrawals/{request.pk}/undo/")
    )
    with acting_as(cast.actor("mona")) as actor, pytest.raises(WrongState, match="stands in its place"):
        publish_again(actor, request, "It had no more time.")
    # what was withdrawn stays withdrawn
    assert REASON["en"] in words_of(client.get(f"/en/publications/{notice.number}/"))
    rows = PublishedReport.objects.order_by("pk").values_list("valid_from", "valid_to", "notice")
    before = list(rows)
    rebuild()
    assert list(rows) == before

    last = withdraw(cast, published, REASON)
    assert client.get(ROW).status_code == 410
    assert reports_in_open_data() == [("withdrawn", str(last.published_as))]


def test_the_summary_of_a_cycle_names_a_member_as_withdrawn_only_until_its_report_is_published(
    cast: Cast, notice: Publication
) -> None:
    cycle = Cycle.objects.get()
    withdraw(cast, notice, REASON)
    with acting_as(SYSTEM):
        record_cycle_publication(SYSTEM, cycle)

    def withdrawn() -> list[tuple[str, str]]:
        edition = cycle_edition(cycle.slug)
        assert edition is not None
        return [(change.slug, change.reason) for change in withdrawals_on(edition)]

    assert withdrawn() == [("aurora-video", REASON["en"])]

    make_submission(Report.objects.get())
    published = publish_late()
    assert withdrawn() == []

    withdraw(cast, published, REASON)
    assert withdrawn() == [("aurora-video", REASON["en"])]


def test_a_notice_that_is_public_again_says_so_and_is_no_revision(
    cast: Cast, notice: Publication, client: Client
) -> None:
    request = withdraw(cast, notice, REASON)
    with acting_as(cast.actor("mona")) as actor:
        publish_again(actor, request, "It had no more time.")
    number = Publication.objects.get(type="report_notice", revision=2).number

    for address in ("reports/", "members/aurora-video/"):
        words = words_of(client.get(f"/en/{address}"))
        assert f"{number} Published again" in words, address
        assert "Revision 2" not in words, address


def test_the_document_of_a_later_report_says_withdrawn_of_the_period(cast: Cast, notice: Publication) -> None:
    cycle = Cycle.objects.get()
    with acting_as(SYSTEM):
        record_cycle_publication(SYSTEM, cycle)
    earlier, later = (make_cycle(cycle.charter, slug) for slug in ("2025-h2", "2026-h2"))
    assert missing_periods("aurora-video", later, [earlier]) == [(cycle, Gap.NOT_FILED)]

    withdraw(cast, notice, REASON)

    assert missing_periods("aurora-video", later, [earlier]) == [(cycle, Gap.WITHDRAWN)]


def test_a_late_report_that_is_recalled_does_not_publish_the_withdrawn_notice_again(
    cast: Cast, notice: Publication
) -> None:
    withdraw(cast, notice, REASON)
    Report.objects.update(due_on=today() - timedelta(days=100))
    make_submission(Report.objects.get())

    with acting_as(cast.actor("sven")) as actor:
        recalled = recall_report(actor, Report.objects.get(), "The wrong file.", "en")

    assert recalled.state == ReportState.NOT_FILED
    assert Publication.objects.filter(type="report_notice").count() == 1
    assert standing() == Standing.WITHDRAWN


def test_an_obligation_names_the_publication_that_has_withdrawn_its_notice(
    cast: Cast, notice: Publication
) -> None:
    withdraw(cast, notice, REASON)
    withdrawal = WithdrawnPublication.objects.current().get()

    (row,) = obligations_in(Report.objects.select_related("cycle").get().cycle)

    assert (row.standing, row.withdrawn_in, row.withdrawn_at) == (
        Standing.WITHDRAWN,
        withdrawal.valid_from,
        withdrawal.at,
    )
