"""A moderator's week as one way through the pages: from Monday's letter to an answer that came by mail."""

import json
import re
from datetime import date, time, timedelta
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from playwright.sync_api import Browser, Locator, Page, expect

from alliance.models import Person, Service
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.mail import read_reply
from portal.kernel.notices import receive_reply
from portal.kernel.notices.periodic import enqueue_weekly_letters
from practices.models import Practice
from practices.services.packs import TestSetInput, add_test_set
from tests.factories import Cast, read_cast
from tests.factories.adoptions import make_adoption
from tests.factories.practices import call_as, make_next_version, make_shared
from tests.practices.test_results import EFFECT, add_measurement
from tests.support.calendar import Calendar
from tests.support.jobs import run_all_jobs
from tests.support.page_inspection import NARROW, WIDE, open_page

pytestmark = pytest.mark.slow

THURSDAY = date(2040, 3, 1)  # of a week to come: the cast was there before it
MX = "mx.portal.example"
ANSWER = "Two hours are enough."
POLICY = {
    "classes": [
        {"key": "harm", "title": "Dangerous dare", "outcome": "violating", "meaning": "It can be copied."},
        {"key": "fine", "title": "No dare", "outcome": "allowed"},
    ],
    "examples": [{"class": "harm", "text": "A dare that takes away breath."}],
    "effects": [EFFECT],
}
# of 20 dares the word stands in 18, and in 6 of the 20 rows that are none: precision 18/24, recall 18/20
ROWS = [
    (f"r{n}", f"Clip {n}: {'a dare' if n < 18 or n >= 34 else 'a jump'}", "harm" if n < 20 else "fine")
    for n in range(40)
]


@pytest.fixture
def cast(live_server: Any, settings: Any) -> Cast:
    settings.REPLY_ADDRESS, settings.REPLY_AUTHENTICATION_SERVER = "replies@portal.example", MX
    return read_cast()


@pytest.fixture
def calendar(cast: Cast, monkeypatch: pytest.MonkeyPatch) -> Calendar:
    return Calendar(monkeypatch, THURSDAY)


@pytest.fixture
def practice(cast: Cast, calendar: Calendar) -> Practice:
    """Shared on Thursday by Aurora with its test set, and measured on two of Aurora's own services."""
    del calendar
    shared = make_shared(cast, **POLICY)
    table = "\n".join(",".join(row) for row in [("id", "text", "class"), *ROWS])
    upload = SimpleUploadedFile("cases.csv", table.encode(), content_type="text/csv")
    call_as(cast.actor("alice"), add_test_set, shared, upload, TestSetInput())
    make_next_version(cast, shared)
    with acting_as(SYSTEM):
        shared.refresh_from_db()
    for slug, after in (("aurora-kids", "3"), ("aurora-live", "2.8")):
        use = make_adoption(cast.actor("alice"), shared, service=Service.objects.get(slug=slug))
        add_measurement(cast, "alice", use, after)
    run_all_jobs()
    return shared


def letter_to(person: Person, letters: list[Any], *, answerable: bool = False) -> Any:
    """The one that came since the letters were last cleared."""
    run_all_jobs()
    (letter,) = [
        letter for letter in letters if letter.to == [person.email] and bool(letter.reply_to) == answerable
    ]
    letters.clear()
    return letter


def keyword_rule(rows: list[dict[str, str]]) -> str:
    """What somebody computes at their own desk: a label for each row by one word."""
    return "".join(f"{row['id']},{'harm' if 'dare' in row['text'] else 'fine'}\n" for row in rows)


def submit(page: Page) -> None:
    page.locator("form.form button[data-kind=primary]").click()


def reply_by_mail(letter: Any, person: Person) -> str:
    message = EmailMessage()
    message["Authentication-Results"] = f"{MX}; dmarc=pass header.from={person.email.rpartition('@')[2]}"
    message["From"], message["To"], message["Message-ID"] = (
        person.email,
        letter.reply_to[0],
        "<1@mail.example>",
    )
    message.set_content(f"{ANSWER}\n\n> {letter.subject}\n> How long do they wait?")
    outcome = receive_reply(read_reply(message.as_bytes()))
    run_all_jobs()
    return outcome


def expect_fits(page: Page, language: str) -> None:
    """The page is in the reader's language, and nothing of it lies beside the window."""
    expect(page.locator("html")).to_have_attribute("lang", language)
    assert page.evaluate("(scrollTo(9999, 0), scrollX)") == 0, page.url


def own_row(page: Page) -> Locator:
    return page.locator(".result-table tr.own")


@pytest.mark.parametrize(("language", "width", "comma"), [("en", WIDE, "."), ("ru", NARROW, ",")])
def test_a_moderator_goes_from_mondays_letter_to_an_answer_by_mail(
    cast: Cast,
    calendar: Calendar,
    practice: Practice,
    browser: Browser,
    live_server: Any,
    mailoutbox: list[Any],
    language: str,
    width: int,
    comma: str,
) -> None:
    Person.objects.filter(pk=cast.carol.pk).update(language=language)
    mailoutbox.clear()
    calendar.set(THURSDAY + timedelta(days=4), time(12))
    enqueue_weekly_letters()
    letter = letter_to(cast.carol, mailoutbox)
    (address,) = set(re.findall(rf"/workspace/practices/{practice.key}/", letter.body))

    with open_page(browser, live_server.url, cast.carol, viewport={"width": width, "height": 900}) as page:
        page.goto(live_server.url + address)
        expect(page.locator("h1")).to_have_text("Slow the first message")
        expect_fits(page, language)

        # the test set goes to a notebook, and its answers come back
        with page.expect_download() as download:
            page.locator("a[href$='/test-set/jsonl/']").click()
        rows = [json.loads(line) for line in Path(download.value.path()).read_text().splitlines()]
        assert len(rows) == len(ROWS)
        page.locator(".run-offer a").click()
        answers = keyword_rule(rows).encode()
        page.set_input_files("input[name=file]", {"name": "a.csv", "mimeType": "text/csv", "buffer": answers})
        page.select_option("select[name=kind]", "model")
        page.fill("input[name=name]", "One word")
        expect_fits(page, language)
        submit(page)
        score = page.locator(".score-table tbody tr", has_text="One word")
        expect(score.locator("td.num b")).to_have_text([f"0{comma}75", f"0{comma}9"])

        # taken up, and measured as the practice measures itself
        page.locator(".own-use a[href$='/record-adoption/']").click()
        page.check("input[name=state][value=in_use]")
        page.select_option("select[name=service]", index=1)
        expect_fits(page, language)
        submit(page)
        page.locator(".own-use a[href$='/result/']").click()
        page.check("input[name=effect] >> nth=0")
        page.select_option("select[name=service_kind]", "social_network")
        page.select_option("select[name=comparison]", "before_after")
        page.fill("input[name=before]", f"4{comma}0")
        page.fill("input[name=after]", f"1{comma}0")
        page.fill("input[name=counted]", "40000")
        expect_fits(page, language)
        submit(page)

        # 4 became 1 here, 3 and 2.8 there: the middle of three
        page.goto(f"{live_server.url}{address}uses/")
        expect(own_row(page).locator("td.change b")).to_contain_text("75")
        expect(page.locator(".result-table tr.kind td.change b").first).to_contain_text("30")
        expect_fits(page, language)

        # a question, which Alice answers from her mailbox
        run_all_jobs()
        mailoutbox.clear()
        page.goto(live_server.url + address)
        page.fill("#discussion textarea[name=text]", "How long do they wait?")
        page.locator("#post-form button[type=submit]").click()
        expect(page.locator("#discussion .thread")).to_contain_text("How long do they wait?")
        question = letter_to(cast.alice, mailoutbox, answerable=True)
        assert reply_by_mail(question, cast.alice) == "posted"
        answer = letter_to(cast.carol, mailoutbox, answerable=True)
        assert ANSWER in answer.body
        page.goto(live_server.url + address)
        expect(page.locator("#discussion .thread")).to_contain_text(ANSWER)
        expect_fits(page, language)
