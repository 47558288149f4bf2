"""The manager's pages before a cycle is published: exactly what becomes public, and then that."""

from typing import Any

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState
from alliance.models import (
    Charter,
    Correction,
    PublishedFigure,
    PublishedResponse,
    PublishedVerdict,
    Report,
    Verdict,
)
from alliance.queries.local_dates import today
from alliance.queries.planned_publication import publication_obstacles
from alliance.services.review_decisions import reopen_review
from alliance.services.reviews import conclude_report
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, PublicRevision
from portal.kernel.text import format_moment
from tests.factories import (
    Cast,
    make_cycle,
    make_organisation,
    make_report,
)
from tests.support.pages import words_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.report_acts import act, judge_all, make_concluded_report, state_of
from tests.support.submissions import make_submission

pytestmark = pytest.mark.django_db


def shown_on(page: Any) -> str:
    """The reports that the page of consequences shows, as its hidden field has them."""
    return str(page.context["shown"])


def test_publishing_says_exactly_what_becomes_public(cast: Cast, mona: Client, charter: Charter) -> None:
    report = make_concluded_report(cast, charter)
    make_report(report.cycle, cast.beacon, ReportState.NOT_FILED)

    page = mona.get("/secretariat/cycles/2026-h1/publish/")

    (member,) = page.context["members"]
    preview = member.preview
    assert (member.row.name, member.row.url) == ("Aurora Video", f"/secretariat/reviews/{report.pk}/")
    assert (preview.figures, preview.figures_withheld, preview.texts, preview.evidence) == (2, 1, 3, 0)
    assert (preview.verdicts, preview.replies) == (1, 1)
    named = [
        (group.title, [row.name for row in group.rows]) for group in page.context["groups"] if group.rows
    ]
    assert named == [("Not filed", ["Beacon Search"])]
    assert page.context["publication_count"] == 4
    assert "Type the name of the cycle" not in words_of(page)


def test_publishing_names_all_that_is_pending(cast: Cast, mona: Client, charter: Charter) -> None:
    report = make_concluded_report(cast, charter)
    make_report(report.cycle, cast.beacon, ReportState.IN_REVIEW)
    make_report(report.cycle, make_organisation("cedar"))
    address = "/secretariat/cycles/2026-h1/publish/"

    page = mona.get(address)
    refused = mona.post(address, {"shown": shown_on(page)})

    named = [
        (group.title, [row.name for row in group.rows]) for group in page.context["groups"] if group.rows
    ]
    assert named == [("In review", ["Beacon Search"]), ("Not submitted yet", ["Cedar"])]
    assert "Wait until" not in words_of(page)
    day = page.context["safe_day"].isoformat()
    assert f'href="/secretariat/cycles/2026-h1/plan-publication/?day={day}">Plan it for' in page.text
    assert (refused.status_code, set(refused.context["form"].errors)) == (422, {"reason", "title"})
    early = {"shown": shown_on(page), "reason": "Asked for.", "title": "Half 1 of 2026"}
    assert mona.post(address, early).status_code == 302


def test_looking_at_what_would_be_public_publishes_nothing(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    make_concluded_report(cast, charter)

    mona.get("/secretariat/cycles/2026-h1/publish/")

    assert (Publication.objects.count(), PublicRevision.objects.count()) == (0, 0)


def test_publishing_publishes_what_was_announced(cast: Cast, mona: Client, charter: Charter) -> None:
    make_concluded_report(cast, charter)

    mona.post("/secretariat/cycles/2026-h1/publish/")

    rows = PublishedFigure.objects.current().order_by("value").values_list("withheld", "value")
    assert list(rows) == [(False, 10), (False, 20), (True, None)]
    assert (PublishedVerdict.objects.count(), PublishedResponse.objects.count()) == (1, 1)


def test_publishing_publishes_once(cast: Cast, mona: Client, charter: Charter) -> None:
    make_concluded_report(cast, charter)
    once = {"once": "5b0a2e1e-7a53-4a3e-9f1b-0d6f9a3c1d11"}

    first = mona.post("/secretariat/cycles/2026-h1/publish/", once)
    second = mona.post("/secretariat/cycles/2026-h1/publish/", once)

    assert (first.url, second.url) == ("/secretariat/cycles/2026-h1/",) * 2
    assert sorted(Publication.objects.values_list("type", flat=True)) == ["cycle", "report", "response"]


def test_a_published_cycle_has_nothing_left_to_publish(cast: Cast, mona: Client, charter: Charter) -> None:
    make_cycle(charter, state=CycleState.PUBLISHED)

    page = mona.get("/secretariat/cycles/2026-h1/publish/", follow=True)

    assert page.redirect_chain == [("/secretariat/cycles/2026-h1/", 302)]
    assert "The cycle is already published: nothing is left to publish." in words_of(page)


def test_a_published_cycle_names_what_was_concluded_afterwards(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    report = make_report(make_cycle(charter, state=CycleState.PUBLISHED), cast.aurora)
    make_submission(report, ReportState.CONCLUDED)

    page = mona.get("/secretariat/cycles/2026-h1/publish/", follow=True)

    assert "published one by one below: Aurora Video." in words_of(page)
    assert f"/secretariat/reports/{report.pk}/publish/" in page.content.decode()


def test_a_report_published_after_its_cycle_stands_beside_its_last_verdicts(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    earlier = make_cycle(charter, "2025-h2")
    make_published_report(earlier, cast.aurora, verdicts={"find": "complete"})
    make_published_cycle(earlier)
    report = make_concluded_report(cast, charter)
    make_published_cycle(report.cycle)
    find = charter.commitments.get(key="find")
    with acting_as(SYSTEM):
        Verdict.objects.create(
            report=report, organisation=cast.aurora, submission=report.submissions.get(), commitment=find,
            value="limited", reason="Begun.", given_by=cast.rita,
        )  # fmt: skip
    address = f"/secretariat/reports/{report.pk}/publish/"

    page = mona.get(address)

    (member,) = page.context["members"]
    preview = member.preview
    assert (member.row.name, preview.figures, preview.figures_withheld) == ("Aurora Video", 2, 1)
    assert [str(each) for each in member.comparison.differences] == [f"{find.code} Complete → Limited"]
    assert "Verdicts against Half 2 of 2025" in words_of(page)
    assert "2 figures; 1 more for the secretariat only: not published" in words_of(page)
    mona.post(address)
    assert Report.objects.get(pk=report.pk).state == ReportState.PUBLISHED


def test_each_report_of_the_cycle_is_compared_with_the_last_one_that_its_member_has_filed(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    """Aurora was not asked for the last cycle, Beacon was."""
    earlier, last = make_cycle(charter, "2025-h1"), make_cycle(charter, "2025-h2")
    make_published_report(earlier, cast.aurora, verdicts={"find": "complete"})
    make_published_report(last, cast.beacon, verdicts={"find": "limited"})
    make_published_cycle(earlier)
    make_published_cycle(last)
    report = make_concluded_report(cast, charter)
    other = make_report(report.cycle, cast.beacon)
    make_submission(other, ReportState.CONCLUDED)
    with acting_as(SYSTEM):
        for each in (report, other):
            Verdict.objects.create(
                report=each, organisation=each.organisation, submission=each.submissions.get(),
                commitment=charter.commitments.get(key="find"), value="limited", reason="Begun.", given_by=cast.rita,
            )  # fmt: skip

    pages = [mona.get(f"/secretariat/cycles/2026-h1/{act}/") for act in ("publish", "plan-publication")]

    for page in pages:
        compared = {each.row.name: each.comparison for each in page.context["members"]}
        assert {name: each.earlier for name, each in compared.items()} == {
            "Aurora Video": earlier,
            "Beacon Search": last,
        }
        assert [each.is_lower for each in compared["Aurora Video"].differences] == [True]
        assert compared["Beacon Search"].differences == []
        assert all(f"Verdicts against {cycle.title}" in words_of(page) for cycle in (earlier, last))


@pytest.mark.parametrize("state", [CycleState.CLOSED, CycleState.PUBLISHED])
def test_verdicts_that_were_concluded_after_the_page_was_opened_are_not_published(
    cast: Cast, mona: Client, charter: Charter, state: str
) -> None:
    report = make_concluded_report(cast, charter)
    address, name, others = "/secretariat/cycles/2026-h1/publish/", "shown", {"reason": "", "title": ""}
    if state == CycleState.PUBLISHED:
        make_published_cycle(report.cycle)
        address, name, others = f"/secretariat/reports/{report.pk}/publish/", "seen", {}

    def sent(page: Any) -> dict[str, str]:
        return {name: shown_on(page) if name == "shown" else page.context["form"]["seen"].value(), **others}

    before = sent(mona.get(address))
    act(cast, "rita", reopen_review, report, "A page of evidence was overlooked.", "en")
    judge_all(cast, report, "complete")
    act(cast, "rita", conclude_report, report)
    refused = mona.post(address, before)

    assert (refused.status_code, state_of(report)) == (422, ReportState.CONCLUDED)
    now = f"Now: Aurora Video (Concluded, {format_moment(report.concluded_at)})"
    assert " ".join(now.split()) in words_of(refused)
    mona.post(address, sent(refused))
    assert state_of(report) == ReportState.PUBLISHED


@pytest.mark.parametrize(
    ("state", "is_open"),
    [("draft", False), ("proposed", True), ("agreed", True), ("objected", True), ("dropped", False)],
)
def test_publishing_by_hand_asks_about_what_a_planned_publication_would_wait_for(
    cast: Cast, mona: Client, charter: Charter, state: str, is_open: bool
) -> None:
    report = make_concluded_report(cast, charter)
    earlier = make_report(make_cycle(charter, "2025-h2", CycleState.PUBLISHED), cast.beacon, "published")
    correction = Correction.objects.create(
        report=earlier, organisation=cast.beacon, side="member", state=state, of_publication=1,
        reason={"en": "Wrong.", "ru": "Неверно."}, written_by=cast.bob,
    )  # fmt: skip

    page = mona.get("/secretariat/cycles/2026-h1/publish/")

    with acting_as(cast.actor("mona")) as actor:
        obstacles = publication_obstacles(actor, report.cycle, today())
    named = [correction] if is_open else []
    assert list(obstacles.corrections) == page.context["open_corrections"] == named
    assert ("Corrections of published reports are open" in words_of(page)) is is_open
    assert (f"/secretariat/corrections/{correction.pk}/" in page.text) is is_open
    # a person has read it and may go on; the correction stays as it was
    mona.post("/secretariat/cycles/2026-h1/publish/", {"shown": shown_on(page), "reason": "", "title": ""})
    report.cycle.refresh_from_db()
    correction.refresh_from_db()
    assert (report.cycle.state, correction.state) == (CycleState.PUBLISHED, state)
