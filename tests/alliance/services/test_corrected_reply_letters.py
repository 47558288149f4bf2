"""What letters and reminders say of the reply to a verdict that was corrected in public."""

from datetime import timedelta

import pytest
from django.core.mail import EmailMessage
from django.test import Client

from alliance.enums import Role
from alliance.models import (
    Correction,
    Report,
    Response,
)
from alliance.queries.deadlines import RESPONSE, due_reminders, is_still_due
from alliance.queries.local_dates import today
from alliance.services.correction_publication import publish_correction
from portal.kernel.access import acting_as
from portal.kernel.text import format_date
from tests.factories import Cast, make_person
from tests.support.bearers import token_of
from tests.support.corrections import (
    VERDICT,
    WORSE,
    correct_verdict,
    decided_days_ago,
    proposed,
    reply,
    report_past_replies,
)
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.withdrawals import last_publication, publish_anew, withdraw

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return report_past_replies(cast)


def test_reply_day_in_letters(cast: Cast, report: Report, mailoutbox: list[EmailMessage]) -> None:
    before = signed_in(cast.mona)
    correction = correct_verdict(cast, report, WORSE)
    until = today() + timedelta(days=report.cycle.response_days)
    day = format_date(until).replace("\u00a0", " ")
    sven, url = signed_in(cast.sven), f"/workspace/reports/{report.pk}/verdicts/"
    run_all_jobs()

    letter = next(
        each
        for each in mailoutbox
        if "a correction is published" in each.subject and each.to == [cast.alice.email]
    )
    verdicts = words_of(sven.get(url))
    home = words_of(sven.get("/workspace/"))
    bearer = {"Authorization": f"Bearer {token_of(cast.alice)}"}
    api = Client().get(f"/api/v1/workspace/reports/{report.pk}/", headers=bearer).json()
    journal = words_of(before.get("/secretariat/journal/?kind=correction.publish"))

    assert f"a signatory may reply to it until {format_date(until)}" in str(letter.body)
    assert f"You can reply to it until {day}." in verdicts
    assert f"To the verdict before correction {correction.pk}" in verdicts
    assert verdicts.count("Write a new reply") == 1
    assert "Corrected verdict to reply to" in home
    assert api["corrected_verdicts"] == [
        {
            "commitment": "find", "correction": correction.pk, "respond_by": until.isoformat(),
            "is_answered": False,
        }
    ]  # fmt: skip
    assert f"Replies until: {day}" in journal
    form = words_of(sven.get(f"/workspace/reports/{report.pk}/respond/find/"))
    assert "before the verdict was corrected; that one stays readable" in form
    reply(cast, report, "find")
    assert "Corrected verdict to reply to" not in words_of(sven.get("/workspace/"))
    assert "Write a new reply" not in words_of(sven.get(url))


def letter_to(cast: Cast, mailoutbox: list[EmailMessage], subject: str) -> str:
    """The last letter to Aurora's editor with these words in its subject, all that waits being sent."""
    run_all_jobs()
    letters = [each for each in mailoutbox if subject in each.subject and each.to == [cast.alice.email]]
    return " ".join(str(letters[-1].body).split())


PUBLISHED, TAKEN_AWAY, AGAIN = "a correction is published", "is withdrawn", "is public again"
ALSO, MAY, STAYS = (
    "also where a reply to the earlier one stands",
    "a signatory may reply to it until",
    "stays unless",
)


def test_the_letter_of_a_first_reply_speaks_of_no_earlier_one(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    Response.objects.all().delete()
    correct_verdict(cast, report, WORSE)

    letter = letter_to(cast, mailoutbox, PUBLISHED)

    assert (MAY in letter, ALSO in letter) == (True, False)


def test_the_letter_offers_no_reply_beside_a_withdrawn_one(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    withdrawal = withdraw(cast, last_publication("response"))
    assert "was corrected" not in letter_to(cast, mailoutbox, TAKEN_AWAY)
    correction = proposed(cast, report, VERDICT, WORSE)
    waits = "a new one once it is public again"
    Correction.objects.update(
        consented_by=make_person("Zoe", cast.secretariat, Role.REVIEWER), state="agreed"
    )
    page = words_of(signed_in(cast.mona).get(f"/secretariat/corrections/{correction.pk}/publish/"))
    assert (waits in page, "can reply to the corrected verdict until" in page) == (True, False)
    with acting_as(cast.actor("mona")) as mona:
        publish_correction(mona, correction)

    letter = letter_to(cast, mailoutbox, PUBLISHED)
    assert (waits in letter, MAY in letter) == (True, False)

    publish_anew(cast, withdrawal)
    letter = letter_to(cast, mailoutbox, AGAIN)
    assert (MAY in letter, STAYS in letter) == (True, True)
    assert reply(cast, report, "find").text == "We object."


def test_a_letter_that_comes_after_the_withdrawal_of_the_report_offers_no_reply(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    correct_verdict(cast, report, WORSE)
    withdrawal = withdraw(cast, last_publication("report"))
    sven, bearer = signed_in(cast.sven), {"Authorization": f"Bearer {token_of(cast.alice)}"}

    letter = letter_to(cast, mailoutbox, PUBLISHED)
    withdrawn = letter_to(cast, mailoutbox, TAKEN_AWAY)
    page = words_of(sven.get(f"/workspace/reports/{report.pk}/verdicts/"))
    api = Client().get(f"/api/v1/workspace/reports/{report.pk}/", headers=bearer).json()

    assert ("once the report is public again" in letter, MAY in letter) == (True, False)
    assert "verdicts on it cannot be replied to; these days do not count" in withdrawn
    assert ("once it is public again" in page, "Write a new reply" in page) == (True, False)
    assert (api["corrected_verdicts"], [each for each in due_reminders() if each.kind == RESPONSE]) == (
        [],
        [],
    )
    assert "Corrected verdict to reply to" not in words_of(sven.get("/workspace/"))
    publish_anew(cast, withdrawal)
    letter = letter_to(cast, mailoutbox, AGAIN)
    assert (MAY in letter, STAYS in letter) == (True, True)


def test_a_letter_that_comes_after_the_reply_says_nothing_of_one(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    correct_verdict(cast, report, WORSE)
    reply(cast, report, "find")

    assert MAY not in letter_to(cast, mailoutbox, PUBLISHED)


def test_of_two_corrections_of_a_day_the_last_letter_alone_says_until_when(
    cast: Cast, report: Report, mailoutbox: list[EmailMessage]
) -> None:
    correct_verdict(cast, report, WORSE)
    correct_verdict(cast, report, {**WORSE, "reason": "Nothing was done at all."})
    run_all_jobs()

    letters = [
        str(each.body) for each in mailoutbox if PUBLISHED in each.subject and each.to == [cast.alice.email]
    ]
    assert [MAY in " ".join(letter.split()) for letter in letters] == [False, True]


def test_members_are_reminded_before_it_ends(cast: Cast, report: Report) -> None:
    correction = correct_verdict(cast, report, WORSE)
    decided_days_ago(correction, report.cycle.response_days - 1)

    own = [each for each in due_reminders() if each.kind == RESPONSE]

    assert [(each.report_id, each.step) for each in own] == [(report.pk, "respond:1d")]
    assert is_still_due(RESPONSE, report, own[0].day)
    reply(cast, report, "find")
    assert [each for each in due_reminders() if each.kind == RESPONSE] == []
    assert not is_still_due(RESPONSE, report, own[0].day)
