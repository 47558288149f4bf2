"""What public pages there are, for crawlers: each in every language, at the configured origin."""

from urllib.parse import urlsplit

from django.conf import settings
from django.contrib.sitemaps import Sitemap


class PublicSitemap(Sitemap):
    """A list of public pages; each names the same page in the other languages."""

    i18n = True
    alternates = True
    limit = 10_000  # pages of a list, before another file begins; with all their languages under what crawlers take
    protocol = urlsplit(settings.ORIGIN).scheme

    def get_domain(self, site: object = None) -> str:
        """Never the host that the request names."""
        del site
        return urlsplit(settings.ORIGIN).netloc
