"""Thanks for an answer or a use: said once, and told to whoever is thanked."""

from django.db import transaction
from django.utils.translation import gettext as _

from portal.kernel import journal
from portal.kernel.access import Actor, can, person_of, require, tenant_of
from portal.kernel.errors import WrongState
from practices.models import Adoption, Post, Thanks, subject_field


@transaction.atomic
def thank_for_answer(actor: Actor, answer: Post) -> None:
    """Thank the writer of an answer; does nothing the second time.

    The caller has read it through `visible_to`. Raises Forbidden for one's own or a question, and WrongState when it
    was withdrawn or removed.
    """
    locked: Post = Post.objects.select_for_update(of=("self",)).get(pk=answer.pk)
    require(actor, "post.thank", locked)
    if locked.removed_at is not None:
        raise WrongState(_("It has been withdrawn or removed."))
    if _thank(actor, post=locked):
        subject = locked.subject
        journal.record(actor, "post.thank", locked, **{subject_field(subject): subject.pk})


@transaction.atomic
def thank_for_use(actor: Actor, adoption: Adoption) -> None:
    """Thank those who recorded a use; does nothing the second time.

    The caller has read it through `visible_to`. Raises Forbidden for a use of one's own organisation.
    """
    require(actor, "adoption.thank", adoption)
    if _thank(actor, adoption=adoption):
        journal.record(actor, "adoption.thank", adoption)


def may_thank_for_answer(actor: Actor, post: Post) -> bool:
    """Whether the actor may thank for what was written there, as long as it is there."""
    return post.removed_at is None and can(actor, "post.thank", post)


def _thank(actor: Actor, **target: Post | Adoption) -> bool:
    """Whether it is new."""
    _row, is_new = Thanks.objects.get_or_create(
        **target, person_id=person_of(actor), defaults={"organisation_id": tenant_of(actor)}
    )
    return bool(is_new)
