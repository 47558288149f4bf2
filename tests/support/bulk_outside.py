"""What is said from outside, in bulk: questions of the public and invited comments of Aurora."""

from alliance.models import InvitedComment, PublicQuestion
from portal.kernel import clock
from tests.support.world import World


def make_many_from_outside(world: World, names: list[str]) -> None:
    """For each name a question at the desk, one forwarded, one published; a comment given and one public."""
    now, aurora = clock.now(), world.cast.aurora
    shared = {
        "organisation": aurora,
        "commitment_key": "find",
        "kind": "question",
        "language": "en",
        "confirmed_at": now,
    }
    answer = {
        "state": "answered",
        "answer": "Yes.",
        "answer_language": "en",
        "answer_side": "secretariat",
        "answered_by": world.cast.mona,
        "answered_at": now,
    }
    PublicQuestion.objects.bulk_create(
        PublicQuestion(**{"state": "open", "text": name, **shared, **more})
        for name in names
        for more in ({}, {"forwarded_at": now}, {**answer, "published_at": now})
    )
    comment = InvitedComment.objects.filter(state="answered")[0]
    columns = (
        "report_id",
        "organisation_id",
        "cycle_id",
        "measure_id",
        "partner_id",
        "invited_by_id",
        "due_on",
    )
    InvitedComment.objects.bulk_create(
        InvitedComment(
            **{column: getattr(comment, column) for column in columns},
            state="answered",
            question=name,
            language="en",
            text=name,
            text_language="en",
            given_by=world.people["petra"],
            given_at=now,
            partner_agrees=True,
            member_agrees=agrees,
        )
        for name in names
        for agrees in (False, True)
    )
