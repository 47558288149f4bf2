"""What the portal calls itself."""

from alliance.models import Site


def the_site() -> Site:
    """The site's row; an empty one before it was set up."""
    return Site.objects.first() or Site()
