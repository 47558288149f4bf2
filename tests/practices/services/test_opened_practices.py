"""After a practice was opened: who reads its parts, what is written for whom, and what narrowing takes."""

from typing import Any

import pytest

from portal.kernel import clock, journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, WrongState
from practices.audiences import audience
from practices.enums import Label, TranslationState
from practices.models import (
    Attachment,
    Post,
    Practice,
    PracticeChange,
    Reaction,
    Relation,
    Translation,
)
from practices.queries.adoptions import adoption_rows
from practices.queries.citations import citations_for
from practices.queries.discussion import posts_of
from practices.queries.requests import offers_for
from practices.services.adoptions import set_adoption_readers
from practices.services.audiences import set_readers
from practices.services.discussion import write_post
from practices.services.mail_replies import reply_address
from practices.services.openings import (
    propose_opening,
    share_opening,
    take_back_opening,
)
from practices.services.reactions import react_to_practice
from practices.services.translations import accept_translation, add_translation
from tests.factories.practices import call_as
from tests.factories.relations import ReaderRelations
from tests.support.jobs import run_all_jobs
from tests.support.opened_practice import (
    make_named_practice,
    make_opened_practice,
    manager_of,
    sees,
    stays,
)

pytestmark = pytest.mark.django_db


def test_a_use_is_seen_by_all_whom_its_organisation_chooses_anew(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    use, staff = opened.use, relations.actors["staff"]
    assert sees(opened, "other", use) == (False, False)
    call_as(staff, set_adoption_readers, use, audience(Label.GREEN))

    assert {sees(opened, "other", opened.parts[name]) for name in ("use", "step", "result")} == {(True, True)}


def test_a_report_cites_a_use_to_its_earlier_readers_alone(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    use = opened.use
    cited = {}
    for who in ("named", "other", "host", "public"):
        actor = relations.actors[who]
        with acting_as(actor):
            cited[who] = bool(citations_for(actor, use.organisation_id, [str(use.key)]))

    assert cited == {"named": True, "other": False, "host": False, "public": False}


def test_an_answer_has_the_readers_of_its_question(relations: ReaderRelations, settings: Any) -> None:
    settings.REPLY_ADDRESS = "replies@portal.example"
    opened = make_opened_practice(relations)
    author = relations.actors["author"]
    answer = call_as(author, write_post, opened.practice, "More.", parent=opened.parts["question"])
    question = call_as(author, write_post, opened.practice, "And now?")
    with acting_as(author):
        addresses = [bool(reply_address(author, row)) for row in (answer, question)]

    assert [sees(opened, "other", row) for row in (answer, question)] == [(False, False), (True, True)]
    assert addresses == [False, True]
    with acting_as(relations.actors["other"]) as other:
        assert [row.pk for row in posts_of(other, opened.practice)] == [question.pk]


def test_what_is_written_for_named_readers_does_not_come_out_after_the_opening(
    relations: ReaderRelations,
) -> None:
    """The request has read the practice, and then it is opened."""
    named = make_named_practice(relations)
    with acting_as(SYSTEM):
        seen_before = Practice.objects.get(pk=named.practice.pk)
    call_as(named.manager, share_opening, named.opening)
    staff = relations.actors["staff"]
    for act in (
        lambda: call_as(staff, write_post, seen_before, "Among us."),
        lambda: call_as(staff, react_to_practice, seen_before, "thanks"),
    ):
        with pytest.raises(WrongState, match="Its readers have just changed"):
            act()


def test_one_s_own_reaction_can_be_taken_back(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    staff = relations.actors["staff"]
    with acting_as(SYSTEM):  # who is named no more, and reads it with the community
        Reaction.objects.filter(person_id=staff.person_id).update(earlier_readers=["staff:0"])

    assert call_as(staff, react_to_practice, opened.practice, "works") is False


def test_an_offer_names_the_practice_to_those_who_knew_it_then(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    named = {}
    for who in ("named", "other", "host", "staff"):
        with acting_as(relations.actors[who]) as actor:
            (row,) = offers_for(actor, opened.request)
            named[who] = bool(row.practice and row.title)

    assert named == {"named": True, "other": False, "host": False, "staff": True}


def test_a_translation_from_before_is_not_shared_by_the_way(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    with acting_as(SYSTEM):
        opened.parts["translation"].state = "offered"
        opened.parts["translation"].save()
    with pytest.raises(WrongState, match="has to be offered again"):
        call_as(relations.actors["author"], accept_translation, opened.parts["translation"])


def test_texts_of_an_earlier_translation_can_be_offered_again(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    texts = {"title": stays("translated-title")}
    row = call_as(relations.actors["author"], add_translation, opened.practice, language="ru", texts=texts)

    assert (row.state, row.content) == (TranslationState.DRAFT, texts)
    with acting_as(SYSTEM):
        shared = Translation.objects.get(pk=opened.parts["translation"].pk)
    assert shared.state == TranslationState.SHARED


def test_the_feed_begins_anew_with_the_opening(relations: ReaderRelations) -> None:
    """Also for what happened before and is numbered later."""
    opened = make_named_practice(relations)
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "practice.widen", opened.practice)
    call_as(opened.manager, share_opening, opened.opening)
    run_all_jobs()
    kinds = {}
    for who in ("named", "other"):
        with acting_as(relations.actors[who]):
            kinds[who] = sorted(
                PracticeChange.objects.filter(practice=opened.practice).values_list("kind", flat=True)
            )

    assert kinds == {
        "named": ["practice.readers_changed", "practice.shared", "practice.updated", "practice.updated"],
        "other": ["practice.shared"],
    }


def test_the_journal_hides_entries_before_the_opening(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    kinds = {}
    for who in ("colleague", "host"):
        with acting_as(SYSTEM):
            rows = journal.entries_visible_to(relations.actors[who]).filter(
                target_type="practices.practice", target_id=opened.practice.pk
            )
            kinds[who] = sorted(set(rows.values_list("kind", flat=True)))

    assert kinds == {
        "colleague": ["practice.open", "practice.update", "search.match"],
        "host": ["practice.open", "search.match"],
    }


def test_the_journal_hides_entries_about_files_before_the_opening(relations: ReaderRelations) -> None:
    opened = make_named_practice(relations)
    file = opened.parts["goes-file"]
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "attachment.add", file)
    call_as(opened.manager, share_opening, opened.opening)
    with acting_as(SYSTEM):
        journal.record(SYSTEM, "attachment.remove", file)
    kinds = {}
    for who in ("colleague", "host"):
        with acting_as(SYSTEM):
            rows = journal.entries_visible_to(relations.actors[who])
            rows = rows.filter(target_type="practices.attachment", target_id=file.pk).order_by("pk")
            kinds[who] = list(rows.values_list("kind", flat=True))

    assert kinds == {"colleague": ["attachment.add", "attachment.remove"], "host": ["attachment.remove"]}


def test_narrowing_and_recalling_take_everything(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    call_as(opened.signatory, set_readers, opened.practice,
            audience(Label.AMBER, organisations=[relations.actors["other"].tenant_id]))  # fmt: skip

    assert sees(opened, "other", opened.practice) == (True, True)
    assert sees(opened, "other", opened.parts["question"]) == (False, False)
    assert sees(opened, "named", opened.parts["question"]) == (False, False)
    assert sees(opened, "author", opened.parts["question"]) == (True, True)


def test_what_is_opened_twice_is_for_those_who_knew_it_both_times(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    call_as(relations.actors["author"], write_post, opened.practice, "To the community.")
    other = relations.actors["other"]
    call_as(opened.signatory, set_readers, opened.practice,
            audience(Label.AMBER, organisations=[other.tenant_id]))  # fmt: skip
    with acting_as(SYSTEM):
        opened.practice.refresh_from_db()
    second = call_as(opened.signatory, propose_opening, opened.practice)
    call_as(opened.manager, share_opening, second)
    with acting_as(SYSTEM):
        post = Post.objects.get(text="To the community.")
        relation = Relation.objects.get(pk=opened.parts["relation"].pk)

    assert [sees(opened, who, opened.parts["question"]) for who in ("named", "other")] == [
        (True, True), (False, False),
    ]  # fmt: skip
    assert [sees(opened, who, post) for who in ("named", "other")] == [(False, False), (True, True)]
    assert [sees(opened, who, relation) for who in ("author", "named", "other")] == [
        (True, True), (False, False), (False, False),
    ]  # fmt: skip


def test_a_moderator_of_a_next_version_reads_no_earlier_file(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    with acting_as(SYSTEM):
        opened.practice.draft.proposed_at = clock.now()
        opened.practice.draft.save()
    with acting_as(relations.actors["host"]) as host:
        rows = Attachment.objects.visible_to(host).filter(practice=opened.practice)
        titles = sorted(rows.values_list("title", flat=True))
        policy = sorted(Attachment.objects.filter(practice=opened.practice).values_list("title", flat=True))

    assert titles == policy == sorted([opened.parts["goes-file"].title, opened.parts["goes-test-set"].title])


def test_an_expired_alert_is_not_opened(relations: ReaderRelations) -> None:
    opened = make_named_practice(relations)
    call_as(opened.signatory, take_back_opening, opened.opening)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=opened.practice.pk).update(expires_on="2020-01-01")
        opened.practice.refresh_from_db()
    with pytest.raises(WrongState, match="expired"):
        call_as(opened.signatory, propose_opening, opened.practice)


def test_readers_are_not_widened_past_the_secretariat(relations: ReaderRelations) -> None:
    opened = make_named_practice(relations)
    for label in (Label.GREEN, Label.CLEAR):
        with pytest.raises(DomainError, match="secretariat must read it first"):
            call_as(opened.signatory, set_readers, opened.practice, audience(label))
    with acting_as(SYSTEM):
        assert Practice.objects.get(pk=opened.practice.pk).label == Label.AMBER


def test_only_uses_that_one_may_see_are_counted(relations: ReaderRelations) -> None:
    opened = make_opened_practice(relations)
    counts = {}
    for who in ("named", "other", "public"):
        with acting_as(relations.actors[who]) as actor:
            counts[who] = adoption_rows(actor).filter(practice=opened.practice).count()

    assert counts == {"named": 1, "other": 0, "public": 0}
    assert manager_of(relations).is_host
