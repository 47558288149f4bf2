"""The confirmation of a file with answers: it saves exactly what its page showed, or nothing."""

import re
from decimal import Decimal
from typing import Any

import pytest
from django.test import Client

from alliance.figure_fields import FigurePlace
from alliance.models import Figure, Report
from alliance.web.workspace import report_uploads
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast
from tests.support.pages import signed_in, words_of
from tests.support.report_uploads import act, fields_of, send, send_table, set_figure, values

pytestmark = pytest.mark.django_db

MODERATORS = FigurePlace("moderators", None)
KIDS = FigurePlace("content-actioned", "aurora-kids")


@pytest.fixture
def sven(cast: Cast) -> Client:
    return signed_in(cast.sven)


def test_a_colleague_who_saves_before_the_confirmation_stops_it(
    cast: Cast, report: Report, alice: Client
) -> None:
    url = send(alice, report, "moderators,,,,430,,0\ncontent-actioned,aurora-kids,,,120,,0\n")
    fields = fields_of(alice.get(url))
    set_figure(cast, "sven", report, MODERATORS, "415")
    answer = alice.post(url, {**fields, "act": "save"})

    assert answer.status_code == 409
    assert "Nothing was saved" in words_of(answer)
    assert values(report) == {MODERATORS: Decimal(415)}


def test_of_two_files_that_wait_the_second_is_looked_at_again(report: Report, alice: Client) -> None:
    first = send(alice, report, "moderators,,,,430,,\n")
    second = send(alice, report, "moderators,,,,440,,\n")
    seen = fields_of(alice.get(second))
    act(alice, first, "save")

    answer = alice.post(second, {**seen, "act": "save"})
    assert answer.status_code == 409
    assert "Nothing was saved: look at the page again." in words_of(answer)
    act(alice, second, "save")
    assert values(report) == {MODERATORS: Decimal(440)}


def test_a_file_that_was_saved_cannot_be_saved_again(report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,430,,0\n")
    fields = fields_of(alice.get(url))
    alice.post(url, {**fields, "act": "save"})
    again = alice.post(url, {**fields, "act": "save"}, follow=True)
    assert "The answers of this file are in the report already: they were saved on" in words_of(again)
    assert set_version(report) == 1


def test_a_decision_outlives_the_page(report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,430,,\ncontent-actioned,aurora-kids,,,120,,\n")
    act(alice, url, "keep", take=["0"])
    assert fields_of(alice.get(url))["take"] == ["0"]


def test_one_decision_for_all_of_a_kind(report: Report, alice: Client) -> None:
    url = send(alice, report, "moderators,,,,430,,\ncontent-actioned,aurora-kids,,,120,,\n")
    act(alice, url, "none:new")
    assert "0 of 2 will be saved" in words_of(alice.get(url))
    assert "Nothing is chosen to be saved." in words_of(act(alice, url, "save"))
    act(alice, url, "all:new")
    act(alice, url, "save")
    assert values(report) == {MODERATORS: Decimal(430), KIDS: Decimal(120)}


def test_a_decision_beside_an_older_answer_does_not_take_the_file_over_a_newer_one(
    cast: Cast, report: Report, alice: Client
) -> None:
    url = send(alice, report, "moderators,,,,430,,0\n")
    fields = fields_of(alice.get(url))
    set_figure(cast, "sven", report, MODERATORS, "415")
    alice.post(url, {**fields, "act": "save"})

    again = fields_of(alice.get(url))
    assert again["choice-0"] == ["leave"]
    assert "Nothing is chosen to be saved." in words_of(alice.post(url, {**again, "act": "save"}))
    assert values(report) == {MODERATORS: 415}


def test_a_table_whose_columns_a_colleague_said_anew_is_looked_at_again(
    report: Report, alice: Client, sven: Client
) -> None:
    table = "name,old,new\ncontent-actioned,12,900\n"
    url = send_table(alice, report, table, {"old": "aurora-kids", "content-actioned": "content-actioned"})
    seen = fields_of(alice.get(url))
    mapping = {"new": "aurora-kids", "old": "", "content-actioned": "content-actioned"}
    send_table(sven, report, table, mapping)

    for button in ("save", "keep", "all:new"):
        answer = alice.post(url, {**seen, "act": button})
        assert answer.status_code == 409
        assert "900" in words_of(answer)
    assert values(report) == {}
    act(alice, url, "save")
    assert values(report) == {KIDS: 900}


def test_a_page_saves_what_it_shows_itself_whatever_a_colleague_decided_about_it(
    report: Report, alice: Client, sven: Client
) -> None:
    url = send(alice, report, "moderators,,,,430,,\ncontent-actioned,aurora-kids,,,120,,\n")
    seen = fields_of(alice.get(url))
    act(sven, url, "none:new")
    alice.post(url, {**seen, "take": ["1"], "act": "save"})
    assert values(report) == {KIDS: 120}


def set_version(report: Report) -> int:
    with acting_as(SYSTEM):
        return Figure.objects.get(report=report).version


# --- One decision for many -------------------------------------------------------------------

ERASING_AND_OTHER = "content-actioned,aurora-kids,,,n/a,,\nmoderators,,,,430,,\n"


def test_taking_all_erases_nothing(cast: Cast, report: Report, alice: Client) -> None:
    url = send_beside_numbers(cast, alice, report)
    act(alice, url, "none:changed")
    assert taken(alice, url) == [False, False]

    act(alice, url, "all:changed")
    assert taken(alice, url) == [False, True]
    act(alice, url, "save")
    assert values(report) == {MODERATORS: Decimal(430), KIDS: Decimal(120)}


def test_rows_that_erase_have_a_button_of_their_own(cast: Cast, report: Report, alice: Client) -> None:
    url = send_beside_numbers(cast, alice, report)
    act(alice, url, "none:changed")
    act(alice, url, "erase:changed")
    assert taken(alice, url) == [True, False]

    act(alice, url, "all:changed")
    assert taken(alice, url) == [True, True]


def test_taking_the_file_in_all_conflicts_erases_nothing(cast: Cast, report: Report, alice: Client) -> None:
    for value in ("120", "125"):
        set_figure(cast, "sven", report, KIDS, value)
        set_figure(cast, "sven", report, MODERATORS, value)
    url = send(alice, report, "content-actioned,aurora-kids,,,n/a,,1\nmoderators,,,,430,,1\n")
    act(alice, url, "all:conflict")
    assert taken(alice, url) == [False, True]

    act(alice, url, "erase:conflict")
    assert taken(alice, url) == [True, True]


@pytest.mark.parametrize(
    ("language", "sentence", "button"),
    [
        ("en", "1 of these erases a number or a choice in the report.", "Take those that erase too"),
        ("ru", "1 из этих ответов стирает число или выбранный вариант в отчёте.", "Взять и те, что стирают"),
    ],
)
def test_the_button_that_erases_says_so(
    cast: Cast, report: Report, alice: Client, language: str, sentence: str, button: str
) -> None:
    cast.alice.language = language
    cast.alice.save()
    words = words_of(alice.get(send_beside_numbers(cast, alice, report)))
    assert sentence in words
    assert button in words


def test_a_file_that_erases_nothing_has_no_such_button(report: Report, alice: Client) -> None:
    page = alice.get(send(alice, report, ERASING_AND_OTHER))
    assert "erase:" not in page.content.decode()


def send_beside_numbers(cast: Cast, client: Client, report: Report) -> str:
    """Upload rows of which the first erases a number of the report, and the second changes one."""
    set_figure(cast, "sven", report, KIDS, "120")
    set_figure(cast, "sven", report, MODERATORS, "412")
    return send(client, report, ERASING_AND_OTHER)


def taken(client: Client, url: str) -> list[bool]:
    return [row.is_taken for row in client.get(url).context["differences"].rows]


def test_readers_without_the_right_to_decide_turn_pages_by_links(
    cast: Cast, report: Report, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report_uploads, "_PAGE_COST", 1)
    set_figure(cast, "sven", report, KIDS, "120")
    set_figure(cast, "sven", report, KIDS, "125")
    url = send(alice, report, "content-actioned,aurora-kids,,,130,,1\nmoderators,,,,430,,\n")
    bob = signed_in(cast.bob)

    first = bob.get(url)
    second = bob.get(f"{url}?page=2")

    assert 'href="?page=2"' in first.content.decode()
    assert ("130" in words_of(first), "430" in words_of(second)) == (True, True)
    for page in (first, second):
        assert 'name="act"' not in page.content.decode()
        inputs = re.findall(
            r'<input type="(?:radio|checkbox)" name="(?:take|choice)[^>]*>', page.content.decode()
        )
        assert inputs
        assert all(" disabled" in each for each in inputs)
    assert 'value="page:2"' in alice.get(url).content.decode()


def test_the_count_of_a_kind_leads_to_the_page_on_which_it_begins(
    cast: Cast, report: Report, alice: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind a thousand refused rows nobody has to look for those to decide about, or loses a decision on the way."""
    monkeypatch.setattr(report_uploads, "_PAGE_COST", 1)
    url = send(alice, report, "unknown,,,,1,,\nnobody,,,,2,,\nmoderators,,,,430,,\n")

    first, last = alice.get(url), alice.get(f"{url}?page=3")

    def counts(page: Any) -> list[Any]:
        return re.findall(r'<li data-kind="(\w+)"><b>(.*?)</b>', page.text)

    assert counts(first) == [
        ("conflict", "0"),
        ("refused", '<a href="#refused-heading">2</a>'),
        ("changed", "0"),
        (
            "new",
            '<button type="submit" class="as-link" form="upload-form" name="act" value="page:3">1</button>',
        ),
    ]
    assert ("new", '<a href="#new-heading">1</a>') in counts(last)
    assert ("new", '<a href="?page=3">1</a>') in counts(signed_in(cast.bob).get(url))


def test_a_row_without_remarks_has_an_empty_cell(report: Report, alice: Client) -> None:
    """On a narrow screen each cell has its label: an empty one is left out there."""
    page = alice.get(send(alice, report, "moderators,,,,430,,\n")).text

    assert re.findall(r'<td data-label="Remarks">(.*?)</td>', page, re.DOTALL) == [""]
