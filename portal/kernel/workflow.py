"""The engine over the state tables: the only code that moves anything from one state to another."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models, transaction
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from portal.kernel import journal
from portal.kernel.access import RULES, Actor, can, require
from portal.kernel.errors import DomainError, WrongState

T = TypeVar("T", bound=models.Model)
Requirement = Callable[[Actor, Any], None]
# Called with the locked object; raises a DomainError, or returns what the journal is to have beside the step.
StepCheck = Callable[[Any], Mapping[str, object]]
# Says of an object who brought it to its state, and when, as the actor may read it; empty where that is not theirs.
StepWording = Callable[[Actor, "Workflow", Any], str]
_STEP_WORDINGS: dict[str, StepWording] = {}


def register_step_wording(app_label: str, wording: StepWording) -> None:
    """Register how the last step of an app's objects is said to whoever comes too late for another one."""
    _STEP_WORDINGS[app_label] = wording


@dataclass(frozen=True, slots=True)
class Step:
    """One row of a state table: the action, where it starts, where it ends, and what it needs.

    A need is called with the actor and the locked object and raises a DomainError that says what is missing.
    A guarded step is refused without a check: what it needs depends on what the actor was shown and has stated.
    A step back may end elsewhere than at `target`: in one of `other_targets`, where the object came from.
    """

    action: str
    sources: tuple[str, ...]
    target: str
    label: str | Promise = ""
    requirements: tuple[Requirement, ...] = ()
    is_guarded: bool = False
    other_targets: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Available:
    """A step that the actor may take now; `blocked` says why it cannot be taken yet, or is empty."""

    step: Step
    rule: str
    blocked: str


class Workflow:
    """The state table of one model; the rule of a step is `<name>.<action>`, and so is its event kind.

    `acts` do not change the state: in which states, under a rule of the same form. Of what is `referenced` by rows of
    the public record, the lock of a step lets such rows be written: else a step that goes on to publish, and who makes
    all of them anew meanwhile, would wait for each other.
    """

    def __init__(
        self,
        name: str,
        steps: Iterable[Step],
        field: str = "state",
        acts: Mapping[str, tuple[str, ...]] | None = None,
        *,
        referenced: bool = False,
    ) -> None:
        self.name = name
        self.steps = {step.action: step for step in steps}
        self.field = field
        self.acts = dict(acts or {})
        self.referenced = referenced

    def rule(self, action: str) -> str:
        return f"{self.name}.{action}"

    def steps_without_rule(self) -> list[str]:
        """The steps that no rule guards; a test keeps this empty."""
        return [action for action in (*self.steps, *self.acts) if self.rule(action) not in RULES]

    @transaction.atomic
    def apply(
        self,
        actor: Actor,
        obj: T,
        action: str,
        *,
        changes: Mapping[str, object] | None = None,
        data: Mapping[str, object] | None = None,
        check: StepCheck | None = None,
        target: str = "",
    ) -> T:
        """Take the step: lock the row, check rule, state and needs, save with `changes`, journal with `data`.

        `check` is called last, under the lock. `target` is one of the step's other targets. Raises Forbidden,
        WrongState that says who was quicker, the DomainError of a need or of the check, and TypeError for a guarded
        step without one or for a target that the step does not have. Returns the locked, saved object.
        """
        step = self.steps[action]
        if step.is_guarded and check is None:
            raise TypeError(f"{self.rule(action)} is guarded: it needs a check.")
        target = target or step.target
        if target not in (step.target, *step.other_targets):
            raise TypeError(f"{self.rule(action)} does not lead to {target}.")
        manager = type(obj)._base_manager
        locked: T = manager.select_for_update(of=("self",), no_key=self.referenced).get(pk=obj.pk)
        require(actor, self.rule(action), locked)
        state = getattr(locked, self.field)
        if state not in step.sources:
            raise WrongState(self.wrong_state(actor, locked))
        for need in step.requirements:
            need(actor, locked)
        facts = {**(data or {}), **(check(locked) if check else {})}
        setattr(locked, self.field, target)
        for name, value in (changes or {}).items():
            setattr(locked, name, value)
        locked.save(update_fields=[self.field, *(changes or {})])
        journal.record(actor, self.rule(action), locked, source=state, target=target, **facts)
        return locked

    def refusal(self, actor: Actor, obj: models.Model, action: str, *, is_brief: bool = False) -> str:
        """Why nobody can take the step, or do the act, now, with who was quicker; empty when it can be done.

        `is_brief`: without who was, which takes queries of its own; for many objects, and where the state is expected.
        """
        step = self.steps.get(action)
        states = step.sources if step else self.acts[action]
        if getattr(obj, self.field) not in states:
            return self._state_sentence(obj) if is_brief else self.wrong_state(actor, obj)
        return _blocking_reason(step, actor, obj) if step else ""

    def wrong_state(self, actor: Actor, obj: models.Model) -> str:
        """That the state of the object does not allow it, and who brought it there, as the actor may read it."""
        wording = _STEP_WORDINGS.get(obj._meta.app_label)
        return f"{self._state_sentence(obj)} {wording(actor, self, obj) if wording else ''}".strip()

    def _state_sentence(self, obj: models.Model) -> str:
        label = getattr(obj, f"get_{self.field}_display")()
        return _("This cannot be done now: the state is “%(state)s”.") % {"state": label}

    def last_step(self, obj: models.Model) -> journal.Event | None:
        """The entry of the step that brought the object to its state; None where no step has. One query.

        What of it the actor may read, its wording says.
        """
        event = journal.last_entry_about(obj, *(self.rule(action) for action in self.steps))
        return event if event and event.data.get("target") == getattr(obj, self.field) else None

    def available(self, actor: Actor, obj: models.Model) -> list[Available]:
        """The steps that start here and that the actor may take, each with what still blocks it."""
        state = getattr(obj, self.field)
        return [
            Available(step, self.rule(step.action), _blocking_reason(step, actor, obj))
            for step in self.steps.values()
            if state in step.sources and can(actor, self.rule(step.action), obj)
        ]

    def is_available(self, actor: Actor, obj: models.Model, action: str) -> bool:
        """Whether the actor may take the step, or do the act, in the object's state, without regard to needs."""
        states = self.acts[action] if action in self.acts else self.steps[action].sources
        return getattr(obj, self.field) in states and can(actor, self.rule(action), obj)


def _blocking_reason(step: Step, actor: Actor, obj: models.Model) -> str:
    for need in step.requirements:
        try:
            need(actor, obj)
        except DomainError as refusal:
            return str(refusal)
    return ""
