"""Who may do what with a practice of Aurora's: each rule against its written truth."""

from types import SimpleNamespace

import pytest

from alliance.enums import Role
from portal.kernel.access import ANYONE, SYSTEM, Actor, ActorKind, can
from practices.access import person_token
from practices.enums import Label
from practices.rules import RULES
from tests.policy.states import STATES
from tests.support.state_matrix import answers, states_of, workflows, written

AURORA, BEACON, PETALS, HOST = 101, 102, 103, 104


def person(number: int, tenant: int, *roles: str, kind: str = "member") -> Actor:
    return Actor(ActorKind.PERSON, number, tenant, kind, tenant == HOST, frozenset(roles))


# One role each, so that none hides behind another.
ACTORS = {
    "author": person(1, AURORA, Role.EDITOR),
    "signing author": person(2, AURORA, Role.SIGNATORY),
    "editor": person(3, AURORA, Role.EDITOR),
    "signatory": person(4, AURORA, Role.SIGNATORY),
    "reader": person(5, AURORA, Role.READER),
    "administrator": person(6, AURORA, Role.ADMINISTRATOR),
    "rival": person(7, BEACON, Role.EDITOR, Role.SIGNATORY),
    "partner": person(8, PETALS, Role.EDITOR, Role.ADMINISTRATOR, kind="partner"),
    "reviewer": person(9, HOST, Role.REVIEWER, kind="secretariat"),
    "manager": person(10, HOST, Role.MANAGER, kind="secretariat"),
    "public": ANYONE,
}
AUTHORS = [person_token(1, AURORA), person_token(2, AURORA)]


def owner_tokens(label: Label) -> list[str]:
    """As `practices_owner_tokens` gives them."""
    return [f"person:{author}" for author in AUTHORS] + ([] if label == Label.RED else [f"staff:{AURORA}"])


#                  authors | editor signatory reader administrator | rival partner | reviewer manager | public
WRITING, ITS_OWN = "yy yy.. .. .. .", "yy .... .. .. ."
SIGNING, NOBODY = ".y .y.. .. .. .", ".. .... .. .. ."
MODERATING = ".. .... .. .y ."
TRUTH = {  # what is open, what is AMBER, what is RED
    "practice.draft": ("yy yy.. yy .. .",) * 3,
    "practice.edit": (WRITING, WRITING, ITS_OWN),
    "practice.update": (NOBODY, SIGNING, ".y .... .. .. ."),
    "practice.propose_update": (WRITING, NOBODY, NOBODY),
    "practice.take_back_update": (WRITING, NOBODY, NOBODY),
    "practice.share_update": (MODERATING,) * 3,
    "practice.return_update": (MODERATING,) * 3,
    "practice.submit": (WRITING, NOBODY, NOBODY),
    "practice.take_back": (WRITING, NOBODY, NOBODY),
    "practice.share": (MODERATING,) * 3,
    "practice.share_directly": (NOBODY, SIGNING, ".y .... .. .. ."),
    "practice.return": (MODERATING,) * 3,
    "practice.narrow": (WRITING, WRITING, ITS_OWN),
    "practice.widen": (SIGNING, SIGNING, ".y .... .. .. ."),
    "practice.retire": (WRITING, WRITING, ITS_OWN),
    "practice.recall": (SIGNING, SIGNING, ".y .... .. .. ."),
    "opening.propose": (NOBODY, SIGNING, NOBODY),
    "opening.take_back": (WRITING, WRITING, ITS_OWN),
    "opening.share": (MODERATING,) * 3,
    "opening.return": (MODERATING,) * 3,
    "opening.end": (NOBODY,) * 3,
    "practice.relate": (WRITING, WRITING, ITS_OWN),
    "practice.react": ("yy yyyy yy yy .",) * 3,
    "practice.run": ("yy yy.. yy .. .",) * 3,
    "practice.remove_run": (WRITING, WRITING, ITS_OWN),  # of the author's run
    "adoption.record": ("yy yy.. yy .. .",) * 3,
    "adoption.change": (WRITING, WRITING, ITS_OWN),
    "adoption.result": (WRITING, WRITING, ITS_OWN),
    "adoption.readers": (WRITING, WRITING, ITS_OWN),
    "adoption.thank": (".. .... yy yy .",) * 3,
    "group.make": ("yy yy.. yy .y .",) * 3,
    "labels.choose": (".. ...y .y .. .",) * 3,
    # of Aurora's affiliation with Petals
    "affiliation.propose": (".. ...y .. .. .",) * 3,
    "affiliation.withdraw": (".. ...y .. .. .",) * 3,
    "affiliation.confirm": (".. .... .y .. .",) * 3,
    "affiliation.take_back": (".. .... .y .. .",) * 3,
    "affiliation.decline": (".. .... .y .y .",) * 3,
    "affiliation.approve": (MODERATING,) * 3,
    "affiliation.end": (".. ...y .y .y .",) * 3,
    "affiliation.lapse": (".. .... .. .. .",) * 3,
    # of a word, an answer or an offer of the author's, beneath the practice
    "post.write": ("yy yy.. yy yy .",) * 3,
    "post.edit": ("y. .... .. .. .",) * 3,
    "post.take_back": ("y. .... .. .. .",) * 3,
    "post.remove": (".y yy.. .. .y .", ".y yy.. .. .y .", ".y .... .. .y ."),
    "post.accept": (WRITING, WRITING, ITS_OWN),
    "post.unaccept": (WRITING, WRITING, ITS_OWN),
    "post.thank": (".y yyyy yy yy .",) * 3,
    # ... and of a translation of the author's, which the source has accepted
    "translation.offer": ("yy yy.. yy .. .",) * 3,
    "translation.accept": (WRITING, NOBODY, NOBODY),
    "translation.take_back": (WRITING, NOBODY, NOBODY),
    "translation.withdraw": ("y. .... .. .. .",) * 3,
    "translation.remove": (WRITING, WRITING, ITS_OWN),
    "translation.share": (MODERATING, SIGNING, ".y .... .. .. ."),
    "translation.decline": ("yy yy.. .. .y .", WRITING, ITS_OWN),
    "translation.replace": (NOBODY,) * 3,  # SYSTEM alone
    "request.ask": ("yy yy.. yy .. .",) * 3,
    "request.edit": (WRITING, WRITING, ITS_OWN),
    "request.answer": (WRITING, WRITING, ITS_OWN),
    "request.close": (WRITING, WRITING, ITS_OWN),
    "request.reopen": (WRITING, WRITING, ITS_OWN),
    "offer.make": (".. .... yy yy .",) * 3,
    "offer.withdraw": ("y. .... .. .. .",) * 3,
    "search.save": ("yy yyyy yy yy .",) * 3,
    "search.edit": ("y. .... .. .. .",) * 3,
    "search.delete": ("y. .... .. .. .",) * 3,
}
# what may be done with a group depends on who is in it: tests/practices/services/test_groups.py
ELSEWHERE = {"group.change", "group.bring_in", "group.take_out", "group.leave", "group.close"}
FLOWS = workflows()
LABELS = (Label.GREEN, Label.AMBER, Label.RED)


def subject_of(label: Label) -> SimpleNamespace:
    """A practice of Aurora's, and all that belongs to one, made by the author."""
    practice = SimpleNamespace(
        pk=1,
        organisation_id=AURORA,
        affiliate_id=PETALS,
        label=label,
        owner_tokens=owner_tokens(label),
        person_id=1,
        accepted_at="2026-01-01",  # a translation
    )
    practice.subject = practice.parent = practice.practice = practice
    return practice


@pytest.mark.parametrize("rule", sorted(TRUTH))
def test_a_rule_allows_whom_its_row_names_and_nobody_else(rule: str) -> None:
    subjects = [subject_of(label) for label in LABELS]
    rows = ["".join("y" if can(actor, rule, each) else "." for actor in ACTORS.values()) for each in subjects]

    assert rows == [row.replace(" ", "") for row in TRUTH[rule]]


def test_an_open_translation_is_shared_once_its_source_has_accepted_it() -> None:
    waiting = subject_of(Label.GREEN)
    waiting.accepted_at = None

    assert not can(ACTORS["manager"], "translation.share", waiting)


@pytest.mark.parametrize("name", ["affiliation", "opening", "practice", "request", "translation"])
def test_each_act_is_refused_in_each_state_but_as_it_is_written(name: str) -> None:
    flow = FLOWS[name]
    actors = {**ACTORS, "system": SYSTEM}
    subjects = {action: {str(label): subject_of(label) for label in LABELS} for action in STATES[name]}
    expected = {
        (action, str(label), state, who): written(flow, action, state, letter == "y")
        for action in STATES[name]
        for label, row in zip(LABELS, TRUTH[flow.rule(action)], strict=True)
        for state in states_of(flow)
        for who, letter in zip(actors, row.replace(" ", "") + "y", strict=True)
    }

    actual = answers(flow, actors, subjects)

    assert set(actual) == set(expected)
    assert {cell: actual[cell] for cell in expected if actual[cell] != expected[cell]} == {}


def test_every_rule_has_a_row() -> None:
    assert set(TRUTH) | ELSEWHERE == set(RULES)
