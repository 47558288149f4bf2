"""Template tags on background work, withheld files, and retention."""

from datetime import datetime
from typing import Any

from django import template
from django.utils import timezone

from portal.kernel import privacy
from portal.kernel.backups import jobs_on_hold, open_restoration
from portal.kernel.files import damaged_files, withheld_files
from portal.kernel.operations import LATE_AFTER, oldest_wait
from portal.kernel.publishing import broken_publication
from portal.kernel.text import format_span

register = template.Library()
register.filter("span", format_span)


@register.filter
def span_since(at: datetime) -> str:
    """How long ago a moment is, to its largest unit."""
    return format_span(timezone.now() - at)


@register.inclusion_tag("components/late_jobs.html")
def late_jobs(url: str) -> dict[str, Any]:
    """A banner when the oldest queued job has waited for over a minute. One query."""
    waited = oldest_wait()
    return {"minutes": int(waited.total_seconds() // 60) if waited > LATE_AFTER else 0, "url": url}


@register.inclusion_tag("components/messages_on_hold.html")
def messages_on_hold(url: str) -> dict[str, Any]:
    """A banner while messages are on hold after a restore. One query, two while there are any."""
    restoration = open_restoration()
    return {"restoration": restoration, "count": jobs_on_hold().count() if restoration else 0, "url": url}


@register.inclusion_tag("components/damaged_files.html")
def damaged_files_notice(url: str) -> dict[str, Any]:
    """A banner while stored files are damaged. No query."""
    return {"count": len({damage.pk for damage in damaged_files().values()}), "url": url}


@register.inclusion_tag("components/broken_chain.html")
def broken_chain_notice(url: str) -> dict[str, Any]:
    """A banner while the chain of publications does not hold. No query."""
    return {"number": broken_publication(), "url": url}


@register.inclusion_tag("components/file_notice.html")
def file_notice(sha256: str) -> dict[str, Any]:
    """That the file of this digest is withheld, was purged, or is being restored; nothing otherwise. No query."""
    return {"case": withheld_files().get(sha256), "is_damaged": sha256 in damaged_files()}


@register.inclusion_tag("components/retention.html", name="retention_table")
def retention_table_tag() -> dict[str, Any]:
    """The retention table without numbers, the same for everybody. No query."""
    return {"table": privacy.retention_table()}
