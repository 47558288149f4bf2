"""From an event to inbox items, letters and digests.

Who is notified and what they may read is the apps' (a `Notice` per event kind, a `Group` of kinds that people choose a
pace for); how it reaches them is here. Visibility is applied again for the recipient at delivery: what they may no
longer see is dropped.
"""

from portal.kernel.notices.bounced_letters import (
    record_bounce,
    record_complaint,
    register_bounce_handler,
    register_complaint_handler,
)
from portal.kernel.notices.digests import last_digest_day
from portal.kernel.notices.expected import ExpectedLetters, expected_letters
from portal.kernel.notices.groups import (
    Group,
    group_of,
    groups_for,
    order_labels,
    register_groups,
)
from portal.kernel.notices.inbox_items import InboxGroup, attach_names, grouped, inbox_items, subject_of
from portal.kernel.notices.messages import render_letter_to
from portal.kernel.notices.models import (
    ALL_GROUPS,
    Channel,
    Delivery,
    DeliveryState,
    Digest,
    NoticePreference,
    Pace,
)
from portal.kernel.notices.mornings import DEFAULT_MORNING_HOUR, MORNING_HOURS, Timing
from portal.kernel.notices.periodic import WeeklyLetter, last_monday, register_weekly_letter
from portal.kernel.notices.preferences import (
    OVERALL_PACES,
    choose_paces,
    pace_of,
    paces_before_off,
    paces_of,
    people_turned_off,
)
from portal.kernel.notices.registry import (
    CompulsoryReason,
    Notice,
    Recipient,
    event_kinds_in,
    find_recipient,
    notice_kinds,
    notice_of,
    register,
    register_complainant_handler,
    register_fault_handler,
    register_recipient_source,
)
from portal.kernel.notices.replies import receive_reply, register_reply_handler
from portal.kernel.notices.sending import note_fault, send_to
from portal.kernel.notices.unsubscribe import Unsubscription, list_headers, read_token, token_for

__all__ = [
    "ALL_GROUPS",
    "DEFAULT_MORNING_HOUR",
    "MORNING_HOURS",
    "OVERALL_PACES",
    "Channel",
    "CompulsoryReason",
    "Delivery",
    "DeliveryState",
    "Digest",
    "ExpectedLetters",
    "Group",
    "InboxGroup",
    "Notice",
    "NoticePreference",
    "Pace",
    "Recipient",
    "Timing",
    "Unsubscription",
    "WeeklyLetter",
    "attach_names",
    "choose_paces",
    "event_kinds_in",
    "expected_letters",
    "find_recipient",
    "group_of",
    "grouped",
    "groups_for",
    "inbox_items",
    "last_digest_day",
    "last_monday",
    "list_headers",
    "note_fault",
    "notice_kinds",
    "notice_of",
    "order_labels",
    "pace_of",
    "paces_before_off",
    "paces_of",
    "people_turned_off",
    "read_token",
    "receive_reply",
    "record_bounce",
    "record_complaint",
    "register",
    "register_bounce_handler",
    "register_complainant_handler",
    "register_complaint_handler",
    "register_fault_handler",
    "register_groups",
    "register_recipient_source",
    "register_reply_handler",
    "register_weekly_letter",
    "render_letter_to",
    "send_to",
    "subject_of",
    "token_for",
]
