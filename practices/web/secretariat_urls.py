"""The addresses of those who moderate, and decide on affiliations."""

from django.urls import URLPattern, URLResolver, path

from practices.web import area_urls, moderation, openings
from practices.web.affiliations import steps as affiliation_steps
from practices.web.affiliations import views as affiliations

urlpatterns: list[URLPattern | URLResolver] = [
    *area_urls.urlpatterns,
    path("practices/moderation/", moderation.moderation_list, name="moderation-list"),
    path("practices/moderation/<uuid:key>/", moderation.moderation, name="moderation"),
    path("practices/openings/<uuid:key>/", openings.opening, name="opening"),
    path("practices/openings/<uuid:key>/share/", openings.opening_share, name="opening-share"),
    path("practices/openings/<uuid:key>/return/", openings.opening_return, name="opening-return"),
    path(
        "practices/openings/<uuid:key>/files/<uuid:file>/",
        openings.opening_file,
        name="opening-file",
    ),
    path("practices/<uuid:key>/share/", moderation.practice_share, name="practice-share"),
    path("practices/<uuid:key>/return/", moderation.practice_return, name="practice-return"),
    path("affiliates/", affiliations.affiliation_list, name="affiliation-list"),
    path("affiliates/<uuid:key>/", affiliations.affiliation, name="affiliation"),
    path("affiliates/<uuid:key>/approve/", affiliation_steps.affiliation_approve, name="affiliation-approve"),
    path("affiliates/<uuid:key>/decline/", affiliation_steps.affiliation_decline, name="affiliation-decline"),
    path("affiliates/<uuid:key>/end/", affiliation_steps.affiliation_end, name="affiliation-end"),
]
