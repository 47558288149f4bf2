"""The addresses under /documents/."""

from django.urls import URLPattern, URLResolver, path

from alliance.web import documents

urlpatterns: list[URLPattern | URLResolver] = [
    path("<uuid:key>/", documents.document, name="document"),
    path("<uuid:key>/progress/", documents.document_progress, name="document-progress"),
    path("<uuid:key>/file/", documents.document_file, name="document-file"),
    path("<uuid:key>/retry/", documents.document_retry, name="document-retry"),
    # earlier addresses, which letters and bookmarks still use
    path("<int:number>/", documents.document_numbered, name="document-numbered"),
]
