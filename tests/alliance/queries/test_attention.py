"""What needs a person's eyes in a report: one list for its page, the refusal of sign-off, the API and the next step."""

from collections.abc import Callable
from decimal import Decimal

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext

from alliance.enums import CharterState, CycleState, Disclosure, ReportState
from alliance.figure_fields import FigurePlace, FigureValues
from alliance.models import Charter, KeyMapping, Measure, Report
from alliance.queries.attention import Attention, attention, report_steps
from alliance.queries.attention_items import blocking_reason
from alliance.queries.working_copy import CarriedOver, working_copy
from alliance.services.answers import save_answer
from alliance.services.carry_over import carry_over_answers, confirm_carried_over
from alliance.services.evidence import add_link
from alliance.services.questions import ask_question
from alliance.services.reviews import request_changes, start_review
from alliance.services.sign_off import ask_for_sign_off
from alliance.services.submissions import submit_report
from portal.kernel.access import acting_as
from portal.kernel.errors import DomainError, Faults
from tests.factories import Cast, make_charter, make_cycle, make_report, read_cast, read_charter, renamed
from tests.factories.charters import COUNT
from tests.support.working_copies import confirm_as_shown, fill_report, save_one_figure

pytestmark = pytest.mark.django_db

SEEN = FigurePlace("seen-before-removal", "aurora-kids")


def new_report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


def empty(cast: Cast) -> Report:
    return new_report(cast)


def complete(cast: Cast) -> Report:
    report = new_report(cast)
    fill_report(cast.actor("alice"), report)
    return report


def wrong(cast: Cast) -> Report:
    report = complete(cast)
    save_one_figure(cast.actor("alice"), report, SEEN, FigureValues(value=Decimal(500)), None)
    return report


def warned(cast: Cast) -> Report:
    earlier = make_report(make_cycle(read_charter(), "2025-h2", CycleState.CLOSED), cast.aurora)
    fill_report(cast.actor("alice"), earlier)
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, earlier)
    report = make_report(make_cycle(earlier.charter, "2026-h1"), cast.aurora)
    fill_report(cast.actor("alice"), report)
    return report


def carried_over(cast: Cast) -> Report:
    earlier = make_report(make_cycle(read_charter(), "2025-h2", CycleState.CLOSED), cast.aurora)
    fill_report(cast.actor("alice"), earlier)
    with acting_as(cast.actor("alice")) as alice:
        measure = Measure.objects.get(indicators__key=SEEN.indicator, charter=earlier.charter)
        add_link(alice, earlier, measure, "https://aurora.example/rules", "Our rules", Disclosure.PUBLIC)
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, earlier)
    report = make_report(make_cycle(earlier.charter, "2026-h1"), cast.aurora)
    carry_over_answers(report)
    return report


def redefined(cast: Cast, **otherwise: str) -> Report:
    """Carried over to a version of the charter that redefines a text and asks for one more figure.

    `otherwise`: what is asked otherwise of the text on speed.
    """
    earlier = make_report(make_cycle(read_charter(), "2025-h2", CycleState.CLOSED), cast.aurora)
    fill_report(cast.actor("alice"), earlier)
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, earlier)
    tree = renamed()
    tree["find"]["search"].append(("reports-received", COUNT))
    Charter.objects.filter(pk=earlier.charter.pk).update(state=CharterState.SUPERSEDED)
    charter = make_charter(version=2, tree=tree, mapping=[("search-story", "search-story")])
    KeyMapping.objects.filter(charter=charter).update(reason_en="Streams too.", reason_ru="И трансляции.")
    if otherwise:
        charter.indicators.filter(key="speed-story").update(**otherwise)
    report = make_report(make_cycle(charter, "2026-h1"), cast.aurora)
    carry_over_answers(report)
    return report


def asked_under_four_eyes(cast: Cast) -> Report:
    """Sven, who signs, wrote the last words of one measure; Alice asked for sign-off."""
    type(cast.aurora).objects.filter(pk=cast.aurora.pk).update(four_eyes=True)
    cast.aurora.refresh_from_db()
    report = complete(cast)
    with acting_as(cast.actor("sven")) as sven:
        story = report.charter.indicators.get(key="search-story")
        save_answer(sven, report, story, text="Sven's words", language="en", version=1)
    with acting_as(cast.actor("alice")) as alice:
        ask_for_sign_off(alice, report)
    report.refresh_from_db()
    return report


STATES = (empty, complete, wrong, warned, carried_over, redefined, asked_under_four_eyes)


def attention_of(cast: Cast, person: str, report: Report) -> Attention:
    with acting_as(cast.actor(person)) as actor:
        listed = attention(actor, working_copy(report))
        assert all(item.title and item.sentence for item in listed.items)
        return listed


@pytest.mark.parametrize("state", STATES, ids=lambda state: state.__name__)
def test_the_list_the_refusal_and_the_blocking_reason_agree(state: Callable[[Cast], Report]) -> None:
    cast = read_cast()
    report = state(cast)

    listed = attention_of(cast, "sven", report).blockers

    with acting_as(cast.actor("sven")) as sven:
        steps = {each.step.action: each.blocked for each in report_steps(sven, working_copy(report))}
        try:
            submit_report(sven, report)
            refused = {}
        except Faults as refusal:
            refused = dict(refusal.faults)
    assert {item.title for item in listed} == refused.keys()
    assert {(item.title, item.sentence) for item in listed} >= set(refused.items())
    assert steps["submit"] == blocking_reason(listed)
    assert bool(steps["submit"]) == bool(refused)


@pytest.mark.parametrize("state", STATES[:-1], ids=lambda state: state.__name__)
def test_a_report_is_ready_when_sign_off_may_be_asked_for(state: Callable[[Cast], Report]) -> None:
    cast = read_cast()
    report = state(cast)
    with acting_as(cast.actor("alice")) as alice:
        is_ready = working_copy(report).is_ready
        try:
            ask_for_sign_off(alice, report)
            is_asked = True
        except DomainError:
            is_asked = False

    assert is_ready == is_asked == (not attention_of(cast, "alice", report).blockers)


def test_texts_figures_and_evidence_that_were_carried_over_are_listed_by_place() -> None:
    cast = read_cast()
    report = carried_over(cast)

    items = attention_of(cast, "alice", report).of("carried")

    assert {type(item.row).__name__ for item in items} == {"Answer", "Figure", "Evidence"}
    assert "1.1, Our rules" in {item.title for item in items}


def test_additions_and_changes_of_the_charter_are_listed_until_they_are_answered() -> None:
    cast = read_cast()
    report = redefined(cast)

    items = attention_of(cast, "alice", report).of("charter")
    with acting_as(cast.actor("alice")) as alice:
        confirm_carried_over(alice, report, CarriedOver(working_copy(report).unconfirmed))
    left = attention_of(cast, "alice", report).of("charter")

    assert {item.indicator.key for item in items if item.indicator} == {"search-story", "reports-received"}
    assert {item.sentence.partition(":")[0] for item in items} == {
        "New or redefined in version 2 of the charter"
    }
    assert not any(item.blocks for item in items)
    assert [item.title for item in left] == ["Reports received"]


def test_an_indicator_that_is_asked_otherwise_says_what_differs_until_it_is_answered() -> None:
    cast = read_cast()
    report = redefined(cast, guidance_en="Say how fast.", disclosure=Disclosure.SECRETARIAT)

    def sentences() -> set[str]:
        items = attention_of(cast, "alice", report).of("charter")
        return {item.sentence for item in items if item.indicator and item.indicator.key == "speed-story"}

    before = sentences()
    with acting_as(cast.actor("alice")) as alice:
        confirm_carried_over(alice, report, CarriedOver(working_copy(report).unconfirmed))

    assert before == {"Asked otherwise in version 2 of the charter: guidance, who may read it."}
    assert sentences() == set()


def test_the_questions_of_the_earlier_version_are_read_once() -> None:
    cast = read_cast()
    report = redefined(cast)
    attention_of(cast, "alice", report)

    with CaptureQueriesContext(connection) as captured:
        attention_of(cast, "alice", report)

    assert [query["sql"] for query in captured if 'FROM "alliance_indicator"' in query["sql"]] == []


def test_a_measure_is_read_by_somebody_else_than_its_writer() -> None:
    cast = read_cast()
    report = asked_under_four_eyes(cast)

    own = attention_of(cast, "sven", report).of("unread")
    others = attention_of(cast, "alice", report).of("unread")
    confirm_as_shown(cast.actor("alice"), report, "search")

    assert next((item.required and item.required.measure.key, item.blocks) for item in own) == (
        "search",
        True,
    )
    assert not any(item.blocks for item in others)
    assert attention_of(cast, "sven", report).blockers == []


def test_an_open_question_and_requested_changes_are_listed_and_stop_nothing() -> None:
    cast = read_cast()
    report = complete(cast)
    with acting_as(cast.actor("sven")) as sven:
        submit_report(sven, report)
    with acting_as(cast.actor("rita")) as rita:
        started = start_review(rita, report)
        measure = report.charter.indicators.get(key="search-story").measure
        ask_question(rita, started, "Which lists do you use?", measure=measure)
        request_changes(rita, started, "Say which lists you use.")
    report.refresh_from_db()

    items = attention_of(cast, "alice", report).items

    assert [(item.kind, item.title[:3], item.sentence, item.blocks) for item in items] == [
        ("changes", "The", "Say which lists you use.", False),
        ("questions", "1.1", "Which lists do you use?", False),
    ]


def test_a_filed_report_needs_nothing() -> None:
    cast = read_cast()
    report = carried_over(cast)
    Report.objects.filter(pk=report.pk).update(state=ReportState.SUBMITTED)
    report.refresh_from_db()

    assert list(attention_of(cast, "alice", report).items) == []
