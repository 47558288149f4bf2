"""Which address leads where; read this together with the includes, which import contracts cannot see."""

from django.conf.urls.i18n import i18n_patterns
from django.urls import URLPattern, URLResolver, include, path

from portal import pages

urlpatterns: list[URLPattern | URLResolver] = [
    path("", pages.root, name="root"),
    path("health/live", pages.health_live, name="health-live"),
    path("workspace/", include("alliance.web.workspace.urls")),
    path("secretariat/", include("alliance.web.secretariat.urls")),
    *i18n_patterns(path("", include("alliance.web.public.urls"))),
]

handler500 = "portal.kernel.web.server_error"
