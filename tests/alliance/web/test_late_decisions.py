"""The page of whoever decides second: who was first, what they themselves have typed, and a way back."""

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest
from django.test import Client

from alliance.enums import CycleState, ReportState, Role
from alliance.models import Cycle, Finding, Measure, Person, Question, Report
from alliance.queries.local_dates import today
from alliance.services.corrections import agree_to_correction
from alliance.services.cycles import reopen_cycle
from alliance.services.findings import complete_finding
from alliance.services.questions import answer_question
from portal.kernel.access import SYSTEM, Actor, acting_as
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.corrections import LIVE, act, proposed, replied_report
from tests.support.cycle_acts import close, cycle_due, publish
from tests.support.pages import signed_in, words_of
from tests.support.submissions import make_submission
from tests.support.withdrawals import ask_to_withdraw, consent, publish_report_with_reply
from tests.support.world_reviews import make_finding

pytestmark = pytest.mark.django_db

LANGUAGES = pytest.mark.parametrize("language", ["en", "ru"])


def colleague(
    cast: Cast, language: str, organisation: str = "secretariat", role: Role = Role.MANAGER
) -> Client:
    """Somebody else of an organisation, who reads the portal in this language."""
    person = make_person("Max", getattr(cast, organisation), role)
    Person.objects.filter(pk=person.pk).update(language=language)
    return signed_in(person)


def plain(answer: Any) -> str:
    assert answer.status_code == 422
    return words_of(answer).replace("\xa0", " ")


@LANGUAGES
def test_a_finding_that_a_colleague_has_recorded_as_done(cast: Cast, language: str) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.CONCLUDED)
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(SYSTEM):
        finding = make_finding(cast, report, measure, "Count the nights.")
        Finding.objects.filter(pk=finding.pk).update(due_on=today() + timedelta(days=9))
    second = colleague(cast, language, role=Role.REVIEWER)
    url = f"/secretariat/findings/{finding.pk}/complete/"
    seen = second.get(url).context["form"]["seen"].value()
    act(cast, "rita", complete_finding, finding, "I saw the clock.")

    page = second.post(url, {"text": "They count them.", "language": "en", "seen": seen})

    sentence = {
        "en": "Since then Rita has recorded the finding as done, on ",
        "ru": "замечание отметили как выполненное (Rita).",
    }
    words = plain(page)
    assert sentence[language] in words
    assert "“I saw the clock.”" in words or "«I saw the clock.»" in words
    assert "They count them." in words
    assert f'href="/secretariat/findings/{finding.pk}/"' in page.text


@LANGUAGES
def test_a_correction_that_a_colleague_has_agreed_to(cast: Cast, language: str) -> None:
    correction = proposed(cast, replied_report(cast), LIVE, "349")
    second = colleague(cast, language)
    url = f"/secretariat/corrections/{correction.pk}/agree/"
    assert second.get(url).status_code == 200
    act(cast, "mona", agree_to_correction, correction)

    words = plain(second.post(url, {}))

    sentence = {"en": "Correction agreed to: Mona, ", "ru": "С исправлением согласились: Mona, "}
    assert sentence[language] in words


@LANGUAGES
def test_a_withdrawal_to_which_a_colleague_has_consented(cast: Cast, language: str) -> None:
    request = ask_to_withdraw(cast, publish_report_with_reply(cast))
    second = colleague(cast, language)
    consent(cast, request)

    words = plain(second.post(f"/secretariat/withdrawals/{request.pk}/publish/", {}))

    assert {"en": "Publication withdrawn: Otto, ", "ru": "Публикация отозвана: Otto, "}[language] in words


def reopen(actor: Actor, cycle: Cycle) -> Cycle:
    return reopen_cycle(actor, cycle, "Two offices moved.")


@LANGUAGES
@pytest.mark.parametrize(
    ("action", "state", "take_step", "english", "russian"),
    [
        ("close", CycleState.OPEN, close, "Cycle closed: Mona, ", "Цикл закрыт: Mona, "),
        ("reopen", CycleState.CLOSED, reopen, "Cycle reopened: Mona, ", "Цикл открыт снова: Mona, "),
        ("publish", CycleState.CLOSED, publish, "Cycle published: Mona, ", "Цикл опубликован: Mona, "),
    ],
)
def test_a_cycle_that_a_colleague_has_closed_reopened_or_published(
    cast: Cast,
    language: str,
    action: str,
    state: CycleState,
    take_step: Callable[[Actor, Cycle], Cycle],
    english: str,
    russian: str,
) -> None:
    """What the act needs, or an early one, was typed by both."""
    cycle = cycle_due(read_charter(), 30, state)
    make_report(cycle, cast.aurora)
    second = colleague(cast, language)
    title = {} if action == "reopen" else {"title": cycle.title}
    url = f"/secretariat/cycles/{cycle.slug}/{action}/"
    shown = second.get(url).context["shown"]
    act(cast, "mona", take_step, cycle)

    page = second.post(url, {"reason": "The ministry waits.", "shown": shown, **title})
    led_back = words_of(second.get(url, follow=True)).replace("\xa0", " ")

    words, sentence = plain(page), {"en": english, "ru": russian}
    assert sentence[language] in words
    assert "The ministry waits." in words
    assert sentence[language] in led_back


@LANGUAGES
def test_a_question_that_a_colleague_has_answered(cast: Cast, language: str) -> None:
    report = make_report(make_cycle(read_charter()), cast.aurora)
    make_submission(report, ReportState.IN_REVIEW)
    with acting_as(SYSTEM):
        question = Question.objects.create(
            report=report, organisation=cast.aurora, text="Which lists?", language="en", asked_by=cast.rita
        )
    second = colleague(cast, language, "aurora", Role.EDITOR)
    act(cast, "alice", answer_question, question, "Our own.")

    page = second.post(f"/workspace/questions/{question.pk}/answer/", {"text": "Those of the hotlines."})

    words = plain(page)
    assert {"en": "Question answered: Alice, ", "ru": "Дан ответ на вопрос: Alice, "}[language] in words
    assert "Our own." in words
    assert "Those of the hotlines." in words
    assert f'href="/workspace/reports/{report.pk}/"' in page.text
    assert Report.objects.get().questions.get().answer == "Our own."
