"""The table of what is kept how long, for pages that tell people of it."""

from typing import Any

from django import template

from portal.kernel import retention

register = template.Library()


@register.inclusion_tag("components/retention.html")
def retention_table() -> dict[str, Any]:
    """What is kept, how long, and why; without numbers, and the same for everybody. No query."""
    return {"table": retention.table()}
