"""Corrections of what is said of the filing: not filed, exempt, late, on time; everywhere where it stands."""

from datetime import timedelta
from decimal import Decimal

import pytest
from django.core.mail import EmailMessage
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from alliance.enums import CycleState, ReportState, WaitsFor
from alliance.models import Correction, Cycle, Figure, Indicator, PublishedReport, Report, Service
from alliance.queries.local_dates import today
from alliance.queries.open_items import open_items
from alliance.queries.overtaken_corrections import overtaken_among
from alliance.queries.public.cycle_editions import cycle_edition
from alliance.services.correction_publication import publish_correction
from alliance.services.correction_reminders import record_correction_reminder
from alliance.services.corrections import (
    CorrectionInput,
    agree_to_correction,
    draft_correction,
    drop_correction,
    object_to_correction,
    propose_correction,
    withdraw_correction,
)
from alliance.services.cycles import publish_cycle
from alliance.services.public_documents import request_public_cycle
from alliance.services.publications import record_report_publication
from alliance.validators.corrections import CorrectionPlace
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from portal.kernel.publishing import Publication, read_publication, rebuild
from tests.factories import Cast, make_cycle, make_report, read_charter
from tests.support.corrections import REASON, correct, let_the_days_pass, proposed
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission, submitted_figure
from tests.support.withdrawals import last_publication, withdraw
from tests.support.workbooks import table_of, workbook_of

pytestmark = pytest.mark.django_db
FILING = CorrectionPlace.of_standing()
EXEMPT = {"standing": "exempt", "reason": "The portal was down on the last day."}


@pytest.fixture
def cycle() -> Cycle:
    cycle = make_cycle(read_charter())
    Cycle.objects.filter(pk=cycle.pk).update(state=CycleState.CLOSED)
    cycle.refresh_from_db()
    return cycle


def published(cast: Cast, cycle: Cycle) -> None:
    with acting_as(cast.actor("mona")) as actor:
        publish_cycle(actor, cycle)
    cycle.refresh_from_db()


@pytest.fixture
def missed(cast: Cast, cycle: Cycle) -> Report:
    """Aurora is declared as not having filed."""
    make_report(cycle, cast.aurora, state=ReportState.NOT_FILED)
    published(cast, cycle)
    return Report.objects.get()


def documents(type_: str) -> list[dict[str, object]]:
    return [read_publication(row) for row in Publication.objects.filter(type=type_).order_by("revision")]


def test_a_wrong_notice_becomes_an_exemption_everywhere(
    cast: Cast, cycle: Cycle, missed: Report, client: Client
) -> None:
    done = correct(cast, missed, FILING, EXEMPT)

    first, second = documents("report_notice")
    assert (first["notice"], second["notice"], second["reason"]) == ("not_filed", "exempt", EXEMPT["reason"])
    assert second["corrections"][0]["reason"] == REASON
    assert [row["reports"][0]["standing"] for row in documents("cycle")] == ["not_filed", "exempt"]
    missed.refresh_from_db()
    assert (missed.state, missed.exempt_reason) == (ReportState.EXEMPT, EXEMPT["reason"])
    notice = PublishedReport.objects.current().get()
    assert (notice.notice, notice.corrected_in, notice.was["standing"]) == (
        "exempt", done.published_as, "not_filed",
    )  # fmt: skip
    for address in (f"cycles/{cycle.slug}", "members/aurora-video", "reports"):
        page = words_of(client.get(f"/en/{address}/"))
        assert "corrected, was Not filed" in page, address
    page = words_of(client.get(f"/en/reports/aurora-video/{cycle.slug}/"))
    assert REASON["en"] in page
    assert "Not filed Exempt: The portal was down on the last day." in page
    row = client.get(f"/api/v1/reports/aurora-video/{cycle.slug}/").json()
    assert (row["notice"], row["corrected_in"], row["was"]["standing"]) == (
        "exempt", done.published_as, "not_filed",
    )  # fmt: skip
    (row,) = client.get(f"/api/v1/cycles/{cycle.slug}/").json()["reports"]
    assert (row["standing"], row["corrected_in"], row["was"]["standing"]) == (
        "exempt", done.published_as, "not_filed",
    )  # fmt: skip
    (row,) = client.get(f"/en/cycles/{cycle.slug}.json").json()["reports"]
    assert (row["standing"], row["standing_before"], row["reason_before"]) == ("exempt", "not_filed", None)
    before = list(PublishedReport.objects.order_by("valid_from").values_list("notice", "was", "corrected_in"))
    rebuild()
    after = list(PublishedReport.objects.order_by("valid_from").values_list("notice", "was", "corrected_in"))
    assert after == before


def test_the_files_of_the_cycle_say_what_it_was(cast: Cast, cycle: Cycle, missed: Report) -> None:
    correct(cast, missed, FILING, EXEMPT)
    edition = cycle_edition(cycle.slug)
    assert edition is not None
    document = request_public_cycle(edition, "en")
    run_all_jobs()

    rows = [row["State"].value for row in table_of(workbook_of(document)["Who submitted a report"])]
    assert rows == ["Exempt (corrected, was Not filed)"]


def test_a_report_that_the_portal_kept_from_being_on_time(cast: Cast, cycle: Cycle, client: Client) -> None:
    report = make_report(cycle, cast.aurora)
    make_submission(report, ReportState.CONCLUDED)
    Report.objects.update(late=True)
    published(cast, cycle)
    report = Report.objects.get()

    correct(cast, report, FILING, {"standing": "filed"})

    assert [row["late"] for row in documents("report")] == [True, False]
    assert [row["reports"][0]["standing"] for row in documents("cycle")] == ["late", "filed"]
    report.refresh_from_db()
    assert not report.late
    page = words_of(client.get(f"/en/reports/aurora-video/{cycle.slug}/"))
    assert "corrected, was Filed late" in page
    assert "corrected, was Filed late" in client.get(f"/en/cycles/{cycle.slug}/verdicts.csv").text
    correct(cast, report, FILING, {"standing": "late"})  # a correction of the correction
    entries = documents("report")[-1]["corrections"]
    assert [entry["items"][0]["new"]["standing"] for entry in entries] == ["filed", "late"]


def test_a_notice_of_a_report_that_was_filed_since(cast: Cast, cycle: Cycle, missed: Report) -> None:
    make_submission(missed, ReportState.SUBMITTED)
    Report.objects.update(late=True)
    with pytest.raises(DomainError):
        proposed(cast, missed, FILING, EXEMPT)

    correct(cast, missed, FILING, {"standing": "filed"})

    missed.refresh_from_db()
    assert (missed.state, missed.late) == (ReportState.SUBMITTED, False)
    assert PublishedReport.objects.current().get().notice == "filed"
    Report.objects.update(state=ReportState.CONCLUDED)
    missed.refresh_from_db()
    with acting_as(SYSTEM):
        record_report_publication(SYSTEM, missed)
    assert documents("report")[0]["late"] is False


def test_no_value_beside_a_notice_leads_to_a_correction(cast: Cast, missed: Report) -> None:
    """What is written or filed after it is not public: its filing alone can be corrected."""
    Figure.objects.create(
        report=missed, organisation=cast.aurora, service=Service.objects.get(slug="aurora-kids"), status="reported",
        indicator=Indicator.objects.get(charter=missed.charter, key="content-actioned"), value=Decimal(7),
    )  # fmt: skip
    alice, mona = signed_in(cast.alice), signed_in(cast.mona)
    measure, own = (alice.get(f"/workspace/reports/{missed.pk}/{page}") for page in ("measures/search/", ""))
    make_submission(
        missed, ReportState.IN_REVIEW, figures={"search": [submitted_figure("content-actioned", "7")]}
    )
    review = mona.get(f"/secretariat/reviews/{missed.pk}/measures/search/")

    assert [page.status_code for page in (measure, own, review)] == [200] * 3
    assert [page for page in (measure, review) if "/corrections/new/" in page.text] == []
    assert f"/workspace/reports/{missed.pk}/corrections/" in own.text


def test_a_report_filed_while_its_notice_is_corrected(cast: Cast, missed: Report) -> None:
    correction = proposed(cast, missed, FILING, EXEMPT)
    with acting_as(cast.actor("mona")) as actor:
        agree_to_correction(actor, correction)
    make_submission(missed, ReportState.SUBMITTED)
    with acting_as(cast.actor("mona")) as actor:
        with pytest.raises(DomainError):
            publish_correction(actor, correction)
        drop_correction(actor, correction, "The report has come.")

    assert Publication.objects.filter(type="report_notice").count() == 1
    assert Correction.objects.get().state == "dropped"


def test_a_correction_that_was_overtaken_says_so_and_leads_on(cast: Cast, missed: Report) -> None:
    """While the correction of the notice waits for an answer, the report itself is published."""
    correction = proposed(cast, missed, FILING, EXEMPT)
    make_submission(missed, ReportState.CONCLUDED)
    Report.objects.update(late=True)
    missed.refresh_from_db()
    with acting_as(SYSTEM):
        record_report_publication(SYSTEM, missed)
        Report.objects.update(state=ReportState.PUBLISHED)
        Correction.objects.update(proposed_at=clock.now() - timedelta(days=9), respond_by=today())
        assert not record_correction_reminder(correction.pk, today())
    sven, mona, sentence = signed_in(cast.sven), signed_in(cast.mona), "What this corrects has changed since"
    own, url = (f"/{area}/corrections/{correction.pk}/" for area in ("workspace", "secretariat"))

    pages = [mona.get(url), sven.get(own)]
    refused = [mona.get(f"{url}{step}/") for step in ("agree", "object")]
    refused += [mona.post(f"{url}agree/", {}), mona.post(f"{url}object/", {"reason": "No."})]

    assert [sentence in words_of(each) for each in (*pages, *refused)] == [True] * 6
    assert [words_of(page).count(sentence) for page in pages] == [1, 1]
    assert [f"{url}{step}/" in pages[0].text for step in ("agree", "object", "drop")] == [False, False, True]
    assert f"{own}withdraw/" in pages[1].text
    anew = f"/workspace/reports/{missed.pk}/corrections/new/?value={FILING.key}"
    form = sven.get(anew)
    assert (anew in pages[1].text, "of the same value is open" in words_of(form)) == (True, False)
    assert proposed(cast, missed, FILING, {"standing": "filed"}).state == "proposed"
    assert "agrees or objects until" not in words_of(pages[1])
    with acting_as(cast.actor("mona")) as actor:
        with pytest.raises(WrongState, match=sentence):
            publish_correction(actor, correction, "It is.")
        dropped = drop_correction(actor, correction, "The report has come.")
    assert (dropped.state, dropped.respond_by) == ("dropped", None)
    assert "did not answer by" not in words_of(sven.get(own))


def test_an_overtaken_correction_waits_for_no_answer(
    cast: Cast, missed: Report, mailoutbox: list[EmailMessage]
) -> None:
    """In the lists, in the dossier and in a letter about it that was not sent before."""
    correction = proposed(cast, missed, FILING, EXEMPT, by="rita")
    Correction.objects.update(proposed_at=clock.now() - timedelta(days=9), respond_by=today())
    mona, rows = signed_in(cast.mona), "/secretariat/corrections/"
    with acting_as(SYSTEM):
        assert record_correction_reminder(correction.pk, today())
    let_the_days_pass(correction)
    before = mona.get(rows)
    make_submission(missed, ReportState.CONCLUDED)
    missed.refresh_from_db()
    with acting_as(SYSTEM):
        record_report_publication(SYSTEM, missed)
        Report.objects.update(state=ReportState.PUBLISHED)
    run_all_jobs()

    after, page = mona.get(rows), mona.get(f"{rows}{correction.pk}/")
    with acting_as(cast.actor("mona")) as actor:
        (item,) = [each for each in open_items(actor, cast.aurora) if each.kind == "Correction"]

    assert [shown.context["rows"][0][1:] for shown in (before, after)] == [
        ("the decision of a manager or an auditor", True), ("the side that proposed it, or the secretariat", False),
    ]  # fmt: skip
    assert "overdue" not in words_of(page)
    assert (item.waits_for, item.due_on) == (WaitsFor.SECRETARIAT, None)
    assert not [letter for letter in mailoutbox if "waits for your answer" in letter.subject]


def test_overtaken_corrections_of_many_reports(cast: Cast, cycle: Cycle) -> None:
    """Two cost as many queries as one."""
    for member in (cast.aurora, cast.beacon):
        make_report(cycle, member, state=ReportState.NOT_FILED)
    published(cast, cycle)
    reports = list(Report.objects.select_related("organisation", "cycle"))
    for report in reports:
        proposed(cast, report, FILING, EXEMPT, by="rita")
        make_submission(report, ReportState.CONCLUDED)
        report.refresh_from_db()
        with acting_as(SYSTEM):
            record_report_publication(SYSTEM, report)
    Report.objects.update(state=ReportState.PUBLISHED)
    rows = list(Correction.objects.select_related("report__organisation", "report__cycle"))

    overtaken, costs = [], []
    for asked in (rows[:1], rows):
        with acting_as(SYSTEM), CaptureQueriesContext(connection) as captured:
            overtaken.append(overtaken_among(asked))
        costs.append(len(captured))

    assert overtaken == [{rows[0].pk}, {row.pk for row in rows}]
    assert costs[0] == costs[1]


def test_a_request_for_sign_off_overtakes_nothing(cast: Cast, missed: Report) -> None:
    """It can be taken back: until then only the publication waits."""
    correction = proposed(cast, missed, FILING, EXEMPT)
    Correction.objects.update(proposed_at=clock.now() - timedelta(days=9), respond_by=today())
    Report.objects.update(state=ReportState.AWAITING_SIGN_OFF)
    url = f"/secretariat/corrections/{correction.pk}/"

    page = signed_in(cast.mona).get(url)

    words = words_of(page)
    assert "What this corrects has changed since" not in words
    assert "Publish the correction: The member is preparing its report" in words
    assert [f"{url}{step}/" in page.text for step in ("agree", "object", "drop")] == [True, True, False]
    with acting_as(SYSTEM):
        assert record_correction_reminder(correction.pk, today())
    with acting_as(cast.actor("mona")) as actor:
        with pytest.raises(DomainError, match="can still agree or object"):
            drop_correction(actor, correction, "It is being signed.")
        agree_to_correction(actor, correction)
        with pytest.raises(DomainError, match="is preparing its report"):
            publish_correction(actor, correction)
        Report.objects.update(state=ReportState.NOT_FILED)
        assert publish_correction(actor, correction).state == "published"


def test_a_correction_of_a_notice_that_is_withdrawn_is_dropped_at_once(cast: Cast, missed: Report) -> None:
    correction = proposed(cast, missed, FILING, EXEMPT)
    withdraw(cast, last_publication("report_notice"))
    url = f"/secretariat/corrections/{correction.pk}/"

    page = signed_in(cast.mona).get(url)
    words = words_of(page)
    with acting_as(cast.actor("mona")) as actor:
        for act in (agree_to_correction, publish_correction):
            with pytest.raises(DomainError):
                act(actor, correction)
        dropped = drop_correction(actor, correction, "The notice is withdrawn.")

    assert "The notice is withdrawn: drop the correction, or publish the notice again first." in words
    assert f"{url}agree/" not in page.text
    assert dropped.state == "dropped"


def test_an_objection_to_the_secretariats_correction_is_published(cast: Cast, missed: Report) -> None:
    correction = proposed(cast, missed, FILING, EXEMPT, by="rita")
    with acting_as(cast.actor("sven")) as actor:
        object_to_correction(actor, correction, "We had sent it.")
    with acting_as(cast.actor("mona")) as actor:
        publish_correction(actor, correction, "The log shows that nothing came.")

    assert documents("report_notice")[1]["corrections"][0]["answer"]["objection"] == "We had sent it."


def test_an_objection_after_the_time_and_a_mind_that_changed(cast: Cast, missed: Report) -> None:
    correction = proposed(cast, missed, FILING, EXEMPT)
    with pytest.raises(WrongState):
        proposed(cast, missed, FILING, EXEMPT, by="mona")
    with acting_as(cast.actor("sven")) as actor:
        withdraw_correction(actor, correction)
    again = proposed(cast, missed, FILING, EXEMPT)
    let_the_days_pass(again)
    with acting_as(cast.actor("mona")) as actor, pytest.raises(DomainError):
        object_to_correction(actor, again, "Too late.")


@pytest.mark.parametrize(
    "new", [{"standing": "exempt", "reason": " "}, {"standing": "due"}, {"standing": "late"}, {}]
)
def test_impossible_statements_about_the_filing_are_refused(
    cast: Cast, missed: Report, new: dict[str, str]
) -> None:
    with pytest.raises(DomainError) as refusal:
        proposed(cast, missed, FILING, new)

    assert refusal.value.field == FILING.key


def test_the_reason_is_in_both_languages(cast: Cast, missed: Report) -> None:
    with acting_as(cast.actor("sven")) as actor:
        draft = draft_correction(actor, missed, CorrectionInput({FILING: EXEMPT}, {"en": "Down."}))
        with pytest.raises(DomainError) as refusal:
            propose_correction(actor, draft)

    assert refusal.value.field == "reason_ru"


def test_the_way_from_the_public_page_to_the_proposal(
    cast: Cast, cycle: Cycle, missed: Report, client: Client
) -> None:
    link = f"/corrections/aurora-video/{cycle.slug}/?value={FILING.key}"
    assert link in client.get(f"/en/reports/aurora-video/{cycle.slug}/").text
    assert "/login" in client.get(link).url
    alice = signed_in(cast.alice)
    page = alice.get(link, follow=True)
    assert "Filing of the report" in words_of(page)
    fields = {
        "v0_place": FILING.key, "v0_standing": "exempt", "v0_reason": EXEMPT["reason"],
        "reason_en": REASON["en"], "reason_ru": REASON["ru"], "finder": "member",
    }  # fmt: skip
    address = f"/workspace/reports/{missed.pk}/corrections/new/?value={FILING.key}"

    saved = words_of(alice.post(address, fields, follow=True))

    assert "Exempt: The portal was down on the last day." in saved
    dossier = signed_in(cast.mona).get(f"/secretariat/members/{cast.aurora.pk}/").text
    assert f"/secretariat/reports/{missed.pk}/corrections/" in dossier
    assert (
        f"/workspace/reports/{missed.pk}/corrections/" in alice.get(f"/workspace/reports/{missed.pk}/").text
    )


def test_a_notice_before_the_cycle_is_published_is_not_corrected(cast: Cast, cycle: Cycle) -> None:
    report = make_report(cycle, cast.aurora, state=ReportState.NOT_FILED)
    with pytest.raises(WrongState):
        proposed(cast, report, FILING, EXEMPT)
