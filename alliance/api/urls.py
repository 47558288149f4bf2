"""The addresses of the ground floor below /api/v1/."""

from django.urls import URLPattern, path

from alliance.api import report_urls
from alliance.api.views import members, tokens

urlpatterns: list[URLPattern] = [
    path("token/", tokens.TokenReading.as_view(), name="token"),
    path("members/", members.MemberListing.as_view(), name="member-list"),
    path("members/<slug:slug>/", members.MemberReading.as_view(), name="member"),
    *report_urls.urlpatterns,
]
