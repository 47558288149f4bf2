"""The URLs of the practices app below /api/v1/."""

from django.urls import URLPattern, path

from practices.api.views import library, practices, public

urlpatterns: list[URLPattern] = [
    path("practices/", public.PublicPracticeList.as_view(), name="public-practice-list"),
    path("practices/<uuid:key>/", public.PublicPracticeDetail.as_view(), name="public-practice"),
    path(
        "practices/<uuid:key>/versions/",
        public.PublicVersionList.as_view(),
        name="public-practice-version-list",
    ),
    path(
        "practices/<uuid:key>/versions/<int:number>/",
        public.PublicVersionDetail.as_view(),
        name="public-practice-version",
    ),
    path(
        "practices/<uuid:key>/markdown/",
        public.PublicPracticeMarkdown.as_view(),
        name="public-practice-markdown",
    ),
    path("library/", library.PracticeList.as_view(), name="practice-list"),
    path("library/facets/", library.FacetDetail.as_view(), name="practice-facets"),
    path("library/changes/", library.PracticeChangeFeed.as_view(), name="practice-change-feed"),
    path("library/drafts/", library.DraftList.as_view(), name="practice-draft-list"),
    path("library/<uuid:key>/", practices.PracticeDetail.as_view(), name="practice"),
    path("library/<uuid:key>/markdown/", practices.PracticeMarkdown.as_view(), name="practice-markdown"),
    path("library/<uuid:key>/versions/", practices.VersionList.as_view(), name="practice-version-list"),
    path(
        "library/<uuid:key>/versions/<int:number>/",
        practices.VersionDetail.as_view(),
        name="practice-version",
    ),
    path("library/<uuid:key>/uses/", practices.UseList.as_view(), name="practice-use-list"),
    path("library/<uuid:key>/discussion/", practices.PostList.as_view(), name="practice-post-list"),
    path(
        "library/<uuid:key>/files/<uuid:file>/",
        practices.PracticeFileDownload.as_view(),
        name="practice-file",
    ),
]
