"""The addresses that both desks have: whoever may see a practice reads it on the desk where they work."""

from django.urls import URLPattern, URLResolver, path

from practices.web import exports, practices

urlpatterns: list[URLPattern | URLResolver] = [
    path("practices/<uuid:key>/", practices.practice, name="practice"),
    path("practices/<uuid:key>/markdown/", exports.practice_markdown, name="practice-markdown"),
    path("practices/<uuid:key>/json/", exports.practice_json, name="practice-json"),
    path("practices/<uuid:key>/document/", exports.practice_document, name="practice-document"),
]
