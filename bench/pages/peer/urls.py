"""The peer's addresses are those of the portal."""

from django.urls import path

from bench.pages.peer import views

urlpatterns = [
    path("en/", views.bytes_alone),
    path("en/members/", views.members),
    path("en/reports/", views.reports),
    path("en/publications/", views.publications),
    path("en/members/<slug:slug>/", views.member),
]
