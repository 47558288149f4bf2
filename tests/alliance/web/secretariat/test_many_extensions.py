"""Many deadlines of a cycle at once: extended, refused, and compared with what the window has shown."""

from datetime import timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from alliance.enums import Role
from alliance.models import Charter, Cycle, ExtensionRequest, Report
from alliance.services.extensions import ask_for_extension, extend_report, withdraw_extension_request
from alliance.web.confirm import confirm
from alliance.web.secretariat import cycle_selection, row_limits
from portal.kernel.access import acting_as
from portal.kernel.text import format_date
from tests.factories import Cast, make_person
from tests.support.cycle_desk import DESK, day, make_desk_cycle, report_of
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle(cast: Cast, charter: Charter) -> Cycle:
    return make_desk_cycle(cast, charter)


def test_chosen_rows_that_no_report_has_are_none(cycle: Cycle, mona: Client) -> None:
    for number in ("9" * 30, "9" * 5000):
        assert mona.post(f"{DESK}extend/", {"reports": number}, follow=True).status_code == 200


def test_extending_many_gives_one_day_and_says_who_cannot_be(cycle: Cycle, mona: Client) -> None:
    later = cycle.due_on + timedelta(days=14)
    reports = ",".join(str(report.pk) for report in Report.objects.all())

    page = mona.get(f"{DESK}extend/?all=1&show=all")
    after = mona.post(
        f"{DESK}extend/",
        {"reports": reports, "due_on": day(later), "reason": "Two offices moved."},
        follow=True,
    )

    assert page.context["page"].label == "Extend 2 deadlines"
    assert [report_of(slug).due_on for slug in ("aurora-video", "cedar")] == [later, later]
    assert report_of("beacon-search").due_on == cycle.due_on
    assert "Beacon Search: This deadline can no longer be extended" in words_of(after)
    assert ExtensionRequest.objects.get().state == "granted"


def test_many_chosen_are_listed_in_part_those_that_stay_as_they_are_first(
    cycle: Cycle, mona: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_limits, "MAX_ROWS", 1)

    page, whole = (mona.get(f"{DESK}extend/?all=1{more}") for more in ("&show=all", "&show=all&rows=all"))

    listed = [
        [(report.pk, possible) for report, _text, possible in each.context["concerned"]]
        for each in (page, whole)
    ]
    assert (len(listed[0]), listed[0]) == (1, listed[1][:1])
    assert sorted({possible for _pk, possible in listed[1]}) == [False, True]
    assert listed[0][0][1] is False
    assert page.context["page"].label == whole.context["page"].label
    assert page.context["form"]["reports"].value() == whole.context["form"]["reports"].value()


def test_each_gets_the_day_that_it_asks_for(cycle: Cycle, mona: Client) -> None:
    reports = ",".join(str(report_of(slug).pk) for slug in ("aurora-video", "cedar"))

    after = mona.post(
        f"{DESK}extend/", {"reports": reports, "due_on": "", "reason": "As asked."}, follow=True
    )

    assert report_of("aurora-video").due_on == cycle.due_on + timedelta(days=9)
    assert "Cedar: It has not asked for a day: choose one." in words_of(after)


@pytest.mark.parametrize("act", ["extend", "refuse-extensions"])
def test_a_request_that_the_page_did_not_show_is_not_answered(
    cycle: Cycle, cast: Cast, mona: Client, act: str
) -> None:
    aurora, later = report_of("aurora-video"), cycle.due_on + timedelta(days=30)
    address = f"{DESK}{act}/?report={aurora.pk}"
    sent = {
        "reports": mona.get(address).context["reports"],
        "reason": "As asked.",
        **({"due_on": ""} if act == "extend" else {}),
    }
    with acting_as(cast.actor("alice")) as alice:
        withdraw_extension_request(alice, ExtensionRequest.objects.get())
        ask_for_extension(alice, aurora, until=later, reason="It takes a month.")

    refused = mona.post(address, sent)

    assert refused.status_code == 422
    sentence = f"Since then Alice has asked for {format_date(later)}, with the reason “It takes a month.”"
    assert "Aurora Video: Alice withdrew this request" in words_of(refused)
    assert " ".join(sentence.split()) in words_of(refused)
    assert ExtensionRequest.objects.get(state="open").requested_due_on == later
    mona.post(address, {**sent, "reports": refused.context["reports"]})  # that page has shown it
    assert not ExtensionRequest.objects.filter(state="open").exists()


def test_a_deadline_that_was_moved_meanwhile_is_moved_with_no_other_unread(
    cycle: Cycle, cast: Cast, mona: Client
) -> None:
    """The others of the same window are extended; what was typed stays for the one that was moved."""
    cedar, theirs, mine = (
        report_of("cedar"),
        cycle.due_on + timedelta(days=10),
        cycle.due_on + timedelta(days=20),
    )
    address = f"{DESK}extend/?report={report_of('aurora-video').pk}&report={cedar.pk}"
    shown = mona.get(address).context["reports"]
    nora = signed_in(make_person("Nora", cast.secretariat, Role.MANAGER))
    nora.post(f"{DESK}extend/", {"reports": str(cedar.pk), "due_on": day(theirs), "reason": "They moved."})
    sent = {"due_on": day(mine), "reason": "As agreed."}

    refused = mona.post(address, {**sent, "reports": shown})

    assert (refused.status_code, report_of("aurora-video").due_on) == (422, mine)
    assert (report_of("cedar").due_on, report_of("cedar").extension_reason) == (theirs, "They moved.")
    assert "Cedar: Nora changed this on " in words_of(refused)
    assert " ".join(f"due on {format_date(theirs)}".split()) in words_of(refused)
    assert [refused.context["form"][name].value() for name in sent] == list(sent.values())
    mona.post(address, {**sent, "reports": refused.context["reports"]})  # that page has shown it
    assert (report_of("cedar").due_on, report_of("cedar").extension_reason) == (mine, "As agreed.")


@pytest.mark.parametrize("act", ["extend", "refuse-extensions"])
def test_a_refused_window_shows_what_the_colleague_has_done_that_it_waited_for(
    cycle: Cycle, cast: Cast, mona: Client, monkeypatch: pytest.MonkeyPatch, act: str
) -> None:
    """The window reads the report, then waits for the lock of a colleague who extends it."""
    aurora, theirs = report_of("aurora-video"), cycle.due_on + timedelta(days=10)
    address = f"{DESK}{act}/?report={aurora.pk}"
    sent = {"reports": mona.get(address).context["reports"], "reason": "As asked."}

    def wait_for_colleague(*args: Any) -> HttpResponse:
        with acting_as(cast.actor("mona")) as manager:
            extend_report(manager, aurora, theirs, "They moved.")
        return confirm(*args)

    monkeypatch.setattr(cycle_selection, "confirm", wait_for_colleague)
    refused = mona.post(address, {**sent, "due_on": ""} if act == "extend" else sent)

    assert refused.status_code == 422
    assert "Mona granted this request" in words_of(refused)
    assert refused.context["reports"] == f"{aurora.pk}:0:{theirs}"


def test_what_was_refused_of_many_stays_on_the_page_with_the_reason(cycle: Cycle, mona: Client) -> None:
    aurora, cedar = (report_of(slug) for slug in ("aurora-video", "cedar"))
    first_day, later = (cycle.due_on + timedelta(days=days) for days in (14, 20))
    Report.objects.filter(pk=cedar.pk).update(due_on=first_day)
    sent = {
        "reports": f"{aurora.pk},{cedar.pk}",
        "due_on": day(first_day),
        "reason": "As asked, in writing.",
    }

    first, again = (mona.post(f"{DESK}extend/", sent) for _time in range(2))

    for page in (first, again):
        assert page.status_code == 422
        assert "1 deadline is extended." in words_of(page)
        assert "Extend 1 deadline" in words_of(page)
        assert "Aurora Video ·" not in words_of(page)
        assert page.context["form"]["reason"].value() == "As asked, in writing."
        assert page.context["reports"] == f"{cedar.pk}:0:{first_day}"
    after = mona.post(
        f"{DESK}extend/", {**sent, "reports": first.context["reports"], "due_on": day(later)}, follow=True
    )
    assert after.redirect_chain
    assert (report_of("aurora-video").due_on, report_of("cedar").due_on) == (first_day, later)


def test_extending_reports_that_cannot_be_extended_changes_none(cycle: Cycle, mona: Client) -> None:
    slugs = ("aurora-video", "beacon-search", "cedar")
    chosen = ",".join(str(report_of(slug).pk) for slug in slugs)

    page = mona.post(f"{DESK}extend/", {"reports": chosen, "due_on": day(cycle.due_on), "reason": "Moved."})

    assert page.status_code == 422
    assert "Nothing was done." in words_of(page)
    # what is so of two members is said once
    assert "Aurora Video, Cedar: The new deadline must be later than the present one." in words_of(page)
    assert "Beacon Search: This deadline can no longer be extended" in words_of(page)


def test_requests_are_refused_together(cycle: Cycle, mona: Client) -> None:
    page = mona.get(f"{DESK}refuse-extensions/?all=1&show=asked")
    mona.post(
        f"{DESK}refuse-extensions/",
        {"reports": page.context["form"]["reports"].value(), "reason": "Too late."},
    )

    assert (ExtensionRequest.objects.get().state, report_of("aurora-video").due_on) == (
        "refused",
        cycle.due_on,
    )


@pytest.mark.parametrize("page", ["extend", "refuse-extensions"])
def test_an_empty_selection_leads_back(cycle: Cycle, mona: Client, page: str) -> None:
    assert "Choose members first" in words_of(mona.get(f"{DESK}{page}/", follow=True))


def test_an_extension_that_the_dates_of_the_cycle_have_overtaken_is_no_longer_named(
    cycle: Cycle, mona: Client
) -> None:
    report = Report.objects.filter(cycle=cycle).earliest("pk")
    later = cycle.due_on + timedelta(days=7)
    Report.objects.filter(pk=report.pk).update(due_on=later, extension_reason="The counting is late.")
    named = words_of(mona.get(f"{DESK}?show=all"))

    Cycle.objects.filter(pk=cycle.pk).update(due_on=later)

    assert "The counting is late." in named
    assert "The counting is late." not in words_of(mona.get(f"{DESK}?show=all"))
