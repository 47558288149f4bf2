"""What pages say beside a file that nobody may fetch."""

from typing import Any

from django import template

from portal.kernel.file_gate import withheld_files

register = template.Library()


@register.inclusion_tag("components/file_notice.html")
def file_notice(sha256: str) -> dict[str, Any]:
    """That the file of this digest is being checked, or was purged and when; nothing otherwise. No query."""
    return {"case": withheld_files().get(sha256)}
