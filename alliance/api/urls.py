"""URLs of the alliance below /api/v1/."""

from django.urls import URLPattern, path

from alliance.api import desk_urls, report_urls
from alliance.api.views import (
    changes,
    charters,
    cycles,
    facts,
    mediation,
    members,
    outside,
    pledges,
    public_questions,
    publications,
    published_reports,
    supporters,
    tokens,
    webhooks,
)

_COMMENT = "invited-comments/<int:pk>/"
_QUESTION = "public-questions/<int:pk>/"

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
    # what is said from outside, for those who have a part in it
    path("invited-comments/", mediation.InvitedCommentList.as_view(), name="own-comment-list"),
    path(_COMMENT, mediation.InvitedCommentDetail.as_view(), name="own-comment"),
    *(
        path(f"{_COMMENT}{name}/", view.as_view(), name=f"own-comment-{name}")
        for name, view in mediation.ACT_VIEWS.items()
    ),
    path(
        "secretariat/reports/<int:pk>/measures/<slug:key>/invited-comments/",
        mediation.CommentInvite.as_view(),
        name="comment-invite",
    ),
    path("public-questions/", public_questions.AskedQuestionList.as_view(), name="public-question-list"),
    path(_QUESTION, public_questions.AskedQuestionDetail.as_view(), name="public-question"),
    *(
        path(f"{_QUESTION}{name}/", view.as_view(), name=f"public-question-{name}")
        for name, view in public_questions.ACT_VIEWS.items()
    ),
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
