"""Replies by mail: the new text of a mail becomes an answer in the discussion that its letter was about.

Only under labels that are open: a letter about anything else holds no content, and what would answer it does not
belong into a mailbox. Rights, the label and the thread are asked when the mail comes, whatever was so when the letter
went out.
"""

from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import translation

from alliance.queries.local_dates import today
from portal.kernel.access import SYSTEM, Actor, acting_as
from portal.kernel.errors import DomainError, Forbidden
from portal.kernel.jobs import enqueue
from portal.kernel.mail import MailReply, ReplyAddress, make_reply_address
from portal.kernel.notices import find_recipient
from practices.enums import OPEN_LABELS
from practices.models import Post, WorkingGroup
from practices.services.discussion import is_open_for_posts, may_write_on, write_post

KIND = "q"  # of the addresses: a question with its answers
GOOD_FOR = timedelta(days=30)

# why a reply was not posted: the sentences are the letter's, but of what the discussion refused with its own
EXPIRED, NOT_OPEN, CLOSED, EMPTY, REFUSED = "expired", "not_open", "closed", "empty", "refused"
POSTED, IGNORED = "posted", "ignored"


def reply_address(actor: Actor, post: Post) -> str:
    """The address by which this reader may answer in the thread of the post; empty where they may not, or no mail is
    taken."""
    if actor.person_id is None or actor.tenant_id is None or not _takes_mail(post):
        return ""
    if not may_write_on(actor, post.subject):
        return ""
    thread, last_day = post.parent_id or post.pk, today() + GOOD_FOR
    return make_reply_address(ReplyAddress(KIND, thread, actor.person_id, actor.tenant_id, last_day))


def _takes_mail(post: Post) -> bool:
    """Whether letters about it may hold words at all: not where only a group or earlier readers read the thread."""
    subject = post.subject
    is_open = not isinstance(subject, WorkingGroup) and subject.label in OPEN_LABELS
    return is_open and post.earlier_readers is None


def receive_reply(reply: MailReply) -> str:
    """Post the reply, or queue a letter that says why not; returns what became of it.

    Nothing is done, and nobody is answered, where its sender is not proven to be the person to whom the address was
    given, or where that person has no access any more.
    """
    address = reply.address
    recipient = find_recipient(address.person_id, address.tenant_id)
    if recipient is None or not reply.is_authentic or reply.sender != recipient.email.strip().lower():
        return IGNORED
    with acting_as(recipient.actor), translation.override(recipient.language):
        refusal, sentence = _post(recipient.actor, reply)
    if refusal:
        payload: dict[str, int | str] = {
            "person": address.person_id,
            "tenant": address.tenant_id,
            "reason": refusal,
            "sentence": sentence,
        }
        with acting_as(SYSTEM):
            enqueue("send_reply_refusal", key=f"reply_refusal:{reply.digest}", payload=payload)
    return refusal or POSTED


@transaction.atomic
def _post(actor: Actor, reply: MailReply) -> tuple[str, str]:
    """Post it; returns why it cannot be, and the sentence of a refusal, or nothing. What comes twice is posted once."""
    if today() > reply.address.last_day:
        return EXPIRED, ""
    rows = Post.objects.visible_to(actor).select_related("practice", "request", "group")
    question = rows.filter(pk=reply.address.thread, parent__isnull=True).first()
    if question is None or question.removed_at is not None or not is_open_for_posts(question.subject):
        return CLOSED, ""
    if not _takes_mail(question):
        return NOT_OPEN, ""
    if not reply.text:
        return EMPTY, ""
    try:
        with transaction.atomic():
            write_post(actor, question.subject, reply.text, parent=question, mail_digest=reply.digest)
    except Forbidden:  # such as of a role that has been taken away since
        return CLOSED, ""
    except DomainError as refusal:
        return REFUSED, str(refusal)
    except IntegrityError:  # delivered before, or at the same moment
        if not Post.objects.filter(mail_digest=reply.digest).exists():
            raise
    return "", ""
