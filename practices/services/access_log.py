"""The access log: reading what is not CLEAR leaves an entry for its source."""

from datetime import timedelta

from portal.kernel import clock
from portal.kernel.access import SYSTEM, Actor, acting_as
from practices.enums import Label
from practices.models import AccessLog, Practice

# a page that is read again the same day is one access
_LOG_INTERVAL = timedelta(hours=24)


def log_access(actor: Actor, practice: Practice, channel: str) -> None:
    """Write the entry, once a day for each person and channel. The source's own people and CLEAR leave none.

    The caller has read the practice through `visible_to`. `channel`: page, markdown, json, pdf, attachment, api.
    """
    if practice.label == Label.CLEAR or not actor.is_person or practice.organisation_id == actor.tenant_id:
        return
    now = clock.now()
    entry = {
        "practice": practice,
        "person_id": actor.person_id,
        "organisation_id": actor.tenant_id,
        "label": practice.label,
        "channel": channel,
    }
    with acting_as(SYSTEM):  # the lines are the source's to read, not the reader's
        if not AccessLog.objects.filter(**entry, opened_at__gt=now - _LOG_INTERVAL).exists():
            AccessLog.objects.create(**entry, opened_at=now)
