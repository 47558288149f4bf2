"""Which address leads where; read this together with the includes, which import contracts cannot see."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from alliance.web import oauth
from alliance.web.public import logos
from alliance.web.public import urls as public
from alliance.web.secretariat import urls as secretariat
from alliance.web.workspace import urls as workspace
from portal import api, crawlers, csp_reports, display, health, pages, specimen
from portal.metrics import page as metrics
from practices.web import secretariat_urls, workspace_urls
from practices.web.library import feed
from practices.web.public import urls as public_urls

# One area for the pages of both apps: the upper layer comes first, its addresses are more specific.
_WORKSPACE = [*workspace_urls.urlpatterns, *workspace.urlpatterns]
_SECRETARIAT = [*secretariat_urls.urlpatterns, *secretariat.urlpatterns]
_PUBLIC = [*public_urls.urlpatterns, *public.urlpatterns]

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.root, name="root"),
    path("robots.txt", crawlers.robots, name="robots"),
    path("favicon.ico", crawlers.favicon, name="favicon"),
    path("sitemap.xml", crawlers.sitemap_index, name="sitemap"),
    path("sitemap-<slug:section>.xml", crawlers.sitemap_section, name="sitemap-section"),
    path(".well-known/oauth-authorization-server", oauth.oauth_metadata, name="oauth-metadata"),
    path("oauth/token", oauth.oauth_token, name="oauth-token"),
    path("oauth/revoke", oauth.oauth_revoke, name="oauth-revoke"),
    path(".well-known/security.txt", crawlers.security_txt, name="security-txt"),
    path("health/live", health.health_live, name="health-live"),
    path("health/ready", health.health_ready, name="health-ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("csp-report", csp_reports.csp_report, name="csp-report"),
    path("logo/<str:logo>", logos.site_logo, name="site-logo"),
    path("display.css", display.display_css, name="display-css"),
    path("components/", specimen.components, name="components"),
    *(
        path(
            f"accounts/practices/<str:token>.{form}",
            feed.library_feed,
            {"form": form},
            name=f"library-feed-{form}",
        )
        for form in ("atom", "json")
    ),
    path("accounts/", include("alliance.web.account.urls")),
    path("session/", include("alliance.web.account.session_urls")),
    path("corrections/", include("alliance.web.corrections.urls")),
    path("documents/", include("alliance.web.documents.urls")),
    path("data/", include("alliance.web.public.data_urls")),
    path("dev/mail/", include("portal.mailbox_urls")),
    path("workspace/", include((_WORKSPACE, workspace.app_name))),
    path("api/v1/", include((api.urlpatterns, api.app_name))),
    path("secretariat/", include((_SECRETARIAT, secretariat.app_name))),
    *i18n_patterns(
        path("display/", display.display_settings, name="display"),
        path("", include((_PUBLIC, public.app_name))),
    ),
]

handler400 = "portal.kernel.web.bad_request"
handler403 = "portal.kernel.web.permission_denied"
handler404 = "portal.kernel.web.page_not_found"
handler429 = "portal.kernel.web.too_many_requests"  # asked for by allauth
handler500 = "portal.kernel.web.server_error"
