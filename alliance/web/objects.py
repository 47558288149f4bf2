"""The object that an address names, for the pages about it: what the actor may not see does not exist there."""

from django.http import Http404

from alliance.models import Charter
from portal.kernel.access import Actor
from portal.kernel.text import whole_number
from portal.kernel.web import get_visible_or_404


def get_charter(actor: Actor, key: str, version: int, *, rule: str = "") -> Charter:
    """One version of a charter; 404 where the actor may not see it, Forbidden where the rule refuses them."""
    charter: Charter = get_visible_or_404(Charter.objects, actor, rule=rule, key=key, version=version)
    return charter


def get_other_version(actor: Actor, charter: Charter, named: str) -> Charter:
    """Another version of the same charter, by the number that an address or a form names; 404 where there is none."""
    version = whole_number(named, digits=8)
    if version is None or version == charter.version:
        raise Http404
    return get_charter(actor, charter.key, version)
