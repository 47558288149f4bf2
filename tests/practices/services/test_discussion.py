"""Questions and answers: who may post, who is mentioned, what is edited, taken back, removed and accepted."""

from datetime import timedelta

import pytest

from alliance.enums import OrganisationKind, Role
from alliance.models import Membership
from portal.kernel import clock
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.journal import Event
from practices.access import person_token
from practices.enums import Label, PracticeState
from practices.models import Follow, Post, Practice, WorkingGroup
from practices.queries.mentions import mentionable_people
from practices.services.discussion import (
    accept_post,
    edit_post,
    remove_post,
    take_back_post,
    unaccept_post,
    write_post,
)
from practices.services.practices import retire_practice
from tests.factories import Cast, actor_of, make_organisation, make_person
from tests.factories.discussion import make_post, make_request_with_label
from tests.factories.practices import call_as, make_shared
from tests.factories.relations import ReaderRelations

pytestmark = pytest.mark.django_db


@pytest.fixture
def cast(cast: Cast, sven_edits: None) -> Cast:
    return cast


def text_of(post: Post) -> tuple[str, str]:
    with acting_as(SYSTEM):
        post.refresh_from_db()
    return post.text, post.removed_reason


def test_a_question_is_answered_and_both_follow(cast: Cast) -> None:
    practice = make_shared(cast)
    question = make_post(cast.actor("carol"), practice)
    answer = make_post(cast.actor("alice"), practice, "Both.", parent=question)

    with acting_as(SYSTEM):
        assert set(Follow.objects.values_list("person__name", flat=True)) == {"Carol", "Alice"}
    assert (answer.parent_id, answer.practice_id) == (question.pk, practice.pk)
    event = Event.objects.get(kind="post.write", target_id=answer.pk)
    assert event.data == {"practice": practice.pk, "mentioned": []}


def test_readers_read_and_moderators_speak(cast: Cast) -> None:
    practice = make_shared(cast)
    for name in ("mona", "rita", "carol", "sven"):
        make_post(cast.actor(name), practice)
    with pytest.raises(Forbidden):
        make_post(cast.actor("bob"), practice)


@pytest.mark.parametrize(
    ("text", "sentence"),
    [("  \n", "Enter a text"), ("x" * 4001, "4001 characters, at most 4000"), ("a\u202eb", "U\\+202E")],
)
def test_words_that_are_none_are_refused(cast: Cast, text: str, sentence: str) -> None:
    practice = make_shared(cast)
    with pytest.raises(DomainError, match=sentence):
        make_post(cast.actor("carol"), practice, text)


def test_an_answer_answers_a_question_about_the_same_subject(cast: Cast) -> None:
    practice, other = make_shared(cast), make_shared(cast)
    question = make_post(cast.actor("carol"), practice)
    answer = make_post(cast.actor("alice"), practice, parent=question)
    for parent, subject in ((answer, practice), (question, other)):
        with pytest.raises(WrongState):
            make_post(cast.actor("carol"), subject, parent=parent)


def test_nothing_is_said_beneath_a_draft_and_of_what_is_retired_still(cast: Cast) -> None:
    practice = make_shared(cast)
    call_as(cast.actor("alice"), retire_practice, practice, "Superseded.")
    with acting_as(SYSTEM):
        practice.refresh_from_db()
    make_post(cast.actor("carol"), practice)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(**{"state": PracticeState.DRAFT})
        practice.refresh_from_db()
    with pytest.raises(WrongState):
        make_post(cast.actor("alice"), practice)


def test_one_mends_ones_own_for_a_day_and_it_shows(cast: Cast) -> None:
    practice = make_shared(cast)
    post = make_post(cast.actor("carol"), practice)
    mended = call_as(cast.actor("carol"), edit_post, post, "Does it hold calls?")

    assert (mended.text, mended.edited_at is not None) == ("Does it hold calls?", True)
    with pytest.raises(Forbidden):
        call_as(cast.actor("alice"), edit_post, post, "No.")
    with acting_as(SYSTEM):
        Post.objects.filter(pk=post.pk).update(posted_at=clock.now() - timedelta(hours=25))
    with pytest.raises(WrongState):
        call_as(cast.actor("carol"), edit_post, post, "Too late.")


def test_what_is_taken_back_keeps_its_place_and_no_word(cast: Cast) -> None:
    practice = make_shared(cast)
    post = make_post(cast.actor("carol"), practice)
    with pytest.raises(Forbidden):
        call_as(cast.actor("alice"), take_back_post, post)
    call_as(cast.actor("carol"), take_back_post, post)

    assert text_of(post) == ("", "")
    with pytest.raises(WrongState):
        make_post(cast.actor("alice"), practice, parent=post)
    with pytest.raises(WrongState):
        call_as(cast.actor("carol"), edit_post, post, "Again.")


@pytest.mark.parametrize("name", ["alice", "sven", "mona"])
def test_the_source_and_moderators_remove_with_a_reason(cast: Cast, name: str) -> None:
    post = make_post(cast.actor("carol"), make_shared(cast))
    with pytest.raises(DomainError, match="Give a reason"):
        call_as(cast.actor(name), remove_post, post, " ")
    call_as(cast.actor(name), remove_post, post, "It names a child.")

    assert text_of(post) == ("", "It names a child.")


@pytest.mark.parametrize("name", ["bob", "rita", "carol"])
def test_nobody_else_removes(cast: Cast, name: str) -> None:
    post = make_post(cast.actor("carol"), make_shared(cast))
    with pytest.raises(Forbidden):
        call_as(cast.actor(name), remove_post, post, "No.")


def test_one_answer_is_accepted_by_who_asked_or_by_the_source_and_can_be_taken_back(cast: Cast) -> None:
    practice = make_shared(cast)
    question = make_post(cast.actor("carol"), practice)
    first, second = (
        make_post(cast.actor(name), practice, "So.", parent=question) for name in ("mona", "alice")
    )
    with pytest.raises(Forbidden):
        call_as(cast.actor("mona"), accept_post, first)
    call_as(cast.actor("carol"), accept_post, first)
    call_as(cast.actor("sven"), accept_post, second)
    call_as(cast.actor("sven"), accept_post, second)

    with acting_as(SYSTEM):
        assert list(Post.objects.filter(accepted_at__isnull=False)) == [second]
    assert Event.objects.filter(kind="post.accept").count() == 2
    call_as(cast.actor("carol"), unaccept_post, second)
    with acting_as(SYSTEM):
        assert not Post.objects.filter(accepted_at__isnull=False).exists()
    with pytest.raises(Forbidden):
        call_as(cast.actor("carol"), accept_post, question)


# --- Mentions --------------------------------------------------------------------------------


def test_who_may_be_mentioned_beneath_what_is_named_is_who_is_known_to_read_there(
    relations: ReaderRelations,
) -> None:
    practice = relations.practice(Label.AMBER)
    names = {
        relation: {
            person.name for person in call_as(relations.actors[relation], mentionable_people, practice)
        }
        for relation in ("author", "staff", "named", "partner_named")
    }

    # their colleagues who may read it, and the author; no other reader
    assert names == {
        "author": {"Bob"},
        "staff": {"Alice"},
        "named": {"Alice"},
        "partner_named": {"Alice"},
    }


def test_a_person_who_has_written_may_be_mentioned_until_they_lose_access(relations: ReaderRelations) -> None:
    practice = relations.practice(Label.AMBER_STRICT)
    make_post(relations.actors["staff"], practice)
    petra = relations.actors["partner_named"]
    assert {person.name for person in call_as(petra, mentionable_people, practice)} == {"Alice", "Nadia"}
    with acting_as(SYSTEM):
        practice.reader_organisations = [petra.tenant_id]
        practice.save()

    assert {person.name for person in call_as(petra, mentionable_people, practice)} == {"Alice"}


@pytest.mark.parametrize("label", [Label.AMBER, Label.AMBER_STRICT, Label.RED])
def test_neither_list_nor_call_reaches_who_may_not_be_known_to_read(
    label: str, relations: ReaderRelations
) -> None:
    """Nadia reads, Mei does not: to Carol, who knows of neither, both calls are words alone."""
    practice = relations.practice(label)
    chosen = [
        person_token(relations.actors[name].person_id, relations.actors[name].tenant_id)
        for name in ("other", "partner_named", "author")
    ]
    post = make_post(relations.actors["named"], practice, "@Mei @Petra @Dana @Nadia, look", mentions=chosen)

    assert post.mentions == [chosen[2]]


def test_the_community_is_called_by_name_where_the_name_is_one_persons(relations: ReaderRelations) -> None:
    practice = relations.practice(Label.GREEN)
    twin = make_organisation("twin", OrganisationKind.MEMBER)
    make_person("Mei", twin, Role.EDITOR)
    make_person("Dana Ray", twin, Role.EDITOR)
    carol = relations.actors["named"]
    post = make_post(carol, practice, "@Mei, @dana ray and @Petra: see @Nobody, and petra@Lena.example")

    memberships = Membership.objects.filter(
        person_id__in=[int(key.partition(".")[0]) for key in post.mentions]
    )
    assert set(memberships.values_list("person__name", flat=True)) == {"Dana Ray", "Petra"}


def test_only_who_is_newly_mentioned_by_an_edit_is_named_in_its_event(cast: Cast) -> None:
    practice = make_shared(cast)
    post = make_post(cast.actor("carol"), practice, "@Alice?")
    call_as(cast.actor("carol"), edit_post, post, "@Alice, @Mona?")

    data = Event.objects.get(kind="post.edit").data
    assert data["mentioned"] == [person_token(cast.mona.pk, cast.secretariat.pk)]


# --- Visibility ------------------------------------------------------------------------------

RELATIONS = (
    "author",
    "colleague",
    "named",
    "colleague_of_named",
    "staff",
    "affiliate",
    "in_group",
    "other",
    "host",
)
VISIBLE = {
    Label.GREEN: "yyyyyyyyy",
    Label.AMBER: "yyy.yyy..",
    Label.AMBER_STRICT: "yyy.y.y..",
    Label.RED: "y.y...y..",
}


@pytest.mark.parametrize("label", VISIBLE)
@pytest.mark.parametrize("beneath", ["practice", "request"])
def test_a_post_is_seen_with_what_it_stands_beneath(
    label: str, beneath: str, relations: ReaderRelations
) -> None:
    subject = (
        relations.practice(label) if beneath == "practice" else make_request_with_label(relations, label)
    )
    make_post(relations.actors["author"], subject)

    assert visible_row(relations, first=True) == VISIBLE[Label(label)]
    assert visible_row(relations, first=False) == VISIBLE[Label(label)]


def visible_row(relations: ReaderRelations, *, first: bool) -> str:
    letters = ""
    for relation in RELATIONS:
        actor = relations.actors[relation]
        with acting_as(SYSTEM if first else actor):
            rows = Post.objects.visible_to(actor) if first else Post.objects.all()
            letters += "y" if rows.exists() else "."
    return letters


def test_what_a_group_says_is_for_its_members(relations: ReaderRelations) -> None:
    with acting_as(relations.actors["in_group"]):
        group = WorkingGroup.objects.get()
    make_post(relations.actors["in_group"], group)

    saw = set()
    for relation, actor in relations.actors.items():
        with acting_as(actor):
            saw |= {relation} if Post.objects.exists() else set()
    assert saw == {"in_group"}


def test_a_person_who_may_not_see_a_subject_cannot_discuss_it(relations: ReaderRelations) -> None:
    practice = relations.practice(Label.RED)
    with pytest.raises(Forbidden):
        call_as(relations.actors["other"], write_post, practice, "Hello?")


def test_an_actor_of_nobody_says_nothing(cast: Cast) -> None:
    carol = make_person("Lara", make_organisation("helpers", OrganisationKind.SUPPORTER), Role.EDITOR)
    with pytest.raises(Forbidden):
        write_post(actor_of(carol), make_shared(cast), "Hello?")
