"""The addresses of reports: a member's own, as at its desk, and the secretariat's reading."""

from django.urls import URLPattern, path

from alliance.api.views import own_figures, own_filing, own_reports, secretariat

_ONE = "workspace/reports/<int:pk>/"
_MEASURE = f"{_ONE}measures/<slug:measure>/"

urlpatterns: list[URLPattern] = [
    path("workspace/reports/", own_reports.OwnReportListing.as_view(), name="own-report-list"),
    path(_ONE, own_reports.OwnReportReading.as_view(), name="own-report"),
    # texts
    path(f"{_ONE}answers/<slug:indicator>/", own_reports.AnswerPlace.as_view(), name="own-answer"),
    path(
        f"{_ONE}answers/<slug:indicator>/confirm/",
        own_reports.AnswerConfirming.as_view(),
        name="own-answer-confirm",
    ),
    path(
        f"{_ONE}answers/<slug:indicator>/disclose/",
        own_reports.AnswerDisclosing.as_view(),
        name="own-answer-disclose",
    ),
    path(f"{_ONE}pledges/<uuid:record>/", own_reports.AnswerPlace.as_view(), name="own-pledge"),
    path(
        f"{_ONE}pledges/<uuid:record>/confirm/",
        own_reports.AnswerConfirming.as_view(),
        name="own-pledge-confirm",
    ),
    path(
        f"{_ONE}pledges/<uuid:record>/disclose/",
        own_reports.AnswerDisclosing.as_view(),
        name="own-pledge-disclose",
    ),
    # figures
    path(f"{_ONE}figures/", own_figures.FigureList.as_view(), name="own-figure-list"),
    path(f"{_ONE}figures/<int:figure>/", own_figures.FigureDetail.as_view(), name="own-figure"),
    path(
        f"{_ONE}figures/<int:figure>/disclose/",
        own_figures.FigureDisclosing.as_view(),
        name="own-figure-disclose",
    ),
    # evidence
    path(f"{_ONE}evidence/", own_filing.EvidenceListing.as_view(), name="own-evidence-list"),
    path(f"{_ONE}evidence/<int:evidence>/", own_filing.EvidenceRemoving.as_view(), name="own-evidence"),
    path(f"{_MEASURE}files/", own_filing.EvidenceFiles.as_view(), name="own-evidence-files"),
    path(f"{_MEASURE}links/", own_filing.EvidenceLinks.as_view(), name="own-evidence-links"),
    path(f"{_MEASURE}practices/", own_filing.EvidencePractices.as_view(), name="own-evidence-practices"),
    # sign-off
    path(f"{_ONE}check/", own_filing.CheckReading.as_view(), name="own-report-check"),
    path(f"{_MEASURE}confirm/", own_filing.MeasureConfirming.as_view(), name="own-measure-confirm"),
    path(f"{_ONE}ask-for-sign-off/", own_filing.SignOffAsking.as_view(), name="own-report-ask-for-sign-off"),
    path(f"{_ONE}send-back/", own_filing.SendingBack.as_view(), name="own-report-send-back"),
    path(f"{_ONE}submit/", own_filing.Submitting.as_view(), name="own-report-submit"),
    # afterwards
    path(f"{_ONE}submissions/", own_filing.ReceiptListing.as_view(), name="own-submission-list"),
    path(
        f"{_ONE}submissions/<int:number>/body/",
        own_filing.SubmissionReading.as_view(),
        name="own-submission",
    ),
    path(f"{_ONE}verdicts/", own_filing.VerdictListing.as_view(), name="own-verdict-list"),
    path(f"{_ONE}questions/", own_filing.QuestionListing.as_view(), name="own-question-list"),
    path(
        f"{_ONE}questions/<int:question>/answer/",
        own_filing.QuestionAnswering.as_view(),
        name="own-question-answer",
    ),
    # the secretariat
    path("secretariat/reports/", secretariat.ObligationListing.as_view(), name="obligation-list"),
    path("secretariat/reports/<int:pk>/submissions/", secretariat.FiledListing.as_view(), name="filed-list"),
    path(
        "secretariat/reports/<int:pk>/submissions/<int:number>/body/",
        secretariat.FiledReading.as_view(),
        name="filed",
    ),
]
