"""What pages of the host say about work in the background."""

from typing import Any

from django import template

from portal.kernel.outbox_admin import LATE, oldest_wait

register = template.Library()


@register.inclusion_tag("components/late_jobs.html")
def late_jobs(url: str) -> dict[str, Any]:
    """A banner when the oldest piece of owed work has waited for over a minute. One query."""
    waited = oldest_wait()
    return {"minutes": int(waited.total_seconds() // 60) if waited > LATE else 0, "url": url}
