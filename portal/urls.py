"""Which address leads where; read this together with the includes, which import contracts cannot see."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from portal import display, pages, specimen

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.root, name="root"),
    path("health/live", pages.health_live, name="health-live"),
    path("display.css", display.display_css, name="display-css"),
    path("components/", specimen.components, name="components"),
    path("accounts/", include("alliance.web.account_urls")),
    path("session/", include("alliance.web.session_urls")),
    path("documents/", include("alliance.web.document_urls")),
    path("dev/mail/", include("portal.mailbox_urls")),
    path("workspace/", include("alliance.web.workspace.urls")),
    path("secretariat/", include("alliance.web.secretariat.urls")),
    *i18n_patterns(
        path("display/", display.display_settings, name="display"),
        path("", include("alliance.web.public.urls")),
    ),
]

handler400 = "portal.kernel.web.bad_request"
handler500 = "portal.kernel.web.server_error"
