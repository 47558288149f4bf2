"""The list of findings as a page: its filters, the months, the file, and the page before members are reminded."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Finding, Measure, Report
from alliance.queries.cycle_calendar import own_calendar
from alliance.queries.findings import FindingMonth, open_findings_by_month
from alliance.queries.local_dates import today
from alliance.services.findings import claim_finding, complete_finding
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.journal import Event
from tests.factories import Cast, make_report
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission
from tests.support.world_reviews import make_finding

pytestmark = pytest.mark.django_db
LIST = "/secretariat/findings/"


@pytest.fixture
def made(cast: Cast, report: Report) -> dict[str, Finding]:
    """Aurora's on search is overdue, Beacon's on speed is due in a month and was carried on."""
    other = make_report(report.cycle, cast.beacon)
    make_submission(other)
    measures = {row.key: row for row in Measure.objects.filter(charter=report.cycle.charter)}
    with acting_as(SYSTEM):
        Report.objects.update(state=ReportState.CONCLUDED)
        aurora = make_finding(cast, report, measures["search"], "=Count the nights")
        beacon = make_finding(cast, other, measures["speed"], "Name the hours", state="carried")
        beacon.entries.update(kind="carry", earlier_due_on=today() - timedelta(days=40))
        Finding.objects.filter(pk=aurora.pk).update(due_on=today() - timedelta(days=5))
    return {"aurora": aurora, "beacon": beacon}


@pytest.mark.parametrize(
    ("query", "names"),
    [
        ("", ["aurora", "beacon"]),
        ("?show=overdue", ["aurora"]),
        ("?measure=speed", ["beacon"]),
        ("?member=aurora-video", ["aurora"]),
        ("?member=aurora-video&measure=speed", []),
        ("?q=hours&public=no", ["beacon"]),
        ("?show=never&measure=none&member=1&public=perhaps", ["aurora", "beacon"]),
    ],
)
def test_every_view_of_the_findings_is_an_address(
    rita: Client, made: dict[str, Finding], query: str, names: list[str]
) -> None:
    assert list(rita.get(LIST + query).context["page"]) == [made[name] for name in names]


def test_the_file_of_the_findings_has_the_view(rita: Client, made: dict[str, Finding]) -> None:
    answer = rita.get(f"{LIST}table/?measure=search")
    lines = answer.content.decode("utf-8-sig").splitlines()

    assert answer["Content-Disposition"].startswith('attachment; filename="findings-')
    assert len(lines) == 2
    assert "'=Count the nights" in lines[1]


def test_months_show_what_is_overdue_and_what_was_carried_on(
    cast: Cast, rita: Client, made: dict[str, Finding]
) -> None:
    with acting_as(SYSTEM):
        Finding.objects.filter(pk=made["aurora"].pk).update(due_on=date(2020, 11, 3))
        Finding.objects.filter(pk=made["beacon"].pk).update(due_on=date(2021, 1, 9), state="open")
        months = open_findings_by_month(cast.actor("rita"))

    assert months == [
        FindingMonth(date(2020, 11, 1), 1, ["overdue"]), FindingMonth(date(2020, 12, 1)),
        FindingMonth(date(2021, 1, 1), 1, ["overdue"]),
    ]  # fmt: skip


def test_a_finding_that_was_reported_done_is_not_overdue_while_nobody_looks(
    cast: Cast, rita: Client, report: Report, made: dict[str, Finding]
) -> None:
    """Not on any page, in any count, nor in the letters."""
    aurora = made["aurora"]
    with acting_as(cast.actor("alice")) as alice:
        claim_finding(alice, aurora, "The nights are counted.")

    page = rita.get(LIST)

    assert list(page.context["sections"]) == ["claimed", "soon"]
    assert page.context["counts"].by_view["overdue"] == 0
    assert "overdue by" not in words_of(page)
    assert list(rita.get(f"{LIST}?show=overdue").context["page"]) == []
    assert next(each.tiles for each in page.context["months"] if each.count) == ["claimed"]
    member = words_of(rita.get(f"/secretariat/members/{cast.aurora.pk}/"))
    assert "overdue" not in member
    own = words_of(signed_in(cast.alice).get("/workspace/findings/"))
    assert "Was due" not in own
    assert "waits for a reviewer’s look" in own
    with acting_as(cast.actor("alice")) as alice:
        assert [entry for entry in own_calendar(alice) if entry.key.startswith("finding")] == []


@pytest.mark.parametrize("action", ["complete", "carry"])
def test_what_the_member_reported_after_the_page_was_opened_is_not_answered_unread(
    cast: Cast, rita: Client, made: dict[str, Finding], action: str
) -> None:
    aurora = made["aurora"]
    address = f"/secretariat/findings/{aurora.pk}/{action}/"
    later = {"due_on": f"{today() + timedelta(days=9):%Y-%m-%d}"} if action == "carry" else {}
    sent = {"text": "It needs a week.", "language": "en", **later}

    def shown(page: Any) -> str:
        return str(page.context["form"]["seen"].value())

    before = shown(rita.get(address))
    with acting_as(cast.actor("alice")) as alice:
        claim_finding(alice, aurora, "The nights are counted.")
    refused = rita.post(address, {**sent, "seen": before})

    aurora.refresh_from_db()
    assert (refused.status_code, aurora.claimed_at is None) == (422, False)
    assert "Since then Alice has reported the finding done, on" in words_of(refused)
    assert "reported it done on" in words_of(refused)
    assert "“The nights are counted.”" in words_of(refused)
    assert rita.post(address, {**sent, "seen": shown(refused)}).status_code == 302
    aurora.refresh_from_db()
    assert aurora.claimed_at is None


def test_a_finding_is_decided_from_the_step_of_the_review_and_leads_back_to_it(
    cast: Cast, rita: Client, report: Report, made: dict[str, Finding]
) -> None:
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(state=ReportState.IN_REVIEW, reviewer=cast.rita)
    step = f"/secretariat/reviews/{report.pk}/measures/search/"
    act = f"/secretariat/findings/{made['aurora'].pk}/complete/"
    assert f'href="{act}?review={report.pk}&amp;measure=search"' in rita.get(step).text

    done = rita.post(f"{act}?review={report.pk}&measure=search", {"text": "", "language": "en"})

    assert done["Location"] == f"{step}#findings-heading"
    other = f"/secretariat/findings/{made['beacon'].pk}/"
    for query in (
        f"review={report.pk}&measure=search",
        "review=0&measure=search",
        "review=x",
        "measure=//evil",
    ):
        assert (
            rita.get(f"{other}carry/?{query}").context["page"].cancel_url == other
        )  # another member's, or none


def test_members_are_reminded_of_everything_overdue(rita: Client, made: dict[str, Finding]) -> None:
    assert "Remind of 1 overdue" in words_of(rita.get(LIST))
    assert "Aurora Video: 1" in words_of(rita.get(f"{LIST}remind/"))

    done = rita.post(f"{LIST}remind/", follow=True)

    assert "The reminders are on their way." in words_of(done)
    assert "reminded on" in words_of(done)
    assert "Remind of 1 overdue" not in words_of(done)
    assert "No finding is overdue" in words_of(rita.get(f"{LIST}remind/"))


# --- Ticked rows ----------------------------------------------------------------------------------


def ticked(made: dict[str, Finding], *names: str) -> str:
    """The address to which the form of the list leads."""
    return "?show=all&" + "&".join(["chosen=1", *(f"finding={made[name].pk}" for name in names)])


def test_the_ticked_findings_are_reminded_of_and_no_other(
    cast: Cast, mona: Client, made: dict[str, Finding]
) -> None:
    """Beacon's is due in a month; Aurora's is overdue, and is not ticked. Each row has a reminder of its own."""
    page = mona.get(f"{LIST}?show=all")
    url = f"{LIST}remind/{ticked(made, 'beacon')}"
    before = words_of(mona.get(url))

    answer = mona.post(url)

    assert f'name="finding" value="{made["beacon"].pk}"' in page.text
    assert f'href="{LIST}remind/?finding={made["aurora"].pk}"' in page.text
    assert f"{LIST}carry/" not in page.text  # a manager judges nothing
    assert "Reminder of 1 finding" in before
    assert "Name the hours" in before
    assert "Count the nights" not in before
    assert (answer.status_code, answer["Location"]) == (302, f"{LIST}?show=all")
    reminded = Event.objects.filter(kind="finding.remind").values_list("target_id", flat=True)
    assert list(reminded) == [made["beacon"].pk]
    again = mona.get(f"{LIST}remind/{ticked(made, 'beacon', 'aurora')}")
    assert "left as it is: Beacon Search" in words_of(again)
    assert "its member was reminded of it today" in words_of(again)
    assert "Nobody can be reminded of these findings now" in words_of(mona.get(url))


@pytest.mark.parametrize("act", ["remind", "carry"])
def test_without_a_tick_nothing_is_done(rita: Client, made: dict[str, Finding], act: str) -> None:
    answer = rita.get(f"{LIST}{act}/{ticked(made)}", follow=True)

    assert answer.redirect_chain == [(f"{LIST}?show=all", 302)]
    assert "Choose findings first" in words_of(answer)


def test_the_ticked_findings_are_carried_on_with_one_reason_all_or_none(
    cast: Cast, rita: Client, made: dict[str, Finding]
) -> None:
    """What a member has reported since the page was shown is read first; the words stay typed."""
    url = f"{LIST}carry/{ticked(made, 'aurora', 'beacon')}"
    shown = rita.get(url)
    fields = {
        "seen": shown.context["form"]["seen"].value(),
        "due_on": (today() + timedelta(days=90)).isoformat(),
        "text": "The new law moves the day.",
    }
    with acting_as(cast.actor("alice")) as alice:
        claim_finding(alice, made["aurora"], "The nights are counted.")

    refused = rita.post(url, fields)

    words = words_of(refused)
    assert refused.status_code == 422
    assert "Aurora Video, 1.1: Since then Alice has reported the finding done" in words
    assert "The new law moves the day." in refused.text
    assert Finding.objects.filter(due_on=today() + timedelta(days=90)).count() == 0
    sent_again = fields | {"seen": refused.context["form"]["seen"].value()}
    assert rita.post(url, sent_again)["Location"] == f"{LIST}?show=all"
    carried = Finding.objects.filter(due_on=today() + timedelta(days=90), state="carried", claimed_at=None)
    assert {row.entries.last().text for row in carried} == {"The new law moves the day."}
    assert carried.count() == 2


def test_of_the_ticked_findings_those_that_are_done_are_left_as_they_are(
    cast: Cast, rita: Client, mona: Client, made: dict[str, Finding]
) -> None:
    with acting_as(cast.actor("rita")) as reviewer:
        complete_finding(reviewer, made["beacon"])

    both = words_of(rita.get(f"{LIST}carry/{ticked(made, 'aurora', 'beacon')}"))
    none = rita.get(f"{LIST}carry/{ticked(made, 'beacon')}", follow=True)
    by_manager = mona.post(f"{LIST}carry/{ticked(made, 'aurora')}", {"seen": f"{made['aurora'].pk}:0"})

    assert "1 finding gets a later date" in both
    assert "left as it is: Beacon Search" in both
    assert "the state is “Done”" in both
    assert "You can carry none of these findings on now" in words_of(none)
    assert by_manager.status_code == 403


def test_the_list_is_sorted_by_each_column(cast: Cast, rita: Client, made: dict[str, Finding]) -> None:
    """The file too; then it is in one piece, and the filter keeps the order."""
    aurora, beacon = made["aurora"], made["beacon"]

    def listed(query: str) -> list[Finding]:
        return list(rita.get(f"{LIST}?{query}").context["page"])

    assert listed("sort=due") == listed("sort=member") == listed("sort=-colour") == [aurora, beacon]
    assert listed("sort=-due") == listed("sort=-member") == [beacon, aurora]
    forwards = sorted(made.values(), key=lambda row: (row.measure.commitment.position, row.measure.position))
    assert (listed("sort=measure"), listed("sort=-measure")) == (forwards, forwards[::-1])
    Report.objects.filter(pk=beacon.report_id).update(reviewer=cast.mona)
    assert (listed("sort=reviewer"), listed("sort=-reviewer")) == ([beacon, aurora], [aurora, beacon])
    page = rita.get(f"{LIST}?show=all&sort=member")
    assert list(page.context["sections"]) == [""]
    assert 'aria-sort="ascending"' in page.text
    assert 'href="?show=all&amp;sort=-member"' in page.text
    assert '<input type="hidden" name="sort" value="member"' in page.text
    lines = rita.get(f"{LIST}table/?sort=-member").content.decode("utf-8-sig").splitlines()
    assert ["Beacon" in lines[1], "Aurora" in lines[2]] == [True, True]


def test_all_of_a_view_are_chosen_with_those_on_the_other_pages(
    cast: Cast, made: dict[str, Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.kernel.web.pagination.paginate.__defaults__", (1, "page"))
    mona, rita = signed_in(cast.mona), signed_in(cast.rita)
    assert "All 2 of this view, on every page" in words_of(mona.get(LIST))
    address = f"{LIST}carry/?show=open&all=1"

    page = rita.get(address)
    due = today() + timedelta(days=90)
    sent = {
        "due_on": f"{due:%Y-%m-%d}", "text": "The tools come late.", "language": "en",
        "seen": page.context["form"]["seen"].value(),
    }  # fmt: skip
    Finding.objects.filter(pk=made["beacon"].pk).update(state="done")  # a colleague, meanwhile
    refused = rita.post(address, sent)
    assert refused.status_code == 422
    assert "The tools come late." in refused.text
    Finding.objects.filter(pk=made["beacon"].pk).update(state="carried")
    carried = rita.post(address, sent)

    assert [name in words_of(page) for name in ("Aurora Video", "Beacon Search")] == [True, True]
    assert (carried.status_code, carried["Location"]) == (302, f"{LIST}?show=open")
    assert set(Finding.objects.values_list("due_on", flat=True)) == {due}
    named = words_of(mona.get(f"{LIST}remind/?show=open&member=beacon-search&all=1"))
    assert ("Beacon Search" in named, "Aurora Video, " in named) == (True, False)
    monkeypatch.setattr("alliance.web.secretariat.finding_batches._MOST_OF_VIEW", 1)
    page = mona.get(f"{LIST}remind/?all=1")
    assert "1 more finding of this view is left as it is" in words_of(page)
    monkeypatch.setattr("alliance.web.secretariat.finding_batches._MOST_OF_VIEW", 9)  # the view has two now
    mona.post(f"{LIST}remind/?all=1", {"seen": page.context["form"]["seen"].value()})
    assert Event.objects.filter(kind="finding.remind").count() == 1


def test_the_rest_of_a_view_has_its_turn_next(
    rita: Client, made: dict[str, Finding], monkeypatch: pytest.MonkeyPatch
) -> None:
    """Whoever was reminded today, and what is done, takes nobody's place."""
    monkeypatch.setattr("alliance.web.secretariat.finding_batches._MOST_OF_VIEW", 1)
    address = f"{LIST}remind/?show=all&all=1"

    def remind() -> str:
        page = rita.get(address)
        rita.post(address, {"seen": page.context["form"]["seen"].value()})
        return words_of(page)

    first, second = remind(), remind()
    assert "1 more finding of this view is left as it is: it has its turn next" in first
    assert "nobody can be reminded of it now" not in first
    assert "1 finding of this view is left as it is: nobody can be reminded of it now" in second
    reminded = Event.objects.filter(kind="finding.remind").values_list("target_id", flat=True)
    assert set(reminded) == {each.pk for each in made.values()}
    assert "Nobody can be reminded of these findings now" in words_of(rita.get(address, follow=True))

    carry = f"{LIST}carry/?show=all&sort=-due&all=1"
    assert "1 more finding of this view is left as it is: narrow the view by member" in words_of(
        rita.get(carry)
    )
    Finding.objects.filter(pk=made["beacon"].pk).update(state="done", done_at=made["beacon"].written_at)
    page = words_of(rita.get(carry))
    assert ("Aurora Video, " in page, "Beacon Search, " in page) == (True, False)
    assert "1 finding of this view is left as it is: you cannot carry it on now" in page
    Finding.objects.filter(pk=made["aurora"].pk).update(state="done", done_at=made["aurora"].written_at)
    assert "You can carry none of these findings on now" in words_of(rita.get(carry, follow=True))
