"""Reports assigned from the queue: with a second reader, handed over, left out with the reason; pauses."""

from datetime import timedelta

import pytest
from django.core import mail
from django.test import Client

from alliance.enums import ReportState, Role
from alliance.models import (
    DeclaredInterest,
    Person,
    Report,
    ReviewAssignment,
    SecondReading,
)
from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_person
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
QUEUE = "/secretariat/reviews/"


def test_ticked_reports_are_assigned_with_a_second_reader(
    cast: Cast, mona: Client, reports: dict[str, Report]
) -> None:
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    with acting_as(SYSTEM):
        DeclaredInterest.objects.create(
            person=cast.rita, organisation=cast.aurora, reason="Shares.", recorded_by=cast.rita
        )
        Report.objects.update(reviewer=None)
    url = f"{QUEUE}assign/"
    chosen = [reports["aurora"].pk, reports["cedar"].pk]

    page = mona.get(url, {"report": chosen, "reviewer": cast.rita.pk})
    data = {"report": chosen, "reviewer": cast.rita.pk, "second_reader": roy.pk}
    done = mona.post(url, data, follow=True)

    assert "Rita cannot take Aurora Video: has declared an interest." in words_of(page)
    assert "1 report assigned" in words_of(done)
    assert "Aurora Video stays as it was: Rita has declared an interest." in words_of(done)
    assert dict(Report.objects.values_list("organisation__slug", "reviewer__name")) == {
        "aurora-video": None,
        "beacon-search": None,
        "cedar": "Rita",
    }
    with acting_as(SYSTEM):
        assert SecondReading.objects.get().report == reports["cedar"]


def test_a_second_assignment_from_the_same_page_is_refused_with_the_reviewer(
    cast: Cast, mona: Client, report: Report
) -> None:
    Report.objects.update(reviewer=None)
    page = mona.get(f"{QUEUE}assign/?report={report.pk}")
    assert f'name="seen" value="{report.pk}:0"' in page.text
    sent = {"report": report.pk, "seen": f"{report.pk}:0", "reviewer": cast.rita.pk}

    mona.post(f"{QUEUE}assign/", sent)
    again = mona.post(f"{QUEUE}assign/", sent)

    assert again.status_code == 422
    assert "Already assigned to Rita." in words_of(again)
    assert "This field is required" not in words_of(again)


def test_a_note_stays_with_the_reports_that_were_left_as_they_are(
    cast: Cast, mona: Client, reports: dict[str, Report]
) -> None:
    zoe = make_person("Zoe", cast.secretariat, Role.REVIEWER)
    aurora, cedar = reports["aurora"], reports["cedar"]
    Report.objects.filter(pk=aurora.pk).update(reviewer=None)
    Report.objects.filter(pk=cedar.pk).update(reviewer=zoe)
    sent = {"report": [aurora.pk, cedar.pk], "seen": f"{cedar.pk}:{cast.rita.pk}", "reviewer": cast.rita.pk}

    page = mona.post(f"{QUEUE}assign/", {**sent, "note": "Chapter 4 first."})

    assert page.status_code == 422
    assert "1 report assigned" in words_of(page)
    assert page.context["reports"] == [cedar]
    assert page.context["form"]["note"].value() == "Chapter 4 first."


def test_a_note_goes_along_where_the_reviewer_was_taken_off_meanwhile(
    cast: Cast, mona: Client, report: Report, roy: Person
) -> None:
    Report.objects.update(reviewer=None)
    sent = {"report": report.pk, "seen": f"{report.pk}:{cast.rita.pk}", "note": "Chapter 4 first."}

    refused = mona.post(f"{QUEUE}assign/", {**sent, "reviewer": ""})
    done = mona.post(f"{QUEUE}assign/", {**sent, "reviewer": roy.pk}, follow=True)

    assert (refused.status_code, refused.context["form"]["note"].value()) == (422, "Chapter 4 first.")
    assert 'name="note"' in refused.content.decode()
    assert "1 report assigned" in words_of(done)
    with acting_as(SYSTEM):
        assert ReviewAssignment.objects.values_list("act", "note").last() == ("assign", "Chapter 4 first.")
    run_all_jobs()
    assert "Chapter 4 first." in str(mail.outbox[-1].body)


def test_a_report_that_takes_no_second_reading_now_is_assigned_and_named(
    cast: Cast, mona: Client, reports: dict[str, Report]
) -> None:
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    Report.objects.update(reviewer=None)
    Report.objects.filter(pk=reports["beacon"].pk).update(state=ReportState.CHANGES_REQUESTED)
    chosen = [reports["beacon"].pk, reports["cedar"].pk]

    done = mona.post(
        f"{QUEUE}assign/", {"report": chosen, "reviewer": cast.rita.pk, "second_reader": roy.pk}, follow=True
    )

    assert "2 reports assigned" in words_of(done)
    assert (
        "No second reading was asked for of the report of Beacon Search: A second reading can be"
        in words_of(done)
    )
    with acting_as(SYSTEM):
        assert [reading.report for reading in SecondReading.objects.all()] == [reports["cedar"]]


def test_chosen_reports_that_cannot_be_assigned_are_named(mona: Client, reports: dict[str, Report]) -> None:
    cycle, url = reports["cedar"].cycle.slug, f"{QUEUE}assign/"
    Report.objects.filter(pk=reports["beacon"].pk).update(state=ReportState.PUBLISHED)

    page = words_of(mona.get(url, {"report": [reports["beacon"].pk, reports["cedar"].pk], "cycle": cycle}))
    assert "Left out, because you cannot assign them now: Beacon Search (Published)" in page
    desk = f"/secretariat/cycles/{cycle}/"
    alone = mona.get(
        url,
        {"report": reports["beacon"].pk, "cycle": cycle},
        follow=True,
        headers={"Referer": f"http://testserver{desk}"},
    )
    assert alone.redirect_chain == [(desk, 302)]
    assert "None of the chosen reports can be assigned by you now: Beacon Search (Published)" in words_of(
        alone
    )
    assert "Tick the reports" not in words_of(alone)


def test_without_a_tick_the_queue_is_shown_as_it_was(mona: Client, reports: dict[str, Report]) -> None:
    queue = f"{QUEUE}?show=all&sort=member"

    assert mona.get(f"{QUEUE}assign/", headers={"referer": f"http://testserver{queue}"}).url == queue
    assert mona.get(f"{QUEUE}assign/", headers={"referer": "http://elsewhere.example/"}).url == QUEUE


def test_ticked_reports_with_a_reviewer_are_handed_over_with_a_note(
    cast: Cast, mona: Client, reports: dict[str, Report]
) -> None:
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    chosen = [reports["beacon"].pk, reports["cedar"].pk]
    data = {"report": chosen, "seen": f"{reports['beacon'].pk}:{cast.rita.pk}", "reviewer": roy.pk}
    queue = mona.get(QUEUE)

    page = mona.get(f"{QUEUE}assign/", {"report": chosen, "reviewer": roy.pk})
    refused = mona.post(f"{QUEUE}assign/", {**data, "note": " "})
    mona.post(f"{QUEUE}assign/", {**data, "note": "Rita is away."})

    assert {row.report.organisation.slug for row in queue.context["rows"] if row.may_be_chosen} == {
        "aurora-video", "beacon-search", "cedar",
    }  # fmt: skip
    assert f'name="seen" value="{data["seen"]}"' in page.content.decode()
    assert refused.status_code == 422
    names = dict(Report.objects.values_list("organisation__slug", "reviewer__name"))
    assert names == {"aurora-video": "Rita", "beacon-search": "Roy", "cedar": "Roy"}
    with acting_as(SYSTEM):
        acts = ReviewAssignment.objects.filter(report__in=chosen).values_list("act", "note")
        assert sorted(acts) == [("assign", ""), ("hand_over", "Rita is away.")]


def test_only_reviewers_and_managers_can_tick_a_report(cast: Cast, reports: dict[str, Report]) -> None:
    roy = signed_in(make_person("Roy", cast.secretariat, Role.REVIEWER))
    ray = make_person("Ray", cast.secretariat, Role.REVIEWER)
    row = {each.report.organisation.slug: each.may_be_chosen for each in roy.get(QUEUE).context["rows"]}

    data = {"report": [reports["cedar"].pk], "reviewer": cast.rita.pk, "second_reader": ray.pk}
    answer = roy.post(f"{QUEUE}assign/", data)

    assert row == {"aurora-video": False, "beacon-search": False, "cedar": True}
    assert "Only its reviewer or a manager can ask for a second reading of" in words_of(answer)
    assert Report.objects.get(pk=reports["cedar"].pk).reviewer is None


def test_the_auditor_assigns_nothing(cast: Cast, reports: dict[str, Report]) -> None:
    otto = signed_in(make_person("Otto", cast.secretariat, Role.AUDITOR))
    answer = otto.post(f"{QUEUE}assign/", {"report": reports["cedar"].pk, "reviewer": cast.rita.pk})

    assert answer.url == QUEUE
    assert Report.objects.get(pk=reports["cedar"].pk).reviewer is None
    assert "Assign the ticked reports" not in words_of(otto.get(QUEUE))


def test_a_page_that_names_an_earlier_reviewer_changes_nothing(
    cast: Cast, rita: Client, mona: Client, report: Report
) -> None:
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    url = f"{QUEUE}{report.pk}/hand-over/"
    seen = {"note": "Yours.", "seen_reviewer": cast.rita.pk}
    mona.post(url, {**seen, "reviewer": roy.pk})

    answer = mona.post(url, {**seen, "reviewer": cast.rita.pk})

    assert answer.status_code == 422
    assert "Meanwhile the report was assigned to Roy." in words_of(answer)
    assert Report.objects.get().reviewer == roy


def test_what_has_no_reviewer_is_not_taken_from_one(cast: Cast, mona: Client, report: Report) -> None:
    url, sent = f"{QUEUE}{report.pk}/unassign/", {"reason": "Ill.", "seen_reviewer": cast.rita.pk}
    mona.post(url, sent)

    pages = [mona.get(url), mona.post(url, sent)]

    assert [each for each in pages if "Nobody is assigned to this report." not in words_of(each)] == []
    assert [each for each in pages if "Leave without a reviewer</button>" in each.text] == []


def test_a_pause_is_shown_and_ended(rita: Client, report: Report) -> None:
    until = today() + timedelta(days=4)
    rita.post(f"{QUEUE}{report.pk}/pause/", {"until": until.isoformat(), "reason": "The register is closed."})

    assert "The register is closed." in words_of(rita.get(f"{QUEUE}{report.pk}/"))
    assert "paused until" in words_of(rita.get(QUEUE))
    again = words_of(rita.get(f"{QUEUE}{report.pk}/pause/"))
    assert "The review is paused already, until" in again
    assert "by Rita: The register is closed." in again
    rita.post(f"{QUEUE}{report.pk}/end-pause/")
    assert Report.objects.get().paused_until is None
    ended = rita.get(f"{QUEUE}{report.pk}/end-pause/")
    assert "The review is not paused." in words_of(ended)
    assert "End the pause</button>" not in ended.text


@pytest.mark.parametrize("page", ["hand-over", "second-reading"])
def test_barred_reviewers_are_named_with_their_reason_when_a_colleague_is_chosen(
    cast: Cast, rita: Client, report: Report, page: str
) -> None:
    roy = make_person("Roy", cast.secretariat, Role.REVIEWER)
    with acting_as(SYSTEM):
        DeclaredInterest.objects.create(
            person=roy, organisation=report.organisation, reason="Shares.", recorded_by=roy
        )
    barred = f"Roy cannot take {report.organisation.name}: has declared an interest."
    url = f"{QUEUE}{report.pk}/{page}/"

    nobody = words_of(rita.get(url))
    make_person("Ruth", cast.secretariat, Role.REVIEWER)
    somebody = words_of(rita.get(url))

    assert f"There is no other reviewer who can take this report. {barred}" in nobody
    assert "Ruth" in somebody
    assert barred in somebody


@pytest.mark.parametrize("bar", ["interest", "second reading", "closed account"])
def test_a_review_is_not_handed_over_where_nobody_else_can_take_it(
    cast: Cast, rita: Client, report: Report, roy: Person, bar: str
) -> None:
    url, nobody_else = f"{QUEUE}{report.pk}/", "There is no other reviewer who can take this report."
    links = (f"{url}hand-over/", f"{url}second-reading/")

    with_roy = rita.get(url)
    with acting_as(SYSTEM):
        if bar == "interest":
            DeclaredInterest.objects.create(
                person=roy, organisation=cast.aurora, reason="Shares.", recorded_by=roy
            )
        elif bar == "second reading":
            SecondReading.objects.create(
                report=report, organisation=cast.aurora, reader=roy, asked_by=cast.rita
            )
        else:
            Person.objects.filter(pk=roy.pk).update(is_active=False)
    alone = rita.get(url)

    assert ([link in with_roy.text for link in links], nobody_else in words_of(with_roy)) == (
        [True] * 2,
        False,
    )
    assert ([link in alone.text for link in links], nobody_else in words_of(alone)) == ([False] * 2, True)
    assert nobody_else in words_of(rita.get(links[0]))
