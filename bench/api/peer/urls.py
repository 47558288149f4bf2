"""The peer's addresses are those of the portal."""

from django.urls import path

from bench.api.peer.views import Members, Reports

urlpatterns = [
    path("api/v1/members/", Members.as_view()),
    path("api/v1/workspace/reports/", Reports.as_view()),
]
