"""Who writes what, on its pages: given, handed back, refused, “mine” on each page; talk beside a measure."""

import re
from datetime import date, timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from alliance.enums import ReportState
from alliance.models import Delegation, Measure, Person, Report
from alliance.services.delegations import (
    change_delegation,
    finish_delegation,
    give_sections,
    reopen_delegation,
    take_back_delegation,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import Delivery
from tests.alliance.queries.test_attention import empty
from tests.factories import Cast
from tests.support.delegations import move_report
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return empty(cast)


@pytest.fixture
def measure(report: Report) -> Measure:
    return Measure.objects.select_related("commitment").get(charter=report.cycle.charter, key="search")


def in_days(days: int) -> date:
    return timezone.localdate() + timedelta(days=days)


def url_of(report: Report, query: str = "") -> str:
    return reverse("workspace:report-delegation", args=[report.pk]) + query


def thread_url(report: Report, measure: Measure) -> str:
    return reverse("workspace:measure-comments", args=[report.pk, measure.key])


def given(
    cast: Cast, report: Report, measure: Measure, to: Person | None = None, days: int = 3
) -> Delegation:
    with acting_as(cast.actor("sven")) as sven:
        people = [(to or cast.alice).pk]
        (delegation,) = give_sections(
            sven, report, [f"m{measure.pk}"], people, in_days(days), "Use the log."
        ).delegations
        return delegation


def form_of(report: Report, *sections: str, **others: object) -> dict[str, object]:
    posted = {"sections": sections, "due_on": in_days(3).isoformat(), "note": "Use the log.", "seen": "0"}
    return {**posted, **others}


def test_ticked_sections_are_given_to_several_at_once(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    people = [str(cast.alice.pk), str(cast.sven.pk)]
    sections = (f"m{measure.pk}", f"c{measure.commitment_id}")
    page = alice.post(url_of(report), form_of(report, *sections, assignees=people), follow=True)

    assert "2 sections given." in words_of(page)
    with acting_as(SYSTEM):
        assert Delegation.objects.count() == 4


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"sections": ()}, "Choose at least one section."),
        ({"assignees": ()}, "Choose at least one colleague."),
        ({"due_on": "2020-01-01"}, "Choose today or a later day."),
        ({"due_on": ""}, "Choose a day."),
    ],
)
def test_a_form_that_is_refused_keeps_what_was_typed(
    cast: Cast, alice: Client, report: Report, measure: Measure, changes: dict[str, object], sentence: str
) -> None:
    posted = form_of(report, f"m{measure.pk}", assignees=[str(cast.sven.pk)]) | changes
    page = alice.post(url_of(report), posted)

    text = page.content.decode()
    assert page.status_code == 422
    assert sentence in text
    assert 'value="Use the log."' in text
    if changes.get("sections") is None:
        assert f'id="s-m{measure.pk}" checked' in text


def test_a_section_given_meanwhile_is_named_and_given_when_sent_again(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    given(cast, report, measure, cast.alice)
    posted = form_of(report, f"m{measure.pk}", assignees=[str(cast.sven.pk)])
    page = alice.post(url_of(report), posted)

    assert "Meanwhile Sven gave it to Alice." in words_of(page)
    with acting_as(SYSTEM):
        posted["seen"] = str(Delegation.objects.get().pk)
    assert f'name="seen" value="{posted["seen"]}"' in page.content.decode()
    assert alice.post(url_of(report), posted).status_code == 302


def test_a_day_after_the_deadline_is_taken_with_a_warning(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    late = (report.deadline + timedelta(days=1)).isoformat()
    posted = form_of(report, f"m{measure.pk}", assignees=[str(cast.sven.pk)], due_on=late)
    page = alice.post(url_of(report), posted, follow=True)

    assert "This day is after the deadline of the report." in words_of(page)


def test_each_finds_their_own_on_every_page(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    given(cast, report, measure)
    run_all_jobs()
    home = words_of(alice.get(reverse("workspace:home")))
    assert f"To write for the report: {measure.code} {measure.title}" in home
    assert f"{measure.code} {measure.title}" in home
    assert "Use the log." in home

    figures = alice.get(reverse("workspace:report-figures", args=[report.pk]) + "?show=mine")
    assert [group.measure.key for group in figures.context["groups"]] == ["search"]
    whole = alice.get(reverse("workspace:report-figures", args=[report.pk]))
    (group,) = (group for group in whole.context["groups"] if group.measure == measure)
    assert group.writers == ["Alice"]
    check = alice.get(reverse("workspace:report-check", args=[report.pk]) + "?mine=1")
    assert {row.measure_id for row in check.context["page"].object_list} == {measure.pk}
    mine = alice.get(url_of(report, "?show=mine"))
    assert [row.section.key for row in mine.context["rows"]] == [f"m{measure.pk}"]
    bob = signed_in(cast.bob)
    assert bob.get(url_of(report, "?show=mine")).context["rows"] == []


def test_the_list_of_people_says_how_much_each_has_to_write(
    cast: Cast, report: Report, measure: Measure
) -> None:
    delegation = given(cast, report, measure)
    with acting_as(SYSTEM):
        Delegation.objects.filter(pk=delegation.pk).update(due_on=in_days(-2))
    page = words_of(signed_in(cast.sven).get(reverse("workspace:people")))

    assert "1 section of a report to write, 1 late" in page


def test_the_assignee_hands_back_and_the_giver_reads(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    delegation = given(cast, report, measure)
    assert "not opened yet" in signed_in(cast.sven).get(url_of(report)).content.decode()
    alice.get(reverse("workspace:report-measure", args=[report.pk, measure.key]))
    sven = signed_in(cast.sven)
    assert "being written" in sven.get(url_of(report)).content.decode()

    alice.post(reverse("workspace:delegation-finish", args=[delegation.pk]))
    assert "handed back, to read" in words_of(sven.get(url_of(report, "?show=unread")))
    sven.get(reverse("workspace:report-measure", args=[report.pk, measure.key]))
    assert "handed back, read" in sven.get(url_of(report)).content.decode()


def test_an_assignee_reads_that_a_section_was_taken_back_meanwhile(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    delegation = given(cast, report, measure)
    with acting_as(cast.actor("sven")) as sven:
        take_back_delegation(sven, delegation)
    answer = alice.post(
        reverse("workspace:delegation-finish", args=[delegation.pk]),
        headers={"referer": f"http://testserver{url_of(report)}"},
        follow=True,
    )
    assert answer.redirect_chain == [(url_of(report), 302)]
    assert "This section was taken back meanwhile; nobody has it now." in words_of(answer)


def test_an_assignee_whose_section_was_handed_on_reads_who_has_it(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    delegation = given(cast, report, measure)
    with acting_as(cast.actor("sven")) as sven:
        change_delegation(sven, delegation, assignee=cast.sven.pk, due_on=in_days(5), version=1)
    answer = alice.post(reverse("workspace:delegation-finish", args=[delegation.pk]), follow=True)

    assert answer.redirect_chain == [(url_of(report), 302)]
    assert f"{measure.code} {measure.title}: Sven has this section now" in words_of(answer)


def test_a_section_is_handed_on_from_its_page(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    delegation = given(cast, report, measure)
    url = reverse("workspace:delegation", args=[delegation.pk])
    posted = {"assignee": str(cast.sven.pk), "due_on": in_days(5).isoformat(), "note": "Yours now."}
    stale = alice.post(url, {**posted, "version": "0"})
    assert stale.status_code == 422
    assert "This was changed meanwhile" in words_of(stale)

    assert alice.post(url, {**posted, "version": "1"}).status_code == 302
    with acting_as(SYSTEM):
        delegation.refresh_from_db()
    assert (delegation.assignee_id, delegation.note) == (cast.sven.pk, "Yours now.")


def test_what_was_typed_is_given_back_where_the_report_was_submitted_meanwhile(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    delegation = given(cast, report, measure)
    move_report(report, ReportState.SUBMITTED)

    posted = form_of(report, f"m{measure.pk}", assignees=[str(cast.sven.pk)])
    to_give = alice.post(url_of(report), posted)
    change = {"assignee": str(cast.sven.pk), "due_on": in_days(5).isoformat(), "version": "1"}
    to_change = alice.post(
        reverse("workspace:delegation", args=[delegation.pk]), {**change, "note": "Yours now."}
    )

    for page, note in ((to_give, "Use the log."), (to_change, "Yours now.")):
        assert page.status_code == 422
        assert "The report is not being written now" in words_of(page)
        assert f"Word to go with it {note}" in words_of(page)


def test_a_colleague_who_cannot_write_is_refused_in_words(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    posted = form_of(report, f"m{measure.pk}", assignees=[str(cast.bob.pk)])

    assert "Choose colleagues who can write the report." in words_of(alice.post(url_of(report), posted))


def test_a_section_without_anybody_is_ticked_by_its_link_and_given(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    section = f"c{measure.commitment_id}"
    assert f'href="?choose={section}#give-heading"' in alice.get(url_of(report)).content.decode()

    page = alice.get(url_of(report, f"?choose={section}")).content.decode()
    posted = form_of(report, section, assignees=[str(cast.sven.pk)])
    answer = alice.post(url_of(report, f"?choose={section}"), posted)

    assert f'id="s-{section}" checked' in page
    assert page.count(" checked") == 1
    assert answer["Location"] == url_of(report)
    assert f"choose={section}" not in alice.get(url_of(report)).content.decode()


def test_conversations_that_wait_for_the_reader_are_counted_and_reached(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    alice.post(thread_url(report, measure), {"text": "@Sven, whose clock?"})

    sven = signed_in(cast.sven).get(url_of(report))
    own = alice.get(url_of(report))

    assert "1 waiting for your answer" in words_of(sven)
    assert f'<a href="?measure={measure.key}#thread">1</a>' in sven.content.decode()
    assert "0 waiting for your answer" in words_of(own)


def test_each_of_two_assignees_stands_beside_their_day_and_state(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    given(cast, report, measure)
    given(cast, report, measure, cast.sven, days=5)

    page = alice.get(url_of(report)).content.decode()
    given(cast, report, Measure.objects.get(charter=report.cycle.charter, key="speed"))

    for name in ("Alice", "Sven"):
        assert page.count(f'<span class="whose">{name}: </span>') == 2
    assert alice.get(url_of(report)).content.decode().count('class="whose"') == 4  # one alone needs no name


def test_the_secretariat_finds_nothing_of_it_in_journal_and_letters(
    cast: Cast, alice: Client, report: Report, measure: Measure
) -> None:
    given(cast, report, measure)
    alice.post(thread_url(report, measure), {"text": "@Sven, whose clock?"})
    run_all_jobs()
    with acting_as(SYSTEM):
        kinds = set(Delivery.objects.values_list("event__kind", flat=True))
    assert kinds == {"delegation.give", "measure_comment.write"}

    mona = signed_in(cast.mona)
    for name in ("journal", "letter-list", "delivery-list", "home"):
        words = words_of(mona.get(reverse(f"secretariat:{name}")))
        for hidden in (
            "Sections of a report",
            "colleagues written",
            "To write for",
            f"{measure.code} {measure.title}",
        ):
            assert hidden not in words, (name, hidden)


@pytest.mark.parametrize("act", ["take-back", "finish", "reopen"])
def test_an_act_from_a_page_that_is_out_of_date_says_what_happened_meanwhile(
    cast: Cast, alice: Client, report: Report, measure: Measure, act: str
) -> None:
    """Taken back after it was handed back, or handed back after it was opened again: nobody decides unseen."""
    delegation = given(cast, report, measure)
    page_url = reverse("workspace:delegation", args=[delegation.pk])
    url = reverse(f"workspace:delegation-{act}", args=[delegation.pk])
    with acting_as(cast.actor("alice")) as actor:
        if act == "reopen":
            finish_delegation(actor, delegation)
        shown = re.findall(r'name="version" value="(\d+)"', alice.get(page_url).content.decode())[0]
        if act != "reopen":
            finish_delegation(actor, delegation)
        if act != "take-back":
            reopen_delegation(actor, delegation)
        if act == "reopen":
            finish_delegation(actor, delegation)

    refused = alice.post(url, {"version": shown}, headers={"Referer": f"http://testserver{page_url}"})
    with acting_as(SYSTEM):
        delegation.refresh_from_db()
    page = words_of(alice.get(refused["Location"]))
    again = alice.post(url, {"version": str(delegation.version)})
    before = delegation.state
    with acting_as(SYSTEM):
        delegation.refresh_from_db()

    assert refused["Location"] == page_url
    assert ("You have this section now" if act == "finish" else "You have handed this section back") in page
    assert "Nothing was done: look at the section as it is now, then decide." in page
    assert (again.status_code, before != delegation.state) == (302, True)
