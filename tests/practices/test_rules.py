"""Who may do what with a practice of Aurora's: each rule against its written truth."""

from types import SimpleNamespace

import pytest

from alliance.enums import Role
from portal.kernel.access import ANYONE, Actor, ActorKind, can
from practices.access import person_token
from practices.enums import Label
from practices.rules import RULES

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
ELSEWHERE = {
    *("group.change", "group.bring_in", "group.take_out", "group.leave", "group.close"),
    # ... and of a translation what is translated: tests/practices/services/test_translations.py
    *("translation.offer", "translation.accept", "translation.share", "translation.decline"),
    *("translation.take_back", "translation.withdraw", "translation.replace"),
}


@pytest.mark.parametrize("rule", sorted(TRUTH))
def test_a_rule_allows_whom_its_row_names_and_nobody_else(rule: str) -> None:
    rows = []
    for label in (Label.GREEN, Label.AMBER, Label.RED):
        practice = SimpleNamespace(
            organisation_id=AURORA,
            affiliate_id=PETALS,
            label=label,
            owner_tokens=owner_tokens(label),
            person_id=1,
        )
        practice.subject = practice.parent = practice.practice = practice
        rows.append("".join("y" if can(actor, rule, practice) else "." for actor in ACTORS.values()))

    assert rows == [row.replace(" ", "") for row in TRUTH[rule]]


def test_every_rule_has_a_row() -> None:
    assert set(TRUTH) | ELSEWHERE == set(RULES)
