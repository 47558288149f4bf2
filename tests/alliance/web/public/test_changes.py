"""What changed between two cycles: worse first, everything counted, and the rest in the file."""

from typing import Any

import pytest
from django.test import Client

from alliance.enums import OrganisationState, ReportState
from alliance.models import (
    Cycle,
    FormerSlug,
    Organisation,
    PublishedPledge,
    PublishedResponse,
    PublishedVerdict,
)
from alliance.services.publications import record_report_notice
from alliance.services.target_outcomes import project_targets
from alliance.web.public.changes import SHOWN
from portal.kernel.access import SYSTEM
from portal.kernel.publishing import Publication, touch_public_revision
from tests.factories import (
    Cast,
    make_cycle,
    make_organisation,
    make_report,
    read_cast,
    read_charter,
)
from tests.support.changes import csv_rows, make_changing_cycles
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast() -> Cast:
    return make_changing_cycles()


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
    assert "Nothing that this page counts got worse in between." not in words
    assert "Nothing that this page counts got worse in between." in words_of(
        client.get("/en/changes/?worse=1&member=beacon-search")
    )


def test_a_target_that_no_report_decides_is_overdue(client: Client, cast: Cast) -> None:
    make_published_pledge(cast.aurora, {"text": "A table.", "due_on": "2026-03-31"})
    project_targets(Publication.objects.latest("number"), [cast.aurora.pk])
    touch_public_revision()
    answer = client.get("/en/changes/?worse=1")

    assert "1 target is overdue." in words_of(answer)
    assert [promise.standing.text for promise, _value in answer.context["promises"]] == ["A table."]


@pytest.mark.usefixtures("cast")
def test_the_choice_between_cycles_and_days_is_named_by_nouns_in_russian(client: Client) -> None:
    assert "Циклы Дни С" in words_of(client.get("/ru/changes/"))


@pytest.mark.usefixtures("cast")
def test_the_same_cycle_twice_stays_chosen_and_asks_for_another(client: Client) -> None:
    answer = client.get("/en/changes/?from=2025-h2&to=2025-h2")

    assert "The same cycle was chosen twice" in words_of(answer)
    assert answer.text.count('<option value="2025-h2" selected>') == 2
    assert client.get("/en/changes.csv?from=2025-h2&to=2025-h2").text.count("\n") == 1


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


def fallen(page: Any) -> list[str]:
    """The members whose verdicts the page shows as fallen."""
    return [move.organisation.slug for move in page.context["changes"].fell.rows]


def test_what_is_cut_is_cut_by_the_alphabet_of_each_reader(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Both pages are of one revision, of which the verdicts that moved are kept."""
    monkeypatch.setattr("alliance.web.public.changes.SHOWN", 1)
    cast, charter = read_cast(), read_charter()
    Organisation.objects.filter(pk=cast.beacon.pk).update(name_en="Маяк", name_ru="Маяк")
    for slug, verdict in (("2025-h2", "complete"), ("2026-h1", "limited")):
        cycle = make_cycle(charter, slug)
        for member in (cast.aurora, cast.beacon):
            make_published_report(cycle, member, verdicts={"find": verdict})
        make_published_cycle(cycle)
    touch_public_revision()

    shown = [fallen(client.get(f"/{language}/changes/")) for language in ("en", "ru")]

    assert shown == [["aurora-video"], ["beacon-search"]]


@pytest.mark.parametrize("gone", ["verdict", "member"])
def test_what_is_gone_since_the_moves_were_read_is_left_out(client: Client, cast: Cast, gone: str) -> None:
    """A page may be of the revision before a withdrawal for a second or two."""
    assert fallen(client.get("/en/changes/")) == ["aurora-video"]
    if gone == "verdict":
        PublishedVerdict.objects.filter(organisation=cast.aurora).update(
            valid_to=Publication.objects.latest("number").number
        )
    else:
        Organisation.objects.filter(pk=cast.aurora.pk).update(state=OrganisationState.APPLICANT)

    answer = client.get("/en/changes/?worse=1")

    assert (answer.status_code, fallen(answer)) == (200, [])


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


def test_a_member_is_found_by_an_address_that_it_had_before(client: Client, cast: Cast) -> None:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")

    assert client.get("/en/changes/?member=aurora-old").context["changes"].fell.total == 1


@pytest.mark.parametrize("query", ["?from=nothing", "?member=nobody"])
def test_unknown_cycles_and_members_are_404(client: Client, cast: Cast, query: str) -> None:
    assert client.get(f"/en/changes/{query}").status_code == 404


def test_an_empty_record_has_nothing_to_compare(client: Client) -> None:
    read_cast()

    assert "There is nothing to compare yet" in words_of(client.get("/en/changes/"))
