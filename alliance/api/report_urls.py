"""URLs of reports: a member's own, as in its workspace, and the secretariat's reading."""

from django.urls import URLPattern, path

from alliance.api.views import (
    own_answers,
    own_delegations,
    own_documents,
    own_figures,
    own_filing,
    own_reports,
    own_requests,
    own_uploads,
    secretariat,
)

_REPORT = "workspace/reports/<int:pk>/"
_MEASURE = f"{_REPORT}measures/<slug:measure>/"
_DOCUMENT = "workspace/documents/<uuid:key>/"
_UPLOAD = "workspace/uploads/<int:pk>/"

urlpatterns: list[URLPattern] = [
    path("workspace/reports/", own_reports.OwnReportList.as_view(), name="own-report-list"),
    path(_REPORT, own_reports.OwnReportDetail.as_view(), name="own-report"),
    # texts
    path(f"{_REPORT}answers/", own_answers.AnswerList.as_view(), name="own-answer-list"),
    path(f"{_REPORT}answers/<slug:indicator>/", own_answers.AnswerDetail.as_view(), name="own-answer"),
    path(
        f"{_REPORT}answers/<slug:indicator>/confirm/",
        own_answers.AnswerConfirm.as_view(),
        name="own-answer-confirm",
    ),
    path(
        f"{_REPORT}answers/<slug:indicator>/disclose/",
        own_answers.AnswerDisclose.as_view(),
        name="own-answer-disclose",
    ),
    path(f"{_REPORT}pledges/<uuid:record>/", own_answers.AnswerDetail.as_view(), name="own-pledge"),
    path(
        f"{_REPORT}pledges/<uuid:record>/confirm/",
        own_answers.AnswerConfirm.as_view(),
        name="own-pledge-confirm",
    ),
    path(
        f"{_REPORT}pledges/<uuid:record>/disclose/",
        own_answers.AnswerDisclose.as_view(),
        name="own-pledge-disclose",
    ),
    # figures
    path(f"{_REPORT}figures/", own_figures.FigureList.as_view(), name="own-figure-list"),
    path(f"{_REPORT}figures/<int:figure>/", own_figures.FigureDetail.as_view(), name="own-figure"),
    path(
        f"{_REPORT}figures/<int:figure>/disclose/",
        own_figures.FigureDisclose.as_view(),
        name="own-figure-disclose",
    ),
    # files: documents to take away, answers to bring
    path("workspace/documents/", own_documents.ReportDocumentList.as_view(), name="own-document-list"),
    path(f"{_REPORT}documents/", own_documents.ReportDocumentCreate.as_view(), name="own-report-documents"),
    path(_DOCUMENT, own_documents.ReportDocumentDetail.as_view(), name="own-document"),
    path(f"{_DOCUMENT}file/", own_documents.ReportDocumentFile.as_view(), name="own-document-file"),
    path(f"{_REPORT}uploads/", own_uploads.UploadCreate.as_view(), name="own-report-uploads"),
    path(_UPLOAD, own_uploads.UploadDetail.as_view(), name="own-upload"),
    path(f"{_UPLOAD}choose/", own_uploads.UploadChoose.as_view(), name="own-upload-choose"),
    path(f"{_UPLOAD}save/", own_uploads.UploadSave.as_view(), name="own-upload-save"),
    path(f"{_UPLOAD}cancel/", own_uploads.UploadCancel.as_view(), name="own-upload-cancel"),
    path(f"{_UPLOAD}take-back/", own_uploads.UploadTakeBack.as_view(), name="own-upload-take-back"),
    # evidence
    path(f"{_REPORT}evidence/", own_filing.EvidenceList.as_view(), name="own-evidence-list"),
    path(f"{_REPORT}evidence/<int:evidence>/", own_filing.EvidenceDetail.as_view(), name="own-evidence"),
    path(f"{_MEASURE}files/", own_filing.EvidenceFileCreate.as_view(), name="own-evidence-files"),
    path(f"{_MEASURE}links/", own_filing.EvidenceLinkCreate.as_view(), name="own-evidence-links"),
    path(f"{_MEASURE}practices/", own_filing.EvidencePracticeCreate.as_view(), name="own-evidence-practices"),
    # who writes what
    path(f"{_REPORT}sections/", own_delegations.DelegationList.as_view(), name="own-delegation-list"),
    path(
        f"{_REPORT}sections/<int:delegation>/finish/",
        own_delegations.DelegationFinish.as_view(),
        name="own-delegation-finish",
    ),
    path(
        f"{_REPORT}sections/<int:delegation>/reopen/",
        own_delegations.DelegationReopen.as_view(),
        name="own-delegation-reopen",
    ),
    path(
        f"{_REPORT}sections/<int:delegation>/take-back/",
        own_delegations.DelegationTakeBack.as_view(),
        name="own-delegation-take-back",
    ),
    path(
        f"{_REPORT}sections/remind/", own_delegations.DelegationRemind.as_view(), name="own-delegation-remind"
    ),
    path(
        f"{_REPORT}sections/as-last-time/",
        own_delegations.DelegationAsLastTime.as_view(),
        name="own-delegation-as-last-time",
    ),
    # sign-off
    path(f"{_REPORT}check/", own_filing.ReportCheckDetail.as_view(), name="own-report-check"),
    path(f"{_MEASURE}confirm/", own_filing.MeasureConfirm.as_view(), name="own-measure-confirm"),
    path(
        f"{_MEASURE}confirm-carried-over/",
        own_filing.MeasureConfirmCarriedOver.as_view(),
        name="own-measure-confirm-carried-over",
    ),
    path(
        f"{_REPORT}ask-for-sign-off/",
        own_filing.ReportAskForSignOff.as_view(),
        name="own-report-ask-for-sign-off",
    ),
    path(
        f"{_REPORT}withdraw-sign-off/",
        own_filing.ReportWithdrawSignOff.as_view(),
        name="own-report-withdraw-sign-off",
    ),
    path(f"{_REPORT}send-back/", own_filing.ReportSendBack.as_view(), name="own-report-send-back"),
    path(f"{_REPORT}submit/", own_filing.ReportSubmit.as_view(), name="own-report-submit"),
    path(f"{_REPORT}recall/", own_filing.ReportRecall.as_view(), name="own-report-recall"),
    # what is asked of the secretariat
    path(
        f"{_REPORT}extension-requests/",
        own_requests.OwnExtensionRequestList.as_view(),
        name="own-extension-request-list",
    ),
    path(
        f"{_REPORT}extension-requests/<int:extension>/withdraw/",
        own_requests.OwnExtensionRequestWithdraw.as_view(),
        name="own-extension-request-withdraw",
    ),
    path("workspace/findings/", own_requests.OwnFindingList.as_view(), name="own-finding-list"),
    path(
        "workspace/findings/<int:pk>/claim/", own_requests.OwnFindingClaim.as_view(), name="own-finding-claim"
    ),
    # afterwards
    path(f"{_REPORT}submissions/", own_filing.ReceiptList.as_view(), name="own-submission-list"),
    path(
        f"{_REPORT}submissions/<int:number>/body/",
        own_filing.SubmissionBody.as_view(),
        name="own-submission",
    ),
    path(f"{_REPORT}verdicts/", own_filing.VerdictList.as_view(), name="own-verdict-list"),
    path(f"{_REPORT}questions/", own_filing.QuestionList.as_view(), name="own-question-list"),
    path(
        f"{_REPORT}questions/<int:question>/answer/",
        own_filing.QuestionAnswer.as_view(),
        name="own-question-answer",
    ),
    # the secretariat
    path("secretariat/reports/", secretariat.ObligationList.as_view(), name="obligation-list"),
    path(
        "secretariat/reports/<int:pk>/submissions/",
        secretariat.FiledSubmissionList.as_view(),
        name="filed-list",
    ),
    path(
        "secretariat/reports/<int:pk>/submissions/<int:number>/body/",
        secretariat.FiledSubmissionBody.as_view(),
        name="filed",
    ),
]
