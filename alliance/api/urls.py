"""The addresses of the ground floor below /api/v1/."""

from django.urls import URLPattern, path

from alliance.api import report_urls
from alliance.api.views import (
    charters,
    cycles,
    facts,
    members,
    pledges,
    publications,
    published_reports,
    tokens,
)

urlpatterns: list[URLPattern] = [
    path("token/", tokens.TokenReading.as_view(), name="token"),
    path("charters/", charters.CharterListing.as_view(), name="charter-list"),
    path("charters/<slug:key>/<int:version>/", charters.CharterReading.as_view(), name="charter"),
    path("members/", members.MemberListing.as_view(), name="member-list"),
    path("members/<slug:slug>/", members.MemberReading.as_view(), name="member"),
    *report_urls.urlpatterns,
    path("pledges/", pledges.PledgeListing.as_view(), name="pledge-list"),
    path("pledges/<uuid:record>/", pledges.PledgeReading.as_view(), name="pledge"),
    path("cycles/", cycles.CycleListing.as_view(), name="cycle-list"),
    path("cycles/<slug:slug>/", cycles.CycleReading.as_view(), name="cycle"),
    path("reports/", published_reports.ReportListing.as_view(), name="report-list"),
    path("reports/<slug:slug>/<slug:cycle>/", published_reports.ReportReading.as_view(), name="report"),
    path("figures/", facts.FigureListing.as_view(), name="figure-list"),
    path("verdicts/", facts.VerdictListing.as_view(), name="verdict-list"),
    path("references/", facts.ReferenceListing.as_view(), name="reference-list"),
    path("publications/", publications.PublicationListing.as_view(), name="publication-list"),
    path("publications/<int:number>/", publications.PublicationReading.as_view(), name="publication"),
]
