"""The feed of publications."""

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_safe

from alliance.queries.public.record import publication_log, standing_publications
from alliance.queries.public.summaries import summaries_of_publications
from alliance.web.public.atom import summary_feed

MAX_ENTRIES = 50


@require_safe
def feed(request: HttpRequest) -> HttpResponse:
    """Atom feed of the latest publications, in the language of the address; one that is withdrawn is left out,
    and an entry of its own says that it was."""
    publications = list(standing_publications(publication_log())[:MAX_ENTRIES])
    summaries = summaries_of_publications(publications)
    return summary_feed(request, _("Publications"), reverse("public:publication-list"), summaries)
