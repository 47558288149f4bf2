"""The addresses under /corrections/."""

from django.urls import URLPattern, URLResolver, path

from alliance.web.corrections import entry

urlpatterns: list[URLPattern | URLResolver] = [
    path("compare/", entry.correct_compared, name="correct-compared"),
    path("<slug:slug>/<slug:cycle>/", entry.correct_published, name="correct-published"),
]
