"""The commitments and one commitment's page."""

from datetime import date, timedelta
from decimal import Decimal

import pytest
from django.test import Client
from django.utils import timezone

from alliance.enums import CharterState, ReportState, TargetState
from alliance.models import Charter, Cycle, PublishedPledge, PublishedReport, PublishedTarget
from alliance.queries.local_dates import today
from alliance.queries.public.followed import Span, changes_about
from alliance.queries.public.record import last_number
from alliance.services.publications import record_report_notice
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import touch_public_revision
from tests.factories import make_charter, make_cycle, make_report, read_cast, read_charter, renamed
from tests.factories.charters import NARRATIVE, TREE
from tests.support.pages import words_of
from tests.support.pledges import make_published_pledge
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure

pytestmark = pytest.mark.django_db


@pytest.fixture
def cycle() -> Cycle:
    cast, cycle = read_cast(), make_cycle(read_charter())
    figures = [submitted_figure("content-actioned", "120", service="aurora-kids")]
    make_published_report(
        cycle, cast.aurora, {"search": figures}, {"find": "complete"}, {"find": "We go on."}
    )
    return make_published_cycle(cycle)


def test_the_commitments_stand_by_chapter_with_their_verdicts(client: Client, cycle: Cycle) -> None:
    answer = client.get("/en/commitments/")

    (text,) = answer.context["charters"]
    assert [commitment.code for commitment in text.chapters[0].commitments.all()] == ["1", "2"]
    assert answer.context["tallies"]["find"].good == 1


def test_a_working_text_says_so(client: Client, cycle: Cycle) -> None:
    cycle.charter.working_text, cycle.charter.note_en = True, "A proposal that binds nobody."
    cycle.charter.save()

    assert "A proposal that binds nobody." in client.get("/en/commitments/").text


def test_a_commitment_shows_verdicts_and_replies(client: Client, cycle: Cycle) -> None:
    context = client.get("/en/commitments/find/").context

    (row,) = context["rows"]
    assert (row.organisation.slug, row.latest.value, row.reply) == ("aurora-video", "complete", "We go on.")
    assert context["tally"].good == 1


@pytest.mark.usefixtures("cycle")
@pytest.mark.parametrize("key", ["look", "find"])
def test_page_ledger_files_feed_and_letters_know_a_renamed_commitment_by_each_key(
    client: Client, key: str
) -> None:
    """Aurora stays on version 1, with a target that is overdue and a verdict; its key is another one in version 2."""
    aurora, yesterday = read_cast().aurora, today() - timedelta(days=1)
    pledge = make_published_pledge(aurora, {"text": "Within a day.", "due_on": yesterday.isoformat()})
    PublishedTarget.objects.create(
        valid_from=0, organisation=aurora, record=pledge.record, number=1, commitment_key="find",
        due_on=yesterday, outcome=TargetState.LATE,
    )  # fmt: skip
    PublishedPledge.objects.update(valid_from=0)  # before its day was over
    with acting_as(SYSTEM):
        Charter.objects.update(state=CharterState.SUPERSEDED)
        make_charter(version=2, tree=renamed(("find", "look")), mapping=[("find", "look")])
    touch_public_revision()

    data = client.get(f"/en/commitments/{key}.json").json()
    span = Span(0, last_number(), timezone.now() - timedelta(days=9), timezone.now())
    changes = changes_about("commitment", key, span)
    page = client.get(f"/en/commitments/{key}/", follow=True)

    assert [row.record for row in page.context["pledges"]] == [pledge.record]
    assert [row["promise"] for row in data["promises"]] == ["Within a day."]
    assert {row["commitment"] for row in data["verdicts"]} == {"find"}
    assert [row["text"] for row in data["replies"]] == ["We go on."]
    assert {(row["charter_version"], row["key"]) for row in data["charter"]} >= {(1, "find"), (2, "look")}
    assert "Within a day." in words_of(client.get(f"/en/promises/?commitment={key}"))
    assert "Complete" in words_of(client.get(f"/en/reports/?commitment={key}"))
    feed = client.get(f"/en/commitments/{key}.atom").text
    for entry in (f"#pledge-{pledge.record}-1-", "1 Find: Complete", "We go on."):
        assert entry in feed, entry
    assert {change.kind for change in changes} == {"Report", "Reply", "Promise overdue"}


@pytest.mark.usefixtures("cycle")
def test_figures_of_a_commitment_are_reached_by_earlier_keys_of_it_and_of_its_indicator(
    client: Client,
) -> None:
    renaming = (("find", "look"), ("content-actioned", "content-removed"))
    with acting_as(SYSTEM):
        Charter.objects.update(state=CharterState.SUPERSEDED)
        second = make_charter(version=2, tree=renamed(*renaming), mapping=renaming)
    later = make_cycle(second, "2026-h2")
    figures = [submitted_figure("content-removed", "90", service="aurora-kids")]
    make_published_report(later, read_cast().aurora, {"search": figures}, {"look": "complete"})
    make_published_cycle(later)
    now = "/en/commitments/look/content-removed"

    for address in ("look/content-actioned", "find/content-removed", "find/content-actioned"):
        table = client.get(f"/en/commitments/{address}.csv")
        drawing = client.get(f"/en/commitments/{address}.svg")
        assert table.getvalue() == client.get(f"{now}.csv").getvalue(), address
        assert ("120" in table.text, "90" in table.text) == (True, True), address
        assert drawing.content == client.get(f"{now}.svg").content, address
    for address in ("look/?indicator=content-actioned", "find/?indicator=content-actioned"):
        page = client.get(f"/en/commitments/{address}&as-of=2099-01-01", follow=True)
        assert page.redirect_chain == [
            ("/en/commitments/look/?indicator=content-removed&as-of=2099-01-01", 301)
        ], address
        assert page.status_code == 200
    assert client.get("/en/commitments/find/never-asked.csv").status_code == 404
    assert client.get("/en/commitments/look/?indicator=never-asked").status_code == 404


@pytest.mark.usefixtures("cycle")
def test_after_a_split_page_files_feed_and_lists_show_of_each_half_what_is_about_it_alone(
    client: Client,
) -> None:
    """What was judged and answered as one is of neither; the key that stays means something else by now."""
    beacon = read_cast().beacon
    tree = {**TREE, "look": {"looking": [("looking-story", NARRATIVE)]}}
    with acting_as(SYSTEM):
        Charter.objects.update(state=CharterState.SUPERSEDED)
        split = make_charter(version=2, tree=tree, mapping=[("find", "find"), ("find", "look")])
    later = make_cycle(split, "2026-h2")
    make_published_report(
        later, beacon, verdicts={"find": "limited", "look": "not_started"},
        replies={"find": "We find.", "look": "We look."},
    )  # fmt: skip
    make_published_cycle(later)

    for key, value, reply in (("find", "limited", "We find."), ("look", "not_started", "We look.")):
        (row,) = client.get(f"/en/commitments/{key}/").context["rows"]
        data = client.get(f"/en/commitments/{key}.json").json()
        feed = client.get(f"/en/commitments/{key}.atom").text
        listed = client.get(f"/en/reports/?commitment={key}").context["page"]

        assert (row.organisation, row.latest.value, row.reply) == (beacon, value, reply)
        judged = {(each["cycle"], each["commitment"], each["value"]) for each in data["verdicts"]}
        assert judged == {("2026-h2", key, value)}, key
        assert [each["text"] for each in data["replies"]] == [reply]
        assert [report.cycle for report in listed] == [later]
        replies = {text for text in ("We find.", "We look.", "We go on.") if text in feed}
        assert (replies, "Complete" in feed) == ({reply}, False), key


def test_a_reply_of_a_report_to_the_version_before_is_known_by_the_key_of_that_version(
    client: Client,
) -> None:
    """Beacon stays on version 1, whose "find" is "look" now; in version 3 "find" is something new."""
    first, cast, renaming = read_charter(), read_cast(), (("find", "look"),)
    tree = renamed(*renaming)
    with acting_as(SYSTEM):
        Charter.objects.update(state=CharterState.SUPERSEDED)
        make_charter(state=CharterState.SUPERSEDED, version=2, tree=tree, mapping=renaming)
        third = make_charter(version=3, tree={**tree, "find": {"finding": [("finding-story", NARRATIVE)]}})
    cycle = make_cycle(third)
    make_published_report(cycle, cast.aurora, replies={"find": "On what is new.", "look": "We look."})
    make_published_report(cycle, cast.beacon, replies={"find": "We look too."})
    PublishedReport.objects.filter(organisation=cast.beacon).update(earlier_version=first.version)
    make_published_cycle(cycle)

    for key, texts in (("look", {"We look.", "We look too."}), ("find", {"On what is new."})):
        data = client.get(f"/en/commitments/{key}.json").json()
        assert {each["text"] for each in data["replies"]} == texts, key


@pytest.mark.usefixtures("cycle")
@pytest.mark.parametrize(("language", "is_named"), [("en", False), ("ru", True)])
def test_a_reply_in_the_other_language_says_in_which(client: Client, language: str, is_named: bool) -> None:
    answer = client.get(f"/{language}/commitments/find/")
    cell = answer.text.partition('<td class="reply">')[2].partition("</td>")[0]

    assert '<span lang="en">' in cell
    assert ('class="tag language-tag"' in cell) is is_named


def test_a_reply_to_all_verdicts_is_a_reply(client: Client) -> None:
    cycle = make_cycle(read_charter())
    make_published_report(
        cycle, read_cast().aurora, verdicts={"find": "complete"}, replies={"": "Thank you."}
    )
    make_published_cycle(cycle)

    (row,) = client.get("/en/commitments/find/").context["rows"]

    assert (row.reply, row.has_reply_to_all) == ("", True)


@pytest.mark.usefixtures("cycle")
def test_where_there_is_no_verdict_the_table_says_why(client: Client) -> None:
    """Also of a member that has never filed; nobody who had to report is left out."""
    cast, later = read_cast(), make_cycle(read_charter(), "2027-h1")
    record_report_notice(SYSTEM, make_report(later, cast.beacon, ReportState.NOT_FILED))
    make_report(later, cast.aurora, ReportState.IN_REVIEW)
    make_published_cycle(later)

    answer = client.get("/en/commitments/find/")

    assert [
        (row.organisation.slug, [(cell.value, cell.gap) for cell in (*row.before, row.latest)])
        for row in answer.context["rows"]
    ] == [
        ("aurora-video", [("complete", "No verdict"), ("", "In review")]),
        ("beacon-search", [("", "No report was due"), ("", "Did not file")]),
    ]
    assert "Did not file" in answer.text.partition("verdict-table")[2]


def test_a_commitment_draws_the_chosen_indicator(client: Client, cycle: Cycle) -> None:
    context = client.get("/en/commitments/find/?indicator=content-actioned").context

    assert context["chosen"].key == "content-actioned"
    assert context["chart"].series[0].points[0].y == Decimal(120)


def test_the_table_behind_the_chart_is_a_file(client: Client, cycle: Cycle) -> None:
    answer = client.get("/en/commitments/find/content-actioned.csv")

    header, row = answer.content.decode("utf-8-sig").splitlines()
    assert header.startswith("Member,Service,Cycle,From,To,Indicator")
    assert row.startswith("Aurora Video,,2026-h1,2026-01-01,2026-06-30,Content actioned,pieces,Reported,120")


@pytest.mark.usefixtures("cycle")
def test_the_chart_is_a_file_and_has_every_pledged_value_with_its_day_and_state(client: Client) -> None:
    pledged = {"indicator": "content-actioned", "value": "500", "due_on": "2026-06-30"}
    pledge = make_published_pledge(read_cast().aurora, pledged, {**pledged, "value": None})
    PublishedTarget.objects.create(
        valid_from=1,
        organisation=pledge.organisation,
        record=pledge.record,
        number=1,
        due_on=date(2026, 6, 30),
        outcome=TargetState.MISSED,
    )

    page = client.get("/en/commitments/find/?indicator=content-actioned")
    file = client.get("/en/commitments/find/content-actioned.svg")

    ((goal, _text),) = page.context["goals"]
    (target,) = page.context["chart"].targets
    assert "Missed Aurora Video: 500 by 30 June 2026" in words_of(page)
    assert target.label.replace("\N{NO-BREAK SPACE}", " ") == "Aurora Video: 500 by 30 June 2026, missed"
    assert goal.url.endswith(f"/en/members/aurora-video/#pledge-{pledge.record}")
    assert page.context["chart"].title == "Content actioned: all members, 2026-I"
    assert "Content actioned: all members, 2026-I" in file.content.decode()
    assert "<a " not in file.content.decode()


@pytest.mark.parametrize(
    "address",
    [
        "nothing/",
        "find/?indicator=nothing",
        "find/moderators.csv",
        "find/moderators.svg",
        "nothing/content-actioned.csv",
    ],
)
def test_what_is_no_commitment_or_none_of_its_indicators_is_404(
    client: Client, cycle: Cycle, address: str
) -> None:
    assert client.get(f"/en/commitments/{address}").status_code == 404


def test_a_draft_charter_is_not_public(client: Client) -> None:
    make_charter("secret-charter", CharterState.DRAFT, tree=renamed(("find", "look")))

    charters = client.get("/en/commitments/").context["charters"]
    assert [each.charter for each in charters] == [read_charter()]
    assert client.get("/en/commitments/look/").status_code == 404
