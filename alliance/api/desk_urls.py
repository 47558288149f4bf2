"""URLs of the secretariat's desk, and of corrections, which both sides work on."""

from django.urls import URLPattern, path

from alliance.api.views import (
    corrections,
    desk_cycles,
    desk_supporters,
    obligations,
    review_allocation,
    review_texts,
    reviews,
    second_readings,
    supporter_imports,
)

_CYCLE = "secretariat/cycles/<slug:slug>/"
_REPORT = "secretariat/reports/<int:pk>/"
_REVIEW = "secretariat/reviews/<int:pk>/"
_READING = "secretariat/second-readings/<int:pk>/"
_FINDING = "secretariat/findings/<int:pk>/"
_CORRECTION = "corrections/<int:pk>/"
_IMPORT = "secretariat/supporter-imports/<int:pk>/"

urlpatterns: list[URLPattern] = [
    # cycles
    path("secretariat/cycles/", desk_cycles.DeskCycleList.as_view(), name="desk-cycle-list"),
    path(_CYCLE, desk_cycles.DeskCycleDetail.as_view(), name="desk-cycle"),
    path(f"{_CYCLE}open/", desk_cycles.CycleOpen.as_view(), name="desk-cycle-open"),
    path(f"{_CYCLE}close/", desk_cycles.CycleClose.as_view(), name="desk-cycle-close"),
    path(f"{_CYCLE}reopen/", desk_cycles.CycleReopen.as_view(), name="desk-cycle-reopen"),
    path(f"{_CYCLE}publish/", desk_cycles.CyclePublish.as_view(), name="desk-cycle-publish"),
    path(f"{_CYCLE}reschedule/", desk_cycles.CycleReschedule.as_view(), name="desk-cycle-reschedule"),
    path(f"{_CYCLE}remind/", obligations.CycleRemind.as_view(), name="desk-cycle-remind"),
    path(f"{_CYCLE}extend/", obligations.CycleExtend.as_view(), name="desk-cycle-extend"),
    path(
        f"{_CYCLE}refuse-extensions/",
        obligations.CycleRefuseExtensions.as_view(),
        name="desk-cycle-refuse-extensions",
    ),
    path(f"{_CYCLE}late-joiners/", obligations.CycleJoiners.as_view(), name="desk-cycle-late-joiners"),
    path(
        f"{_CYCLE}plan-publication/",
        desk_cycles.CyclePlanPublication.as_view(),
        name="desk-cycle-plan-publication",
    ),
    path(
        f"{_CYCLE}cancel-publication/",
        desk_cycles.CycleCancelPublication.as_view(),
        name="desk-cycle-cancel-publication",
    ),
    path(
        "secretariat/extension-requests/",
        obligations.ExtensionRequestList.as_view(),
        name="extension-request-list",
    ),
    path(f"{_REPORT}exempt/", obligations.ReportExempt.as_view(), name="desk-report-exempt"),
    path(f"{_REPORT}include/", obligations.ReportInclude.as_view(), name="desk-report-include"),
    path(f"{_REPORT}publish/", obligations.ReportPublish.as_view(), name="desk-report-publish"),
    # who reviews what
    path("secretariat/reviewers/", review_allocation.ReviewerList.as_view(), name="reviewer-list"),
    path("secretariat/reviews/", reviews.ReviewList.as_view(), name="review-list"),
    path("secretariat/reviews/assign/", review_allocation.ReviewAssign.as_view(), name="review-assign"),
    path(f"{_REVIEW}hand-over/", review_allocation.ReviewHandOver.as_view(), name="review-hand-over"),
    path(f"{_REVIEW}take-over/", review_allocation.ReviewTakeOver.as_view(), name="review-take-over"),
    path(f"{_REVIEW}unassign/", review_allocation.ReviewUnassign.as_view(), name="review-unassign"),
    path(f"{_REVIEW}pause/", review_allocation.ReviewPause.as_view(), name="review-pause"),
    path(f"{_REVIEW}end-pause/", review_allocation.ReviewEndPause.as_view(), name="review-end-pause"),
    # one review
    path(_REVIEW, reviews.ReviewDetail.as_view(), name="review"),
    path(f"{_REVIEW}start/", reviews.ReviewStart.as_view(), name="review-start"),
    path(f"{_REVIEW}request-changes/", reviews.ReviewRequestChanges.as_view(), name="review-request-changes"),
    path(f"{_REVIEW}resume/", reviews.ReviewResume.as_view(), name="review-resume"),
    path(
        f"{_REVIEW}take-back-request/",
        reviews.ReviewTakeBackRequest.as_view(),
        name="review-take-back-request",
    ),
    path(f"{_REVIEW}conclude/", reviews.ReviewConclude.as_view(), name="review-conclude"),
    path(f"{_REVIEW}reopen/", reviews.ReviewReopen.as_view(), name="review-reopen"),
    # verdicts
    path(
        f"{_REVIEW}measures/<slug:key>/verdict/",
        reviews.MeasureVerdict.as_view(),
        name="review-measure-verdict",
    ),
    path(
        f"{_REVIEW}commitments/<slug:key>/verdict/",
        reviews.CommitmentVerdict.as_view(),
        name="review-commitment-verdict",
    ),
    path(
        f"{_REVIEW}pledges/<uuid:key>/verdict/", reviews.PledgeVerdict.as_view(), name="review-pledge-verdict"
    ),
    path(f"{_REVIEW}verdicts/", reviews.VerdictBatchCreate.as_view(), name="review-verdicts"),
    path(f"{_REVIEW}verdicts/confirm/", reviews.VerdictConfirm.as_view(), name="review-verdicts-confirm"),
    path(
        f"{_REVIEW}verdicts/<uuid:batch>/take-back/",
        reviews.VerdictBatchTakeBack.as_view(),
        name="review-verdicts-take-back",
    ),
    # questions, notes, findings
    path(f"{_REVIEW}questions/", review_texts.DeskQuestionList.as_view(), name="review-question-list"),
    path(
        f"{_REVIEW}questions/<int:question>/close/",
        review_texts.QuestionClose.as_view(),
        name="review-question-close",
    ),
    path(
        f"{_REVIEW}questions/<int:question>/reopen/",
        review_texts.QuestionReopen.as_view(),
        name="review-question-reopen",
    ),
    path(f"{_REVIEW}notes/", review_texts.NoteList.as_view(), name="review-note-list"),
    path(f"{_REVIEW}findings/", review_texts.ReviewFindingList.as_view(), name="review-finding-list"),
    path("secretariat/findings/", review_texts.FindingList.as_view(), name="finding-list"),
    path("secretariat/findings/remind/", review_texts.FindingRemind.as_view(), name="finding-remind"),
    path(_FINDING, review_texts.FindingDetail.as_view(), name="finding"),
    path(f"{_FINDING}complete/", review_texts.FindingComplete.as_view(), name="finding-complete"),
    path(f"{_FINDING}carry/", review_texts.FindingCarry.as_view(), name="finding-carry"),
    path(f"{_FINDING}edit/", review_texts.FindingEdit.as_view(), name="finding-edit"),
    path(f"{_FINDING}reopen/", review_texts.FindingReopen.as_view(), name="finding-reopen"),
    path(f"{_FINDING}withdraw/", review_texts.FindingWithdraw.as_view(), name="finding-withdraw"),
    # second readings
    path(
        "secretariat/second-readings/",
        second_readings.SecondReadingList.as_view(),
        name="second-reading-list",
    ),
    path(
        f"{_REPORT}second-readings/",
        second_readings.ReportSecondReading.as_view(),
        name="report-second-reading",
    ),
    path(_READING, second_readings.SecondReadingDetail.as_view(), name="second-reading"),
    path(
        f"{_READING}measures/<slug:key>/verdict/",
        second_readings.SecondReadingOpinion.as_view(),
        name="second-reading-verdict",
    ),
    path(f"{_READING}send/", second_readings.SecondReadingSend.as_view(), name="second-reading-send"),
    path(f"{_READING}settle/", second_readings.SecondReadingSettle.as_view(), name="second-reading-settle"),
    path(
        f"{_READING}withdraw/",
        second_readings.SecondReadingWithdraw.as_view(),
        name="second-reading-withdraw",
    ),
    # supporters
    path("secretariat/supporters/", desk_supporters.DeskSupporterList.as_view(), name="desk-supporter-list"),
    path(
        "secretariat/supporters/<int:pk>/",
        desk_supporters.DeskSupporterDetail.as_view(),
        name="desk-supporter",
    ),
    *(
        path(f"secretariat/supporters/{name}/", view.as_view(), name=f"desk-supporters-{name}")
        for name, view in desk_supporters.DECISION_VIEWS.items()
    ),
    path(
        "secretariat/supporter-imports/",
        supporter_imports.SupporterImportList.as_view(),
        name="supporter-import-list",
    ),
    path(_IMPORT, supporter_imports.SupporterImportDetail.as_view(), name="supporter-import"),
    path(
        f"{_IMPORT}rows/",
        supporter_imports.SupporterImportRowList.as_view(),
        name="supporter-import-row-list",
    ),
    *(
        path(f"{_IMPORT}{name}/", view.as_view(), name=f"supporter-import-{name}")
        for name, view in supporter_imports.ACT_VIEWS.items()
    ),
    # corrections
    path("corrections/", corrections.CorrectionList.as_view(), name="correction-list"),
    path(
        "corrections/reports/<int:report>/",
        corrections.CorrectableReport.as_view(),
        name="correctable-report",
    ),
    path(_CORRECTION, corrections.CorrectionDetail.as_view(), name="correction"),
    path(f"{_CORRECTION}notes/", corrections.CorrectionNoteCreate.as_view(), name="correction-notes"),
    *(
        path(f"{_CORRECTION}{name}/", view.as_view(), name=f"correction-{name}")
        for name, view in corrections.STEP_VIEWS.items()
    ),
]
