"""What `manage.py test --mutate-policy` breaks is there to be broken, and is of every kind."""

from collections import Counter
from typing import Any
from unittest.mock import Mock

import pytest

from tests.mutations import (
    LABELS,
    MUTATIONS,
    RULES,
    VISIBILITY,
    MutationNotApplied,
    RowPolicyMutation,
    RuleMutation,
    SqlFunctionMutation,
    VisibilityMutation,
)
from tests.support import database, mutating, mutation_run
from tests.support.mutation_run import GUARDS


def test_each_mutation_has_something_to_break(owner_cursor: Any) -> None:
    for mutation in MUTATIONS:
        with pytest.MonkeyPatch.context() as patch:
            mutation.apply(patch)
        owner_cursor.execute("BEGIN")
        mutation.alter(owner_cursor)
        owner_cursor.execute("ROLLBACK")


def test_what_is_not_there_cannot_be_broken(owner_cursor: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    for guard in (RuleMutation("report.forget"), VisibilityMutation("alliance.PersonSession")):
        with pytest.raises(MutationNotApplied):
            guard.apply(monkeypatch)
    for altered in (
        RowPolicyMutation("alliance_publishedreport"),
        SqlFunctionMutation("practices_pair", "hashtext2", "1"),
        SqlFunctionMutation("nothing", "", ""),
    ):
        with pytest.raises(MutationNotApplied):
            altered.alter(owner_cursor)


def test_each_database_that_a_test_begins_with_is_broken(monkeypatch: pytest.MonkeyPatch) -> None:
    copied: list[str] = []
    altered: list[str] = []
    monkeypatch.setattr(database, "renew", lambda template: copied.append(template))
    monkeypatch.setattr(mutating, "_alter", lambda mutation: altered.append(copied[-1]))
    session = Mock()
    session.config.getoption.return_value = next(
        mutation.name for mutation in MUTATIONS if isinstance(mutation, RowPolicyMutation)
    )

    mutating.pytest_sessionstart(session)
    database.renew()
    for template in (*database.SHARED, "test_portal_main_world"):
        database.renew(template)

    assert altered == [database.WITH_CAST, *database.SHARED]
    assert database.DatabaseState().template == database.WITH_CAST


def test_there_are_enough_of_every_kind() -> None:
    kinds = Counter(type(mutation) for mutation in MUTATIONS)

    assert min(kinds[RuleMutation], kinds[VisibilityMutation], kinds[RowPolicyMutation]) >= 10
    assert kinds[SqlFunctionMutation] >= 8
    assert len({mutation.name for mutation in MUTATIONS}) == len(MUTATIONS)


def test_the_nearest_tests_are_guards_too() -> None:
    assert {*RULES, *VISIBILITY, *LABELS} <= set(GUARDS)


def test_a_mutation_that_nothing_notices_survives_and_its_own_tests_are_not_asked(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    asked: list[tuple[str, ...]] = []

    def passes(*arguments: str) -> tuple[int, str]:
        asked.append(arguments)
        return (0, "")

    monkeypatch.setattr(mutation_run, "_pytest", passes)

    assert mutation_run.main(["report.edit"]) == 1
    assert "Nothing notices rule report.edit." in capsys.readouterr().out
    assert {"tests", "--ignore=tests/test_mutations.py"} <= set(asked[-1])


def test_a_mutation_is_detected_by_its_first_test_that_fails(monkeypatch: pytest.MonkeyPatch) -> None:
    """Every kind names its first tests; what those pass is asked of the guards, then of the whole suite."""
    asked: list[tuple[str, ...]] = []

    def passes_all_but_the_guards(*arguments: str) -> tuple[int, str]:
        asked.append(arguments)
        is_guards = set(GUARDS) <= set(arguments)
        return (1, "FAILED tests/test_rules.py::test_it") if is_guards else (0, "")

    monkeypatch.setattr(mutation_run, "_pytest", passes_all_but_the_guards)

    for mutation in {type(mutation): mutation for mutation in MUTATIONS}.values():
        asked.clear()
        assert mutation_run._is_detected(mutation)
        assert set(mutation.first_tests) <= set(asked[0])
        assert [set(GUARDS) <= set(arguments) for arguments in asked] == [False, True]
