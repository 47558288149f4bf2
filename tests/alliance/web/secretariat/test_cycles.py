"""The manager's pages of cycles: planning, opening, closing, reopening, reminders, single reports."""

from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import CharterState, CycleState, ReportState
from alliance.models import (
    Accession,
    Charter,
    Cycle,
    Measure,
    Report,
)
from alliance.queries.local_dates import today
from alliance.services.reviews import conclude_report, give_verdict
from portal.kernel.access import acting_as
from portal.kernel.journal import Event
from portal.kernel.notices import Channel, Delivery
from tests.factories import Cast, make_cycle, make_report
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db

FORM = {
    "title_en": "January–June 2026",
    "title_ru": "Январь–июнь 2026",
    "slug": "2026-h1",
    "starts_on": "2026-01-01",
    "ends_on": "2026-06-30",
    "due_on": "2096-08-31",
    "grace_days": "10",
    "review_days": "28",
    "response_days": "14",
    "correction_days": "14",
}


CLOSE = "/secretariat/cycles/2026-h1/close/"


def shown_on(page: Any) -> str:
    """The reports that the page of consequences shows, as its hidden field has them."""
    return str(page.context["shown"])


def items(page: Any) -> list[str]:
    return list(page.context["page"].items)


def planned(mona: Client, charter: Charter, **changes: str) -> Any:
    return mona.post("/secretariat/cycles/plan/", {**FORM, "charter": charter.pk, **changes})


def test_planning_leads_to_the_cycle(mona: Client, charter: Charter) -> None:
    response = planned(mona, charter)

    assert response.url == "/secretariat/cycles/2026-h1/"
    assert Cycle.objects.get().state == CycleState.PLANNED


def test_planning_without_a_charter_says_what_is_missing(mona: Client) -> None:
    Charter.objects.all().delete()

    assert "There is no charter yet" in words_of(mona.get("/secretariat/cycles/plan/"))


def test_planning_says_which_day_is_wrong(mona: Client, charter: Charter) -> None:
    response = planned(mona, charter, due_on="2026-06-30")

    assert response.status_code == 422
    assert response.context["form"].errors == {
        "due_on": ["Reports can be due only after the period has ended."]
    }


def test_changing_begins_with_what_is_planned(mona: Client, charter: Charter) -> None:
    planned(mona, charter)

    form = mona.get("/secretariat/cycles/2026-h1/edit/").context["form"]
    mona.post("/secretariat/cycles/2026-h1/edit/", {**FORM, "charter": charter.pk, "grace_days": "20"})

    assert form["title_ru"].value() == "Январь–июнь 2026"
    assert Cycle.objects.get().grace_days == 20


def test_a_cycle_planned_on_a_version_that_was_superseded_since_is_changed(
    mona: Client, charter: Charter
) -> None:
    planned(mona, charter)
    Charter.objects.update(state=CharterState.SUPERSEDED)

    page = mona.get("/secretariat/cycles/2026-h1/edit/")
    mona.post("/secretariat/cycles/2026-h1/edit/", {**FORM, "charter": charter.pk, "grace_days": "20"})

    assert list(page.context["form"].fields["charter"].queryset) == [charter]
    assert Cycle.objects.get().grace_days == 20


def test_opening_says_who_will_have_to_report(cast: Cast, mona: Client, charter: Charter) -> None:
    planned(mona, charter)
    Accession.objects.create(organisation=cast.aurora, charter=charter, state="published")

    page = mona.get("/secretariat/cycles/2026-h1/open/")
    mona.post("/secretariat/cycles/2026-h1/open/")

    assert "1 member has to report by 31 August 2096" in words_of(page).replace("\xa0", " ")
    assert "Aurora Video for the first time" in words_of(page)
    assert Report.objects.get().organisation == cast.aurora


def test_pages_before_an_act_list_some_of_many(
    cast: Cast, mona: Client, charter: Charter, monkeypatch: pytest.MonkeyPatch
) -> None:
    planned(mona, charter)
    for member in (cast.aurora, cast.beacon):
        Accession.objects.create(organisation=member, charter=charter, state="published")

    for page, rows in (("open", 1), ("remind", 2)):
        monkeypatch.setattr("alliance.web.secretariat.row_limits.MAX_ROWS", rows)
        address = f"/secretariat/cycles/2026-h1/{page}/"
        some, whole = (words_of(mona.get(f"{address}{query}")) for query in ("", "?rows=all"))
        assert "1 of 2 are listed. List all 2" in some
        assert "Beacon" not in some
        assert "Beacon" in whole
        mona.post("/secretariat/cycles/2026-h1/open/")


def test_opening_for_nobody_is_warned_of(mona: Client, charter: Charter) -> None:
    planned(mona, charter)

    page = words_of(mona.get("/secretariat/cycles/2026-h1/open/"))

    assert "No member would have to report" in page
    assert "administrators are notified" not in page


@pytest.mark.parametrize(
    ("days", "sentence"),
    [(-60, "the cycle would close by itself at once"), (300, "The period begins only on")],
)
def test_opening_too_late_or_too_early_is_warned_of(
    cast: Cast, mona: Client, charter: Charter, days: int, sentence: str
) -> None:
    cycle, day = make_cycle(charter, state=CycleState.PLANNED), today() + timedelta(days=days)
    Cycle.objects.filter(pk=cycle.pk).update(starts_on=day, ends_on=day, due_on=day)
    Accession.objects.create(organisation=cast.aurora, charter=charter, state="published")

    url = "/secretariat/cycles/2026-h1/open/"
    assert sentence in words_of(mona.get(url))
    mona.post(url)
    assert Cycle.objects.get().state == (CycleState.OPEN if days > 0 else CycleState.PLANNED)


def test_a_public_cycle_leads_to_what_the_public_reads(mona: Client, charter: Charter) -> None:
    make_cycle(charter, state=CycleState.PUBLISHED)

    assert 'href="/en/cycles/2026-h1/"' in mona.get("/secretariat/cycles/2026-h1/").content.decode()


def test_closing_names_what_is_not_filed(cast: Cast, mona: Client, charter: Charter) -> None:
    make_report(make_cycle(charter), cast.aurora)

    report = Report.objects.get()
    page = mona.get(CLOSE)
    early = {"shown": shown_on(page), "reason": "All is in.", "title": "half 1 OF 2026"}
    mona.post(CLOSE, early)

    assert shown_on(page) == f"{report.pk}:draft"
    assert f'href="/secretariat/members/{cast.aurora.pk}/"' in page.content.decode()
    assert "Let it close by itself on" in words_of(page)
    assert Cycle.objects.get().state == CycleState.CLOSED


def test_closing_early_is_refused_beside_the_fields(cast: Cast, mona: Client, charter: Charter) -> None:
    make_report(make_cycle(charter), cast.aurora)

    page = mona.post(CLOSE, {"shown": shown_on(mona.get(CLOSE)), "reason": "", "title": "Half 2"})

    assert page.status_code == 422
    assert page.context["form"].errors == {
        "reason": ["Say why this cannot wait."],
        "title": ["Type the name of the cycle as it stands above: Half 1 of 2026"],
    }
    assert 'value="Half 2"' in page.content.decode()


def test_closing_is_shown_anew_when_a_report_has_changed(cast: Cast, mona: Client, charter: Charter) -> None:
    report = make_report(make_cycle(charter), cast.aurora)
    early = {"shown": shown_on(mona.get(CLOSE)), "reason": "All is in.", "title": "Half 1 of 2026"}
    make_submission(report)

    page = mona.post(CLOSE, early)

    assert (page.status_code, shown_on(page)) == (422, f"{report.pk}:submitted")
    assert "Aurora Video (Submitted)" in words_of(page)
    assert 'value="All is in."' in page.content.decode()
    assert mona.post(CLOSE, {**early, "shown": shown_on(page)}).status_code == 302


def test_before_a_cycle_is_reopened_what_was_submitted_counts_as_submitted(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    """Also a report with requested changes; and nothing is said of reports that do not count as not filed."""
    closed = make_cycle(charter, state=CycleState.CLOSED)
    make_submission(make_report(closed, cast.aurora))
    Report.objects.update(state=ReportState.CHANGES_REQUESTED)
    make_report(closed, cast.beacon, ReportState.DRAFT)

    page = mona.get(f"/secretariat/cycles/{closed.slug}/reopen/")

    groups = {group.title: [row.name for row in group.rows] for group in page.context["groups"]}
    assert groups["Not submitted"] == [cast.beacon.name]
    assert groups["Submitted in time"] == [cast.aurora.name]
    assert "what counts as not filed stays so" not in page.text


def test_reopening_asks_why(cast: Cast, mona: Client, charter: Charter) -> None:
    make_report(make_cycle(charter, state=CycleState.CLOSED), cast.aurora, ReportState.NOT_FILED)
    reopen = "/secretariat/cycles/2026-h1/reopen/"

    page = mona.get(reopen)
    refused = mona.post(reopen, {"shown": shown_on(page), "reason": ""})
    mona.post(reopen, {"shown": shown_on(page), "reason": "One day was lost."})

    assert "Aurora Video: no longer counts as not filed" in words_of(page)
    assert refused.status_code == 422
    assert (Cycle.objects.get().state, Report.objects.get().state) == ("open", "draft")
    assert "One day was lost." in words_of(mona.get("/secretariat/cycles/2026-h1/"))
    assert "One day was lost." in words_of(mona.get("/secretariat/journal/?group=cycle"))


def test_a_cycle_shows_who_has_filed(cast: Cast, mona: Client, charter: Charter) -> None:
    cycle = make_cycle(charter)
    make_report(cycle, cast.aurora)
    make_submission(make_report(cycle, cast.beacon))

    rows = mona.get("/secretariat/cycles/2026-h1/?show=all").context["page"]

    assert [(row.report.organisation.slug, row.report.state) for row in rows] == [
        ("aurora-video", ReportState.DRAFT),
        ("beacon-search", ReportState.SUBMITTED),
    ]


@pytest.mark.parametrize(("action", "state"), [("open", "open"), ("close", "closed"), ("reopen", "open")])
def test_a_step_that_was_taken_leads_back(mona: Client, charter: Charter, action: str, state: str) -> None:
    make_cycle(charter, state=CycleState(state))

    page = mona.get(f"/secretariat/cycles/2026-h1/{action}/", follow=True)

    assert "This has already been done." in words_of(page)


@pytest.mark.parametrize("action", ["open", "close", "reopen", "publish", "edit", "remind"])
def test_a_reviewer_reads_cycles_and_changes_none(cast: Cast, charter: Charter, action: str) -> None:
    make_cycle(charter)
    rita = signed_in(cast.rita)

    assert rita.get("/secretariat/cycles/2026-h1/").status_code == 200
    assert rita.get(f"/secretariat/cycles/2026-h1/{action}/").status_code == 403
    assert rita.post(f"/secretariat/cycles/2026-h1/{action}/").status_code == 403


# --- Reminding -----------------------------------------------------------------------------------

REMIND = "/secretariat/cycles/2026-h1/remind/"


@pytest.fixture
def missing(cast: Cast, charter: Charter) -> Report:
    """Aurora's report is a draft; Beacon's is submitted; the cycle is open."""
    cycle = make_cycle(charter)
    make_submission(make_report(cycle, cast.beacon))
    return make_report(cycle, cast.aurora)


def test_reminding_names_whom_it_reaches(mona: Client, missing: Report) -> None:
    page = mona.get(REMIND)

    assert "Aurora Video Alice, Sven" in words_of(page)
    assert "Beacon" not in words_of(page)
    assert items(page)[0] == "it goes to 1 member"


def test_reminding_notifies_those_who_draft_and_sign(cast: Cast, mona: Client, missing: Report) -> None:
    mona.post(REMIND)
    run_all_jobs()

    lines = Delivery.objects.filter(channel=Channel.INBOX)
    assert sorted(lines.values_list("recipient__name", flat=True)) == ["Alice", "Sven"]
    assert Event.objects.get(kind="cycle.remind").data == {"reports": [missing.pk]}


def test_a_reminder_posted_twice_goes_out_once(mona: Client, missing: Report) -> None:
    once = {"once": "5b0a2e1e-7a53-4a3e-9f1b-0d6f9a3c1d12"}

    answers = [mona.post(REMIND, once), mona.post(REMIND, once)]
    again = mona.post(REMIND)

    assert [answer.url for answer in answers] == ["/secretariat/cycles/2026-h1/"] * 2
    assert again.status_code == 422
    assert Event.objects.filter(kind="cycle.remind").count() == 1


def test_the_cycle_says_who_reminded_and_when(mona: Client, missing: Report) -> None:
    before = words_of(mona.get("/secretariat/cycles/2026-h1/"))
    mona.post(REMIND)
    after = words_of(mona.get("/secretariat/cycles/2026-h1/"))

    assert "Remind all" in before
    assert "Remind all" not in after
    assert "Last reminder: Mona, " in after
    assert "No member is reminded twice a day." in after


def test_where_every_report_is_filed_nobody_is_reminded(cast: Cast, mona: Client, charter: Charter) -> None:
    make_submission(make_report(make_cycle(charter), cast.beacon))

    page = mona.get(REMIND, follow=True)

    assert "No one to remind: all reports are submitted." in words_of(page)
    assert "Remind all" not in words_of(page)


# --- Single reports ------------------------------------------------------------------------------


def test_a_report_that_is_not_filed_is_not_offered_an_extension(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    report = make_report(make_cycle(charter), cast.aurora, ReportState.NOT_FILED)

    url = f"/secretariat/reports/{report.pk}/extend/"
    answer = mona.get(url, follow=True)
    late = mona.post(url, {"due_on": "2030-01-01", "reason": "Two offices moved."})

    assert answer.redirect_chain == [(f"/secretariat/cycles/{report.cycle.slug}/", 302)]
    assert "This deadline can no longer be extended" in words_of(answer)
    assert late.status_code == 422
    assert "This deadline can no longer be extended" in words_of(late)
    assert "Two offices moved." in words_of(late)


def test_extending_shows_the_day_and_the_reason(cast: Cast, mona: Client, charter: Charter) -> None:
    report = make_report(make_cycle(charter), cast.aurora)
    later = (report.due_on + timedelta(days=7)).isoformat()

    mona.post(f"/secretariat/reports/{report.pk}/extend/", {"due_on": later, "reason": "Two offices moved."})

    assert "Extended: Two offices moved." in words_of(mona.get("/secretariat/cycles/2026-h1/"))


def test_exempting_asks_for_a_reason(cast: Cast, mona: Client, charter: Charter) -> None:
    report = make_report(make_cycle(charter), cast.aurora)
    url = f"/secretariat/reports/{report.pk}/exempt/"

    refused = mona.post(url, {"reason": ""})
    mona.post(url, {"reason": "Just founded."})

    assert refused.status_code == 422
    assert Report.objects.get().exempt_reason == "Just founded."


def test_a_report_concluded_later_is_published_alone(cast: Cast, mona: Client, charter: Charter) -> None:
    report = make_report(make_cycle(charter, state=CycleState.PUBLISHED), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    with acting_as(cast.actor("rita")) as rita:
        for measure in Measure.objects.filter(charter=charter):
            give_verdict(rita, report, measure=measure, value="complete", reason="All of it.")
        for commitment in charter.commitments.all():
            give_verdict(rita, report, commitment=commitment, value="complete", reason="All of it.")
        conclude_report(rita, report)

    page = mona.get(f"/secretariat/reports/{report.pk}/publish/")
    mona.post(f"/secretariat/reports/{report.pk}/publish/")

    assert items(page)[5] == "5 verdicts with their reasons"
    assert Report.objects.get().state == ReportState.PUBLISHED


@pytest.mark.parametrize(("grace_ended", "kind"), [(False, ""), (True, ' data-kind="primary"')])
def test_closing_is_the_chief_button_once_nobody_may_file_any_more(
    mona: Client, charter: Charter, grace_ended: bool, kind: str
) -> None:
    cycle = make_cycle(charter)
    due_on = today() + timedelta(days=-30 if grace_ended else 30)
    Cycle.objects.filter(pk=cycle.pk).update(due_on=due_on, grace_days=10)

    page = mona.get("/secretariat/cycles/2026-h1/").text

    assert f'<a class="button"{kind} href="{CLOSE}">' in page
