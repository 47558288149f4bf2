"""The matrix in digests: each label × each relation of a reader, with a canary in every text."""

import pytest
from django.core import mail

from portal.kernel import journal
from portal.kernel.access import SYSTEM
from portal.kernel.models import Delivery, NoticePreference, Pace
from portal.kernel.row_security import acting_as
from practices.enums import NAMED_LABELS, Label
from practices.models import Follow, Post, Practice, SavedSearch
from practices.services.searches import announce
from tests.support.canaries import leaks
from tests.support.jobs import do_all_jobs
from tests.support.mornings import a_week_passes, choose
from tests.support.practice_matrix import AT_DESKS, Matrix, readers, relation_of, word

pytestmark = [pytest.mark.usefixtures("undone_matrix"), pytest.mark.xdist_group("matrix")]

STRICTEST_LAST = [Label.CLEAR, Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED]


def follow(matrix: Matrix, label: str) -> None:
    """Everybody follows it, has a saved search that it answers, and wants to be told once a day."""
    practice = matrix.practices[label]
    for who in AT_DESKS:
        actor = matrix.circle.actors[who]
        assert actor.person_id is not None
        mine = {"person_id": actor.person_id, "organisation_id": actor.tenant_id}
        Follow.objects.create(practice=practice, **mine)
        query = {"harms": practice.versions.first().content["harms"]}
        SavedSearch.objects.create(name=f"Mine {label}", query=query, **mine)
        choose(actor.person_id, Pace.DAILY)


def happen(matrix: Matrix, label: str) -> None:
    """There is a new version, a question, and an answer to each search."""
    practice, author = matrix.practices[label], matrix.circle.actors["author"]
    journal.record(SYSTEM, "practice.update", practice, number=2)
    question = Post.objects.create(
        practice=practice,
        text=word(label, "post"),
        person_id=author.person_id,
        organisation_id=author.tenant_id,
    )
    journal.record(SYSTEM, "post.write", question)
    announce(SYSTEM, practice)


def everything_happens(matrix: Matrix, *labels: str) -> None:
    with acting_as(SYSTEM):
        for label in labels:
            follow(matrix, label)
            happen(matrix, label)
    mail.outbox = []
    do_all_jobs()
    assert mail.outbox == []


@pytest.mark.parametrize("label", Label.values)
def test_a_digest_goes_to_readers_alone_and_says_what_the_label_lets_it(matrix: Matrix, label: str) -> None:
    everything_happens(matrix, label)
    a_week_passes()

    assert {relation_of(matrix, letter.to[0]) for letter in mail.outbox} == readers(label) & set(AT_DESKS)
    assert len(mail.outbox) == len({letter.to[0] for letter in mail.outbox})
    assert {letter.subject.startswith(f"[{Label(label).label}] ") for letter in mail.outbox} == {True}
    told = [f"{letter.subject} {letter.body} {letter.alternatives}" for letter in mail.outbox]
    named = {name for text in told for name in leaks(text)}
    assert named == (set() if label in NAMED_LABELS else {f"{label}-title"})
    assert [text for text in told if "Aurora" in text] == []


@pytest.mark.parametrize("label", Label.values)
def test_who_loses_sight_before_the_morning_reads_nothing_of_it(matrix: Matrix, label: str) -> None:
    everything_happens(matrix, label)
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=matrix.practices[label].pk).update(state="recalled")
    a_week_passes()

    assert {relation_of(matrix, letter.to[0]) for letter in mail.outbox} <= {"author", "colleague"}


def test_a_digest_of_all_labels_bears_the_strictest_that_its_reader_reads(matrix: Matrix) -> None:
    everything_happens(matrix, *Label.values)
    a_week_passes()
    subjects = {relation_of(matrix, letter.to[0]): letter.subject for letter in mail.outbox}
    strictest = {
        who: next(label for label in reversed(STRICTEST_LAST) if who in readers(label)) for who in subjects
    }

    assert len(subjects) > 3
    assert {who: subject.partition("]")[0] for who, subject in subjects.items()} == {
        who: f"[{label.label}" for who, label in strictest.items()
    }


def test_a_digest_of_all_labels_names_what_is_open_to_its_reader_and_no_more(matrix: Matrix) -> None:
    everything_happens(matrix, *Label.values)
    a_week_passes()
    for letter in mail.outbox:
        who = relation_of(matrix, letter.to[0])
        mine = {f"{label}-title" for label in (Label.CLEAR, Label.GREEN) if who in readers(label)}
        assert set(leaks(f"{letter.subject} {letter.body}")) == mine, who
        assert set(leaks(str(letter.alternatives))) == mine, who


def test_a_recall_waits_for_no_digest(matrix: Matrix) -> None:
    practice = matrix.practices[Label.GREEN]
    with acting_as(SYSTEM):
        follow(matrix, Label.GREEN)
        Practice.objects.filter(pk=practice.pk).update(state="recalled")
        NoticePreference.objects.update(pace=Pace.OFF)
        journal.record(SYSTEM, "practice.recall", practice)
    mail.outbox = []
    do_all_jobs()

    assert (
        Delivery.objects.filter(event__kind="practice.recall", channel="email", state="waiting").count() == 0
    )
    assert {letter.subject for letter in mail.outbox} == {
        f"[{Label.GREEN.label}] A practice that you opened or use has been recalled"
    }
