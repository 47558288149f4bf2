"""The addresses of those who write, adopt and ask: members and partners."""

from django.urls import URLPattern, URLResolver, path

from practices.web import desk_urls, exports, imports

urlpatterns: list[URLPattern | URLResolver] = [
    path("practices/import/", imports.import_prepare, name="import-prepare"),
    path("practices/imports/", imports.import_list, name="import-list"),
    path("practices/imports/<int:pk>/", imports.import_page, name="import"),
    path("practices/imports/<int:pk>/progress/", imports.import_progress, name="import-progress"),
    path("practices/imports/<int:pk>/apply/", imports.import_apply, name="import-apply"),
    path("practices/imports/<int:pk>/discard/", imports.import_discard, name="import-discard"),
    path("practices/archive/", exports.practice_archive, name="practice-archive"),
    *desk_urls.urlpatterns,
]
