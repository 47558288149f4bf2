"""What the portal calls itself, in letters too."""

from alliance.models import Site
from portal.kernel.mail import Letterhead


def the_site() -> Site:
    """The site's row; an empty one before it was set up."""
    return Site.objects.first() or Site()


def the_letterhead() -> Letterhead:
    """In whose name letters go out; the address in From is that of the settings."""
    site = the_site()
    return Letterhead(name=site.name, contact=site.contact)
