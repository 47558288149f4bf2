"""No false "all", "every", "no": each such sentence of the public record is listed with what makes it untrue.

STATES are shown as long as they are true: a test makes each untrue, and sees it gone; so does
tests/test_absence_sentences.py with the ABSENCES. RULES (tests/support/absolute_rules.py) and VISITOR_RULES say how
the portal works: a test named beside each fails when it works otherwise. WORDS (tests/support/absolute_words.py) state
nothing. Those of letters and their subjects stand in tests/support/absolute_letters.py.
"""

from collections.abc import Callable
from dataclasses import dataclass

import pytest
from django.conf import settings
from django.test import Client

from alliance.enums import ReportState
from alliance.models import Cycle, Report
from alliance.services.publications import record_report_notice
from portal.kernel.access import SYSTEM
from tests.factories import make_cycle, make_organisation, make_report, read_cast, read_charter
from tests.support.absences import ABSENCES
from tests.support.absolute_letters import LETTER_RULES, LETTER_RUSSIAN_WORDS, LETTER_WORDS
from tests.support.absolute_rules import RULES
from tests.support.absolute_visitor_rules import VISITOR_RULES
from tests.support.absolute_words import RUSSIAN_WORDS, WORDS
from tests.support.absolutes import absolute_sentences, russian_absolutes
from tests.support.pages import words_of
from tests.support.published_reports import (
    make_published_cycle,
    make_published_members,
    make_published_report,
)

# --- States --------------------------------------------------------------------------------------

Scene = Callable[[], str]  # makes what it needs, and returns the address of the page


def _cycle(slug: str = "2026-h1") -> Cycle:
    return make_cycle(read_charter(), slug)


def _filed(cycle: Cycle, count: int = 1) -> Cycle:
    """Aurora's report is published, and those of more members."""
    make_published_report(cycle, read_cast().aurora, verdicts={"find": "complete"})
    make_published_members(cycle, count - 1)
    return make_published_cycle(cycle)


def _with(cycle: Cycle, state: ReportState) -> Cycle:
    """Beacon's obligation beside it."""
    report = make_report(cycle, read_cast().beacon, state)
    if state in (ReportState.NOT_FILED, ReportState.EXEMPT):
        record_report_notice(SYSTEM, Report.objects.get(pk=report.pk))
    return cycle


def _page(cycle: Cycle, query: str = "") -> str:
    return f"/en/cycles/{cycle.slug}/{query}"


def _published_with(*states: ReportState) -> Scene:
    """The page of a published cycle with an obligation in each of the states, and no published report."""

    def scene() -> str:
        cycle = _cycle()
        for number, state in enumerate(states):
            report = make_report(cycle, make_organisation(f"member-{number}"), state)
            if state in (ReportState.NOT_FILED, ReportState.EXEMPT):
                record_report_notice(SYSTEM, report)
        return _page(make_published_cycle(cycle))

    return scene


def _all_filed(*others: ReportState) -> Scene:
    def scene() -> str:
        cycle = _cycle()
        for other in others:
            _with(cycle, other)
        return _page(_filed(cycle))

    return scene


def _compared(members: int) -> Scene:
    """The comparison of so many members on one indicator."""

    def scene() -> str:
        _filed(_cycle(), members)
        return "/en/compare/?indicator=content-actioned&view=time"

    return scene


def _commitment(members: int) -> Scene:
    def scene() -> str:
        _filed(_cycle(), members)
        return "/en/commitments/find/?indicator=content-actioned"

    return scene


def _publication_list(*, published: bool) -> Scene:
    def scene() -> str:
        if published:
            _filed(_cycle())
        return "/en/publications/"

    return scene


def _member_list(*, judged: bool) -> Scene:
    def scene() -> str:
        cycle = _cycle()
        if judged:
            make_published_report(cycle, read_cast().beacon, verdicts={"find": "limited"})
        _filed(cycle)
        return "/en/members/"

    return scene


@dataclass(frozen=True)
class State:
    """A sentence about what is so now: a page that has it, and one where it would be untrue."""

    shown: Scene
    untrue: tuple[Scene, ...]


S = ReportState
STATES = {
    "Every member that had to report did so.": State(
        _all_filed(S.EXEMPT),
        tuple(
            _all_filed(state)
            for state in (
                *(S.DRAFT, S.AWAITING_SIGN_OFF, S.SUBMITTED, S.IN_REVIEW, S.CHANGES_REQUESTED),
                *(S.CONCLUDED, S.NOT_FILED),
            )
        ),
    ),
    "No member submitted a report.": State(
        _published_with(S.NOT_FILED, S.EXEMPT),
        (
            _published_with(S.NOT_FILED, S.IN_REVIEW),
            _published_with(S.NOT_FILED, S.DRAFT),
            _all_filed(S.NOT_FILED),
        ),
    ),
    "No report is published yet.": State(_published_with(S.IN_REVIEW), (_all_filed(S.IN_REVIEW),)),
    "no report is public": State(_published_with(S.IN_REVIEW), (_all_filed(S.IN_REVIEW),)),
    "No member had to report in this cycle.": State(
        _published_with(), (_published_with(S.DRAFT), _all_filed())
    ),
    "None of the members on this page.": State(
        lambda: _many_unfiled() + "?page=2", (lambda: _many_unfiled(), _published_with(S.NOT_FILED))
    ),
    "None yet": State(_member_list(judged=False), (_member_list(judged=True),)),
    "Nothing is published yet": State(
        _publication_list(published=False), (_publication_list(published=True),)
    ),
    "Six lines are labelled: the best in the last period, the highest where neither side is better. The table shows "
    "every line on this page.": State(_compared(8), (_compared(5),)),
    "Six lines are labelled: the best in the last period, the highest where neither side is better. The table shows "
    "every line.": State(_commitment(8), (_commitment(5),)),
}


def _many_unfiled() -> str:
    """Fifty to a page: the one that filed is on the first."""
    cycle = _filed(_cycle())
    for number in range(50):
        make_report(cycle, make_organisation(f"silent-{number}"), S.DRAFT)
    return _page(cycle)


@pytest.mark.django_db
@pytest.mark.parametrize("sentence", STATES)
def test_a_sentence_is_shown_where_it_is_true(client: Client, sentence: str) -> None:
    assert sentence in words_of(client.get(STATES[sentence].shown()))


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("sentence", "number"),
    [(each, number) for each, state in STATES.items() for number in range(len(state.untrue))],
)
def test_a_sentence_is_gone_where_it_is_untrue(client: Client, sentence: str, number: int) -> None:
    assert sentence not in words_of(client.get(STATES[sentence].untrue[number]()))


# --- Rules and words ------------------------------------------------------------------------------


@pytest.mark.parametrize("proof", sorted({*RULES.values(), *VISITOR_RULES.values(), *LETTER_RULES.values()}))
def test_a_rule_has_its_test(proof: str) -> None:
    path, _colons, name = proof.partition("::")
    assert f"def {name}" in (settings.BASE_DIR / path).read_text()


def test_every_absolute_sentence_of_the_public_record_stands_here() -> None:
    known = {*STATES, *ABSENCES, *RULES, *VISITOR_RULES, *WORDS, *LETTER_RULES, *LETTER_WORDS}
    assert {text: path for text, path in absolute_sentences().items() if text not in known} == {}
    in_russian = {*STATES, *ABSENCES, *RULES, *VISITOR_RULES, *RUSSIAN_WORDS, *LETTER_RUSSIAN_WORDS}
    assert set(russian_absolutes()) - in_russian == set()


def test_every_sentence_here_is_one_of_the_public_record() -> None:
    public = {*absolute_sentences(), *russian_absolutes()}
    known = {*STATES, *ABSENCES, *RULES, *VISITOR_RULES, *WORDS, *RUSSIAN_WORDS}
    assert (known | LETTER_RULES.keys() | LETTER_WORDS | LETTER_RUSSIAN_WORDS) - public == set()
