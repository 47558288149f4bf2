"""A digest as a letter: its items by group, the newest first; its subject bears the strictest label."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from portal.kernel import mail
from portal.kernel.mail import make_return_path
from portal.kernel.notices.bound_letters import BoundMessage
from portal.kernel.notices.groups import Group, groups_for, strictest_label
from portal.kernel.notices.messages import render_letter_to
from portal.kernel.notices.models import Digest
from portal.kernel.notices.registry import Recipient
from portal.kernel.notices.unsubscribe import list_headers, unsubscribe_path

_TEMPLATE = "portal/email/digest.html"


@dataclass(frozen=True, slots=True)
class DigestItem:
    """One item: the subject of the single letter, and where it leads."""

    pk: int
    group: str
    subject: str
    url: str
    label: str
    at: datetime


@dataclass(frozen=True, slots=True)
class DigestSection:
    """The items of one group, the newest first."""

    group: Group
    items: Sequence[DigestItem]


def digest_letter(recipient: Recipient, messages: Sequence[BoundMessage], digest: Digest) -> mail.Letter:
    """The letter that lists these messages."""
    items = [_item(bound) for bound in messages]
    sections = _sections(items)
    labels = [item.label for item in items]
    unsubscribe_url = unsubscribe_path(recipient.person_id, [section.group.key for section in sections])
    context = {
        "sections": sections,
        "label": strictest_label(labels),
        "some_unlabelled": not all(labels),
        "n": len(items),
        "unsubscribe_url": unsubscribe_url,
        "url": "/session/start/",
    }
    letter = render_letter_to(recipient, _TEMPLATE, context)
    return mail.Letter(
        key=f"digest-{digest.pk}",
        to=recipient.email,
        subject=letter.subject,
        text=letter.text,
        html=letter.html,
        headers=list_headers(unsubscribe_url, "digest"),
        return_path=make_return_path("g", digest.pk, recipient.email),
        language=recipient.language,
    )


def _item(bound: BoundMessage) -> DigestItem:
    message = bound.message
    return DigestItem(bound.pk, bound.group, message.subject, message.url, message.label, bound.at)


def _sections(items: Iterable[DigestItem]) -> list[DigestSection]:
    """In the order in which people know the groups."""
    all_items = list(items)
    sections = [
        DigestSection(group, [item for item in all_items if item.group == group.key])
        for group in groups_for((True, False))
    ]
    return [section for section in sections if section.items]
