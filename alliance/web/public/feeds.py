"""The feed of publications."""

from django.conf import settings
from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.feedgenerator import Atom1Feed
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.models import Site
from alliance.queries.public.record import publication_log, standing_publications
from alliance.queries.site import read_site
from alliance.web.public.publication_rows import publication_rows

MAX_ENTRIES = 50


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Atom feed of the latest publications, in the language of the address; one that is withdrawn is left out,
    and an entry of its own says that it was."""
    site: Site = read_site()
    feed = Atom1Feed(
        title=f"{site.name}: {_('Publications')}",
        link=settings.ORIGIN + reverse("public:publication-list"),
        feed_url=settings.ORIGIN + request.path,
        description="",
        subtitle=site.banner or None,
        language=get_language() or "en",
    )
    for entry in publication_rows(standing_publications(publication_log())[:MAX_ENTRIES]):
        address = settings.ORIGIN + entry.url
        feed.add_item(
            title=entry.title,
            link=address,
            description=entry.kind_word,
            unique_id=address,
            pubdate=entry.at,
            updateddate=entry.at,
        )
    return HttpResponse(feed.writeString("utf-8"), content_type="application/atom+xml; charset=utf-8")
