"""The matrix in digests: each label × each relation of a reader, with a canary in every text."""

import pytest
from django.core import mail
from django.db.models import Q

from portal.kernel import journal
from portal.kernel.access import SYSTEM, acting_as
from portal.kernel.notices import Delivery, DeliveryState, NoticePreference, Pace
from practices.enums import NAMED_LABELS, Label
from practices.models import Follow, Post, Practice, SavedSearch
from practices.services.searches import notify_saved_searches
from tests.support.canaries import leaks
from tests.support.digest_days import choose_pace, let_a_week_pass
from tests.support.jobs import run_all_jobs
from tests.support.label_matrix import (
    SIGNED_IN_RELATIONS,
    LabelMatrix,
    canary_text,
    names_of_readers,
    relation_of,
)

pytestmark = [pytest.mark.slow, pytest.mark.usefixtures("matrix_rollback"), pytest.mark.xdist_group("matrix")]

STRICTEST_LAST = [Label.CLEAR, Label.GREEN, Label.AMBER, Label.AMBER_STRICT, Label.RED]


def follow(matrix: LabelMatrix, label: str) -> None:
    """Everybody follows it, has a saved search that it answers, and chooses one letter a day."""
    practice = matrix.practices[label]
    for who in SIGNED_IN_RELATIONS:
        actor = matrix.relations.actors[who]
        assert actor.person_id is not None
        membership = {"person_id": actor.person_id, "organisation_id": actor.tenant_id}
        Follow.objects.create(practice=practice, **membership)
        query = {"harms": practice.versions.first().content["harms"]}
        SavedSearch.objects.create(name=f"Mine {label}", query=query, **membership)
        choose_pace(actor.person_id, Pace.DAILY)


def happen(matrix: LabelMatrix, label: str) -> None:
    """There is a new version, a question, and an answer to each search."""
    practice, author = matrix.practices[label], matrix.relations.actors["author"]
    journal.record(SYSTEM, "practice.update", practice, number=2)
    question = Post.objects.create(
        practice=practice,
        text=canary_text(label, "post"),
        person_id=author.person_id,
        organisation_id=author.tenant_id,
    )
    journal.record(SYSTEM, "post.write", question)
    notify_saved_searches(SYSTEM, practice)


@pytest.fixture(scope="module")
def waiting(matrix: LabelMatrix) -> None:
    """With every label all of this has happened, and waits for the morning."""
    with acting_as(SYSTEM):
        for label in Label.values:
            follow(matrix, label)
            happen(matrix, label)
    mail.outbox = []
    run_all_jobs()
    assert mail.outbox == []


@pytest.fixture
def morning(waiting: None) -> None:
    mail.outbox = []


def recipients(matrix: LabelMatrix) -> set[str]:
    """To whom letters have gone, each of them one."""
    addresses = [letter.to[0] for letter in mail.outbox]
    assert len(addresses) == len(set(addresses))
    return {relation_of(matrix, address) for address in addresses}


@pytest.mark.usefixtures("morning")
@pytest.mark.parametrize("label", Label.values)
def test_a_digest_goes_to_readers_alone_and_says_what_the_label_lets_it(
    matrix: LabelMatrix, label: str
) -> None:
    """Of what waits, that alone which has to do with one practice."""
    practice = matrix.practices[label]
    posts = Post.objects.filter(practice=practice).values("pk")
    of_label = Q(event__target_type="practices.practice", event__target_id=practice.pk) | Q(
        event__target_type="practices.post", event__target_id__in=posts
    )
    with acting_as(SYSTEM):
        of_others = Delivery.objects.filter(channel="email", state="waiting").exclude(of_label)
        assert of_others.exists()
        of_others.update(state=DeliveryState.SENT)
    let_a_week_pass()

    assert recipients(matrix) == names_of_readers(label) & set(SIGNED_IN_RELATIONS)
    assert {letter.subject.startswith(f"[{Label(label).label}] ") for letter in mail.outbox} == {True}
    letters = [f"{letter.subject} {letter.body} {letter.alternatives}" for letter in mail.outbox]
    assert {name for text in letters for name in leaks(text)} == (
        set() if label in NAMED_LABELS else {f"{label}-title"}
    )
    assert [text for text in letters if "Aurora" in text] == []


@pytest.mark.usefixtures("morning")
def test_a_person_who_loses_access_before_the_morning_reads_nothing_of_it(matrix: LabelMatrix) -> None:
    """Of every label."""
    with acting_as(SYSTEM):
        Practice.objects.filter(pk__in=[practice.pk for practice in matrix.practices.values()]).update(
            state="recalled"
        )
    let_a_week_pass()

    assert recipients(matrix) <= {"author", "colleague"}


@pytest.mark.usefixtures("morning")
def test_a_digest_of_all_labels_bears_the_strictest_and_names_what_is_open_to_its_reader(
    matrix: LabelMatrix,
) -> None:
    let_a_week_pass()

    assert len(recipients(matrix)) > 3
    for letter in mail.outbox:
        who = relation_of(matrix, letter.to[0])
        strictest = next(label for label in reversed(STRICTEST_LAST) if who in names_of_readers(label))
        named = {f"{label}-title" for label in (Label.CLEAR, Label.GREEN) if who in names_of_readers(label)}
        assert letter.subject.partition("]")[0] == f"[{strictest.label}", who
        assert set(leaks(f"{letter.subject} {letter.body}")) == named, who
        assert set(leaks(str(letter.alternatives))) == named, who


@pytest.mark.usefixtures("morning")
def test_a_recall_waits_for_no_digest(matrix: LabelMatrix) -> None:
    practice = matrix.practices[Label.GREEN]
    with acting_as(SYSTEM):
        Practice.objects.filter(pk=practice.pk).update(state="recalled")
        NoticePreference.objects.update(pace=Pace.OFF)
        journal.record(SYSTEM, "practice.recall", practice)
    run_all_jobs()

    assert (
        Delivery.objects.filter(event__kind="practice.recall", channel="email", state="waiting").count() == 0
    )
    assert {letter.subject for letter in mail.outbox} == {
        f"[{Label.GREEN.label}] A practice that you opened or use has been recalled"
    }
