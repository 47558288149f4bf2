"""Every rule of doing and every policy of sight against its written truth; each one lifted turns a test red."""

from types import SimpleNamespace
from typing import Any

import pytest
from django.apps import apps
from django.db import models

from alliance.access import RULES
from portal.kernel import access
from portal.kernel.access import EVERYTHING, SYSTEM, SeenQuerySet, can
from portal.kernel.row_security import acting_as
from tests.factories import actor_of
from tests.policy import truths as policy
from tests.support.world import World

NAMES = sorted(policy.RULES)
CASES = [(model, lookup, row) for model, rows in policy.SIGHTS.items() for lookup, row in rows]


def letters(row: str) -> str:
    return row.replace(" ", "")


def asked(rule: str, organisation_id: int) -> str:
    """The row of the rule as it is: about a thing whose own number is nobody's, or about the body itself."""
    pk = organisation_id if policy.RULES[rule].organisation else policy.HOST
    subject = SimpleNamespace(pk=pk, organisation_id=organisation_id, person_id=policy.ALICE)
    return "".join("y" if can(actor, rule, subject) else "." for actor in policy.ACTORS.values())


def truth(rule: str) -> tuple[str, str]:
    return asked(rule, policy.AURORA), asked(rule, policy.BEACON)


def written(rule: str) -> tuple[str, str]:
    return letters(policy.RULES[rule].aurora), letters(policy.RULES[rule].beacon)


@pytest.mark.parametrize("rule", NAMES)
def test_a_rule_allows_whom_its_row_names_and_nobody_else(rule: str) -> None:
    assert truth(rule) == written(rule)


def test_every_rule_has_a_row() -> None:
    assert set(policy.RULES) == set(RULES)


@pytest.mark.parametrize("rule", NAMES)
def test_every_rule_is_seen_to_allow_and_to_deny(rule: str) -> None:
    row = "".join(written(rule))
    assert can(SYSTEM, rule, None)
    assert "." in row
    assert "y" in row or rule == "report.miss"


@pytest.mark.parametrize("rule", NAMES)
def test_a_rule_that_were_lifted_would_be_noticed(monkeypatch: pytest.MonkeyPatch, rule: str) -> None:
    monkeypatch.setitem(access.RULES, rule, lambda actor, obj: True)

    assert truth(rule) != written(rule)


def test_a_rule_that_is_not_there_is_an_error_and_no_refusal() -> None:
    with pytest.raises(LookupError):
        can(SYSTEM, "report.destroy")


# --- Seeing ----------------------------------------------------------------------------------


def guarded() -> dict[str, Any]:
    """The models of the alliance whose rows are behind a policy of sight."""
    found: list[Any] = list(apps.get_app_config("alliance").get_models())
    return {model.__name__: model for model in found if isinstance(model.objects.all(), SeenQuerySet)}


def seen(world: World, model: type[models.Model], lookup: dict[str, object]) -> str:
    """Who sees one such row; the second wall is open meanwhile, so that the first stands alone."""
    policy_rows = []
    for name in policy.SEERS:
        person = world.people[name]
        actor = actor_of(person) if person else policy.ANYONE
        with acting_as(SYSTEM):
            policy_rows.append(model.objects.visible_to(actor).filter(**lookup).exists())  # type: ignore[attr-defined]  # guarded
    return "".join("y" if sees else "." for sees in policy_rows)


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize(("model", "lookup", "row"), CASES)
def test_a_thing_is_seen_by_whom_its_row_names(
    world: World, model: str, lookup: dict[str, object], row: str
) -> None:
    assert seen(world, guarded()[model], lookup) == letters(row)


@pytest.mark.usefixtures("undone")
@pytest.mark.parametrize("model", sorted(set(policy.SIGHTS) - policy.OPEN))
def test_a_sight_that_were_widened_would_be_noticed(
    world: World, monkeypatch: pytest.MonkeyPatch, model: str
) -> None:
    guarded_model = guarded()[model]
    holder = next(part for part in type(guarded_model.objects.all()).__mro__ if "sight" in vars(part))
    monkeypatch.setattr(holder, "sight", staticmethod(lambda actor: EVERYTHING))

    found = [seen(world, guarded_model, lookup) for lookup, _row in policy.SIGHTS[model]]

    assert found != [letters(row) for _lookup, row in policy.SIGHTS[model]]


def test_every_guarded_model_has_a_row() -> None:
    assert set(guarded()) - set(policy.SIGHTS) - policy.OPEN == set()


def test_a_partners_editor_pledges_nothing_for_the_partner() -> None:
    paul = policy.ACTORS["paul"]

    assert not can(paul, "pledge.draft", SimpleNamespace(pk=paul.tenant_id))
