"""The feed of publications."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _

from alliance.queries.public.overdue import with_overdue
from alliance.queries.public.record import publication_log, standing_publications
from alliance.queries.public.summaries import summaries_of_publications
from alliance.web.public.atom import summary_feed
from alliance.web.public.other_sites import open_to_other_sites
from portal.kernel import clock

MAX_ENTRIES = 50


@open_to_other_sites
def feed(request: HttpRequest) -> HttpResponse:
    """Atom feed of the latest publications and of promises that fell overdue, in the language of the address.

    A publication that is withdrawn is left out, and an entry of its own says that it was.
    """
    publications = list(standing_publications(publication_log())[:MAX_ENTRIES])
    summaries = with_overdue(summaries_of_publications(publications), MAX_ENTRIES, clock.now())
    return summary_feed(request, _("Publications"), reverse("public:publication-list"), summaries)
