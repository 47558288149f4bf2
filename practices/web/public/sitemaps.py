"""The practices that everybody may find."""

from datetime import datetime

from django.db.models import QuerySet
from django.urls import reverse

from portal.kernel.web import PublicSitemap
from practices.models import PublishedPractice
from practices.queries.public import public_practices


class _Practices(PublicSitemap):
    def items(self) -> QuerySet[PublishedPractice]:
        return public_practices().order_by("pk")

    def location(self, item: PublishedPractice) -> str:
        return reverse("public:practice", args=[item.record])

    def lastmod(self, item: PublishedPractice) -> datetime:
        return item.at


SITEMAPS: dict[str, type[PublicSitemap]] = {"practices": _Practices}
