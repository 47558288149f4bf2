"""What every template may say about the site and about who is signed in."""

import time

from django.conf import settings
from django.http import HttpRequest
from django.utils.functional import SimpleLazyObject

from alliance.models import Site
from alliance.queries.site import the_site
from portal.kernel.access import ANYONE

_KEEP_SECONDS = 1.0


class _SiteReader:
    """The site's row, read at most once a second in each process."""

    def __init__(self) -> None:
        self._site = Site()
        self._read_at = float("-inf")

    def __call__(self) -> Site:
        now = time.monotonic()
        if now - self._read_at >= _KEEP_SECONDS:
            self._site = the_site()
            self._read_at = now
        return self._site

    def forget(self) -> None:
        """Read again at the next question; tests and the settings page call this."""
        self._read_at = float("-inf")


read_site = _SiteReader()


def site_context(request: HttpRequest) -> dict[str, object]:
    """`site`, `actor`, `standing`, `languages`; costs a query only where a template says the site's name."""
    return {
        "site": SimpleLazyObject(read_site),
        "origin": settings.ORIGIN,
        "demo": settings.DEMO,
        "languages": settings.LANGUAGES,
        "actor": getattr(request, "actor", ANYONE),
        "standing": getattr(request, "standing", None),
    }
