"""The addresses that both desks have: whoever may see a practice reads it on the desk where they work."""

from django.urls import URLPattern, URLResolver, path

from practices.web import adoptions, practices, reactions, versions

urlpatterns: list[URLPattern | URLResolver] = [
    path("practices/<uuid:key>/", practices.practice, name="practice"),
    path("practices/<uuid:key>/uses/", adoptions.practice_uses, name="practice-uses"),
    path("practices/<uuid:key>/react/", reactions.practice_react, name="practice-react"),
    path("practices/<uuid:key>/versions/", versions.practice_versions, name="practice-versions"),
    path("practices/<uuid:key>/versions/<int:number>/", versions.practice_version, name="practice-version"),
    path(
        "practices/<uuid:key>/versions/<int:old>..<int:new>/",
        versions.practice_compare,
        name="practice-compare",
    ),
]
