"""From which states each step of a review, a correction and a withdrawal is taken: every action in every state."""

from dataclasses import replace
from typing import Any

import pytest
from django.utils import timezone

from alliance.models import Correction, Finding, Measure, Report, SecondReading, Withdrawal
from alliance.workflows import CORRECTION, FINDING, REPORT, SECOND_READING, WITHDRAWAL
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import WrongState
from portal.kernel.workflow import Workflow
from tests.factories import make_cycle, make_report, read_cast, read_charter

pytestmark = pytest.mark.django_db

# By action: the states in which it begins, and the one to which it leads. A step that begins in another one is a
# decision about what both sides may rely on: it is written here too, or this turns red.
STEPS: dict[str, dict[str, tuple[str, str]]] = {
    "report": {
        "ask_for_sign_off": ("draft changes_requested not_filed", "awaiting_sign_off"),
        "send_back": ("awaiting_sign_off", "draft"),
        "withdraw_sign_off": ("awaiting_sign_off", "draft"),
        "submit": ("draft awaiting_sign_off changes_requested not_filed", "submitted"),
        "recall": ("submitted", "draft"),
        "start_review": ("submitted", "in_review"),
        "request_changes": ("submitted in_review", "changes_requested"),
        "resume_review": ("changes_requested awaiting_sign_off", "in_review"),
        "take_back_request": ("changes_requested awaiting_sign_off", "in_review"),
        "conclude": ("in_review", "concluded"),
        "reopen": ("concluded", "in_review"),
        "publish": ("concluded", "published"),
        "exempt": ("draft", "exempt"),
        "include": ("exempt", "draft"),
        "miss": ("draft awaiting_sign_off", "not_filed"),
        "restore": ("not_filed exempt", "draft"),
        "correct_notice": ("not_filed exempt", "exempt"),
    },
    "correction": {
        "propose": ("draft", "proposed"),
        "agree": ("proposed", "agreed"),
        "object": ("proposed", "objected"),
        "publish": ("proposed agreed objected", "published"),
        "drop": ("proposed agreed objected", "dropped"),
        "withdraw": ("proposed agreed objected", "withdrawn"),
    },
    "withdrawal": {
        "publish": ("asked", "published"),
        "refuse": ("asked", "refused"),
        "take_back": ("asked", "taken_back"),
        "undo": ("published", "undone"),
    },
    "second_reading": {
        "agree": ("asked", "agrees"),
        "differ": ("asked", "differs"),
        "settle": ("differs", "settled"),
        "withdraw": ("asked", "withdrawn"),
    },
    "finding": {
        "complete": ("open carried", "done"),
        "carry": ("open carried", "carried"),
        "reopen": ("done", "open"),
    },
}
# What changes no state, in which states it is done.
_OPEN_REVIEW = "submitted in_review changes_requested awaiting_sign_off concluded"
_UNFILED = "draft awaiting_sign_off changes_requested"
ACTS: dict[str, dict[str, str]] = {
    "report": {
        "edit": "draft changes_requested not_filed",
        "respond": "concluded published",
        "extend": _UNFILED,
        "ask_extension": _UNFILED,
        "assign": f"draft {_OPEN_REVIEW}",
        "hand_over": f"draft {_OPEN_REVIEW}",
        "take_over": _OPEN_REVIEW,
        "unassign": f"draft {_OPEN_REVIEW}",
        "pause_review": "submitted in_review",
        "end_pause": "submitted in_review",
    },
    "correction": {
        "edit": "draft",
        "discard": "draft",
        "consent": "proposed agreed objected",
        "add_note": "proposed agreed objected",
        "uphold_verdicts": "published",
    },
    "withdrawal": {},
    "second_reading": {"read": "asked"},
    "finding": {"claim": "open carried"},
}
FLOWS = {flow.name: flow for flow in (REPORT, CORRECTION, WITHDRAWAL, SECOND_READING, FINDING)}
REFUSED = ""


def make_subject(name: str) -> Any:
    """A row of the kind that this state table is about."""
    cast = read_cast()
    report: Report = make_report(make_cycle(read_charter()), cast.aurora)
    of_report = {"report": report, "organisation": cast.aurora}
    if name == "correction":
        return Correction.objects.create(
            **of_report,
            side="member",
            of_publication=1,
            written_by=cast.alice,
            respond_by=timezone.localdate(),
        )
    if name == "withdrawal":
        return Withdrawal.objects.create(
            organisation=cast.aurora,
            type="report",
            record=f"{cast.aurora.slug}/{report.cycle.slug}",
            of_publication=1,
            asked_by=cast.mona,
        )
    if name == "second_reading":
        return SecondReading.objects.create(**of_report, reader=cast.rita, asked_by=cast.mona)
    if name == "finding":
        measure = Measure.objects.get(charter=report.cycle.charter, key="search")
        return Finding.objects.create(
            **of_report, measure=measure, text="Count.", due_on=timezone.localdate(), written_by=cast.rita
        )
    return report


def states_of(row: Any) -> list[str]:
    return [value for value, _label in row._meta.get_field("state").choices]


def outcome(flow: Workflow, row: Any, action: str, state: str) -> str:
    """The state to which the step leads from this one; empty where the engine refuses it."""
    type(row).objects.filter(pk=row.pk).update(state=state)
    try:
        return str(flow.apply(SYSTEM, row, action, check=lambda _locked: {}).state)
    except WrongState:
        return REFUSED


@pytest.mark.parametrize("name", STEPS)
def test_a_step_is_taken_from_the_states_of_its_table_alone(name: str) -> None:
    steps = (replace(step, requirements=()) for step in FLOWS[name].steps.values())
    flow = Workflow(name, steps)  # its needs have tests of their own
    with acting_as(SYSTEM):
        row = make_subject(name)
        taken = {
            (action, state): outcome(flow, row, action, state)
            for action in flow.steps
            for state in states_of(row)
        }

    assert taken == {
        (action, state): target if state in sources.split() else REFUSED
        for action, (sources, target) in STEPS[name].items()
        for state in states_of(row)
    }


@pytest.mark.parametrize("name", ACTS)
def test_an_act_is_done_in_the_states_of_its_table_alone(name: str) -> None:
    done = {action: sorted(states) for action, states in FLOWS[name].acts.items()}

    assert done == {action: sorted(states.split()) for action, states in ACTS[name].items()}
