"""Every act, in every state, by everybody: what each of them gets, against what is written in `tests/policy`.

Mostly refusals: `403` before all else, so that no refusal tells a state; `409` to those who may in another one.
"""

import pytest

from portal.kernel.access import SYSTEM
from tests.policy import rules as policy
from tests.policy.states import STATES
from tests.support.state_matrix import FORBIDDEN, answers, states_of, workflows, written
from tests.test_rules import letters, subject_of

FLOWS = workflows()
OF_PRACTICES = {
    "practice",
    "translation",
    "opening",
    "request",
    "affiliation",
}  # tests/practices/test_rules.py
ACTORS = {**policy.ACTORS, "system": SYSTEM}
OWNERS = {"aurora": policy.AURORA, "beacon": policy.BEACON}
# Of a correction the side that proposes it decides who may do what.
ROWS = {"member": policy.RULES, "secretariat": policy.RULES | policy.RULES_OF_SECRETARIATS_CORRECTION}
TABLES = [(name, "member") for name in sorted(set(STATES) - OF_PRACTICES)]


def test_every_state_table_is_written_with_all_its_acts() -> None:
    acts = {name: {*flow.steps, *flow.acts} for name, flow in FLOWS.items()}

    assert acts == {name: set(table) for name, table in STATES.items()}


@pytest.mark.parametrize("name", sorted(STATES))
def test_a_table_names_no_state_that_its_column_does_not_hold(name: str) -> None:
    named = {state for line in STATES[name].values() for state in line.replace("->", " ").split()}

    assert named <= set(states_of(FLOWS[name]))


@pytest.mark.parametrize(("name", "side"), [*TABLES, ("correction", "secretariat")])
def test_each_act_is_refused_in_each_state_but_as_it_is_written(name: str, side: str) -> None:
    flow = FLOWS[name]
    subjects = {
        action: {owner: subject_of(flow.rule(action), number, side) for owner, number in OWNERS.items()}
        for action in STATES[name]
    }
    expected = {
        (action, owner, state, who): written(flow, action, state, letter == "y")
        for action in STATES[name]
        for owner in OWNERS
        for state in states_of(flow)
        for who, letter in zip(
            ACTORS, letters(getattr(ROWS[side][flow.rule(action)], owner)) + "y", strict=True
        )
    }

    actual = answers(flow, ACTORS, subjects)

    assert set(actual) == set(expected)
    assert {cell: actual[cell] for cell in expected if actual[cell] != expected[cell]} == {}
    assert list(expected.values()).count(FORBIDDEN) > len(expected) / 2
