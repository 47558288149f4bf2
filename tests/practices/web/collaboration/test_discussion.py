"""The discussion page: questions and answers by form, long ones page by page, shown to each reader as it may be."""

from collections.abc import Callable
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from alliance.models import Person
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label
from practices.models import AccessLog, Post, Practice
from practices.services.discussion import accept_post, remove_post, take_back_post
from tests.factories import Cast
from tests.factories.discussion import make_post
from tests.factories.practices import call_as, make_shared
from tests.factories.relations import ReaderRelations
from tests.support.forms import FormClient

pytestmark = pytest.mark.django_db


def discussion_url(practice: Practice, query: str = "") -> str:
    return reverse("workspace:practice-discussion", args=[practice.key]) + query


def test_somebody_asks_and_the_author_answers(cast: Cast) -> None:
    practice = make_shared(cast)
    carol, alice = FormClient(cast.carol), FormClient(cast.alice)
    carol.open(discussion_url(practice))
    page = carol.send({"text": "Does it **hold** voice?"}, field="text")
    assert "<strong>hold</strong>" in page
    with acting_as(SYSTEM):
        question = Post.objects.get()
    alice.open(discussion_url(practice, f"?answer={question.key}"))
    page = alice.send({"text": "It does, @Carol.", "mention": []}, field="text")

    assert "author</span>" in page
    with acting_as(SYSTEM):
        assert Post.objects.get(parent=question).mentions == [f"{cast.carol.pk}.{cast.beacon.pk}"]
    assert 'action="/workspace/practices/posts/' in carol.open(discussion_url(practice))
    with acting_as(SYSTEM):
        answer = Post.objects.get(parent=question)
    accepted = carol.send(action=reverse("workspace:post-accept", args=[answer.key]))
    assert "data-accepted" in accepted


def test_reading_the_discussion_is_opening_the_practice(cast: Cast) -> None:
    """People who read it there are notified of a recall too."""
    practice = make_shared(cast, Label.AMBER)
    for person in (cast.carol, cast.alice):
        signed_in(person).get(discussion_url(practice))

    with acting_as(SYSTEM):
        assert list(AccessLog.objects.values_list("person__name", "channel")) == [("Carol", "page")]


def test_words_posted_twice_are_said_once(cast: Cast) -> None:
    browser = FormClient(cast.carol)
    browser.open(discussion_url(make_shared(cast)))
    form = browser.form(field="text")
    for _again in range(2):
        response = browser.client.post(form.action, form.filled({"text": "Once?"}))
        assert response.status_code == 302

    with acting_as(SYSTEM):
        assert Post.objects.count() == 1


def test_what_is_wrong_is_said_at_the_field_and_nothing_is_lost(cast: Cast) -> None:
    client, practice = signed_in(cast.carol), make_shared(cast)
    response = client.post(discussion_url(practice), {"text": "a\u202eb"})

    assert response.status_code == 422
    assert "U+202E" in response.content.decode()
    assert "a\u202eb" in response.content.decode()


def signed_in(person: Person) -> Client:
    client = Client()
    client.force_login(person)
    return client


def test_nobody_is_mentioned_who_is_not_offered(cast: Cast) -> None:
    practice = make_shared(cast, Label.AMBER)
    response = signed_in(cast.carol).post(
        discussion_url(practice), {"text": "Look.", "mention": f"{cast.mona.pk}.{cast.secretariat.pk}"}
    )

    assert response.status_code == 422
    with acting_as(SYSTEM):
        assert not Post.objects.exists()


def test_the_list_of_whom_to_mention_names_no_other_reader(relations: ReaderRelations) -> None:
    practice = relations.practice(Label.RED)
    page = page_of(relations.actors["named"].person_id, discussion_url(practice))

    assert [name for name in ("Alice", "Bob", "Dana", "Rita", "Mei") if name in page] == ["Alice"]


def page_of(person_id: int | None, url: str) -> str:
    client = Client()
    client.force_login(Person.objects.get(pk=person_id))
    return client.get(url).content.decode()


def test_a_mention_is_named_to_those_who_may_know_of_it(relations: ReaderRelations) -> None:
    """Alice calls her colleague Bob: Nadia, who knows nothing of him, reads Alice's own words and no more."""
    practice = relations.practice(Label.AMBER)
    bob = relations.actors["colleague"]
    make_post(
        relations.actors["author"], practice, "See below.", mentions=[f"{bob.person_id}.{bob.tenant_id}"]
    )

    pages = {
        name: page_of(relations.actors[name].person_id, discussion_url(practice))
        for name in ("author", "staff")
    }
    assert {name: "Bob" in page for name, page in pages.items()} == {"author": True, "staff": False}


def test_what_is_gone_says_how_and_no_word_of_it(cast: Cast) -> None:
    practice, carol = make_shared(cast), cast.actor("carol")
    for service, arguments in ((take_back_post, ()), (remove_post, ("It names a child.",))):
        post = make_post(carol, practice, "Canary")
        call_as(cast.actor("alice") if arguments else carol, service, post, *arguments)
    page = signed_in(cast.bob).get(discussion_url(practice)).content.decode()

    assert "Canary" not in page
    assert "It names a child." in page


def test_scripts_in_words_are_words(cast: Cast) -> None:
    practice = make_shared(cast)
    make_post(
        cast.actor("carol"),
        practice,
        "<script>alert(1)</script> [x](javascript:alert(1)) ![p](http://x.example/p.png)",
    )
    page = signed_in(cast.alice).get(discussion_url(practice)).content.decode()

    assert "<script>alert" not in page
    assert 'href="javascript' not in page
    assert "<img" not in page.split('id="discussion"')[1]


# --- Long discussions ------------------------------------------------------------------------


def crowd(cast: Cast, practice: Practice, count: int) -> Post:
    """A question with so many answers, one of them accepted, and a later question."""
    question = make_post(cast.actor("carol"), practice, "The first question?")
    ours = {"practice": practice, "person": cast.alice, "organisation": cast.aurora}
    with acting_as(SYSTEM):
        Post.objects.bulk_create(
            Post(
                parent=question,
                text=f"Answer {number}.",
                mentions=[f"{cast.carol.pk}.{cast.beacon.pk}"],
                **ours,
            )
            for number in range(count)
        )
    call_as(cast.actor("carol"), accept_post, Post.objects.model(pk=first_answer(question)))
    return make_post(cast.actor("carol"), practice, "The last question?")


def first_answer(question: Post) -> int:
    with acting_as(SYSTEM):
        return int(Post.objects.filter(parent=question).values_list("pk", flat=True)[0])


def test_two_posts_and_two_hundred_cost_the_same_queries(cast: Cast) -> None:
    few, many, client = make_shared(cast), make_shared(cast), signed_in(cast.carol)
    crowd(cast, few, 2)
    crowd(cast, many, 200)
    costs = []
    for practice in (few, many):
        client.get(discussion_url(practice, "?discussion=1"))
        with CaptureQueriesContext(connection) as captured:
            assert client.get(discussion_url(practice, "?discussion=1")).status_code == 200
        costs.append(sum("alliance_site" not in query["sql"] for query in captured))

    assert costs[0] == costs[1]
    assert costs[0] < 30


def test_a_long_discussion_opens_at_its_end_and_repeats_the_question_above(
    cast: Cast, django_assert_max_num_queries: Callable[..., Any]
) -> None:
    practice, client = make_shared(cast), signed_in(cast.carol)
    last = crowd(cast, practice, 70)
    page = client.get(discussion_url(practice)).content.decode()
    assert "The last question?" in page
    assert "The first question?" in page
    assert 'id="above-' in page
    assert "Answer 3." not in page

    first = client.get(discussion_url(practice, "?discussion=1")).content.decode()
    assert "Answer 3." in first
    assert "The last question?" not in first
    newest = client.get(discussion_url(practice, "?post=newest")).content.decode()
    assert f'id="post-{last.key}"' in newest
    for nonsense in ("?discussion=x", "?discussion=99", "?post=none", "?answer=none"):
        assert client.get(discussion_url(practice, nonsense)).status_code == 200


def test_a_link_to_a_post_opens_its_page(cast: Cast) -> None:
    practice = make_shared(cast)
    crowd(cast, practice, 70)
    with acting_as(SYSTEM):
        post = Post.objects.get(text="Answer 40.")
    page = signed_in(cast.bob).get(discussion_url(practice, f"?post={post.key}")).content.decode()

    assert f'id="post-{post.key}"' in page
    assert 'name="text"' not in page  # Bob reads
