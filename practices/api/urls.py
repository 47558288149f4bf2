"""The addresses of the first floor below /api/v1/."""

from django.urls import URLPattern, path

from practices.api.views import library, practices, public

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
    path("library/", library.PracticeListing.as_view(), name="practice-list"),
    path("library/facets/", library.FacetReading.as_view(), name="practice-facets"),
    path("library/drafts/", library.DraftListing.as_view(), name="practice-draft-list"),
    path("library/<uuid:key>/", practices.PracticeReading.as_view(), name="practice"),
    path("library/<uuid:key>/markdown/", practices.MarkdownReading.as_view(), name="practice-markdown"),
    path("library/<uuid:key>/versions/", practices.VersionListing.as_view(), name="practice-version-list"),
    path(
        "library/<uuid:key>/versions/<int:number>/",
        practices.VersionReading.as_view(),
        name="practice-version",
    ),
    path("library/<uuid:key>/uses/", practices.UseListing.as_view(), name="practice-use-list"),
    path("library/<uuid:key>/talk/", practices.PostListing.as_view(), name="practice-post-list"),
    path("library/<uuid:key>/files/<uuid:file>/", practices.FileReading.as_view(), name="practice-file"),
]
