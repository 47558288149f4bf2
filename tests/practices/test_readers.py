"""Who may read, asked from the other side, is who may read by the walls."""

import pytest

from portal.kernel.access import SYSTEM
from portal.kernel.row_security import acting_as
from practices.access import named
from practices.enums import Label, PracticeState
from practices.models import Practice
from practices.queries.readers import readers_of
from tests.factories.circle import make_circle

pytestmark = pytest.mark.django_db

STATES = (PracticeState.DRAFT, PracticeState.SHARED, PracticeState.RETIRED, PracticeState.RECALLED)


@pytest.mark.parametrize("label", Label.values)
@pytest.mark.parametrize("state", STATES)
def test_readers_are_those_whom_the_walls_let_through(label: str, state: str) -> None:
    circle = make_circle()
    practice = circle.practice(label, state)
    people = {name: actor for name, actor in circle.actors.items() if actor.is_person}
    with acting_as(SYSTEM):
        seeing = {
            name
            for name, actor in people.items()
            if Practice.objects.visible_to(actor).filter(pk=practice.pk)
        }

    found = set(readers_of(practice).values_list("named", flat=True))

    keys = {name: named(actor.person_id, actor.tenant_id) for name, actor in people.items()}
    assert {name for name, key in keys.items() if key in found} == seeing
