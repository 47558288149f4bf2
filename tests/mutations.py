"""Guards of access broken on purpose, one for a run: `manage.py test --mutate-policy` shows that the tests notice each.

Rules and visibility are changed in the memory of the test process; policies and functions of the database in that
process's own database, as its owner. Nothing of the source is touched.
"""

from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import Any, ClassVar

import pytest
from django.apps import apps
from django.db.models import Q

from portal.kernel import access as kernel_access
from portal.kernel.access import EVERYTHING, Actor
from practices import access
from practices.enums import PracticeState


class MutationNotApplied(Exception):
    """What was to be broken is not there: a run with it would prove nothing."""


RULES = ("tests/test_rules.py", "tests/practices/test_rules.py")
VISIBILITY = ("tests/test_visibility.py",)
WRITES = ("tests/test_row_security_writes.py",)
LABELS = ("tests/practices/test_labels.py", "tests/practices/test_search_visibility.py")
FACTORS = ("tests/alliance/web/account/test_required_factors.py",)
STEP_UP = ("tests/alliance/web/test_step_up.py",)
AFFILIATIONS = ("tests/practices/test_affiliation_visibility.py",)


class MemoryMutation:
    """A mutation of the process: `apply` makes it; the database stays as it is."""

    def alter(self, cursor: Any) -> None:
        del cursor


class DatabaseMutation:
    """A mutation of the process's own database: `alter` makes it; the process stays as it is."""

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        del patch


@dataclass(frozen=True)
class RuleMutation(MemoryMutation):
    """Any person may do it, with anything."""

    rule: str
    first_tests: tuple[str, ...] = RULES  # the tests that should notice it, and are run first

    @property
    def name(self) -> str:
        return f"rule {self.rule}"

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        if self.rule not in kernel_access.RULES:
            raise MutationNotApplied(f"no rule named {self.rule}")
        patch.setitem(kernel_access.RULES, self.rule, lambda actor, obj: actor.is_person)


@dataclass(frozen=True)
class VisibilityMutation(MemoryMutation):
    """Everybody sees all rows of the model, by the visibility filter."""

    model: str
    first_tests: ClassVar = VISIBILITY

    @property
    def name(self) -> str:
        return f"visible {self.model}"

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        widen(apps.get_model(self.model), lambda actor: EVERYTHING, patch)


@dataclass(frozen=True)
class AnyState(MemoryMutation):
    """By the visibility filter, readers whom the label names see a practice in any state."""

    first_tests: ClassVar = LABELS

    @property
    def name(self) -> str:
        return "state in the visibility filter"

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        patch.setattr(access, "RELEASED_STATES", PracticeState.values)


@dataclass(frozen=True)
class RowPolicyMutation(DatabaseMutation):
    """The table's policy of row-level security also lets read what meets the condition; all, without one."""

    table: str
    condition: str = "true"
    suffix: str = ""
    first_tests: ClassVar = (*VISIBILITY, *LABELS)

    @property
    def name(self) -> str:
        return f"policy {self.table} {self.suffix}".strip()

    def alter(self, cursor: Any) -> None:
        cursor.execute("SELECT qual FROM pg_policies WHERE policyname = %s", [f"{self.table}_policy"])
        row = cursor.fetchone()
        if row is None:
            raise MutationNotApplied(f"{self.table} has no policy")
        cursor.execute(
            f"ALTER POLICY {self.table}_policy ON {self.table} USING (({row[0]}) OR ({self.condition}))"
        )


@dataclass(frozen=True)
class RowWriteMutation(DatabaseMutation):
    """Everybody may write rows to the table, or remove those that they see."""

    table: str
    command: str = "insert"
    first_tests: ClassVar = WRITES

    @property
    def name(self) -> str:
        return f"{self.command} {self.table}"

    def alter(self, cursor: Any) -> None:
        policy = f"{self.table}_{self.command}"
        cursor.execute("SELECT FROM pg_policies WHERE policyname = %s", [policy])
        if cursor.fetchone() is None:
            raise MutationNotApplied(f"{self.table} has no policy of its own for {self.command}")
        clause = "WITH CHECK (true)" if self.command == "insert" else "USING (true)"
        cursor.execute(f"ALTER POLICY {policy} ON {self.table} {clause}")


@dataclass(frozen=True)
class SqlFunctionMutation(DatabaseMutation):
    """A function of the database with one piece of its text replaced."""

    function: str
    old: str
    new: str
    suffix: str = ""
    first_tests: tuple[str, ...] = LABELS

    @property
    def name(self) -> str:
        return f"function {self.function} {self.suffix}".strip()

    def alter(self, cursor: Any) -> None:
        cursor.execute("SELECT pg_get_functiondef(to_regproc(%s))", [self.function])
        text = cursor.fetchone()[0]
        if text is None or self.old not in text:
            raise MutationNotApplied(f"{self.function} does not say {self.old!r}")
        cursor.execute(text.replace(self.old, self.new))


@dataclass(frozen=True)
class AnswerMutation(MemoryMutation):
    """A function that stops somebody, as one module calls it, stops nobody."""

    function: str  # with the module that calls it
    answer: object
    first_tests: tuple[str, ...]

    @property
    def name(self) -> str:
        return f"answer {self.function}"

    def apply(self, patch: pytest.MonkeyPatch) -> None:
        module, _dot, name = self.function.rpartition(".")
        if not hasattr(import_module(module), name):
            raise MutationNotApplied(f"no function {self.function}")
        patch.setattr(self.function, lambda *given, **named: self.answer)


Mutation = (
    RuleMutation
    | VisibilityMutation
    | AnyState
    | AnswerMutation
    | RowPolicyMutation
    | RowWriteMutation
    | SqlFunctionMutation
)


def widen(model: Any, visibility: Callable[[Actor], Q], patch: pytest.MonkeyPatch) -> None:
    """Give the model another policy of visibility."""
    holder = next((part for part in type(model.objects.all()).__mro__ if "policy" in vars(part)), None)
    if holder is None:
        raise MutationNotApplied(f"{model.__name__} has no policy of visibility")
    patch.setattr(holder, "policy", staticmethod(visibility))


def _label(label: str, tokens: str) -> SqlFunctionMutation:
    """The label lets read those who hold these tokens too."""
    branch = f"WHEN '{label}' THEN"
    return SqlFunctionMutation("practices_reader_tokens", branch, f"{branch} {tokens} ||", label)


MUTATIONS: tuple[Mutation, ...] = (
    # who may do what
    RuleMutation("report.edit"),
    RuleMutation("report.submit"),
    RuleMutation("report.review"),
    RuleMutation("report.take_over"),
    RuleMutation("second_reading.read"),
    RuleMutation("interest.end"),
    RuleMutation("report.publish"),
    RuleMutation("question.answer"),
    RuleMutation("pledge.sign"),
    RuleMutation("accession.sign"),
    RuleMutation("cycle.open"),
    RuleMutation("organisation.suspend"),
    RuleMutation("membership.grant"),
    RuleMutation("token.revoke"),
    RuleMutation("webhook.create"),
    RuleMutation("file.release"),
    RuleMutation("practice.edit"),
    RuleMutation("practice.share"),
    RuleMutation("practice.widen"),
    RuleMutation("opening.propose"),
    RuleMutation("opening.share"),
    RuleMutation("adoption.change"),
    RuleMutation("post.remove"),
    RuleMutation("affiliation.confirm"),
    RuleMutation("affiliation.approve"),
    RuleMutation("email_domain.add"),
    RuleMutation("identity_provider.turn_on"),
    RuleMutation("group.change", ("tests/practices/services/test_groups.py",)),
    # who sees what: the visibility filter
    VisibilityMutation("alliance.Figure"),
    VisibilityMutation("alliance.Evidence"),
    VisibilityMutation("alliance.Verdict"),
    VisibilityMutation("alliance.InternalNote"),
    VisibilityMutation("alliance.SecondReading"),
    VisibilityMutation("alliance.SecondOpinion"),
    VisibilityMutation("alliance.DeclaredInterest"),
    VisibilityMutation("alliance.SavedView"),
    VisibilityMutation("alliance.Finding"),
    VisibilityMutation("alliance.ReviewDraft"),
    VisibilityMutation("alliance.Delegation"),
    VisibilityMutation("alliance.MeasureComment"),
    VisibilityMutation("alliance.Pledge"),
    VisibilityMutation("alliance.Report"),
    VisibilityMutation("alliance.Membership"),
    VisibilityMutation("alliance.ApiToken"),
    VisibilityMutation("alliance.CalendarAddress"),
    VisibilityMutation("alliance.IdentityProvider"),
    VisibilityMutation("practices.Practice"),
    VisibilityMutation("practices.Draft"),
    VisibilityMutation("practices.Attachment"),
    VisibilityMutation("practices.Adoption"),
    VisibilityMutation("practices.Post"),
    VisibilityMutation("practices.SavedSearch"),
    VisibilityMutation("practices.FeedAddress"),
    VisibilityMutation("practices.Affiliation"),
    # who sees what: row-level security
    RowPolicyMutation("alliance_figure"),
    RowPolicyMutation("alliance_evidence"),
    RowPolicyMutation("alliance_verdict"),
    RowPolicyMutation("alliance_pledge"),
    RowPolicyMutation("alliance_internalnote"),
    RowPolicyMutation("alliance_secondreading"),
    RowPolicyMutation("alliance_secondopinion"),
    RowPolicyMutation("alliance_declaredinterest"),
    RowPolicyMutation("alliance_savedview"),
    RowPolicyMutation("alliance_finding"),
    RowPolicyMutation("alliance_findingentry"),
    RowPolicyMutation("alliance_reviewdraft"),
    RowPolicyMutation("alliance_delegation"),
    RowPolicyMutation("alliance_measurecomment"),
    RowPolicyMutation("alliance_report"),
    RowPolicyMutation("alliance_extensionrequest"),
    RowPolicyMutation("alliance_correction"),
    RowPolicyMutation("alliance_withdrawal"),
    RowPolicyMutation("alliance_question"),
    RowPolicyMutation("alliance_changesrequest"),
    RowPolicyMutation("alliance_reportdecision"),
    RowPolicyMutation("alliance_reportexemption"),
    RowPolicyMutation("alliance_earlierverdict"),
    RowPolicyMutation("alliance_response"),
    RowPolicyMutation("alliance_accession"),
    RowPolicyMutation("alliance_charter"),
    RowPolicyMutation("alliance_measure"),
    RowPolicyMutation("alliance_cycle"),
    RowPolicyMutation("alliance_organisation"),
    RowPolicyMutation("alliance_invitation"),
    RowPolicyMutation("alliance_membership"),
    RowPolicyMutation("alliance_person"),
    RowPolicyMutation("alliance_personsession"),
    RowPolicyMutation("account_emailaddress"),
    RowPolicyMutation("mfa_authenticator"),
    RowPolicyMutation("portal_event"),
    RowPolicyMutation("portal_job"),
    RowPolicyMutation("portal_delivery"),
    RowPolicyMutation("portal_document"),
    RowPolicyMutation("portal_webhook"),
    RowPolicyMutation("portal_document", "current_setting('portal.kind', true) = 'host'", "restricted"),
    RowPolicyMutation("portal_noticepreference"),
    RowPolicyMutation("portal_formtoken"),
    RowWriteMutation("alliance_organisation"),
    RowWriteMutation("alliance_person"),
    RowWriteMutation("practices_relation", "delete"),
    RowWriteMutation("portal_event"),
    RowWriteMutation("practices_version"),
    RowWriteMutation("practices_reaction"),
    RowWriteMutation("practices_practice", "delete"),
    RowPolicyMutation("practices_draft"),
    RowPolicyMutation("practices_attachment"),
    RowPolicyMutation("practices_adoption"),
    RowPolicyMutation("practices_post"),
    RowPolicyMutation("practices_request"),
    RowPolicyMutation("practices_affiliation"),
    # what a label means: for the visibility filter, row-level security and the search
    SqlFunctionMutation("practices_reader_tokens", "ARRAY['everybody']", "ARRAY['community']", "clear"),
    _label("green", "ARRAY['everybody']"),
    _label("amber", "ARRAY['community']"),
    _label("amber_strict", "named.clients"),
    _label("red", "named.staff"),
    SqlFunctionMutation("practices_owner_tokens", "label <> 'red'", "true", "red"),
    # what somebody holds
    SqlFunctionMutation("practices_actor_tokens", "g.ended_at IS NULL", "true", "ended membership"),
    SqlFunctionMutation("practices_actor_tokens", "o.state = 'active'", "true", "suspended organisation"),
    SqlFunctionMutation(
        "practices_actor_tokens", "a.state = 'in_force'", "true", "affiliation", AFFILIATIONS
    ),
    SqlFunctionMutation(
        "practices_actor_tokens", "c.state = 'active'", "true", "suspended affiliate", AFFILIATIONS
    ),
    SqlFunctionMutation(
        "practices_actor_tokens", "c.kind = 'partner'", "true", "kind of affiliate", AFFILIATIONS
    ),
    # when it counts: in each of the two
    AnyState(),
    RowPolicyMutation(
        "practices_practice", "arrayoverlap(reader_tokens, practices_session_tokens())", "state"
    ),
    # who it is: the second factor, and what is asked again
    AnswerMutation("alliance.web.middleware.refuse_without_factor", None, FACTORS),
    AnswerMutation("alliance.web.account.security.refuse_removing_last_factor", None, FACTORS),
    AnswerMutation("alliance.queries.tokens.factor_mandate", None, FACTORS),
    AnswerMutation("alliance.web.step_up.is_confirmed", True, STEP_UP),
    # the shortcut of the search
    SqlFunctionMutation("practices_conditions", "{clear,green}", "{clear,green,amber}", "amber"),
)


def get_mutation(name: str) -> Mutation:
    """Raises KeyError when there is none."""
    return {mutation.name: mutation for mutation in MUTATIONS}[name]
