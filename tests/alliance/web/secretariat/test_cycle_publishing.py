"""The manager's pages before a cycle is published: exactly what becomes public, and then that."""

from datetime import date
from typing import Any

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CycleState, ReportState, Role
from alliance.models import (
    Charter,
    Correction,
    Measure,
    PublishedFigure,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedVerdict,
    Report,
    Response,
    SecondReading,
    Subscriber,
    Subscription,
    Verdict,
)
from alliance.queries.cycle_publication import coming_matrix
from alliance.queries.local_dates import today
from alliance.queries.planned_publication import publication_obstacles
from alliance.queries.public.targets import published_targets
from alliance.services.review_decisions import reopen_review
from alliance.services.reviews import conclude_report
from alliance.services.unpublished_reports import unpublished_record
from alliance.web.secretariat import cycle_consequences
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, PublicRevision, read_publication
from portal.kernel.text import format_moment
from portal.kernel.webhooks import Webhook
from tests.factories import (
    Cast,
    actor_of,
    make_charter,
    make_cycle,
    make_organisation,
    make_person,
    make_report,
    read_charter,
    renamed,
)
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.report_acts import act, judge_all, state_of
from tests.support.submissions import make_submission, submitted_figure

pytestmark = pytest.mark.django_db


def shown_on(page: Any) -> str:
    """The reports that the page of consequences shows, as its hidden field has them."""
    return str(page.context["shown"])


def concluded(cast: Cast, charter: Charter) -> Report:
    """Aurora's report with three figures, one of them kept; one verdict, one reply; the cycle is closed."""
    report = make_report(make_cycle(charter, state=CycleState.CLOSED), cast.aurora)
    figures = [
        submitted_figure("content-actioned", "10", service="aurora-kids"),
        submitted_figure("content-actioned", "20", service="aurora-live"),
        submitted_figure("found-proactively", "80", service="aurora-kids", disclosure="secretariat"),
    ]
    make_submission(report, ReportState.CONCLUDED, figures={"search": figures})
    with acting_as(SYSTEM):
        measure = Measure.objects.get(charter=charter, key="search")
        common = {"report": report, "organisation": cast.aurora}
        submission = report.submissions.get()
        Verdict.objects.create(
            **common,
            submission=submission,
            measure=measure,
            value="limited",
            reason="Begun.",
            given_by=cast.rita,
        )
        Response.objects.create(
            **common, text="We go on.", language="en", signatory_name="Sven", signed_by=cast.sven
        )
    return report


def test_publishing_says_exactly_what_becomes_public(cast: Cast, mona: Client, charter: Charter) -> None:
    report = concluded(cast, charter)
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
    report = concluded(cast, charter)
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


def test_a_large_cycle_shows_some_rows_and_names_everybody(
    cast: Cast, mona: Client, charter: Charter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle_consequences, "MAX_ROWS", 1)
    report = concluded(cast, charter)
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


def test_very_many_who_may_reply_share_one_note(
    cast: Cast, mona: Client, charter: Charter, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(cycle_consequences, "_MAX_NOTES", 0)
    report = concluded(cast, charter)
    Report.objects.filter(pk=report.pk).update(respond_by=date(2099, 1, 1))

    page = words_of(mona.get("/secretariat/cycles/2026-h1/publish/"))

    assert "Until 1 January 2099: Aurora Video" in page
    assert "Aurora Video may still reply" not in page


def test_looking_at_what_would_be_public_publishes_nothing(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    concluded(cast, charter)

    mona.get("/secretariat/cycles/2026-h1/publish/")

    assert (Publication.objects.count(), PublicRevision.objects.count()) == (0, 0)


def test_publishing_publishes_what_was_announced(cast: Cast, mona: Client, charter: Charter) -> None:
    concluded(cast, charter)

    mona.post("/secretariat/cycles/2026-h1/publish/")

    rows = PublishedFigure.objects.current().order_by("value").values_list("withheld", "value")
    assert list(rows) == [(False, 10), (False, 20), (True, None)]
    assert (PublishedVerdict.objects.count(), PublishedResponse.objects.count()) == (1, 1)


def test_publishing_publishes_once(cast: Cast, mona: Client, charter: Charter) -> None:
    concluded(cast, charter)
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
    report = concluded(cast, charter)
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


@pytest.mark.parametrize("state", [CycleState.CLOSED, CycleState.PUBLISHED])
def test_verdicts_that_were_concluded_after_the_page_was_opened_are_not_published(
    cast: Cast, mona: Client, charter: Charter, state: str
) -> None:
    report = concluded(cast, charter)
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


# --- A correction that is open ---------------------------------------------------------------


@pytest.mark.parametrize(
    ("state", "is_open"),
    [("draft", False), ("proposed", True), ("agreed", True), ("objected", True), ("dropped", False)],
)
def test_publishing_by_hand_asks_about_what_a_planned_publication_would_wait_for(
    cast: Cast, mona: Client, charter: Charter, state: str, is_open: bool
) -> None:
    report = concluded(cast, charter)
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


def test_a_concluded_report_is_read_before_publication_as_the_public_will_read_it(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    report = concluded(cast, charter)
    commitment = Measure.objects.get(charter=charter, key="search").commitment
    Verdict.objects.filter(report=report).update(commitment=commitment)

    page = mona.get(f"/secretariat/reports/{report.pk}/as-public/")

    assert "alliance/public/report.html" in {template.name for template in page.templates}
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    words = words_of(page)
    assert [text in words for text in ("Not public yet", "Begun.", "We go on.", "Withheld")] == [True] * 4
    assert [text in words for text in ("Cite:", "No. 0", "Nothing is overwritten", "Is it wrong?")] == [
        False
    ] * 4
    assert not Publication.objects.filter(type="report").exists()
    assert not PublishedReport.objects.exists()
    mona.post("/secretariat/cycles/2026-h1/publish/")
    published = read_publication(Publication.objects.get(type="report"))
    shown = page.context["document"]
    assert {name: published[name] for name in shown} == shown
    assert mona.get(f"/secretariat/reports/{report.pk}/as-public/").status_code == 404
    assert mona.get("/secretariat/cycles/2026-h1/as-public/")["Location"].endswith("/cycles/2026-h1/")


def test_the_parts_of_a_figure_have_a_page_of_their_own_before_publication_as_after_it(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    report = make_report(make_cycle(charter, state=CycleState.CLOSED), cast.aurora)
    figures = [
        submitted_figure("content-actioned", "12", service="aurora-kids"),
        submitted_figure("content-actioned", "5", service="aurora-kids", cell="harm=bullying"),
    ]
    make_submission(report, ReportState.CONCLUDED, figures={"search": figures})
    address = f"/secretariat/reports/{report.pk}/as-public/"
    parts = f"{address}indicators/content-actioned/"

    whole, page = mona.get(address).text, mona.get(parts)
    assert '"/corrections/' not in whole + page.text  # nobody can begin one yet

    assert (f'href="{parts}"' in whole, "data-table breakdown" in whole) == (True, False)
    assert "data-table breakdown" in page.text
    assert f'href="{address}#measure-search"' in page.text
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    assert ["Not public yet" in words_of(page), "No. 0" in words_of(page)] == [True, False]
    assert mona.get(f"{address}indicators/time-to-removal/").status_code == 404
    Report.objects.filter(pk=report.pk).update(state=ReportState.IN_REVIEW)
    assert mona.get(parts).status_code == 404


def test_the_cycle_is_seen_before_publication_as_its_matrix_will_show_it(
    cast: Cast, mona: Client, charter: Charter
) -> None:
    report = concluded(cast, charter)
    make_report(report.cycle, cast.beacon, ReportState.NOT_FILED)
    commitment = charter.commitments.first()
    assert commitment is not None
    with acting_as(SYSTEM):
        common = {"organisation": cast.aurora, "submission": report.submissions.get(), "given_by": cast.rita}
        Verdict.objects.create(
            report=report, commitment=commitment, value="complete", reason="All of it.", **common
        )

    page = mona.get("/secretariat/cycles/2026-h1/as-public/")

    aurora, beacon = page.context["grid"]["rows"]
    address = f"/secretariat/reports/{report.pk}/as-public/"
    assert (aurora["url"], aurora["cells"][0]["verdict"]) == (address, "complete")
    assert aurora["cells"][0]["url"] == f"{address}#commitment-{commitment.key}"
    assert (beacon["kind"], {cell["verdict"] for cell in beacon["cells"]}) == ("Not filed", {""})
    assert (page["Cache-Control"], page["X-Robots-Tag"]) == ("private, no-store", "noindex")
    consequences = mona.get("/secretariat/cycles/2026-h1/publish/").content.decode()
    assert [url in consequences for url in ("/secretariat/cycles/2026-h1/as-public/", address)] == [True] * 2


@pytest.mark.parametrize(
    "state", [ReportState.SUBMITTED, ReportState.IN_REVIEW, ReportState.CHANGES_REQUESTED]
)
def test_a_report_without_a_concluded_review_is_shown_to_nobody_as_public(
    cast: Cast, mona: Client, charter: Charter, state: ReportState
) -> None:
    report = concluded(cast, charter)
    Report.objects.filter(pk=report.pk).update(state=state)

    assert mona.get(f"/secretariat/reports/{report.pk}/as-public/").status_code == 404


def test_a_blind_reader_sees_no_verdict_in_what_is_to_be_public(cast: Cast, charter: Charter) -> None:
    report, reader = concluded(cast, charter), make_person("Roy", cast.secretariat, Role.REVIEWER)
    with acting_as(SYSTEM):
        SecondReading.objects.create(
            report=report, organisation=cast.aurora, reader=reader, is_blind=True, asked_by=cast.rita
        )
        record = unpublished_record(actor_of(reader), report.pk)
        (row,) = coming_matrix(actor_of(reader), report.cycle, [report]).rows

    assert record is not None
    assert (record.document["verdicts"], record.verdict_history, row.verdicts) == ([], [], {})


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


def test_the_page_says_who_is_told(cast: Cast, mona: Client, charter: Charter) -> None:
    concluded(cast, charter)
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
    assert f"{people} people of 1 members are notified" in page
    assert "2 addresses that follow the record, the cycle, a member or a commitment" in page
    assert "1 webhook is called" in page
