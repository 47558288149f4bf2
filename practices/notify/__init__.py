"""Who is notified of which event of the practices, and what the recipient may read of it."""

from portal.kernel import notices, webhooks
from practices.notify import (
    adoptions,
    affiliations,
    discussion,
    groups,
    imports,
    notice_groups,
    practices,
    reply_refusals,
    requests,
    searches,
    translations,
    webhook_kinds,
    weekly,
)
from practices.services import mail_replies

_JOBS = (reply_refusals,)  # it registers its job by itself
_MODULES = (practices, adoptions, discussion, requests, groups, affiliations, imports, searches, translations)


def register_notices() -> None:
    """Hand all notices to the kernel; called once, when the app is ready."""
    notices.register_groups(*notice_groups.NOTICE_GROUPS)
    notices.order_labels([str(label.label) for label in notice_groups.LABELS_BY_STRICTNESS])
    for module in _MODULES:
        notices.register(*module.NOTICES)
    notices.register_weekly_letter(weekly.WEEKLY_LETTER)
    notices.register_reply_handler(mail_replies.KIND, mail_replies.receive_reply)


def register_webhook_kinds() -> None:
    """Hand the events of which programs are notified to the kernel; called once, when the app is ready."""
    webhooks.register_kinds(*webhook_kinds.KINDS)
