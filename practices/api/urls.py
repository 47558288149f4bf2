"""The addresses of the first floor below /api/v1/."""

from django.urls import URLPattern, path

from practices.api.views import public

urlpatterns: list[URLPattern] = [
    path("practices/", public.PublicPracticeListing.as_view(), name="public-practice-list"),
    path("practices/<uuid:key>/", public.PublicPracticeReading.as_view(), name="public-practice"),
    path(
        "practices/<uuid:key>/versions/",
        public.PublicVersionListing.as_view(),
        name="public-practice-version-list",
    ),
    path(
        "practices/<uuid:key>/versions/<int:number>/",
        public.PublicVersionReading.as_view(),
        name="public-practice-version",
    ),
    path(
        "practices/<uuid:key>/markdown/",
        public.PublicMarkdownReading.as_view(),
        name="public-practice-markdown",
    ),
]
