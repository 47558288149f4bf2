"""Follows: a person asks to be notified of changes of a practice, a request or a working group.

Not journalled: no one else may see what a person follows.
"""

from typing import Any

from django.db import transaction

from portal.kernel.access import Actor, person_of, tenant_of
from practices.models import DiscussionSubject, Follow, subject_field


@transaction.atomic
def follow(actor: Actor, subject: DiscussionSubject) -> None:
    """Follow the subject for the actor's present organisation; a second call changes nothing."""
    Follow.objects.get_or_create(**_follow_key(actor, subject))


@transaction.atomic
def unfollow(actor: Actor, subject: DiscussionSubject) -> None:
    """Stop following the subject; does nothing when the actor does not follow it."""
    Follow.objects.filter(**_follow_key(actor, subject)).delete()


def _follow_key(actor: Actor, subject: DiscussionSubject) -> dict[str, Any]:
    return {
        "person_id": person_of(actor),
        "organisation_id": tenant_of(actor),
        subject_field(subject): subject,
    }
