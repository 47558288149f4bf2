"""What changed between two cycles and between two days: worse first, and nothing compared that cannot be."""

import csv
import io
from datetime import UTC, datetime, time, timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import ReportState, Role
from alliance.models import (
    Cycle,
    FormerSlug,
    PublishedPledge,
    PublishedReport,
    PublishedResponse,
    PublishedTotal,
    PublishedVerdict,
    Report,
    TimelineEntry,
)
from alliance.queries.local_dates import today
from alliance.queries.public.figure_moves import figure_moves
from alliance.queries.public.sides import Side
from alliance.services.pledges import withdraw_pledge
from alliance.services.publications import record_report_notice
from alliance.services.target_outcomes import project_targets
from alliance.services.withdrawals import ask_for_withdrawal, consent_to_withdrawal
from alliance.web.public.changes import SHOWN
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, touch_public_revision
from portal.kernel.text import format_date
from tests.factories import (
    Cast,
    actor_of,
    make_cycle,
    make_organisation,
    make_person,
    make_report,
    make_service,
    read_cast,
    read_charter,
)
from tests.support.corrections import KIDS, REPLY, correct, figures
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.pledges import published as publish_pledge_of
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

HOURS = "time-to-removal"


def csv_rows(client: Client, query: str = "") -> list[dict[str, str]]:
    text = client.get(f"/en/changes.csv?{query}").content.decode("utf-8-sig")
    return list(csv.DictReader(io.StringIO(text)))


@pytest.fixture
def cast() -> Cast:
    """Aurora's verdict falls and Beacon's is new, for it had not filed; five services of Aurora go five ways."""
    cast, charter = read_cast(), read_charter()
    hours: dict[str, tuple[str, str, dict[str, Any]]] = {
        "slower": ("10", "15", {}),
        "faster": ("10", "4", {}),
        "steady": ("100", "101", {}),
        "begun": ("0", "3", {}),
        "anew": ("10", "90", {"definition_changed": True, "definition_note": "Calls too."}),
    }
    for slug in hours:
        make_service(cast.aurora, slug)
    for place, (slug, verdict, days) in enumerate([("2025-h2", "complete", 40), ("2026-h1", "limited", 10)]):
        cycle, at = make_cycle(charter, slug), today() - timedelta(days=days)
        figures = [
            submitted_figure(HOURS, values[place], service=service, **(values[2] if place else {}))
            for service, values in hours.items()
        ]
        with clock.at(datetime.combine(at, time(12), UTC)):
            make_published_report(cycle, cast.aurora, {"speed": figures}, {"find": verdict})
            if place:
                make_published_report(cycle, cast.beacon, verdicts={"find": "substantial"})
            else:
                record_report_notice(SYSTEM, make_report(cycle, cast.beacon, ReportState.NOT_FILED))
            make_published_cycle(cycle)
        Cycle.objects.filter(pk=cycle.pk).update(published_at=datetime.combine(at, time(12), UTC))
    touch_public_revision()
    return cast


@pytest.mark.usefixtures("cast")
def test_two_cycles_are_compared_worse_first(client: Client) -> None:
    answer = client.get("/en/changes/")
    words = words_of(answer)

    assert "0 verdicts rose and 1 fell." in words
    assert "1 is new." in words
    assert "Fell 1 Aurora Video" in words
    assert "Filed again Beacon Search" in words
    assert "There is nothing to compare yet" not in words
    assert [row.move.service.slug for row in answer.context["moved"]] == ["slower", "faster"]
    assert "2 of 3 figures that can be compared moved by a tenth or more." in words
    assert "definition changed 1, withheld 0, moved without a better side 0, moved within the bounds" in words


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(
    ("query", "fell"),
    [
        ("?from=2025-h2&to=2026-h1", 1),
        ("?from=2026-h1&to=2025-h2", 1),
        ("?member=beacon-search", 0),
        ("?member=aurora-video", 1),
    ],
)
def test_cycles_and_members_are_chosen(client: Client, query: str, fell: int) -> None:
    assert client.get(f"/en/changes/{query}").context["changes"].fell.total == fell


@pytest.mark.usefixtures("cast")
def test_cycles_in_the_wrong_order_are_swapped_and_it_is_said(client: Client) -> None:
    words = words_of(client.get("/en/changes/?from=2026-h1&to=2025-h2"))

    assert "The later one was named first" in words


def test_a_move_of_a_verdict_has_its_reason_and_the_reply(client: Client, cast: Cast) -> None:
    cycle = Cycle.objects.get(slug="2026-h1")
    verdicts = PublishedVerdict.objects.filter(cycle=cycle, organisation=cast.aurora, measure_key="")
    verdicts.update(reason="The count of calls is missing.", language="en")
    number = verdicts.get().valid_from
    PublishedResponse.objects.create(
        valid_from=number, cycle=cycle, organisation=cast.aurora, commitment_key="find", text="It will come.",
        language="en", signed_at=verdicts.get().given_at,
    )  # fmt: skip
    touch_public_revision()

    words = words_of(client.get("/en/changes/"))

    assert "The count of calls is missing. The member replied" in words
    assert csv_rows(client)[0]["Reason"] == "The count of calls is missing."
    row = client.get("/ru/changes/").text.partition('<span lang="en">The count of calls')[2]
    assert 'class="tag language-tag"' in row.partition("</td>")[0]


@pytest.mark.usefixtures("cast")
def test_only_what_got_worse_leaves_out_what_rose_and_moved_to_the_better(client: Client) -> None:
    answer = client.get("/en/changes/?worse=1")
    words = words_of(answer)

    assert [row.move.service.slug for row in answer.context["moved"]] == ["slower"]
    assert [part.detail for part in answer.context["index"]] == ["1 fell", "2 worse"]
    assert "0 verdicts rose and 1 fell." in words
    assert "1 of 3 figures that can be compared got worse by a tenth or more." in words
    assert "Filed again" not in words
    assert [row["Better"] for row in csv_rows(client, "worse=1")] == ["no", "no", "no"]
    assert "Nothing got worse in between." not in words
    assert "Nothing got worse in between." in words_of(
        client.get("/en/changes/?worse=1&member=beacon-search")
    )


def test_a_target_that_no_report_decides_is_overdue(client: Client, cast: Cast) -> None:
    make_published_pledge(cast.aurora, {"text": "A table.", "due_on": "2026-03-31"})
    project_targets(Publication.objects.latest("number"), [cast.aurora.pk])
    touch_public_revision()
    answer = client.get("/en/changes/?worse=1")

    assert "1 target is overdue." in words_of(answer)
    assert [promise.standing.text for promise, _value in answer.context["promises"]] == ["A table."]


@pytest.mark.parametrize(
    ("since", "until", "became"),
    [
        ("2025-12-15", "2026-01-15", {"late": ["Two days.", "Six hours.", "Never said how."]}),
        ("2026-01-15", "2026-04-01", {}),
        ("2026-04-01", "2026-04-30", {"missed": ["Six hours."], "kept": ["Two days."]}),
        ("2025-10-01", "2026-04-30", {
            "missed": ["Six hours."], "late": ["Never said how."], "kept": ["Two days."]
        }),
    ],
)  # fmt: skip
def test_between_two_days_a_promise_becomes_what_the_record_said_on_each(
    client: Client, since: str, until: str, became: dict[str, list[str]]
) -> None:
    """Their day was over in December; the report that decides two of three came out in April."""
    cast, charter = read_cast(), read_charter()
    cycle, day = make_cycle(charter, "2025-h2"), {"due_on": "2025-12-31"}
    make_service(cast.aurora, "clips")
    with clock.at(datetime(2025, 11, 3, 12, tzinfo=UTC)):
        number = make_published_report(make_cycle(charter, "2025-h1"), cast.beacon).number
        for text, hours in (("Two days.", "48"), ("Six hours.", "6")):
            make_published_pledge(cast.aurora, {**day, "text": text, "indicator": HOURS, "value": hours})
        make_published_pledge(cast.beacon, {**day, "text": "Never said how."})
        PublishedPledge.objects.update(valid_from=number)
        project_targets(Publication.objects.get(number=number), [cast.aurora.pk, cast.beacon.pk])
    with clock.at(datetime(2026, 4, 10, 12, tzinfo=UTC)):
        make_published_report(cycle, cast.aurora, {"speed": [submitted_figure(HOURS, "12", service="clips")]})
    touch_public_revision()
    query = f"since={since}&until={until}"
    changes = client.get(f"/en/changes/?{query}").context["changes"]
    then = client.get(f"/en/promises/?as-of={until}")

    by_state = {
        state: sorted(promise.standing.text for promise in part.rows)
        for state, part in changes.promises.items()
        if part.rows
    }
    assert by_state == {state: sorted(texts) for state, texts in became.items()}
    stood = {row.standing.text: row.standing.state for group in then.context["groups"] for row in group.rows}
    assert all(stood[text] == state for state, texts in became.items() for text in texts)
    in_file = [(row["Now"], row["About"]) for row in csv_rows(client, query) if row["Kind"] == "promise"]
    assert sorted(in_file) == sorted((state, text) for state, texts in became.items() for text in texts)


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("since", "until", "fell"), [(20, 0, 1), (5, 0, 0), (20, 15, 0)])
def test_days_compare_the_record_as_it_stood(client: Client, since: int, until: int, fell: int) -> None:
    days = [(today() - timedelta(days=ago)).isoformat() for ago in (since, until)]

    answer = client.get(f"/en/changes/?since={days[0]}&until={days[1]}")

    assert answer.context["changes"].fell.total == fell
    assert ("Nothing changed in between." in words_of(answer)) is (fell == 0)


@pytest.mark.usefixtures("cast")
def test_the_choice_between_cycles_and_days_is_named_by_nouns_in_russian(client: Client) -> None:
    assert "Циклы Дни С" in words_of(client.get("/ru/changes/"))


@pytest.mark.usefixtures("cast")
def test_days_before_the_record_compare_nothing_and_show_when_it_begins(client: Client) -> None:
    words = words_of(client.get("/en/changes/?since=2001-01-01&until=2001-02-01"))
    begin = " ".join(format_date(today() - timedelta(days=40)).split())

    assert "Nothing was published by then" in words
    assert f"The record begins on {begin}. Choose a later day." in words


@pytest.mark.usefixtures("cast")
def test_from_a_day_before_the_record_all_of_it_is_new(client: Client) -> None:
    answer = client.get(f"/en/changes/?since=2001-01-01&until={today() - timedelta(days=20)}")
    changes, words = answer.context["changes"], words_of(answer)

    assert (changes.new_verdicts, changes.not_filed.total, changes.fell.total) == (1, 1, 0)
    assert "all of it is new" in words
    assert "verdicts rose" not in words


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize("since", [None, 20])
def test_future_days_are_cut_with_a_note(client: Client, since: int | None) -> None:
    begin = "2999-01-01" if since is None else (today() - timedelta(days=since)).isoformat()
    answer = client.get(f"/en/changes/?since={begin}&until=2999-02-01")

    assert "Of days to come nothing is known" in words_of(answer)
    assert answer.context["span"].days[1] == today()
    assert answer.context["changes"].fell.total == (0 if since is None else 1)


@pytest.mark.usefixtures("cast")
def test_the_same_cycle_twice_stays_chosen_and_asks_for_another(client: Client) -> None:
    answer = client.get("/en/changes/?from=2025-h2&to=2025-h2")

    assert "The same cycle was chosen twice" in words_of(answer)
    assert answer.text.count('<option value="2025-h2" selected>') == 2
    assert client.get("/en/changes.csv?from=2025-h2&to=2025-h2").text.count("\n") == 1


def test_a_report_that_was_filed_late_changes_its_cycle(client: Client) -> None:
    cast, charter = read_cast(), read_charter()
    cycle, ages = make_cycle(charter, "2025-h2"), (40, 30)
    first, late = (datetime.combine(today() - timedelta(days=age), time(12), UTC) for age in ages)
    with clock.at(first):
        record_report_notice(SYSTEM, make_report(cycle, cast.beacon, ReportState.NOT_FILED))
        make_published_cycle(cycle)
    Cycle.objects.filter(pk=cycle.pk).update(published_at=first)
    with clock.at(late):
        number = make_published_report(make_cycle(charter, "2025-h1"), cast.aurora).number
    notice = PublishedReport.objects.filter(cycle=cycle)
    notice.update(valid_to=number)
    PublishedReport.objects.create(
        valid_from=number, cycle=cycle, organisation=cast.beacon, submitted_at=late, late=True
    )
    touch_public_revision()
    days = [(today() - timedelta(days=ago)).isoformat() for ago in (35, 20)]
    answer = client.get(f"/en/changes/?since={days[0]}&until={days[1]}")
    changes = answer.context["changes"]

    assert [each.organisation.slug for each in changes.filed_again.rows] == ["beacon-search"]
    assert changes.not_filed.total == 0
    assert "Filed late Beacon Search" in words_of(answer)


@pytest.mark.usefixtures("cast")
def test_the_file_has_a_row_for_each_change(client: Client) -> None:
    rows = csv_rows(client)

    assert [(row["Kind"], row["Member"], row["Better"]) for row in rows] == [
        ("verdict", "aurora-video", "no"),
        ("report", "beacon-search", "yes"),
        ("figure", "aurora-video", "no"),
        ("figure", "aurora-video", "yes"),
        ("figure", "aurora-video", "no"),
    ]
    assert (rows[-1]["Service"], rows[-1]["Before"], rows[-1]["Now"]) == ("begun", "0", "3")


@pytest.mark.parametrize(("query", "is_shown"), [("", True), ("worse=1", True), ("worse=1&", False)])
def test_what_moved_from_zero_alone_is_a_change(client: Client, query: str, is_shown: bool) -> None:
    """It has two values and no proportion, and stands on its side: more hours until something is removed are worse."""
    cast, charter = read_cast(), read_charter()
    make_service(cast.aurora, "begun")
    for slug, hours in (
        [("2025-h2", "0"), ("2026-h1", "500")] if is_shown else [("2025-h2", "500"), ("2026-h1", "0")]
    ):
        cycle = make_cycle(charter, slug)
        make_published_report(
            cycle, cast.aurora, {"speed": [submitted_figure(HOURS, hours, service="begun")]}
        )
        make_published_cycle(cycle)
    touch_public_revision()
    answer = client.get(f"/en/changes/?{query}")
    words = words_of(answer)

    shown = [(row.before, row.now, row.change, row.length) for row in answer.context["from_zero"]]
    assert shown == ([("0\xa0hours", "500\xa0hours", "", 0)] if is_shown else [])
    assert ("From zero, without a proportion 1 1 worse" in words) is is_shown
    assert ("Nothing changed" in words or "Nothing got worse" in words) is not is_shown
    rows = [
        (row["Before"], row["Now"], row["Better"])
        for row in csv_rows(client, query)
        if row["Kind"] == "figure"
    ]
    assert rows == ([("0", "500", "no")] if is_shown else [])


def test_what_moved_within_the_bounds_of_an_estimate_is_unclear_here_as_in_the_comparison(
    client: Client,
) -> None:
    cast, charter = read_cast(), read_charter()
    estimate = {"estimate": True, "lower": "8", "upper": "16"}
    services: dict[str, list[tuple[str, dict[str, Any]]]] = {
        "once-rough": [("10", estimate), ("15", {})],
        "now-rough": [("15", {}), ("10", estimate)],
        "worse-rough": [("10", estimate), ("20", estimate | {"lower": "18", "upper": "24"})],
    }
    for place, slug in enumerate(("2025-h2", "2026-h1")):
        cycle = make_cycle(charter, slug)
        figures = []
        for service, values in services.items():
            if not place:
                make_service(cast.aurora, service)
            value, others = values[place]
            figures.append(submitted_figure(HOURS, value, service=service, **others))
        make_published_report(cycle, cast.aurora, {"speed": figures})
        make_published_cycle(cycle)
    touch_public_revision()
    answer = client.get("/en/changes/")
    compared = {
        row.line.series.service.slug: row.course
        for row in client.get(f"/en/compare/?indicator={HOURS}").context["ranked"]
    }

    unclear = "unclear, within its bounds"
    assert compared == {"once-rough": unclear, "now-rough": unclear, "worse-rough": "worse"}
    moved = [(row.move.service.slug, row.before, row.now) for row in answer.context["moved"]]
    assert moved == [("worse-rough", "≈\xa010\xa0hours", "≈\xa020\xa0hours")]
    assert "1 of 3 figures that can be compared moved by a tenth or more." in words_of(answer)
    assert "moved within the bounds of an estimate 2." in words_of(answer)
    [row] = [row for row in csv_rows(client) if row["Kind"] == "figure"]
    assert (row["Before is an estimate"], row["Now is an estimate"]) == ("yes", "yes")


def test_a_total_has_the_bounds_of_its_one_figure_and_is_an_estimate_as_soon_as_one_is(
    client: Client,
) -> None:
    """As in the comparison: Aurora has one service, Beacon two."""

    def share(value: str, service: str, **others: Any) -> dict[str, Any]:
        parts = {"numerator": value, "denominator": "100", "service": service}
        return submitted_figure("found-proactively", value, **parts, **others)

    cast, charter = read_cast(), read_charter()
    make_service(cast.aurora, "alone")
    make_service(cast.beacon, "rough")
    make_service(cast.beacon, "counted")
    rough = {"estimate": True, "lower": "40", "upper": "95"}
    for slug, others in (("2025-h2", {}), ("2026-h1", rough)):
        cycle = make_cycle(charter, slug)
        value = "60" if others else "90"
        counted = share("90", "counted")
        for organisation, services, more in (
            (cast.aurora, ["alone"], []),
            (cast.beacon, ["rough"], [counted]),
        ):
            figures = [share(value, services[0], **others), *more]
            make_published_report(cycle, organisation, {"search": figures})
        make_published_cycle(cycle)
    touch_public_revision()
    before, now = (Side(Cycle.objects.get(slug=slug)) for slug in ("2025-h2", "2026-h1"))
    moves = figure_moves(before, now, None, None)

    assert PublishedTotal.objects.filter(value__isnull=False).count() == 4
    assert [(row.organisation, row.now_is_estimate, row.before_is_estimate) for row in moves.rows] == [
        (cast.beacon, True, False)
    ]
    assert (moves.unclear, moves.compared) == (1, 2)
    courses = client.get("/en/compare/?indicator=found-proactively").context["ranked"]
    assert {row.line.series.organisation.slug: row.course for row in courses}["aurora-video"] == (
        "unclear, within its bounds"
    )


@pytest.mark.usefixtures("cast")
@pytest.mark.parametrize(("member", "is_said"), [("beacon-search", True), ("aurora-video", False)])
def test_a_member_that_files_again_has_no_verdict_or_figure_to_compare(
    client: Client, member: str, is_said: bool
) -> None:
    answer = client.get(f"/en/changes/?member={member}")
    sentence = "It had not filed before: its verdicts are new, and none of its figures is compared."
    changes = answer.context["changes"]

    assert (sentence in words_of(answer)) is is_said
    assert bool(changes.filed_again.rows) is is_said
    assert (changes.new_verdicts, changes.figures.compared) == ((1, 0) if is_said else (0, 3))


def test_everything_is_counted_and_in_the_file_however_little_is_shown(client: Client, cast: Cast) -> None:
    texts = [f"Target {number}." for number in range(SHOWN + 2)]
    make_published_pledge(cast.aurora, *[{"text": text, "due_on": "2026-03-31"} for text in texts])
    PublishedPledge.objects.update(targets=[
        {**target, "decision": {"state": "missed", "reason": {"en": "It was not."}, "decided_on": "2026-07-01"}}
        for target in PublishedPledge.objects.get().targets
    ])  # fmt: skip
    project_targets(Publication.objects.latest("number"), [cast.aurora.pk])
    touch_public_revision()
    answer = client.get("/en/changes/")
    rows = csv_rows(client)

    assert answer.context["has_more"]
    assert f"{len(texts)} targets were missed." in words_of(answer)
    assert len(answer.context["promises"]) == SHOWN
    assert [row["About"] for row in rows if (row["Kind"], row["Now"]) == ("promise", "missed")] == texts


def test_reports_that_were_not_filed_are_counted_and_shown_in_part(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.web.public.changes.SHOWN", 2)
    monkeypatch.setattr("alliance.web.public.changes.MOST", 3)
    cast, charter = read_cast(), read_charter()
    silent = [make_organisation(f"silent-{number}") for number in range(4)]
    for slug in ("2025-h2", "2026-h1"):
        cycle = make_cycle(charter, slug)
        make_published_report(cycle, cast.aurora)
        if slug == "2026-h1":
            make_published_report(cycle, cast.beacon)
        for member in silent if slug == "2026-h1" else [*silent, cast.beacon]:
            record_report_notice(SYSTEM, make_report(cycle, member, ReportState.NOT_FILED))
        make_published_cycle(cycle)
    touch_public_revision()
    first, most = client.get("/en/changes/"), client.get("/en/changes/?all=1")
    shown = [
        [each.organisation.slug for each in page.context["changes"].not_filed.rows] for page in (first, most)
    ]

    assert shown == [["silent-0", "silent-1"], ["silent-0", "silent-1", "silent-2"]]
    again = first.context["changes"].filed_again.rows
    assert [each.organisation.slug for each in again] == ["beacon-search"]
    assert "4 reports were not filed." in words_of(first)
    assert "Show more of each" in words_of(first)
    assert "Of each part 3 at most are shown. All of them, as CSV" in words_of(most)
    assert len([row for row in csv_rows(client) if row["Kind"] == "report"]) == 5


def test_more_is_offered_only_where_a_list_is_cut(client: Client, cast: Cast) -> None:
    """Of the targets and the pledges there are more than are shown of one list, but both lists are whole."""
    targets = [{"text": f"Target {number}.", "due_on": "2026-03-31"} for number in range(SHOWN)]
    make_published_pledge(cast.aurora, *targets)
    latest = Publication.objects.latest("number")
    PublishedPledge.objects.update(valid_from=latest.number, targets=[
        {**target, "decision": {"state": "missed", "reason": {"en": "It was not."}, "decided_on": "2026-07-01"}}
        for target in PublishedPledge.objects.get().targets
    ])  # fmt: skip
    project_targets(latest, [cast.aurora.pk])
    touch_public_revision()
    answer = client.get("/en/changes/")

    assert answer.context["changes"].promise_count > SHOWN
    assert not answer.context["has_more"]


@pytest.mark.usefixtures("cast")
def test_many_that_are_worse_leave_room_for_those_that_are_better() -> None:
    before, now = (Side(Cycle.objects.get(slug=slug)) for slug in ("2025-h2", "2026-h1"))
    moves = figure_moves(before, now, None, 1)

    assert [(move.service.slug, move.is_better) for move in moves.rows if move.service] == [
        ("slower", False),
        ("faster", True),
    ]


def test_a_member_is_found_by_an_address_that_it_had_before(client: Client, cast: Cast) -> None:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")

    assert client.get("/en/changes/?member=aurora-old").context["changes"].fell.total == 1


def test_pledges_are_new_and_end_also_before_any_cycle_is_published(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.kernel.publishing.revision._REFRESH_SECONDS", 0.0)
    cast = read_cast()
    pledge = publish_pledge_of(cast, read_charter())
    since = (today() - timedelta(days=1)).isoformat()
    words = words_of(client.get(f"/en/changes/?since={since}"))
    rows = [row["Now"] for row in csv_rows(client, f"since={since}") if row["Kind"] == "pledge"]

    assert "1 new pledge." in words
    assert "New Aurora Video: We will find more." in words
    assert rows == ["new"]

    withdraw_pledge(cast.actor("sven"), pledge, "It was not ours to make.")
    touch_public_revision()
    words = words_of(client.get(f"/en/changes/?since={since}"))

    assert "1 pledge ended." in words
    assert "Withdrawn Aurora Video: We will find more." in words
    assert "It was not ours to make." in words


def test_corrections_and_withdrawals_show_their_reasons(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("portal.kernel.publishing.revision._REFRESH_SECONDS", 0.0)
    cast, cycle = read_cast(), make_cycle(read_charter(), "2026-h1")
    first = make_published_report(
        cycle, cast.aurora, figures("10", "20"), {"find": "limited"}, {"find": "No."}
    )
    make_published_cycle(cycle)
    with acting_as(SYSTEM):
        report = Report.objects.get(cycle=cycle, organisation=cast.aurora)
    correct(cast, report, KIDS, "12")
    correct(cast, report, REPLY, {"text": "Yes."})
    words = words_of(client.get(f"/en/changes/?since={today() - timedelta(days=1)}"))
    entries = TimelineEntry.objects.filter(valid_from__gt=first.number, detail__has_key="reasons")

    assert words.count("1 value · Two digits were exchanged.") == 2
    assert "Aurora Kids: 10 → 12" in words
    assert "2 corrections." in words
    assert "Show more of each" not in words
    assert {entry.detail["corrected_values"] for entry in entries} == {1}

    last = Publication.objects.filter(type="response").latest("number")
    with acting_as(cast.actor("mona")) as actor:
        request = ask_for_withdrawal(actor, last, {"en": "It was not theirs.", "ru": "Это был не их ответ."})
    with acting_as(actor_of(make_person("Otto", cast.secretariat, Role.AUDITOR))) as actor:
        consent_to_withdrawal(actor, request)
    touch_public_revision()
    words = words_of(client.get(f"/en/changes/?since={today() - timedelta(days=1)}"))

    assert "1 correction. 1 withdrawal." in words
    assert "It was not theirs." in words


@pytest.mark.parametrize("query", ["?from=nothing", "?member=nobody"])
def test_unknown_cycles_and_members_are_404(client: Client, cast: Cast, query: str) -> None:
    assert client.get(f"/en/changes/{query}").status_code == 404


def test_an_empty_record_has_nothing_to_compare(client: Client) -> None:
    read_cast()

    assert "There is nothing to compare yet" in words_of(client.get("/en/changes/"))
