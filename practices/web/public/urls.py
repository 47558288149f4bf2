"""The addresses of what is TLP:CLEAR."""

from django.urls import URLPattern, URLResolver, path

from practices.web.public import attachments, feeds, lists, practices

urlpatterns: list[URLPattern | URLResolver] = [
    path("practices/", lists.practice_list, name="practice-list"),
    path("practices/feed.atom", feeds.practice_feed, name="practice-feed"),
    path("practices/practices.json", lists.practice_list_data, name="practice-list-data"),
    path("practices/<uuid:key>/", practices.practice, name="practice"),
    path("practices/<uuid:key>/feed.atom", feeds.practice_history_feed, name="practice-history-feed"),
    path("practices/<uuid:key>/practice.json", practices.practice_data, name="practice-data"),
    path("practices/<uuid:key>/versions/<int:number>/", practices.practice_version, name="practice-version"),
    path(
        "practices/<uuid:key>/files/<slug:sha256>",
        attachments.practice_attachment,
        name="practice-attachment",
    ),
    path(
        "practices/<uuid:key>/versions/<int:old>..<int:new>/",
        practices.practice_compare,
        name="practice-compare",
    ),
]
