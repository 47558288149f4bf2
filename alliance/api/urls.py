"""URLs of the alliance below /api/v1/."""

from django.urls import URLPattern, path

from alliance.api import desk_urls, report_urls
from alliance.api.views import (
    changes,
    charters,
    cycles,
    facts,
    members,
    outside,
    pledges,
    publications,
    published_reports,
    supporters,
    tokens,
    webhooks,
)

urlpatterns: list[URLPattern] = [
    path("token/", tokens.TokenDetail.as_view(), name="token"),
    path("changes/", changes.ChangeFeed.as_view(), name="change-feed"),
    path("webhooks/", webhooks.WebhookList.as_view(), name="webhook-list"),
    path("webhooks/<int:pk>/", webhooks.WebhookDetail.as_view(), name="webhook"),
    path("webhooks/<int:pk>/messages/", webhooks.WebhookDeliveryList.as_view(), name="webhook-delivery-list"),
    path("webhooks/<int:pk>/replay/", webhooks.WebhookReplay.as_view(), name="webhook-replay"),
    path(
        "webhooks/messages/<str:message>/replay/",
        webhooks.WebhookDeliveryReplay.as_view(),
        name="webhook-delivery-replay",
    ),
    path("charters/", charters.CharterList.as_view(), name="charter-list"),
    path("charters/<slug:key>/<int:version>/", charters.CharterDetail.as_view(), name="charter"),
    path("members/", members.MemberList.as_view(), name="member-list"),
    path("members/<slug:slug>/", members.MemberDetail.as_view(), name="member"),
    path("supporters/", supporters.SupporterList.as_view(), name="supporter-list"),
    path("questions/", outside.PublicQuestionList.as_view(), name="question-list"),
    path("comments/", outside.InvitedCommentList.as_view(), name="comment-list"),
    *report_urls.urlpatterns,
    *desk_urls.urlpatterns,
    path("pledges/", pledges.PledgeList.as_view(), name="pledge-list"),
    path("pledges/<uuid:record>/", pledges.PledgeDetail.as_view(), name="pledge"),
    path("cycles/", cycles.CycleList.as_view(), name="cycle-list"),
    path("cycles/<slug:slug>/", cycles.CycleDetail.as_view(), name="cycle"),
    path("reports/", published_reports.PublishedReportList.as_view(), name="report-list"),
    path(
        "reports/<slug:slug>/<slug:cycle>/", published_reports.PublishedReportDetail.as_view(), name="report"
    ),
    path("figures/", facts.PublishedFigureList.as_view(), name="figure-list"),
    path("verdicts/", facts.PublishedVerdictList.as_view(), name="verdict-list"),
    path("references/", facts.ReferenceCountList.as_view(), name="reference-list"),
    path("publications/", publications.PublicationList.as_view(), name="publication-list"),
    path("publications/<int:number>/", publications.PublicationDetail.as_view(), name="publication"),
]
