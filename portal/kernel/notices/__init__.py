"""Telling people: an event is routed to recipients, and each message goes out on its channel, at once or in a digest.

*Who* and *what* is the domain's (a `Notice` per event kind, a `Group` of kinds that people choose a pace for); *how* is
here. Visibility is applied again for the recipient at delivery: what they may no longer see is dropped.
"""

from portal.kernel.notices.groups import (
    Group,
    group_of,
    groups_for,
    order_marks,
    register_groups,
    strictest_mark,
)
from portal.kernel.notices.inbox import inbox, look_up, subject_of
from portal.kernel.notices.registry import (
    Notice,
    Recipient,
    kinds_in,
    notice_kinds,
    notice_of,
    recipients_come_from,
    refusals_go_to,
    register,
)
from portal.kernel.notices.unsubscribing import read_token

__all__ = [
    "Group",
    "Notice",
    "Recipient",
    "group_of",
    "groups_for",
    "inbox",
    "kinds_in",
    "look_up",
    "notice_kinds",
    "notice_of",
    "order_marks",
    "read_token",
    "recipients_come_from",
    "refusals_go_to",
    "register",
    "register_groups",
    "strictest_mark",
    "subject_of",
]
