"""The object that an address names, for the pages about it: what the actor may not see does not exist there."""

from alliance.models import Charter
from portal.kernel.access import Actor
from portal.kernel.web import get_visible_or_404


def get_charter(actor: Actor, key: str, version: int, *, rule: str = "") -> Charter:
    """One version of a charter; 404 where the actor may not see it, Forbidden where the rule refuses them."""
    charter: Charter = get_visible_or_404(Charter.objects, actor, rule=rule, key=key, version=version)
    return charter
