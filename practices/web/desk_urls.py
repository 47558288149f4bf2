"""The addresses that both desks have: whoever may see a practice reads it on the desk where they work."""

from django.urls import URLPattern, URLResolver, path

from practices.web import practices

urlpatterns: list[URLPattern | URLResolver] = [
    path("practices/<uuid:key>/", practices.practice, name="practice"),
]
