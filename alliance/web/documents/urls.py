"""The addresses under /documents/."""

from django.urls import URLPattern, URLResolver, path

from alliance.web.documents import views

urlpatterns: list[URLPattern | URLResolver] = [
    path("<uuid:key>/", views.document, name="document"),
    path("<uuid:key>/progress/", views.document_progress, name="document-progress"),
    path("<uuid:key>/file/", views.document_file, name="document-file"),
    path("<uuid:key>/cancel/", views.document_cancel, name="document-cancel"),
    path("<uuid:key>/retry/", views.document_retry, name="document-retry"),
    # earlier addresses, which letters and bookmarks still use
    path("<int:number>/", views.document_numbered, name="document-numbered"),
]
