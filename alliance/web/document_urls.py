"""The addresses under /documents/."""

from django.urls import URLPattern, URLResolver, path

from alliance.web import documents

urlpatterns: list[URLPattern | URLResolver] = [
    path("<int:pk>/", documents.document, name="document"),
    path("<int:pk>/progress/", documents.document_progress, name="document-progress"),
    path("<int:pk>/file/", documents.document_file, name="document-file"),
    path("<int:pk>/retry/", documents.document_retry, name="document-retry"),
]
