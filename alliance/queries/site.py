"""What the portal calls itself, and who its letters come from."""

import time
from email.headerregistry import Address
from email.utils import parseaddr

from django.conf import settings
from django.utils.encoding import punycode

from alliance.models import MailTest, Site
from portal.kernel.access import Actor
from portal.kernel.mail import Letterhead
from portal.kernel.publishing import cached_for_page, revision_cache

_CACHE_SECONDS = 1.0
_MAX_MAIL_TESTS = 3


def load_site() -> Site:
    """The site's row; an empty one before it was set up."""
    return next(iter(Site.objects.all()), Site())


_site_of_page = cached_for_page(load_site)


class _SiteReader:
    """The site's row, read at most once a second in each process.

    A public page is stored until the public revision moves: what it says is read at its own revision, since what this
    process read a moment before may be older than that.
    """

    def __init__(self) -> None:
        self._site = Site()
        self._read_at = float("-inf")

    def __call__(self) -> Site:
        now = time.monotonic()
        if revision_cache.page_entries() is not None:
            self._site = _site_of_page()
        elif now - self._read_at >= _CACHE_SECONDS:
            self._site = load_site()
            self._read_at = now
        return self._site

    def last_known(self) -> Site:
        """What was read last, however long ago: for pages that are served without the database."""
        return self._site

    def forget(self) -> None:
        """Read again at the next question; tests and the settings page call this."""
        self._read_at = float("-inf")


read_site = _SiteReader()


def sender_header() -> str:
    """The sender of every letter, its name in the active language and not yet encoded.

    Name and address are those of the settings page; without an address, that of the settings file stands there, and
    without a name the portal's own.
    """
    name, address = _sender()
    # mail servers know a domain of other letters than Latin ones by its encoded name alone
    local_part, _at, domain = address.rpartition("@")
    return str(Address(name, local_part, punycode(domain)))


def sender_text() -> str:
    """The same sender for people to read, its domain in its own letters."""
    name, address = _sender()
    return f"{name} <{address}>" if name else address


def _sender() -> tuple[str, str]:
    """Name and address; the settings file's name where the portal has none yet."""
    site = read_site()
    name_of_file, address_of_file = parseaddr(settings.DEFAULT_FROM_EMAIL)
    return site.sender_name or site.name or name_of_file, site.sender_address or address_of_file


def site_letterhead() -> Letterhead:
    """In whose name letters go out, and where replies to them go."""
    site = read_site()
    return Letterhead(name=site.name, sender=sender_header(), contact=site.contact, reply_to=site.reply_to)


def latest_mail_tests(actor: Actor) -> list[MailTest]:
    """The last letters that were sent to try it out, newest first."""
    return list(MailTest.objects.visible_to(actor).select_related("requested_by")[:_MAX_MAIL_TESTS])
