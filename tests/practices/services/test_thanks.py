"""Thanks for an answer or a use: said once, told to whoever is thanked, counted among people."""

from typing import Any

import pytest
from django.test import Client

from portal.kernel.access import acting_as
from practices.models import Thanks
from practices.queries.people import solvers
from tests.factories import Cast
from tests.factories.adoptions import make_adoption
from tests.factories.discussion import make_post
from tests.factories.practices import make_shared
from tests.support.notifications import clear_notifications, inbox_lines

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("sven_edits")]


def thanked(cast: Cast, reader: str, name: str) -> int:
    with acting_as(actor := cast.actor(reader)):
        return sum(row.thanks for row in solvers(actor) if row.person.name == name)


def test_the_writer_of_an_answer_is_thanked_once(cast: Cast, client: Client, mailoutbox: list[Any]) -> None:
    practice = make_shared(cast)
    question = make_post(cast.actor("carol"), practice, "How long?")
    answer = make_post(cast.actor("sven"), practice, "Two hours.", parent=question)
    clear_notifications()
    mailoutbox.clear()
    client.force_login(cast.carol)
    discussion = f"/workspace/practices/{practice.key}/discussion/"
    assert "Say thank you" in client.get(discussion).text

    for _time in range(2):
        client.post(f"/workspace/practices/posts/{answer.key}/thanks/")
    assert inbox_lines() == [
        ("Sven", "[TLP:GREEN] Somebody thanks you for your answer: Slow the first message")
    ]
    assert mailoutbox == []
    page = client.get(discussion).text
    assert ("thanked by 1 reader" in page, "Say thank you" in page) == (True, False)
    assert thanked(cast, "carol", "Sven") == 1
    assert "thanked 1 time" in client.get("/workspace/practices/people/").text

    # nobody thanks themselves, or for a question
    assert client.post(f"/workspace/practices/posts/{question.key}/thanks/").status_code == 403
    client.force_login(cast.sven)
    assert client.post(f"/workspace/practices/posts/{answer.key}/thanks/").status_code == 403
    assert Thanks.objects.count() == 1


def test_those_who_recorded_a_use_are_thanked_by_others(cast: Cast, client: Client) -> None:
    practice = make_shared(cast)
    use = make_adoption(cast.actor("carol"), practice)
    clear_notifications()
    url, thanks = f"/workspace/practices/{practice.key}/uses/", f"/workspace/practices/uses/{use.key}/thanks/"
    client.force_login(cast.alice)
    assert "Say thank you" in client.get(url).text

    assert client.post(thanks, follow=True).text.count("thanked by 1 reader") == 1
    assert inbox_lines() == [
        (
            "Carol",
            "[TLP:GREEN] Somebody thanks you for saying how a practice works for you: Slow the first message",
        )
    ]
    assert (thanked(cast, "mona", "Carol"), thanked(cast, "carol", "Carol")) == (1, 0)

    client.force_login(cast.carol)
    assert "Say thank you" not in client.get(url).text
    assert client.post(thanks).status_code == 403
