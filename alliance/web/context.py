"""The context of every template: the site, and who is signed in."""

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from alliance.queries.site import read_site
from portal.kernel.access import ANYONE


def site_context(request: HttpRequest) -> dict[str, object]:
    """`site`, `actor`, `person_memberships`, `languages`; sends a query only where a template shows the site's name."""
    return {
        "site": SimpleLazyObject(read_site),
        "origin": settings.ORIGIN,
        "demo": settings.DEMO,
        "languages": settings.LANGUAGES,
        "actor": getattr(request, "actor", ANYONE),
        "person_memberships": getattr(request, "person_memberships", None),
    }
