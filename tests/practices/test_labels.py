"""Each label against each relation that somebody may have to a practice, by filter and row-level security.

The table is written by hand. Labels are sets of readers, no steps of an order: AMBER+STRICT is not read by people who
read AMBER, and the secretariat reads what names it and no more.
"""

from collections.abc import Callable

import pytest
from django.db.models.functions import Now

from alliance.models import Organisation
from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.enums import Label, PracticeState
from practices.models import AccessLog, Draft, GroupMembership, Practice, Version
from tests.factories.practices import CONTENT
from tests.factories.relations import ReaderRelations

pytestmark = pytest.mark.django_db

RELATIONS = (
    "author", "colleague",
    "named", "colleague_of_named", "staff", "affiliate", "in_group", "beside_group",
    "other", "partner_named", "partner",
    "host_named", "host",
    "suspended", "moved", "public",
)  # fmt: skip
SHARED = {
    Label.CLEAR: "yy yyyyyy yyy yy yyy",
    Label.GREEN: "yy yyyyyy yyy yy .y.",
    Label.AMBER: "yy y.yyy. .y. y. ...",
    Label.AMBER_STRICT: "yy y.y.y. .y. y. ...",
    Label.RED: "y. y...y. ... y. ...",
}
NOT_SHARED = {
    (Label.CLEAR, PracticeState.DRAFT): "yy ...... ... .. ...",
    (Label.GREEN, PracticeState.DRAFT): "yy ...... ... .. ...",
    (Label.AMBER, PracticeState.DRAFT): "yy ...... ... .. ...",
    (Label.RED, PracticeState.DRAFT): "y. ...... ... .. ...",
    (Label.CLEAR, PracticeState.IN_MODERATION): "yy ...... ... yy ...",
    (Label.GREEN, PracticeState.IN_MODERATION): "yy ...... ... yy ...",
    (Label.CLEAR, PracticeState.RECALLED): "yy ...... ... .. ...",
    (Label.AMBER, PracticeState.RECALLED): "yy ...... ... .. ...",
    (Label.RED, PracticeState.RECALLED): "y. ...... ... .. ...",
}
CASES = [
    *((label, PracticeState.SHARED, row) for label, row in SHARED.items()),
    *((label, PracticeState.RETIRED, row) for label, row in SHARED.items()),
    *((label, state, row) for (label, state), row in NOT_SHARED.items()),
]


def passes_filter(actor: Actor) -> bool:
    with acting_as(SYSTEM):
        return Practice.objects.visible_to(actor).exists()


def passes_row_security(actor: Actor) -> bool:
    with acting_as(actor):
        return Practice.objects.exists()


def visible_row(relations: ReaderRelations, check: Callable[[Actor], bool]) -> str:
    return "".join("y" if check(relations.actors[relation]) else "." for relation in RELATIONS)


@pytest.mark.parametrize(("label", "state", "row"), CASES)
def test_filter_and_row_security_let_through_whom_the_label_names(
    relations: ReaderRelations, label: str, state: str, row: str
) -> None:
    relations.practice(label, state)

    assert visible_row(relations, passes_filter) == row.replace(" ", "")
    assert visible_row(relations, passes_row_security) == row.replace(" ", "")


def test_who_reads_by_a_group_or_an_organisation_that_is_named_no_more_reads_no_more(
    relations: ReaderRelations,
) -> None:
    practice = relations.practice(Label.AMBER)
    with acting_as(SYSTEM):
        practice.reader_groups, practice.reader_organisations = [], []
        practice.save()

    lost = ("in_group", "staff", "affiliate", "partner_named")
    assert [
        passes_filter(relations.actors[relation]) or passes_row_security(relations.actors[relation])
        for relation in lost
    ] == [False] * 4


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_a_person_who_has_left_a_group_reads_no_more_what_names_it(
    relations: ReaderRelations, label: str
) -> None:
    relations.practice(label)
    member = relations.actors["in_group"]
    assert passes_filter(member)
    assert passes_row_security(member)
    with acting_as(SYSTEM):
        GroupMembership.objects.update(ended_at=Now())

    assert not passes_filter(member)
    assert not passes_row_security(member)


def test_the_affiliates_of_a_suspended_organisation_read_no_more(relations: ReaderRelations) -> None:
    relations.practice(Label.AMBER)
    Organisation.objects.filter(pk=relations.actors["staff"].tenant_id).update(state="suspended")

    assert not passes_filter(relations.actors["affiliate"])
    assert not passes_row_security(relations.actors["affiliate"])


def test_what_belongs_to_a_practice_is_seen_with_it_and_its_working_copy_is_not(
    relations: ReaderRelations,
) -> None:
    practice = relations.practice(Label.AMBER)
    author, reader = relations.actors["author"], relations.actors["staff"]
    with acting_as(SYSTEM):
        Draft.objects.create(practice=practice, content={"title": "Canary"}, updated_by_id=author.person_id)
        Version.objects.create(
            practice=practice, number=1, content=CONTENT, sha256="0" * 64, written_by_id=author.person_id
        )
        AccessLog.objects.create(
            practice=practice,
            person_id=reader.person_id,
            organisation_id=reader.tenant_id,
            label=Label.AMBER,
            channel="page",
        )
    counts = {}
    for relation in ("author", "staff", "other"):
        with acting_as(SYSTEM):
            actor = relations.actors[relation]
            first = [model.objects.visible_to(actor).count() for model in (Draft, Version, AccessLog)]
        with acting_as(actor):
            counts[relation] = (first, [model.objects.count() for model in (Draft, Version, AccessLog)])

    assert counts == {
        "author": ([1, 1, 1], [1, 1, 1]),
        "staff": ([0, 1, 0], [0, 1, 0]),
        "other": ([0, 0, 0], [0, 0, 0]),
    }
