"""Every public place that shows a value shows the corrected one with what it was, and none of a withdrawn report."""

import html
import re
from datetime import date

import pytest
from django.test import Client
from django.utils.html import strip_tags

from alliance.enums import CycleState
from alliance.models import Pledge, Report
from alliance.services.pledges import TargetDraft, draft_pledge, publish_pledge, sign_pledge
from alliance.services.target_outcomes import project_targets
from alliance.validators.corrections import CorrectionPlace
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.publishing import Publication, touch_public_revision
from tests.factories import Cast, make_cycle, make_service, read_charter
from tests.support.corrections import REPLY, STORY, correct, correct_verdict
from tests.support.pages import words_of
from tests.support.pledges import draft_with, make_published_pledge
from tests.support.public_places import PublicPlaces
from tests.support.published_reports import make_published_cycle, make_published_report
from tests.support.submissions import submitted_figure
from tests.support.withdrawals import withdraw

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("pages_are_new")]
HOURS = CorrectionPlace("figure", indicator="time-to-removal", service="clips")
# in thousands and parts, so that no other number of a page looks like one of them
OLD, NEW, EARLIER = "777.25", "555.75", "333.5"
PLACES = PublicPlaces("en", "2026-h1", HOURS.indicator)
LIMITED = {"value": "limited", "reason": "One service is missing.", "difference": "It weighs most."}
# how files say of a verdict that it was complete and is limited
VERDICT_MARK = re.compile(
    r"""Limited[ ]\(corrected,[ ]was[ ]Complete\)
    |"limited",[^{}]*"corrected_in":\ 3,\s*"value_before":\ "complete"
    |limited,One[ ]service.*,3,complete,3
    |complete,limited,no,,complete,3,
    |"was":\{"value":"complete",[^{}]*\},"commitment":"find","measure":"","pledge":null,"value":"limited"
    |"value":\ "limited"\s*\},\s*"old":\ \{[^{}]*"value":\ "complete"
    """,
    re.VERBOSE,
)


@pytest.fixture
def report(cast: Cast) -> Report:
    """Aurora's report on the second of two half-years, with a promise that it decides."""
    charter = read_charter()
    make_service(cast.aurora, "clips")
    target = {"indicator": "time-to-removal", "due_on": date(2026, 3, 31).isoformat(), "value": "600"}
    make_published_pledge(cast.aurora, {**target, "text": "Six hundred."})
    for slug, value in (("2025-h2", EARLIER), ("2026-h1", OLD)):
        cycle = make_cycle(charter, slug, CycleState.PUBLISHED)
        figures = {"speed": [submitted_figure("time-to-removal", value, service="clips")]}
        publication = make_published_report(cycle, cast.aurora, figures, {"find": "complete"})
        make_published_cycle(cycle)
    project_targets(publication, [cast.aurora.pk])
    touch_public_revision()
    return Report.objects.get(cycle__slug="2026-h1")


def seen(client: Client, address: str) -> str:
    """The words of a page, or the text of a file; a drawing says its values in words too."""
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    is_page = answer["Content-Type"].startswith(("text/html", "image/svg"))
    return words_of(answer) if is_page else answer.content.decode()


_INNERMOST = re.compile(r"<(td|li|dd|h3|p)\b[^>]*>((?:(?!<(?:td|li|dd|h3|p)\b).)*?)</\1>", re.DOTALL)


def cells_of(client: Client, address: str) -> list[str]:
    """The words of each cell, item and line of a page by itself, so that a key elsewhere on it says nothing."""
    cells = (
        strip_tags(re.sub(r"(?=<)", " ", cell)) for _tag, cell in _INNERMOST.findall(client.get(address).text)
    )
    return [" ".join(html.unescape(cell).split()) for cell in cells]


def test_a_corrected_figure_stands_with_what_it_was(cast: Cast, report: Report, client: Client) -> None:
    correct(cast, report, HOURS, NEW)
    number = str(Publication.objects.get(type="report", revision=2).number)

    lacking = {
        address: [value for value in (NEW, OLD) if value not in text]
        for address in (*PLACES.of_figure, *PLACES.of_answer)
        for text in (seen(client, address),)
    }

    assert {address: values for address, values in lacking.items() if values} == {}
    assert [feed for feed in PLACES.feeds if f"/publications/{number}/" not in client.get(feed).text] == []
    for address in ("/en/cycles/2026-h1/", "/en/reports/", "/en/members/aurora-video/"):
        words = words_of(client.get(address)).replace("&nbsp;", " ")
        assert f"No. {number} Revision 2" in words, address


def test_a_corrected_verdict_stands_with_what_it_was_in_its_own_cell(
    cast: Cast, report: Report, client: Client
) -> None:
    correct_verdict(cast, report, LIMITED)
    tile = "Find: Limited , corrected, was Complete"
    cell = "Limited corrected, was Complete"
    marked = (
        f"2026-I {cell}",
        f"{tile} 1",
        f"{tile} 1",
        cell,
        cell,
        cell,
        "Complete → now Limited corrected, was Complete, No. 3",
        "Limited 2026-I , No. 3 corrected, was Complete",
        "Limited Verdict · No. 3 · corrected, was Complete",
        "Limited 1 Find (corrected, was Complete)",
        f"1 Find {tile} corrected, was Complete",
    )

    lacking = {
        address: cells
        for address, words in zip(PLACES.verdict_pages, marked, strict=True)
        if words not in (cells := cells_of(client, address))
    }

    assert lacking == {}
    own = cells_of(client, f"{PLACES.report}/")
    assert {"Limited 1 Find corrected, was Complete", "Limited corrected Was Complete"} <= {*own}
    unmarked = [
        address for address in PLACES.verdict_files if not VERDICT_MARK.search(client.get(address).text)
    ]
    assert unmarked == []


def test_a_corrected_verdict_of_an_earlier_cycle_stands_with_what_it_was(
    cast: Cast, report: Report, client: Client
) -> None:
    correct_verdict(cast, Report.objects.get(cycle__slug="2025-h2"), LIMITED)

    for address, words in (
        ("/en/commitments/find/", "2025-II: Limited corrected, was Complete"),
        ("/en/members/aurora-video/", "Limited corrected, was Complete"),
        (f"{PLACES.report}/", "2025-II Limited corrected, was Complete"),
    ):
        assert words in cells_of(client, address), address


def test_corrected_verdicts_on_a_measure_and_beyond_the_charter_stand_with_what_they_were(
    cast: Cast, client: Client
) -> None:
    record = "00000000-0000-4000-8000-000000000001"
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    hours = submitted_figure("time-to-removal", "3.5", service="aurora-kids")
    pledge = {
        "record": record,
        "title": "Quiet hour",
        "text": "At night.",
        "language": "en",
        "disclosure": "public",
    }
    make_published_report(
        cycle, cast.aurora, {"speed": [hours]}, {"find": "complete"},
        pledge_verdicts={record: "complete"}, pledges=[{**pledge, "disclosure_reason": ""}],
    )  # fmt: skip
    make_published_cycle(cycle)
    for place, value in (
        (CorrectionPlace("verdict", pledge=record), "limited"),
        (CorrectionPlace("verdict", "find", "speed"), "complete"),
    ):
        change = {"value": value, "reason": "One service is missing.", "difference": ""}
        correct_verdict(cast, Report.objects.get(), change, place)

    report = cells_of(client, f"{PLACES.report}/")
    figures = cells_of(client, f"{PLACES.report}/indicators/{HOURS.indicator}/")

    assert "Quiet hour Limited corrected Was Complete" in report
    assert "Complete corrected its reason" in figures


@pytest.fixture
def texts_in_public(cast: Cast) -> Report:
    """A report with texts, replies to one verdict and to all, and a pledge with a target; all is published."""
    earlier = make_cycle(read_charter(), "2025-h2", CycleState.PUBLISHED)
    make_published_report(earlier, cast.aurora)
    make_published_cycle(earlier)
    cycle = make_cycle(read_charter(), "2026-h1", CycleState.PUBLISHED)
    make_published_report(
        cycle, cast.aurora, verdicts={"find": "limited"}, replies={"find": "Reply 777.", "": "Thanks 777."},
        answer="Answer 777.",
    )  # fmt: skip
    make_published_cycle(cycle)
    with acting_as(cast.actor("sven")) as sven:
        draft = draft_with(targets=[TargetDraft("Target 777", date(2027, 6, 30))])
        signed = sign_pledge(sven, draft_pledge(sven, cast.aurora, draft))
    with acting_as(SYSTEM):
        publish_pledge(SYSTEM, signed)
    return Report.objects.get(cycle=cycle)


def test_corrected_texts_replies_and_targets_stand_with_what_they_were(
    cast: Cast, texts_in_public: Report, client: Client
) -> None:
    target = CorrectionPlace.of_target(str(Pledge.objects.get().record), 1, "find")
    lacking = {}
    for place, words, addresses in (
        (STORY, "Answer {}.", PLACES.of_text),
        (REPLY, "Reply {}.", PLACES.of_reply_to_commitment),
        (CorrectionPlace.of_response(""), "Thanks {}.", PLACES.of_reply),
        (target, "Target {}", PLACES.of_target),
    ):
        correct(cast, texts_in_public, place, {"text": words.format("555")})
        for address in addresses:
            text = seen(client, address)
            missing = [each for number in ("777", "555") if (each := words.format(number)) not in text]
            if missing:
                lacking[address, place.subject] = missing
    page = client.get(PLACES.search).text
    marks = {
        words: "corrected" in re.sub(r"<[^>]+>", " ", page.partition(words)[2].partition("</li>")[0])
        for words in ("Answer 555.", "Reply 555.", "Thanks 555.")
    }

    assert lacking == {}
    assert set(marks.values()) == {True}, marks


def test_nothing_of_a_withdrawn_report_stands_but_that_it_was_withdrawn(
    cast: Cast, report: Report, client: Client
) -> None:
    correct_verdict(cast, report, LIMITED)
    publication = Publication.objects.get(type="report", record="aurora-video/2026-h1", revision=2)
    done = withdraw(cast, publication, {"en": "Not theirs.", "ru": "Не их."})

    own = PLACES.of_report
    others = [address for address in (*PLACES.of_figure, *PLACES.of_answer) if address not in own]
    assert [address for address in others if OLD in seen(client, address)] == []
    # the verdict of this half-year alone was corrected: where its mark is not, it stands in no cell
    pages = [address for address in PLACES.verdict_pages[1:-1] if "corrected, was" in seen(client, address)]
    files = [address for address in PLACES.verdict_files[1:] if "limited" in seen(client, address).casefold()]
    assert (pages, files) == ([], [])
    assert "Withdrawn" in cells_of(client, "/en/commitments/find/")
    assert client.get(PLACES.verdict_pages[-1]).status_code == 410
    assert OLD in seen(client, own[0])  # it stays readable at its own address, which says so first
    for address in own:
        assert "Not theirs." in client.get(address).text
    for address in ("/en/cycles/2026-h1/", "/en/members/aurora-video/"):
        assert "Withdrawn" in words_of(client.get(address)), address
    assert "Clips Aurora Video 333.5 Withdrawn" in words_of(
        client.get(f"/en/compare/?indicator={HOURS.indicator}&view=table")
    )
    assert "withdrawn" in client.get("/en/cycles/2026-h1.json").text
    feeds = [feed for feed in PLACES.feeds if not feed.startswith(PLACES.report)]
    assert [
        feed for feed in feeds if f"/publications/{done.published_as}/" not in client.get(feed).text
    ] == []
