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
from portal.kernel.access import EVERYTHING, NOTHING, Actor
from practices import access


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
class Label(InMemory):
    """In the first wall, the label lets read all who act as a person."""

    label: str
    nearest: ClassVar = LABELS

    @property
    def name(self) -> str:
        return f"label {self.label}"

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        if not hasattr(access, self.label):
            raise NotApplied(f"no label named {self.label}")
        patch.setattr(access, self.label, self._community)

    def _community(self, actor: Actor) -> Q:
        return Q(label=self.label) if actor.is_person else NOTHING


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


Mutation = Rule | Visible | Label | Policy | Function


def widen(model: Any, visibility: Callable[[Actor], Q], patch: pytest.MonkeyPatch) -> None:
    """Give the model another policy of visibility."""
    holder = next((part for part in type(model.objects.all()).__mro__ if "sight" in vars(part)), None)
    if holder is None:
        raise NotApplied(f"{model.__name__} has no policy of visibility")
    patch.setattr(holder, "sight", staticmethod(visibility))


def _label_in_rows(label: str) -> Policy:
    is_person = "current_setting('portal.kind', true) IN ('person', 'host')"
    condition = f"label = '{label}' AND state IN ('shared', 'retired') AND {is_person}"
    return Policy("practices_practice", condition, label)


def _label_in_search(label: str) -> Function:
    green = "WHEN 'green' THEN ARRAY['community']"
    return Function("practices_readers_of", green, f"{green} WHEN '{label}' THEN ARRAY['community']", label)


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
    # what a label means: in both walls, and in the search
    Label("green"),
    Label("amber"),
    Label("amber_strict"),
    Label("red"),
    _label_in_rows("amber"),
    _label_in_rows("amber_strict"),
    _label_in_rows("red"),
    _label_in_search("amber"),
    _label_in_search("red"),
)


def mutation_named(name: str) -> Mutation:
    """Raises KeyError when there is none."""
    return {mutation.name: mutation for mutation in MUTATIONS}[name]
