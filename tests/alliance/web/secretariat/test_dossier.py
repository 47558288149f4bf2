"""The dossier of a member: what is open and for whom it waits, its reports, people, services; its journal."""

from datetime import date, timedelta

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import ApplicationState, CycleState, QuestionState, ReportState
from alliance.models import (
    Cycle,
    Finding,
    InvitedComment,
    Measure,
    Membership,
    MembershipApplication,
    Pledge,
    Question,
    Report,
    SecondReading,
    WithdrawnPublication,
)
from alliance.services.assignments import unassign_report
from alliance.services.findings import claim_finding, complete_finding, open_finding
from alliance.services.organisations import rename_organisation
from alliance.services.publications import record_report_notice
from alliance.services.questions import answer_question, ask_question, close_question
from alliance.services.recalls import recall_report
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import (
    Cast,
    make_charter,
    make_cycle,
    make_organisation,
    make_report,
    make_service,
    read_charter,
    renamed,
)
from tests.support.pages import queries_of, words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_report
from tests.support.submissions import make_submission
from tests.support.world_public_questions import make_public_question

pytestmark = pytest.mark.django_db


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def dossier(cast: Cast) -> str:
    return f"/secretariat/members/{cast.aurora.pk}/"


def make_finding(cast: Cast, report: Report, key: str = "search") -> Finding:
    measure = Measure.objects.get(charter=report.cycle.charter, key=key)
    with acting_as(cast.actor("rita")) as rita:
        return open_finding(rita, report, measure, text="Count the nights.", due_on=in_days(10))


def test_overdue_matters_come_first_then_those_of_the_secretariat(
    cast: Cast, mona: Client, report: Report
) -> None:
    finding = make_finding(cast, report)
    with acting_as(cast.actor("rita")) as rita:
        asked = ask_question(rita, report, "A zero or a gap?")
        answered = ask_question(rita, report, "Who reads at night?")
    with acting_as(cast.actor("alice")) as alice:
        answer_question(alice, answered, "The duty officer.")
    Finding.objects.filter(pk=finding.pk).update(due_on=in_days(-3))

    items = mona.get(dossier(cast)).context["items"]

    assert (items[0].title, items[0].days_overdue) == ("Count the nights.", 3)
    assert [item.waits_for_us for item in items[1:]] == [True, True, False]
    assert {items[1].title, items[2].title} == {answered.text, f"Report for {report.cycle.title}"}
    assert items[3].title == asked.text


def test_a_manager_is_led_to_the_end_of_an_accession_and_the_withdrawal_of_a_notice(
    cast: Cast, mona: Client, rita: Client, report: Report
) -> None:
    accession = cast.aurora.accessions.get()
    with acting_as(SYSTEM):
        Report.objects.update(state=ReportState.NOT_FILED)
        report.refresh_from_db()
        notice = record_report_notice(SYSTEM, report)
    end = f"/secretariat/accessions/{accession.pk}/end/"
    withdraw = f"/secretariat/publications/{notice.number}/withdraw/"

    for url in (end, withdraw):
        assert f'href="{url}"' in mona.get(dossier(cast)).text
        assert url not in rita.get(dossier(cast)).text
    story = f"/secretariat/reports/{report.pk}/story/"  # of earlier cycles than the dossier shows
    correct = f"/secretariat/reports/{report.pk}/corrections/"
    links = {"mona": [withdraw, correct], "rita": [correct]}
    for name, client in (("mona", mona), ("rita", rita)):
        page = client.get(story).text
        assert [url for url in (withdraw, correct) if f'href="{url}"' in page] == links[name]
    Cycle.objects.update(state=CycleState.PUBLISHED)
    Report.objects.update(submitted_at=None)  # a review has a link of its own
    assert f'href="{story}"' in mona.get(f"/secretariat/cycles/{report.cycle.slug}/").text
    ended = mona.post(end, {"reason": "It left the market."}, follow=True)
    assert ended.redirect_chain[-1][0] == f"{dossier(cast)}#accession"
    assert f'href="{end}"' not in ended.text


def test_a_finding_reported_done_waits_for_the_secretariat(cast: Cast, mona: Client, report: Report) -> None:
    finding = make_finding(cast, report)
    Report.objects.update(state=ReportState.CONCLUDED)
    with acting_as(cast.actor("alice")) as alice:
        claim_finding(alice, finding, "Counted.")

    items = mona.get(dossier(cast)).context["items"]

    assert [item.waits_for_us for item in items if item.title == finding.text] == [True]


def test_each_kind_of_matter_stands_in_the_one_list_with_whose_turn_it_is(
    cast: Cast, mona: Client, report: Report
) -> None:
    make_public_question(cast.aurora, text="Who checks ages?", forwarded_at=timezone.now())
    make_public_question(cast.aurora, text="Who answers this?", kind="complaint")
    make_public_question(cast.aurora, text="Is it over?", state="closed")
    make_public_question(cast.beacon, text="And you?", forwarded_at=timezone.now())
    with acting_as(SYSTEM):
        of_report = {"report": report, "organisation": cast.aurora}
        measure = Measure.objects.get(charter=report.cycle.charter, key="search")
        InvitedComment.objects.create(
            **of_report, cycle=report.cycle, measure=measure, question="How well does it work?", language="en",
            partner=make_organisation("hotline", "partner"), due_on=in_days(9), invited_by=cast.mona,
        )  # fmt: skip
        SecondReading.objects.create(**of_report, reader=cast.rita, asked_by=cast.mona)
        SecondReading.objects.create(**of_report, state="agrees", reader=cast.rita, asked_by=cast.mona)
        public = make_published_pledge(
            cast.aurora,
            {"text": "All are trained", "due_on": in_days(-3).isoformat()},
            {"text": "All are asked", "due_on": in_days(3).isoformat()},
        )
        pledge = Pledge.objects.create(
            organisation=cast.aurora,
            record=public.record,
            state="published",
            commitment_key="find",
            text="We will.",
        )
        for number, target in enumerate(public.targets):
            pledge.targets.create(position=number, text=target["text"], due_on=target["due_on"])

    page = mona.get(dossier(cast))

    items = page.context["items"]
    assert (items[0].title, items[0].days_overdue) == ("All are trained", 3)
    assert sorted((str(item.kind), item.title, item.waits_for) for item in items) == [
        ("Invited comment", "How well does it work?", "nobody"),
        ("Question of the public", "Who answers this?", "secretariat"),
        ("Question of the public", "Who checks ages?", "member"),
        ("Report", f"Report for {report.cycle.title}", "secretariat"),
        ("Second reading", f"Report for {report.cycle.title}", "secretariat"),
        ("Target", "All are trained", "secretariat"),
    ]
    assert "Hotline since" in words_of(page)  # whose turn it is, in the place of either side
    record = f"{cast.aurora.slug}/{report.cycle.slug}"
    WithdrawnPublication.objects.create(
        valid_from=99, type="report", record=record, number=1, organisation=cast.aurora, at=timezone.now()
    )
    kinds = {str(item.kind) for item in mona.get(dossier(cast)).context["items"]}
    assert "Invited comment" not in kinds


def test_the_dossier_states_that_no_matter_is_open(cast: Cast, mona: Client) -> None:
    assert "Nothing is open with this member." in words_of(mona.get(dossier(cast)))


def test_closed_matters_stay_readable_below_those_that_are_open(
    cast: Cast, mona: Client, report: Report
) -> None:
    finding = make_finding(cast, report)
    with acting_as(cast.actor("rita")) as rita:
        question = ask_question(rita, report, "A zero or a gap?")
    before = mona.get(f"{dossier(cast)}?page=1").context["closed_items"]
    with acting_as(cast.actor("alice")) as alice:
        answer_question(alice, question, "A gap.")
    with acting_as(cast.actor("rita")) as rita:
        close_question(rita, question)
        complete_finding(rita, finding, "Counted.")

    assert "Show 2 that are closed" in words_of(mona.get(dossier(cast)))
    page = mona.get(f"{dossier(cast)}?page=1")

    assert before == []
    assert [(str(item.kind), item.title) for item in page.context["closed_items"]] == [
        ("Finding", "Count the nights."),
        ("Question", "A zero or a gap?"),
    ]
    assert {item.title for item in page.context["items"]} == {f"Report for {report.cycle.title}"}
    assert "Closed 2" in words_of(page)


def test_many_closed_matters_are_paged_without_a_query_for_each(
    cast: Cast, mona: Client, report: Report
) -> None:
    now = timezone.now()

    def close(count: int) -> None:
        with acting_as(SYSTEM):
            Question.objects.bulk_create(
                Question(
                    report=report, organisation=cast.aurora, state=QuestionState.CLOSED, text=f"Question {number}?",
                    language="en", asked_by=cast.rita, answered_at=now - timedelta(days=number),
                )
                for number in range(count)
            )  # fmt: skip

    close(2)
    few = queries_of(mona, f"{dossier(cast)}?page=1")
    close(28)

    assert queries_of(mona, f"{dossier(cast)}?page=1") <= few
    last = mona.get(f"{dossier(cast)}?page=3").context
    assert (last["closed_count"], len(last["closed_items"])) == (30, 6)


def test_closed_items_of_another_member_are_not_shown(cast: Cast, mona: Client, report: Report) -> None:
    with acting_as(SYSTEM):
        Question.objects.create(
            report=report, organisation=cast.aurora, state=QuestionState.CLOSED, text="A gap?", language="en",
            asked_by=cast.rita,
        )  # fmt: skip

    assert mona.get(f"/secretariat/members/{cast.beacon.pk}/?page=1").context["closed_items"] == []


def test_the_dossier_leads_to_the_application_that_was_admitted(cast: Cast, mona: Client) -> None:
    with acting_as(SYSTEM):
        application = MembershipApplication.objects.create(
            kind="member", state=ApplicationState.ADMITTED, name="Aurora Video", reason="Children watch us.",
            applicant_name="Dora Delta", applicant_office="Director", email="dora@aurora.example", language="en",
            organisation=cast.aurora,
        )  # fmt: skip

    page = mona.get(dossier(cast))

    assert f"/secretariat/members/applications/{application.pk}/" in page.text
    assert "Dora Delta, Director" in words_of(page)
    assert "applications/" not in mona.get(f"/secretariat/members/{cast.beacon.pk}/").text


def test_the_only_signatory_is_named_before_they_are_lost(cast: Cast, mona: Client) -> None:
    rows = Membership.objects.filter(organisation=cast.aurora, ended_at=None)
    signatories = [row for row in rows if "signatory" in row.roles]
    keeper = signatories[0]
    for row in signatories[1:]:
        Membership.objects.filter(pk=row.pk).update(roles=["reader"])

    before = [(row.pk, roles) for row, roles in mona.get(dossier(cast)).context["sole_holders"]]
    other = rows.exclude(pk=keeper.pk)[0]
    Membership.objects.filter(pk=other.pk).update(roles=[*other.roles, "signatory"])
    after = [(row.pk, roles) for row, roles in mona.get(dossier(cast)).context["sole_holders"]]

    assert keeper.pk in [pk for pk, roles in before if "signatory" in roles]
    assert "signatory" not in [role for _pk, roles in after for role in roles]


def test_an_earlier_name_stands_in_the_dossier_with_its_last_day(cast: Cast, mona: Client) -> None:
    with acting_as(cast.actor("mona")) as manager:
        rename_organisation(manager, cast.aurora, {"en": "Aurora", "ru": "Аврора"})

    page = words_of(mona.get(dossier(cast)))

    assert "Earlier names" in page
    assert "Aurora Video until" in page


def test_as_many_queries_however_much_is_open(cast: Cast, mona: Client, report: Report) -> None:
    make_finding(cast, report)
    with acting_as(cast.actor("rita")) as rita:
        ask_question(rita, report, "A zero or a gap?")
    few = queries_of(mona, dossier(cast))
    for number in range(6):
        cycle = make_cycle(report.cycle.charter, f"20{number + 10}-h1", CycleState.CLOSED)
        make_submission(make_report(cycle, cast.aurora), ReportState.IN_REVIEW)
        make_service(cast.aurora, f"service-{number}")
        with acting_as(cast.actor("rita")) as rita:
            ask_question(rita, report, f"Question {number}?")

    assert queries_of(mona, dossier(cast)) <= few


def test_the_journal_is_narrowed_to_what_concerns_a_member(cast: Cast, mona: Client, report: Report) -> None:
    with acting_as(cast.actor("rita")) as rita:
        ask_question(rita, report, "A zero or a gap?")
    with acting_as(cast.actor("mona")) as manager:
        rename_organisation(manager, cast.beacon, {"en": "Beacon", "ru": "Маяк"})

    page = mona.get(f"/secretariat/journal/?concerned_number={cast.aurora.pk}").context["page"]

    assert [row.event.kind for row in page.rows] == ["question.ask"]
    assert page.rows[0].target_title == f"Aurora Video, {report.cycle.title}"


def test_the_story_of_a_report_has_its_parts_in_order_with_their_words(
    cast: Cast, mona: Client, report: Report
) -> None:
    with acting_as(cast.actor("rita")) as rita:
        question = ask_question(rita, report, "A zero or a gap?")
    with acting_as(cast.actor("alice")) as alice:
        answer_question(alice, question, "A gap.")
    make_finding(cast, report)

    entries = mona.get(f"/secretariat/reports/{report.pk}/story/").context["page"].object_list

    assert [(entry.row.event.kind, [words.text for words in entry.words]) for entry in entries] == [
        ("question.ask", ["A zero or a gap?"]),
        ("question.answer", ["A gap."]),
        ("finding.open", ["Count the nights."]),
    ]


def test_another_report_has_a_story_of_its_own(cast: Cast, mona: Client, report: Report) -> None:
    other = make_report(make_cycle(read_charter(), "2025-h2", CycleState.CLOSED), cast.beacon)
    with acting_as(cast.actor("rita")) as rita:
        ask_question(rita, report, "A zero or a gap?")

    assert "Nothing has happened to this report yet." in words_of(
        mona.get(f"/secretariat/reports/{other.pk}/story/")
    )


def test_the_journal_shows_the_reasons_of_a_report_s_steps_to_whom_they_are_shown(
    cast: Cast, mona: Client, report: Report
) -> None:
    Report.objects.filter(pk=report.pk).update(state=ReportState.IN_REVIEW, reviewer=cast.rita)
    with acting_as(cast.actor("mona")) as manager:
        unassign_report(manager, report, "She is ill.", cast.rita.pk)
    other = make_report(make_cycle(report.cycle.charter, "2025-h2", CycleState.OPEN), cast.aurora)
    make_submission(other)
    with acting_as(cast.actor("sven")) as sven:
        recall_report(sven, other, "A figure was wrong.", "en")

    page = words_of(mona.get(f"/secretariat/journal/?concerned_number={cast.aurora.pk}"))

    assert "“A figure was wrong.”" in page
    assert "“She is ill.”" in page


def test_published_verdicts_stand_measure_by_measure_on_a_page_and_in_a_file(
    cast: Cast, mona: Client
) -> None:
    charter = read_charter()
    for slug, value in (("2025-h2", "limited"), ("2026-h1", "complete")):
        make_published_report(make_cycle(charter, slug), cast.aurora, verdicts={"find": value})
    measure = Measure.objects.filter(charter=charter, commitment__key="find").order_by("position").first()
    assert measure is not None

    rows = mona.get(f"{dossier(cast)}verdicts/").context["table"].rows
    lines = mona.get(f"{dossier(cast)}verdicts.csv").content.decode("utf-8-sig").splitlines()

    assert (rows[0].measure, [each.value for each in rows[0].verdicts]) == (measure, ["limited", "complete"])
    assert lines[0] == "measure,title,2025-h2,2026-h1"
    assert lines[1] == f"{measure.code},{measure.title},limited,complete"


def test_earlier_verdicts_are_on_further_pages_and_all_in_the_file(cast: Cast, mona: Client) -> None:
    charter = read_charter()
    slugs = [f"{year}-h{half}" for year in range(2020, 2025) for half in (1, 2)]
    for slug in slugs:
        make_published_report(make_cycle(charter, slug), cast.aurora, verdicts={"find": "complete"})

    pages = [mona.get(f"{dossier(cast)}verdicts/?page={number}") for number in (1, 2)]
    lines = mona.get(f"{dossier(cast)}verdicts.csv").content.decode("utf-8-sig").splitlines()

    assert [[cycle.slug for cycle in page.context["table"].cycles] for page in pages] == [
        slugs[2:],
        slugs[:2],
    ]
    assert "1–8 of 10" in words_of(pages[0])
    assert lines[0] == f"measure,title,{','.join(slugs)}"


def test_verdicts_are_compared_with_the_cycle_before_where_the_charter_has_renamed_them(
    cast: Cast, mona: Client
) -> None:
    first = read_charter()
    make_published_report(make_cycle(first, "2025-h2"), cast.aurora, verdicts={"find": "complete"})
    second = make_charter(version=2, tree=renamed(("find", "detect")), mapping=(("find", "detect"),))
    make_published_report(make_cycle(second), cast.aurora, verdicts={"detect": "limited"})

    assert "1 lower" in words_of(mona.get(dossier(cast)))
