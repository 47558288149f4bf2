"""The addresses of those who moderate."""

from django.urls import URLPattern, URLResolver, path

from practices.web import area_urls, moderation

urlpatterns: list[URLPattern | URLResolver] = [
    *area_urls.urlpatterns,
    path("practices/moderation/", moderation.moderation_list, name="moderation-list"),
    path("practices/moderation/<uuid:key>/", moderation.moderation, name="moderation"),
    path("practices/<uuid:key>/share/", moderation.practice_share, name="practice-share"),
    path("practices/<uuid:key>/return/", moderation.practice_return, name="practice-return"),
]
