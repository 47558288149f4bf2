"""The addresses that both desks have: whoever may see a practice reads it on the desk where they work."""

from django.urls import URLPattern, URLResolver, path

from practices.web import library, practices, searches

urlpatterns: list[URLPattern | URLResolver] = [
    path("practices/", library.practice_list, name="practice-list"),
    path("practices/titles/", library.practice_titles, name="practice-titles"),
    path("practices/searches/", searches.search_list, name="search-list"),
    path("practices/searches/save/", searches.search_save, name="search-save"),
    path("practices/searches/<int:pk>/edit/", searches.search_edit, name="search-edit"),
    path("practices/searches/<int:pk>/delete/", searches.search_delete, name="search-delete"),
    path("practices/<uuid:key>/", practices.practice, name="practice"),
]
