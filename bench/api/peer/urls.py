"""The peer's addresses are those of the portal."""

from django.urls import path

from bench.api.peer.views import Members

urlpatterns = [path("api/v1/members/", Members.as_view())]
