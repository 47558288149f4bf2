"""What the page before publication says of very many members, of earlier verdicts, of promises, and who is told."""

from datetime import date, timedelta
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, ReportState
from alliance.models import (
    Charter,
    PublishedPledge,
    Report,
    Subscriber,
    Subscription,
    Verdict,
)
from alliance.queries.local_dates import today
from alliance.queries.public.targets import published_targets
from alliance.web.secretariat import cycle_consequences, row_limits
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.webhooks import Webhook
from tests.factories import (
    Cast,
    make_charter,
    make_cycle,
    make_organisation,
    make_report,
    read_charter,
    renamed,
)
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.report_acts import make_concluded_report
from tests.support.submissions import make_submission, submitted_figure

pytestmark = pytest.mark.django_db


def shown_on(page: Any) -> str:
    """The reports that the page of consequences shows, as its hidden field has them."""
    return str(page.context["shown"])


def test_a_large_cycle_shows_some_rows_and_names_everybody(
    cast: Cast, mona: Client, charter: Charter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(row_limits, "MAX_ROWS", 1)
    report = make_concluded_report(cast, charter)
    other = make_report(report.cycle, cast.beacon, ReportState.CONCLUDED)
    make_submission(other, ReportState.CONCLUDED)
    for name in ("cedar", "dune"):
        make_report(report.cycle, make_organisation(name))
    address = "/secretariat/cycles/2026-h1/publish/"

    page, whole = mona.get(address), mona.get(f"{address}?rows=all")

    shown = [
        (len(each.context["members"]), [len(group.rows) for group in each.context["groups"]])
        for each in (page, whole)
    ]
    assert shown == [(1, [1]), (2, [2])]
    # whoever publishes knows of whom, and how much, whatever is listed
    assert page.context["preview"] == whole.context["preview"]
    assert (page.context["member_count"], shown_on(page)) == (2, shown_on(whole))
    assert "not submitted or not decided yet: Cedar, Dune" in words_of(page)
    assert ("List all 2" in words_of(page), "List all" in words_of(whole)) == (True, False)


@pytest.mark.parametrize(("page_name", "title"), [("publish", "In review"), ("reopen", "Submitted in time")])
def test_a_returned_report_that_awaits_its_signature_counts_as_filed(
    mona: Client, cast: Cast, charter: Charter, page_name: str, title: str
) -> None:
    cycle = make_cycle(charter, state=CycleState.CLOSED)
    report = make_report(cycle, cast.beacon)
    make_submission(report)
    Report.objects.filter(pk=report.pk).update(
        state=ReportState.AWAITING_SIGN_OFF, changes_due_on=today() + timedelta(days=5)
    )

    page = mona.get(f"/secretariat/cycles/2026-h1/{page_name}/")

    groups = {group.title: [row.name for row in group.rows] for group in page.context["groups"] if group.rows}
    assert groups == {title: ["Beacon Search"]}
    if page_name == "publish":
        assert (1, "in review: follow when concluded") in page.context["counts"]


def test_very_many_who_may_reply_share_one_note(
    cast: Cast, mona: Client, charter: Charter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle_consequences, "_MAX_NOTES", 0)
    report = make_concluded_report(cast, charter)
    Report.objects.filter(pk=report.pk).update(respond_by=date(2099, 1, 1))

    page = words_of(mona.get("/secretariat/cycles/2026-h1/publish/"))

    assert "Until 1 January 2099: Aurora Video" in page
    assert "Aurora Video may still reply" not in page


@pytest.mark.parametrize("earlier_version", [1, 2])
def test_verdicts_are_compared_across_versions_of_the_charter_measure_by_measure(
    cast: Cast, mona: Client, earlier_version: int
) -> None:
    """Aurora answers to version 1, which calls `detect` and `look` of version 2 `find` and `search`."""
    renames = (("search", "look"), ("find", "detect"))
    first = read_charter()
    before = make_cycle(first, "2025-h2")
    second = make_charter(version=2, tree=renamed(*renames), mapping=renames)
    if earlier_version == 2:
        before = make_cycle(second, "2025-h1")
    make_published_report(
        before, cast.aurora, verdicts={"find" if earlier_version == 1 else "detect": "complete"}
    )
    make_published_cycle(before)
    report = make_report(make_cycle(second, state=CycleState.CLOSED), cast.aurora)
    with acting_as(SYSTEM):
        Report.objects.filter(pk=report.pk).update(earlier_charter=first)
        report = Report.objects.get(pk=report.pk)
        submission = make_submission(report, ReportState.CONCLUDED)
        find = first.commitments.get(key="find")
        common = {
            "report": report,
            "organisation": cast.aurora,
            "submission": submission,
            "given_by": cast.rita,
        }
        Verdict.objects.create(**common, commitment=find, value="limited", reason="Half.")
        for key, value in (("search", "limited"), ("speed", "complete")):
            measure = find.measures.get(key=key)
            Verdict.objects.create(**common, commitment=find, measure=measure, value=value, reason="Half.")

    page = mona.get("/secretariat/cycles/2026-h1/publish/")

    (member,) = page.context["members"]
    assert [str(each) for each in member.comparison.differences] == [
        "1 Complete → Limited",
        "1.1 Complete → Limited",
    ]
    assert [words for _tone, words in member.comparison.counts] == ["1 fell"]
    assert "1.1 Complete → Limited" in words_of(page)


@pytest.mark.parametrize("state", [CycleState.CLOSED, CycleState.PUBLISHED])
def test_promises_before_publication(cast: Cast, mona: Client, charter: Charter, state: str) -> None:
    """Those that publishing makes kept or missed are named; a withheld figure and another day change none."""
    cycle = make_cycle(charter, state=CycleState.CLOSED)
    report = make_report(cycle, cast.aurora)
    figures = [
        submitted_figure("found-proactively", "95", service="aurora-kids"),
        submitted_figure("found-proactively", "96", service="aurora-live", disclosure="secretariat"),
    ]
    make_submission(report, ReportState.CONCLUDED, figures={"search": figures})
    day, share = cycle.ends_on.isoformat(), {"indicator": "found-proactively"}
    pledge = make_published_pledge(
        cast.aurora,
        {"text": "Nine in ten", "due_on": day, "value": "90", **share},
        {"text": "All but one", "due_on": day, "value": "99", **share},
        {"text": "Years ago", "due_on": "2020-01-01", "value": "1", **share},
        {"text": "In words", "due_on": day},
    )
    PublishedPledge.objects.filter(pk=pledge.pk).update(services=[{"slug": "aurora-kids"}])
    make_published_pledge(cast.aurora, {"text": "Of all services", "due_on": day, "value": "90", **share})
    address = "/secretariat/cycles/2026-h1/publish/"
    if state == CycleState.PUBLISHED:
        make_published_cycle(cycle)
        address = f"/secretariat/reports/{report.pk}/publish/"

    page = mona.get(address)

    (member,) = page.context["members"]
    assert [(now.text, now.state, then.state) for now, then in member.promises] == [
        ("Nine in ten", "late", "kept"),
        ("All but one", "late", "missed"),
    ]
    words = words_of(page)
    assert "Promise “Nine in ten” : Overdue → Kept" in words
    assert page.text.count("/en/promises/?member=aurora-video") == 2
    assert [words for _tone, words in page.context["promise_counts"]] == [
        "1 promise kept",
        "1 promise missed",
    ]
    mona.post(address, {"shown": shown_on(page)} if state == CycleState.CLOSED else {})
    assert [each.state for each in published_targets(pledge.record)] == ["kept", "missed", "late", "late"]


def test_the_page_says_who_is_notified(cast: Cast, mona: Client, charter: Charter) -> None:
    make_concluded_report(cast, charter)
    with acting_as(SYSTEM):
        for number, (kind, key, is_confirmed) in enumerate(
            [("member", "aurora-video", True), ("record", "all", True), ("record", "all", False),
             ("member", "beacon-search", True)]
        ):  # fmt: skip
            subscriber = Subscriber.objects.create(
                email=f"{number}@example.org", language="en", link_sha256=number
            )
            Subscription.objects.create(
                subscriber=subscriber, kind=kind, key=key, language="en", pace="daily", link_sha256=number,
                confirm_until=timezone.now(), confirmed_at=timezone.now() if is_confirmed else None,
            )  # fmt: skip
        for name, kinds in (("mine", ["publication.created"]), ("other", ["cycle.opened"])):
            Webhook.objects.create(
                tenant_id=cast.beacon.pk, name=name, address="https://beacon.example/", kinds=kinds, secret="-",
                created_by=cast.bob,
            )  # fmt: skip

    page = words_of(mona.get("/secretariat/cycles/2026-h1/publish/"))

    people = len({row.person_id for row in cast.aurora.memberships.all()})
    assert f"{people} people at 1 member are notified" in page
    assert "2 addresses that follow the record, the cycle, a member or a commitment" in page
    assert "1 webhook is called" in page
