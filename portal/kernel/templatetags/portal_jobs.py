"""What pages of the host say about work in the background."""

from typing import Any

from django import template

from portal.kernel.held import held_jobs, open_restoration
from portal.kernel.outbox_admin import LATE, oldest_wait

register = template.Library()


@register.inclusion_tag("components/late_jobs.html")
def late_jobs(url: str) -> dict[str, Any]:
    """A banner when the oldest piece of owed work has waited for over a minute. One query."""
    waited = oldest_wait()
    return {"minutes": int(waited.total_seconds() // 60) if waited > LATE else 0, "url": url}


@register.inclusion_tag("components/held_messages.html")
def held_messages(url: str) -> dict[str, Any]:
    """A banner while nobody has decided on what is held after a restore. One query, two while there is something."""
    restoration = open_restoration()
    return {"restoration": restoration, "count": held_jobs().count() if restoration else 0, "url": url}
