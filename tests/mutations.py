"""Guards of access broken on purpose, one for a run: `manage.py test --mutate-policy` shows that the tests notice each.

Rules and visibility are changed in the memory of the test process; policies and functions of the database in that
process's own database, as its owner. Nothing of the source is touched.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.db.models import Q

from portal.kernel import access as kernel_access
from portal.kernel.access import EVERYTHING, Actor
from practices import access
from practices.enums import PracticeState


class NotApplied(Exception):
    """What was to be broken is not there: a run with it would prove nothing."""


RULES = ("tests/test_rules.py", "tests/practices/test_rules.py")
VISIBILITY = ("tests/test_visibility.py",)
LABELS = ("tests/practices/test_labels.py", "tests/practices/test_search_sight.py")


class InMemory:
    """A mutation of the process: `apply` makes it; the database stays as it is."""

    def alter(self, cursor: Any) -> None:
        del cursor


class InDatabase:
    """A mutation of the process's own database: `alter` makes it; the process stays as it is."""

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        del patch


@dataclass(frozen=True)
class Rule(InMemory):
    """Any person may do it, with anything."""

    rule: str
    nearest: tuple[str, ...] = RULES  # the tests that should notice it, and are asked first

    @property
    def name(self) -> str:
        return f"rule {self.rule}"

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        if self.rule not in kernel_access.RULES:
            raise NotApplied(f"no rule named {self.rule}")
        patch.setitem(kernel_access.RULES, self.rule, lambda actor, obj: actor.is_person)


@dataclass(frozen=True)
class Visible(InMemory):
    """Everybody sees all rows of the model, as far as the first wall goes."""

    model: str
    nearest: ClassVar = VISIBILITY

    @property
    def name(self) -> str:
        return f"visible {self.model}"

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        widen(apps.get_model(self.model), lambda actor: EVERYTHING, patch)


@dataclass(frozen=True)
class AnyState(InMemory):
    """In the first wall, whom its label names sees a practice in any state."""

    nearest: ClassVar = LABELS

    @property
    def name(self) -> str:
        return "state in the first wall"

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(access, "RELEASED_STATES", PracticeState.values)


@dataclass(frozen=True)
class Policy(InDatabase):
    """The table's policy of row-level security also lets read what meets the condition; all, without one."""

    table: str
    condition: str = "true"
    suffix: str = ""
    nearest: ClassVar = (*VISIBILITY, *LABELS)

    @property
    def name(self) -> str:
        return f"policy {self.table} {self.suffix}".strip()

    def alter(self, cursor: Any) -> None:
        cursor.execute("SELECT qual FROM pg_policies WHERE policyname = %s", [f"{self.table}_policy"])
        row = cursor.fetchone()
        if row is None:
            raise NotApplied(f"{self.table} has no policy")
        cursor.execute(
            f"ALTER POLICY {self.table}_policy ON {self.table} USING (({row[0]}) OR ({self.condition}))"
        )


@dataclass(frozen=True)
class Function(InDatabase):
    """A function of the database with one piece of its text replaced."""

    function: str
    old: str
    new: str
    suffix: str = ""
    nearest: ClassVar = LABELS

    @property
    def name(self) -> str:
        return f"function {self.function} {self.suffix}".strip()

    def alter(self, cursor: Any) -> None:
        cursor.execute("SELECT pg_get_functiondef(to_regproc(%s))", [self.function])
        text = cursor.fetchone()[0]
        if text is None or self.old not in text:
            raise NotApplied(f"{self.function} does not say {self.old!r}")
        cursor.execute(text.replace(self.old, self.new))


Mutation = Rule | Visible | AnyState | Policy | Function


def widen(model: Any, visibility: Callable[[Actor], Q], patch: pytest.MonkeyPatch) -> None:
    """Give the model another policy of visibility."""
    holder = next((part for part in type(model.objects.all()).__mro__ if "sight" in vars(part)), None)
    if holder is None:
        raise NotApplied(f"{model.__name__} has no policy of visibility")
    patch.setattr(holder, "sight", staticmethod(visibility))


def _label(label: str, tokens: str) -> Function:
    """The label lets read those who hold these tokens too."""
    branch = f"WHEN '{label}' THEN"
    return Function("practices_reader_tokens", branch, f"{branch} {tokens} ||", label)


MUTATIONS: tuple[Mutation, ...] = (
    # who may do what
    Rule("report.edit"),
    Rule("report.submit"),
    Rule("report.review"),
    Rule("report.publish"),
    Rule("question.answer"),
    Rule("pledge.sign"),
    Rule("accession.sign"),
    Rule("cycle.open"),
    Rule("organisation.suspend"),
    Rule("membership.grant"),
    Rule("token.revoke"),
    Rule("file.release"),
    Rule("practice.edit"),
    Rule("practice.share"),
    Rule("practice.widen"),
    Rule("adoption.change"),
    Rule("post.remove"),
    Rule("group.change", ("tests/practices/services/test_groups.py",)),
    # who sees what: the first wall
    Visible("alliance.Figure"),
    Visible("alliance.Evidence"),
    Visible("alliance.Verdict"),
    Visible("alliance.InternalNote"),
    Visible("alliance.Pledge"),
    Visible("alliance.Report"),
    Visible("alliance.Membership"),
    Visible("alliance.ApiToken"),
    Visible("practices.Practice"),
    Visible("practices.Draft"),
    Visible("practices.Attachment"),
    Visible("practices.Adoption"),
    Visible("practices.Post"),
    Visible("practices.SavedSearch"),
    # who sees what: the second wall
    Policy("alliance_figure"),
    Policy("alliance_evidence"),
    Policy("alliance_verdict"),
    Policy("alliance_pledge"),
    Policy("alliance_internalnote"),
    Policy("practices_draft"),
    Policy("practices_attachment"),
    Policy("practices_adoption"),
    Policy("practices_post"),
    Policy("practices_request"),
    # what a label means: for both walls and the search
    Function("practices_reader_tokens", "ARRAY['everybody']", "ARRAY['community']", "clear"),
    _label("green", "ARRAY['everybody']"),
    _label("amber", "ARRAY['community']"),
    _label("amber_strict", "named.clients"),
    _label("red", "named.staff"),
    Function("practices_owner_tokens", "label <> 'red'", "true", "red"),
    # what somebody holds
    Function("practices_actor_tokens", "g.ended_at IS NULL", "true", "ended membership"),
    Function("practices_actor_tokens", "o.state = 'active'", "true", "suspended organisation"),
    # when it counts: in each wall
    AnyState(),
    Policy("practices_practice", "arrayoverlap(reader_tokens, practices_session_tokens())", "state"),
    # the shortcut of the search
    Function("practices_conditions", "{clear,green}", "{clear,green,amber}", "amber"),
)


def mutation_named(name: str) -> Mutation:
    """Raises KeyError when there is none."""
    return {mutation.name: mutation for mutation in MUTATIONS}[name]
