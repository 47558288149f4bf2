"""Who has solved something, and what was adopted most: within labels, and of people who are still there."""

from typing import Any

import pytest
from django.test import Client

from alliance.models import Membership
from alliance.queries.local_dates import today
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from practices.audiences import audience
from practices.enums import Label
from practices.models import Practice
from practices.queries.people import most_adopted, solvers
from practices.services.access_log import log_access
from practices.services.adoptions import AdoptionResultInput, add_result
from practices.services.audiences import set_readers
from practices.services.discussion import accept_post
from tests.factories import Cast
from tests.factories.adoptions import DAY, make_adoption
from tests.factories.discussion import make_post
from tests.factories.practices import call_as, make_shared
from tests.support.canaries import leaks
from tests.support.label_matrix import SIGNED_IN_RELATIONS, LabelMatrix, labels_readable_by
from tests.support.notifications import clear_notifications, inbox_lines_of, make_shared_practice

AMBER = Label.AMBER_STRICT


def seen_by(cast: Cast, who: str) -> list[tuple[str, int, int, int]]:
    with acting_as(cast.actor(who)):
        return [(row.person.name, row.answers, row.authored, row.results) for row in solvers(cast.actor(who))]


@pytest.mark.django_db
@pytest.mark.usefixtures("sven_edits")
def test_deeds_count_within_what_the_reader_may_see_and_of_people_who_are_there(cast: Cast) -> None:
    practice = make_shared(cast)
    make_shared_practice(cast, AMBER)
    question = make_post(cast.actor("carol"), practice, "How long?")
    call_as(
        cast.actor("carol"),
        accept_post,
        make_post(cast.actor("sven"), practice, "Two hours.", parent=question),
    )
    use = make_adoption(cast.actor("carol"), practice)
    call_as(cast.actor("carol"), add_result, use, AdoptionResultInput(what="Contact", before=4, after=2))

    assert ("Sven", 1, 0, 0) in seen_by(cast, "carol")
    assert ("Alice", 0, 2, 0) in seen_by(cast, "carol")
    # the secretariat does not read the one that is named to Beacon, and nobody sees themselves
    assert ("Alice", 0, 1, 0) in seen_by(cast, "mona")
    assert ("Carol", 0, 0, 1) in seen_by(cast, "mona")
    assert "Carol" not in [name for name, *_counts in seen_by(cast, "carol")]
    with acting_as(SYSTEM):
        Membership.objects.filter(person=cast.sven).update(ended_at=clock.now())
    assert "Sven" not in [name for name, *_counts in seen_by(cast, "carol")]

    with acting_as(cast.actor("mona")):
        assert [
            (row.practice.pk, row.organisations) for row in most_adopted(cast.actor("mona"), DAY.year)
        ] == [(practice.pk, 1)]
        assert list(most_adopted(cast.actor("mona"), DAY.year - 1)) == []


@pytest.mark.slow
@pytest.mark.xdist_group("matrix")
@pytest.mark.usefixtures("matrix_rollback")
def test_the_page_names_no_practice_that_its_reader_may_not_read(matrix: LabelMatrix) -> None:
    for who in SIGNED_IN_RELATIONS:
        page = matrix.ask(who, matrix.url(who, "practice-people") + f"?year={today().year}")
        assert {name.partition("-")[0] for name in leaks(page.text)} <= set(labels_readable_by(who)), who


@pytest.mark.django_db
def test_a_year_that_is_none_is_the_present_one(cast: Cast, client: Client) -> None:
    client.force_login(cast.carol)
    for year in ("²", "9" * 5000, "1999"):
        page = client.get("/workspace/practices/people/", {"year": year})
        assert page.status_code == 200
        assert page.context["year"] == today().year


@pytest.mark.django_db
def test_narrowing_notifies_those_who_lose_access_and_nobody_else(cast: Cast, mailoutbox: list[Any]) -> None:
    practice = make_shared_practice(cast, Label.GREEN)
    for who in ("carol", "mona"):
        call_as(cast.actor(who), log_access, practice, "page")
    clear_notifications()
    mailoutbox.clear()
    with acting_as(SYSTEM):
        fresh = Practice.objects.get(pk=practice.pk)
    call_as(cast.actor("alice"), set_readers, fresh, audience(AMBER, organisations=[cast.beacon.pk]))

    text = "You can no longer read a practice that you opened or use: delete copies, and ask its source if in doubt"
    assert inbox_lines_of("Carol") == []
    assert inbox_lines_of("Mona") == [("Mona", f"[TLP:GREEN] {text}")]
    (letter,) = [each for each in mailoutbox if each.to == [cast.mona.email]]
    # they knew it under a label that lets letters give details
    assert "gives no details" not in letter.body
