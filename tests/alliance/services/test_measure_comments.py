"""What colleagues write to each other beside a measure: who reads, who is notified, what may be changed until when."""

from datetime import timedelta

import pytest
from django.utils import timezone

from alliance.enums import CommentState, ReportState, Role
from alliance.models import Measure, MeasureComment, Person, Report
from alliance.queries.measure_comments import (
    colleagues_to_mention,
    comment_counts,
    comments_of,
    find_mentions,
    last_visit,
)
from alliance.services.delegations import give_sections
from alliance.services.measure_comments import (
    WrittenComment,
    delete_comment,
    edit_comment,
    record_visit,
    reopen_comment,
    settle_comment,
    write_comment,
)
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.notices import Delivery
from tests.factories import Cast, make_cycle, make_person, make_report, read_charter
from tests.support.delegations import inbox_of

pytestmark = pytest.mark.django_db


@pytest.fixture
def report(cast: Cast) -> Report:
    return make_report(make_cycle(read_charter()), cast.aurora)


@pytest.fixture
def measure(report: Report) -> Measure:
    return Measure.objects.get(charter=report.cycle.charter, key="search")


def write(
    cast: Cast, report: Report, text: str, by: str = "alice", parent: MeasureComment | None = None
) -> WrittenComment:
    measure = Measure.objects.get(charter=report.cycle.charter, key="search")
    with acting_as(cast.actor(by)) as actor:
        return write_comment(actor, report, measure, text, parent=parent)


def test_a_message_is_read_in_the_organisation_and_nowhere_else(
    cast: Cast, report: Report, measure: Measure
) -> None:
    write(cast, report, "Whose clock is it?")

    counts = {}
    for name in ("alice", "bob", "carol", "rita", "mona"):
        with acting_as(cast.actor(name)) as actor:
            counts[name] = comments_of(actor, report, measure).count()
    assert counts == {"alice": 1, "bob": 1, "carol": 0, "rita": 0, "mona": 0}


def test_a_mention_notifies_without_the_words_of_the_message(cast: Cast, report: Report) -> None:
    written = write(cast, report, "@Sven, may we say “within the hour”? @bob too. Write to me@bob.example.")

    assert [each.name for each in written.mentions.notified] == ["Bob", "Sven"]
    assert written.mentions.unknown == []
    assert inbox_of(cast.sven) == ["measure_comment.write"]
    with acting_as(SYSTEM):
        assert "hour" not in str(list(Delivery.objects.values()))


def test_an_answer_notifies_the_writer_of_the_message(cast: Cast, report: Report) -> None:
    first = write(cast, report, "Whose clock is it?").comment
    write(cast, report, "Ours.", by="bob", parent=first)

    assert inbox_of(cast.alice) == ["measure_comment.write"]
    assert inbox_of(cast.bob) == []


def test_an_answer_notifies_those_who_wrote_in_its_conversation_before(cast: Cast, report: Report) -> None:
    first = write(cast, report, "Whose clock is it?").comment
    answer = write(cast, report, "Ours.", by="bob", parent=first).comment
    write(cast, report, "And at night?", by="sven", parent=answer)

    assert inbox_of(cast.bob) == ["measure_comment.write"]
    assert inbox_of(cast.alice) == ["measure_comment.write"] * 2
    assert inbox_of(cast.sven) == []


def test_a_message_notifies_the_writer_of_the_measure(cast: Cast, report: Report, measure: Measure) -> None:
    day = timezone.localdate() + timedelta(days=3)
    with acting_as(cast.actor("sven")) as sven:
        give_sections(sven, report, [f"c{measure.commitment_id}"], [cast.sven.pk], day)
    write(cast, report, "The log says nine.")

    assert inbox_of(cast.sven) == ["measure_comment.write"]


def test_a_person_of_another_organisation_is_not_mentioned_and_not_confirmed(
    cast: Cast, report: Report
) -> None:
    written = write(cast, report, "Ask @Carol Diaz or @Nobody.")

    assert (written.mentions.notified, written.mentions.unknown) == ([], ["Carol Diaz", "Nobody"])
    assert inbox_of(cast.carol) == []


def test_a_colleague_without_access_is_named_as_not_notified(cast: Cast, report: Report) -> None:
    with acting_as(SYSTEM):
        Person.objects.filter(pk=cast.bob.pk).update(is_active=False)
    written = write(cast, report, "@Bob, look.")

    assert [each.left_out for each in written.mentions.left_out] == [
        "has no access to the portal at the moment"
    ]
    assert written.comment.mentions == []


def test_a_name_that_two_have_is_chosen_from_the_list(cast: Cast, report: Report) -> None:
    twin = make_person("Twin", cast.aurora, Role.READER)
    with acting_as(SYSTEM):
        Person.objects.filter(pk=twin.pk).update(name="Sven")
    with acting_as(cast.actor("alice")) as alice:
        people = colleagues_to_mention(alice, cast.aurora)
    assert find_mentions(people, "@Sven!", []).unknown == ["Sven"]
    chosen = find_mentions(people, "@Sven!", [twin.pk])
    assert (chosen.person_ids, chosen.unknown) == ([twin.pk], [])


def test_messages_since_the_last_visit_are_new(cast: Cast, report: Report, measure: Measure) -> None:
    write(cast, report, "First.")
    with acting_as(cast.actor("sven")) as sven:
        record_visit(sven, report, measure)
        record_visit(sven, report, measure)
        visits = {measure.pk: last_visit(sven, report, measure)}
    write(cast, report, "Second, @Sven.")

    with acting_as(cast.actor("sven")) as sven:
        counts = comment_counts(sven, report, visits)[measure.pk]  # type: ignore[arg-type]  # visited
    assert (counts.total, counts.open, counts.new) == (2, 2, 1)
    assert counts.asked_at is not None


def test_a_message_is_edited_within_a_quarter_of_an_hour_by_its_author(cast: Cast, report: Report) -> None:
    comment = write(cast, report, "Whose clock?").comment
    with acting_as(cast.actor("sven")) as sven, pytest.raises(Forbidden):
        edit_comment(sven, comment, "Mine.")
    with acting_as(cast.actor("alice")) as alice:
        edited = edit_comment(alice, comment, "Whose clock, @Sven?").comment
        assert (edited.text, edited.edited_at is None) == ("Whose clock, @Sven?", False)
        MeasureComment.objects.filter(pk=comment.pk).update(written_at=timezone.now() - timedelta(minutes=16))
        with pytest.raises(WrongState, match="15 minutes"):
            edit_comment(alice, comment, "Too late.")
    assert inbox_of(cast.sven) == ["measure_comment.edit"]


def test_a_deleted_message_leaves_its_trace(cast: Cast, report: Report, measure: Measure) -> None:
    comment = write(cast, report, "Whose clock?").comment
    with acting_as(cast.actor("sven")) as sven, pytest.raises(Forbidden):
        delete_comment(sven, comment)
    with acting_as(cast.actor("alice")) as alice:
        delete_comment(alice, comment)
        with pytest.raises(WrongState, match="deleted already"):
            delete_comment(alice, comment)
        (left,) = comments_of(alice, report, measure)
    assert (left.text, left.deleted_at is None, left.written_by_id) == ("", False, cast.alice.pk)


def test_a_settled_conversation_waits_for_nobody_although_its_first_message_was_deleted(
    cast: Cast, report: Report, measure: Measure
) -> None:
    first = write(cast, report, "Whose clock is it?").comment
    write(cast, report, "Yours, @Sven?", by="bob", parent=first)
    with acting_as(cast.actor("alice")) as alice:
        settle_comment(alice, first)
        delete_comment(alice, first)

    with acting_as(cast.actor("sven")) as sven:
        counts = comment_counts(sven, report, {})[measure.pk]
    assert (counts.total, counts.open, counts.asked_at) == (1, 0, None)


def test_a_conversation_is_settled_and_an_answer_opens_it_again(cast: Cast, report: Report) -> None:
    first = write(cast, report, "Whose clock is it?").comment
    answer = write(cast, report, "Ours.", by="bob", parent=first).comment
    with acting_as(cast.actor("bob")) as bob:
        assert settle_comment(bob, first).settled_by_id == cast.bob.pk
        with pytest.raises(WrongState):
            settle_comment(bob, first)
        with pytest.raises(WrongState, match="with its conversation"):
            settle_comment(bob, answer)
        reopen_comment(bob, first)
        settle_comment(bob, first)
    write(cast, report, "And at night?", parent=answer)

    first.refresh_from_db()
    assert (first.state, first.settled_by_id) == (CommentState.OPEN, None)


@pytest.mark.parametrize("name", ["carol", "rita", "mona"])
def test_others_write_nothing(cast: Cast, report: Report, measure: Measure, name: str) -> None:
    with acting_as(cast.actor(name)) as actor, pytest.raises((Forbidden, Report.DoesNotExist)):
        write_comment(actor, report, measure, "Hello.")


def test_colleagues_talk_about_a_submitted_report_and_not_about_a_published_one(
    cast: Cast, report: Report
) -> None:
    for state in (ReportState.SUBMITTED, ReportState.IN_REVIEW, ReportState.CONCLUDED):
        with acting_as(SYSTEM):
            Report.objects.filter(pk=report.pk).update(state=state)
        assert write(cast, report, "What do they ask?")
    for state in (ReportState.PUBLISHED, ReportState.EXEMPT):
        with acting_as(SYSTEM):
            Report.objects.filter(pk=report.pk).update(state=state)
        with pytest.raises(WrongState, match="any more"):
            write(cast, report, "Too late.")


@pytest.mark.parametrize("text", ["", "  \n ", "x" * 2001, "a\N{RIGHT-TO-LEFT OVERRIDE}b"])
def test_a_message_without_words_or_with_too_many_is_refused_at_its_field(
    cast: Cast, report: Report, text: str
) -> None:
    with pytest.raises(DomainError) as refusal:
        write(cast, report, text)
    assert refusal.value.field == "text"
