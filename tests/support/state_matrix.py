"""Asks the engine what it does with a record in a state, of each actor: without a table, so of every cell at once."""

from collections.abc import Mapping
from dataclasses import replace
from importlib import import_module
from pathlib import Path
from types import SimpleNamespace
from typing import Any, Self

import pytest
from django.apps import apps

from portal.kernel.access import Actor, can
from portal.kernel.errors import Forbidden, WrongState
from portal.kernel.workflow import Workflow
from tests.policy.states import STATES

ROOT = Path(__file__).resolve().parents[2]
FORBIDDEN, WRONG_STATE, DONE = "403", "409", "done"
_MODELS = {"application": "membershipapplication", "file": "filecase"}  # of another name than their workflow


def workflows() -> dict[str, Workflow]:
    """Every state table of the source, by its name."""
    flows = {}
    for folder in ("alliance", "practices", "portal"):
        for path in sorted((ROOT / folder).rglob("*.py")):
            if " = Workflow(\n" in path.read_text(encoding="utf-8"):
                module = import_module(".".join(path.relative_to(ROOT).with_suffix("").parts))
                flows |= {each.name: each for each in vars(module).values() if isinstance(each, Workflow)}
    return flows


def states_of(flow: Workflow) -> list[str]:
    """All states that the column may hold."""
    name = _MODELS.get(flow.name, flow.name.replace("_", ""))
    model = next(each for each in apps.get_models() if each._meta.model_name == name)
    return [str(value) for value, _label in model._meta.get_field(flow.field).flatchoices]


class _Table:
    """Stands where a model's manager does; its only row is the one that is asked about."""

    row: Any = None

    def select_for_update(self, of: tuple[str, ...], *, no_key: bool) -> Self:
        return self

    def get(self, pk: int) -> Any:
        return self.row


class Record(SimpleNamespace):
    """What the engine takes for a row."""

    _base_manager = _Table()
    _meta = SimpleNamespace(app_label="")  # of no app: none says who was quicker

    def __getattr__(self, name: str) -> Any:
        if name.startswith("get_") and name.endswith("_display"):
            return str
        raise AttributeError(name)

    def save(self, update_fields: list[str]) -> None:
        """In memory there is nothing to do."""


def answers(
    flow: Workflow, actors: Mapping[str, Actor], subjects: Mapping[str, Mapping[str, SimpleNamespace]]
) -> dict[tuple[str, str, str, str], str]:
    """What each actor gets for each act in each state, of each subject: the subjects by act, then by name.

    The state to which a step leads, and the others to which it may; `done` of what changes none. The needs of a step
    have tests of their own.
    """
    bare = Workflow(
        flow.name, (replace(step, requirements=()) for step in flow.steps.values()), flow.field, flow.acts
    )
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr("portal.kernel.workflow.journal.record", lambda *args, **kwargs: None)
        patched.setattr("portal.kernel.access.rules.log.warning", lambda *args, **kwargs: None)
        return {
            (action, name, state, who): _answer(bare, actor, subject, action, state)
            for action in (*bare.steps, *bare.acts)
            for name, subject in subjects[action].items()
            for state in states_of(bare)
            for who, actor in actors.items()
        }


def _answer(flow: Workflow, actor: Actor, subject: SimpleNamespace, action: str, state: str) -> str:
    record = Record(**{**vars(subject), flow.field: state})
    if action in flow.acts:
        if flow.is_available(actor, record, action):
            return DONE
        return WRONG_STATE if can(actor, flow.rule(action), record) else FORBIDDEN
    Record._base_manager.row = record
    step = flow.steps[action]
    try:
        for target in (step.target, *step.other_targets):
            setattr(record, flow.field, state)
            # without its transaction: there is no database
            Workflow.apply.__wrapped__(flow, actor, record, action, check=lambda locked: {}, target=target)  # type: ignore[attr-defined]  # of the decorator
    except Forbidden:
        return FORBIDDEN
    except WrongState:
        return WRONG_STATE
    return " ".join((step.target, *step.other_targets))


def written(flow: Workflow, action: str, state: str, allowed: bool) -> str:
    """What the table of `tests/policy/states.py` has for somebody whom the rule allows it, or does not."""
    sources, _arrow, targets = STATES[flow.name][action].partition(" -> ")
    if not allowed:
        return FORBIDDEN
    return (targets or DONE) if state in sources.split() else WRONG_STATE
