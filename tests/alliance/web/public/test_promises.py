"""The ledger of promises: every target of every member by what became of it, as page, table and JSON."""

import csv
import io
from datetime import UTC, date, datetime, timedelta
from typing import Any
from xml.etree import ElementTree

import pytest
from django.test import Client
from django.utils.html import strip_tags

from alliance.enums import CharterState, CycleState
from alliance.models import Charter, Cycle, FormerSlug, PublishedFigure, PublishedPledge, PublishedTarget
from alliance.queries.local_dates import today
from alliance.queries.public.data_tables.promises import PROMISES
from alliance.queries.public.promises import promises_of
from alliance.services.target_outcomes import project_targets
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, rebuild, touch_public_revision
from tests.factories import Cast, make_charter, make_cycle, make_service, read_charter, renamed
from tests.factories.charters import NARRATIVE
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db

COVERED = date(2026, 3, 31)


@pytest.fixture
def publication(cast: Cast) -> Publication:
    """Aurora takes 12 hours in the period that covers 31 March; it had promised 48 and 6, Beacon much else."""
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    make_service(cast.aurora, "clips")
    counted = {"indicator": "time-to-removal", "due_on": COVERED.isoformat()}
    make_published_pledge(cast.aurora, {**counted, "text": "Two days.", "value": "48"})
    make_published_pledge(cast.aurora, {**counted, "text": "Six hours.", "value": "6"})
    far = (today() + timedelta(days=40)).isoformat()
    make_published_pledge(cast.beacon, {"text": "Later.", "due_on": far}, {"text": "Some day."})
    make_published_pledge(cast.beacon, {"text": "Never said how.", "due_on": COVERED.isoformat()})
    make_published_pledge(
        cast.beacon, {"text": "Taken back.", "due_on": COVERED.isoformat()}, state="withdrawn"
    )
    figures = {"search": [submitted_figure("time-to-removal", "12", service="clips")]}
    publication = make_published_report(cycle, cast.aurora, figures)
    project_targets(publication, [cast.beacon.pk])
    touch_public_revision()
    return publication


def rows_of(client: Client, query: str = "") -> list[tuple[str, str]]:
    page = client.get(f"/en/promises/{query}")
    return [
        (row.standing.state or "", row.standing.text)
        for group in page.context["groups"]
        for row in group.rows
    ]


@pytest.mark.usefixtures("publication")
def test_each_target_stands_under_what_became_of_it(client: Client) -> None:
    assert rows_of(client) == [
        ("missed", "Six hours."),
        ("late", "Never said how."),
        ("due", "Later."),
        ("kept", "Two days."),
        ("withdrawn", "Taken back."),
        ("", "Some day."),
    ]
    words = words_of(client.get("/en/promises/"))
    assert "1 of 3 targets whose day is over were kept" in words
    assert "in 40 days" in words
    assert "12 on the day" in words
    assert "to go" not in words  # of what is decided
    assert "to version" not in words  # all are to the one in force


@pytest.mark.parametrize("few", [0, 40])
def test_members_are_read_with_the_figures_and_verdicts_that_their_own_pledges_name(
    cast: Cast, monkeypatch: pytest.MonkeyPatch, few: int
) -> None:
    monkeypatch.setattr("alliance.queries.public.member_keys._FEW", few)
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    hours, counted = "time-to-removal", "content-actioned"
    for member, indicator in ((cast.aurora, hours), (cast.beacon, counted)):
        make_service(member, f"clips-{member.slug}")
        make_published_pledge(
            member, {"indicator": indicator, "value": "6", "due_on": COVERED.isoformat(), "text": "Six."}
        )
        both = [submitted_figure(key, "12", service=f"clips-{member.slug}") for key in (hours, counted)]
        make_published_report(
            cycle, member, {"search": both}, verdicts={"find": "limited", "answer": "complete"}
        )
    touch_public_revision()

    promises = promises_of(PublishedTarget.objects.current().order_by("organisation__slug"), today())

    latest = [each.standing.latest for each in promises]
    assert [each.reading.value for each in latest if each] == [12, 12]
    assert {verdict.commitment_key for each in promises for verdict in each.verdicts} == {
        each.pledge.commitment_key for each in promises
    }
    assert all(len(each.verdicts) == 1 for each in promises)


def test_a_promise_to_an_earlier_version_has_the_verdict_on_what_its_commitment_is_called_now(
    client: Client, cast: Cast
) -> None:
    """In version 2 "find" is called "look"; in version 3 "find" is something new, with a verdict of its own."""
    make_published_pledge(cast.aurora, {"text": "Two days.", "due_on": COVERED.isoformat()})
    tree = {**renamed(("find", "look")), "find": {"finding": [("finding-story", NARRATIVE)]}}
    with acting_as(SYSTEM):
        Charter.objects.update(state=CharterState.SUPERSEDED)
        renaming = [("find", "look")]
        make_charter(state=CharterState.SUPERSEDED, version=2, tree=renamed(*renaming), mapping=renaming)
        third = make_charter(version=3, tree=tree)
    cycle = make_cycle(third, "2026-h1", CycleState.PUBLISHED)
    publication = make_published_report(cycle, cast.aurora, verdicts={"look": "limited", "find": "complete"})
    project_targets(publication, [cast.aurora.pk])
    touch_public_revision()

    [group] = client.get("/en/promises/").context["groups"]
    member = client.get("/en/members/aurora-video/")

    assert [(row.verdict.value, row.verdict_url) for row in group.rows if row.verdict] == [
        ("limited", "/en/reports/aurora-video/2026-h1/#commitment-look")
    ]
    [block] = member.context["pledges"]
    assert (block.commitment.key, block.commitment.charter.version) == ("find", 1)
    assert [row.earlier_version for row in group.rows] == [1]
    assert "to version 1" in words_of(client.get("/en/promises/"))


def titles_of(client: Client, query: str = "") -> list[str]:
    feed = ElementTree.fromstring(client.get(f"/en/promises.atom{query}").content)
    atom = "{http://www.w3.org/2005/Atom}"
    entries = list(feed.iter(f"{atom}entry"))
    assert len({entry.findtext(f"{atom}id") for entry in entries}) == len(entries)
    texts = ((entry.findtext(f"{atom}title"), entry.findtext(f"{atom}summary")) for entry in entries)
    return [f"{title}: {strip_tags(text or '')}".replace("\xa0", " ") for title, text in texts]


def test_the_ledger_is_followed_by_a_feed(client: Client, cast: Cast) -> None:
    """Made in November, overdue with the year, decided in April; what is withdrawn from publication is in no entry."""
    cycle, day = make_cycle(read_charter(), "2025-h2", CycleState.PUBLISHED), {"due_on": "2025-12-31"}
    make_service(cast.aurora, "clips")
    with clock.at(datetime(2025, 11, 3, 12, tzinfo=UTC)):
        number = make_published_report(make_cycle(read_charter(), "2025-h1"), cast.beacon).number
        for text, hours in (("Two days.", "48"), ("Six hours.", "6")):
            make_published_pledge(
                cast.aurora, {**day, "text": text, "indicator": "time-to-removal", "value": hours}
            )
        make_published_pledge(cast.beacon, {**day, "text": "Never said how."})
        make_published_pledge(cast.beacon, {**day, "text": "Not ours."})
        PublishedPledge.objects.update(valid_from=number)
        project_targets(Publication.objects.get(number=number), [cast.aurora.pk, cast.beacon.pk])
    with clock.at(datetime(2026, 4, 10, 12, tzinfo=UTC)):
        figures = {"search": [submitted_figure("time-to-removal", "12", service="clips")]}
        later = make_published_report(cycle, cast.aurora, figures)
    PublishedPledge.objects.filter(targets__0__text="Not ours.").update(valid_to=later.number)
    touch_public_revision()

    def about(member: str, what: str) -> str:
        return f"{member}: {what}".replace("DAY", "31 December 2025")

    aurora, beacon = "Aurora Video", "Beacon Search"
    assert sorted(titles_of(client)[:2]) == [
        about(aurora, "a promise for DAY was kept: Two days."),
        about(aurora, "a promise for DAY was missed: Six hours."),
    ]
    assert titles_of(client, "?member=beacon-search") == [
        about(beacon, "a promise for DAY is overdue: Never said how."),
        about(beacon, "a new promise for DAY: Never said how."),
    ]
    assert titles_of(client, "?state=missed") == [about(aurora, "a promise for DAY was missed: Six hours.")]
    assert len(titles_of(client)) == len(titles_of(client, "?commitment=find")) == 8
    assert titles_of(client, "?commitment=own") == []
    page = client.get("/en/promises/?member=beacon-search&due=past").text
    assert page.count('href="/en/promises.atom?member=beacon-search"') == 2


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize("most", [1, 2])
def test_the_strip_of_members_says_of_how_many_it_is(
    client: Client, monkeypatch: pytest.MonkeyPatch, most: int
) -> None:
    monkeypatch.setattr("alliance.web.public.promises.MOST_MEMBERS", most)
    words = words_of(client.get("/en/promises/"))

    assert ("1 of 2 members, those with the most missed and overdue." in words) is (most == 1)


@pytest.mark.usefixtures("publication")
def test_the_page_of_a_member_shows_the_worst_and_leads_to_the_others(
    client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("alliance.web.public.members.MAX_PROMISES", 1)
    monkeypatch.setattr("alliance.web.public.members.MAX_PLEDGES", 1)
    answer = client.get("/en/members/aurora-video/")
    [group] = answer.context["promise_groups"]
    first, second = PublishedPledge.objects.filter(organisation__slug="aurora-video").order_by("pk")

    assert [row.standing.text for row in group.rows] == ["Six hours."]
    assert "1 of 2 targets whose day is over were kept." in words_of(answer)
    assert '<a href="/en/promises/?member=aurora-video">1 more target of this member</a>' in answer.text
    [block] = answer.context["pledges"]
    assert [target.state for target in block.targets] == ["kept"]  # also of a target that is not shown above
    assert block.pledge == first
    assert [pledge for pledge, _commitment in answer.context["more_pledges"]] == [second]
    assert f'id="pledge-{second.record}"' in answer.text


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize(
    ("query", "texts"),
    [
        ("?member=aurora-video", ["Six hours.", "Two days."]),
        ("?state=kept", ["Two days."]),
        ("?due=soon", ["Later."]),
        ("?due=past&member=beacon-search", ["Never said how.", "Taken back."]),
        ("?commitment=own", []),
        ("?member=aurora-old", ["Six hours.", "Two days."]),
    ],
)
def test_the_ledger_is_narrowed(client: Client, cast: Cast, query: str, texts: list[str]) -> None:
    FormerSlug.objects.create(organisation=cast.aurora, slug="aurora-old")
    answer = client.get(f"/en/promises/{query}")

    assert [row.standing.text for group in answer.context["groups"] for row in group.rows] == texts
    assert ("No promise matches" in words_of(answer)) is (texts == [])


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize("query", ["member=nobody-here", "commitment=never-asked"])
@pytest.mark.parametrize("file", ["/", ".csv", ".json", ".atom"])
def test_of_what_there_is_not_the_ledger_does_not_say_that_it_promised_nothing(
    client: Client, file: str, query: str
) -> None:
    assert client.get(f"/en/promises{file}?state=late").status_code == 200
    assert client.get(f"/en/promises{file}?{query}").status_code == 404


def test_a_row_says_why_it_has_no_figure(client: Client, cast: Cast) -> None:
    """A figure that is named and not published, or withheld; none named, before the day and after it."""
    make_service(cast.aurora, "clips")
    far = (today() + timedelta(days=40)).isoformat()
    make_published_pledge(
        cast.aurora, {"text": "Soon.", "due_on": far, "indicator": "time-to-removal", "value": "5"}
    )
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    publication = make_published_report(cycle, cast.aurora)
    words = words_of(client.get("/en/promises/"))
    assert "nothing published yet" in words
    assert "The day of no target is over yet." in words_of(client.get("/en/members/aurora-video/"))

    make_published_pledge(
        cast.beacon, {"text": "Late.", "due_on": COVERED.isoformat()}, {"text": "Later.", "due_on": far}
    )
    figures = [submitted_figure("time-to-removal", "12", service="clips")]
    PublishedFigure.objects.bulk_create(_withheld_rows(cast, cycle, figures))
    project_targets(publication, [cast.aurora.pk, cast.beacon.pk])
    touch_public_revision()
    late = words_of(client.get("/en/promises/?state=late"))
    due = words_of(client.get("/en/promises/?state=due"))
    assert "no figure can decide it: the secretariat does" in late
    assert "no figure is named" in due
    assert "nobody outside can tell" in due
    assert "nothing published yet" not in due
    assert "The day of no target is over yet." not in words_of(client.get("/en/members/beacon-search/"))


@pytest.mark.parametrize(
    ("target", "state", "is_said"),
    [
        ({"due_on": "2099-12-31"}, "published", True),
        ({"due_on": COVERED.isoformat()}, "published", False),
        ({"due_on": COVERED.isoformat()}, "withdrawn", False),
        ({}, "published", False),
    ],
)
def test_no_day_is_said_to_be_ahead_that_is_over(
    client: Client, cast: Cast, target: dict[str, Any], state: str, is_said: bool
) -> None:
    make_published_pledge(cast.aurora, target, {"due_on": "2099-12-31"} if target else {}, state=state)
    project_targets(
        make_published_report(make_cycle(read_charter(), "2026-h1"), cast.beacon), [cast.aurora.pk]
    )
    words = words_of(client.get("/en/members/aurora-video/"))

    assert ("The day of no target is over yet." in words) is is_said


def test_targets_without_a_day_are_counted_beyond_the_page(client: Client, cast: Cast) -> None:
    make_published_pledge(cast.aurora, *[{"text": f"Target {number}."} for number in range(30)])
    project_targets(
        make_published_report(make_cycle(read_charter(), "2026-h1"), cast.beacon), [cast.aurora.pk]
    )

    assert "Without a day 30" in words_of(client.get("/en/promises/"))


def _withheld_rows(cast: Cast, cycle: Cycle, figures: list[dict[str, Any]]) -> list[PublishedFigure]:
    return [
        PublishedFigure(
            valid_from=1, organisation=cast.aurora, cycle=cycle, indicator_key=figure["indicator"], withheld=True,
            service=cast.aurora.ownerships.get(service__slug=figure["service"]).service, status="",
        )
        for figure in figures
    ]  # fmt: skip


@pytest.mark.usefixtures("publication")
@pytest.mark.parametrize(
    ("path", "followed"),
    [
        ("promises/", ""),
        ("promises/?member=aurora-video", "?kind=member&amp;key=aurora-video"),
        ("members/aurora-video/", "?kind=member&amp;key=aurora-video"),
    ],
)
def test_the_head_of_a_list_leads_to_letters_about_it(client: Client, path: str, followed: str) -> None:
    head = client.get(f"/en/{path}").text.partition('<ul class="facts-line">')[2].partition("</ul>")[0]

    assert f'href="/en/follow/{followed}">Follow by e-mail' in head


@pytest.mark.usefixtures("publication")
def test_a_member_page_begins_with_its_promises(client: Client) -> None:
    words = words_of(client.get("/en/members/aurora-video/"))

    assert "1 of 2 targets whose day is over were kept." in words
    assert words.index("Six hours.") < words.index("Verdicts")


@pytest.mark.usefixtures("publication")
def test_files_have_what_the_page_has(client: Client) -> None:
    table = list(csv.DictReader(io.StringIO(client.get("/en/promises.csv").content.decode())))
    data = client.get("/en/promises.json?state=missed").json()["promises"]

    assert [row["state"] for row in table] == ["missed", "late", "due", "kept", "withdrawn", ""]
    assert list(table[0]) == list(data[0]) == PROMISES.header
    assert [(each["target"], each["value_on_the_day"], each["state"]) for each in data] == [
        ("6", "12", "missed")
    ]


def test_outcomes_follow_what_is_published_and_can_be_built_again(
    cast: Cast, publication: Publication
) -> None:
    """A report that is corrected or withdrawn changes the outcomes of its member's targets and of no others."""
    outcomes = PublishedTarget.objects.current().filter(organisation=cast.aurora)
    assert sorted(outcomes.values_list("outcome", flat=True)) == ["kept", "missed"]

    PublishedPledge.objects.filter(organisation=cast.aurora).update(valid_to=publication.number)
    project_targets(publication, [cast.aurora.pk])

    assert not outcomes.exists()
    assert PublishedTarget.objects.current().filter(organisation=cast.beacon).count() == 4


def test_an_unchanged_outcome_is_not_written_again(cast: Cast, publication: Publication) -> None:
    before = list(PublishedTarget.objects.order_by("pk").values_list("pk", "valid_from", "valid_to"))

    project_targets(publication, [cast.aurora.pk, cast.beacon.pk])

    assert list(PublishedTarget.objects.order_by("pk").values_list("pk", "valid_from", "valid_to")) == before


@pytest.mark.usefixtures("publication")
def test_no_promise_leaves_no_page_empty_of_words(client: Client) -> None:
    PublishedPledge.objects.all().delete()
    rebuild()

    assert "No promises are published yet" in words_of(client.get("/en/promises/"))
    assert client.get("/ru/promises.json").json()["promises"] == []
