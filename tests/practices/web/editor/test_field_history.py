"""The history of a field of a practice, and the way back to an earlier version."""

from typing import Any

import pytest
from django.test import Client
from django.urls import reverse

from portal.kernel.access import SYSTEM, acting_as
from practices.audiences import audience
from practices.enums import Label
from practices.models import Draft, FieldHistory, Practice
from practices.services.audiences import set_readers
from practices.services.practices import submit_practice
from tests.factories import Cast
from tests.factories.practices import call_as, make_draft
from tests.practices.web.editor.test_views import address, digest_of
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def practice(cast: Cast) -> Practice:
    """Alice has written the limits, and Sven has changed them."""
    practice = make_draft(cast, limits="Not in groups.")
    write_limits(signed_in(cast.sven), practice, "Not in calls.")
    return practice


def write_limits(client: Client, practice: Practice, limits: str) -> None:
    data = {
        "steps-TOTAL_FORMS": "0",
        "steps-INITIAL_FORMS": "0",
        "limits": limits,
        "summary": "A first message waits.",
    }
    digest = digest_of(client, practice, "method")
    client.post(address(practice, "method"), {**data, "expected_digest": digest})


def history_url(practice: Practice, field: str = "limits") -> str:
    return reverse("workspace:practice-field-history", args=[practice.key, field])


def numbers(field: str = "limits") -> list[int]:
    with acting_as(SYSTEM):
        return list(FieldHistory.objects.filter(field=field).order_by("pk").values_list("pk", flat=True))


def stored(practice: Practice) -> Any:
    with acting_as(SYSTEM):
        return Draft.objects.get(practice=practice).content.get("limits")


def go_back(client: Client, practice: Practice, number: int, newest: int) -> Any:
    return client.post(history_url(practice), {"number": number, "version": newest}, follow=True)


def test_a_field_shows_each_version_with_its_writer_word_by_word(cast: Cast, practice: Practice) -> None:
    page = signed_in(cast.alice).get(history_url(practice))

    assert [change.writer.name for change in page.context["changes"]] == ["Sven", "Alice"]
    assert '<del><span class="hidden">Removed: </span>groups</del>' in page.content.decode()


def test_a_field_that_a_save_left_as_it_was_gets_no_version(cast: Cast, practice: Practice) -> None:
    assert (len(numbers()), len(numbers("summary"))) == (2, 1)


def test_an_earlier_value_is_written_again_as_the_newest(cast: Cast, practice: Practice) -> None:
    first, second = numbers()

    go_back(signed_in(cast.alice), practice, first, second)

    assert stored(practice) == "Not in groups."
    with acting_as(SYSTEM):
        assert FieldHistory.objects.filter(field="limits").last().written_by_id == cast.alice.pk


def test_a_field_that_its_writer_emptied_at_once_comes_back(cast: Cast, practice: Practice) -> None:
    sven = signed_in(cast.sven)
    write_limits(sven, practice, "")
    first, second, emptied = numbers()

    page = sven.get(history_url(practice))
    go_back(sven, practice, second, emptied)

    assert [change.number for change in page.context["changes"]] == [emptied, second, first]
    assert stored(practice) == "Not in calls."


def test_a_colleagues_newer_value_is_not_written_over(cast: Cast, practice: Practice) -> None:
    first, _second = numbers()

    answer = go_back(signed_in(cast.alice), practice, first, first)

    assert "Someone else has changed this since" in words_of(answer)
    assert stored(practice) == "Not in calls."


def test_a_version_of_another_field_is_refused(cast: Cast, practice: Practice) -> None:
    answer = go_back(signed_in(cast.alice), practice, numbers("summary")[0], numbers()[-1])

    assert "no longer kept" in words_of(answer)
    assert stored(practice) == "Not in calls."


def test_in_moderation_the_source_reads_the_history_without_a_way_back(
    cast: Cast, practice: Practice
) -> None:
    call_as(cast.actor("alice"), submit_practice, practice)
    alice = signed_in(cast.alice)

    page = alice.get(history_url(practice))
    go_back(alice, practice, *numbers())

    assert (page.status_code, "Back to this version" in page.content.decode()) == (200, False)
    assert stored(practice) == "Not in calls."
    with acting_as(cast.actor("mona")) as mona:
        assert not FieldHistory.objects.visible_to(mona).exists()


def test_no_field_no_history(cast: Cast, practice: Practice) -> None:
    assert signed_in(cast.alice).get(history_url(practice, "unheard-of")).status_code == 404


@pytest.mark.parametrize(
    ("before", "after", "left"),
    [(Label.RED, Label.AMBER, 1), (Label.AMBER, Label.RED, 2), (Label.RED, Label.RED, 2)],
)
def test_what_authors_alone_could_read_goes_before_their_colleagues_read(
    cast: Cast, before: Label, after: Label, left: int
) -> None:
    practice = make_draft(cast, before, limits="The names of two children.")
    write_limits(signed_in(cast.alice), practice, "Not in groups.")

    call_as(cast.actor("alice"), set_readers, practice, audience(after, organisations=[cast.beacon.pk]))

    with acting_as(SYSTEM):
        values = list(
            FieldHistory.objects.filter(field="limits").order_by("pk").values_list("value", flat=True)
        )
    assert values == ["The names of two children.", "Not in groups."][-left:]
    assert stored(practice) == "Not in groups."
