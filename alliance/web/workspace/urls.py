"""URLs of the workspace."""

from django.urls import URLPattern, URLResolver, path

from alliance.web import inbox, search
from alliance.web.corrections import drafts as correction_drafts
from alliance.web.corrections import pages as corrections
from alliance.web.corrections import steps as correction_steps
from alliance.web.documents import report as report_documents
from alliance.web.documents import views as documents
from alliance.web.organisation import freezing, membership_end, people, profile, single_sign_on, tokens
from alliance.web.organisation import services as owned_services
from alliance.web.workspace import (
    accessions,
    all_figures,
    attention,
    calendar_address,
    delegation,
    differences,
    evidence,
    extensions,
    field_history,
    files,
    findings,
    home,
    measure_comments,
    mediation,
    member_letters,
    objections,
    own_archive,
    pledge_steps,
    pledges,
    public_questions,
    recalls,
    replies,
    report_uploads,
    reports,
    sign_off,
    sign_off_requests,
    table_mapping,
)
from alliance.web.workspace import people as people_page

app_name = "workspace"

urlpatterns: list[URLPattern | URLResolver] = [
    path("", home.home, name="home"),
    # reports
    path("reports/", reports.report_list, name="report-list"),
    path("reports/<int:pk>/", reports.report, name="report"),
    path("reports/<int:pk>/figures/", all_figures.report_figures, name="report-figures"),
    path("reports/<int:pk>/figures/paste/", all_figures.report_figures_paste, name="report-figures-paste"),
    path(
        "reports/<int:pk>/figures/<slug:name>/",
        all_figures.report_figure_details,
        name="report-figure-details",
    ),
    path("reports/<int:pk>/spreadsheet/", report_uploads.report_spreadsheet, name="report-spreadsheet"),
    path(
        "reports/<int:pk>/spreadsheet/figures.csv",
        report_uploads.report_figures_file,
        name="report-figures-file",
    ),
    path("uploads/<int:pk>/", report_uploads.report_upload, name="report-upload"),
    path("uploads/<int:pk>/columns/", table_mapping.table_mapping, name="table-mapping"),
    path("mappings/<int:pk>/forget/", table_mapping.table_mapping_delete, name="table-mapping-delete"),
    path("uploads/<int:pk>/progress/", report_uploads.report_upload_progress, name="report-upload-progress"),
    path("uploads/<int:pk>/refused.csv", report_uploads.report_upload_refused, name="report-upload-refused"),
    path(
        "uploads/<int:pk>/refused.xlsx",
        report_uploads.report_upload_refused_workbook,
        name="report-upload-refused-workbook",
    ),
    path("uploads/<int:pk>/cancel/", report_uploads.report_upload_cancel, name="report-upload-cancel"),
    path(
        "uploads/<int:pk>/take-back/",
        report_uploads.report_upload_take_back,
        name="report-upload-take-back",
    ),
    path("reports/<int:pk>/check/", attention.report_check, name="report-check"),
    path("reports/<int:pk>/delegation/", delegation.report_delegation, name="report-delegation"),
    path("reports/<int:pk>/delegation/remind/", delegation.delegation_remind, name="delegation-remind"),
    path(
        "reports/<int:pk>/delegation/as-last-time/",
        delegation.delegation_as_last_time,
        name="delegation-as-last-time",
    ),
    path("delegations/<int:pk>/", delegation.delegation, name="delegation"),
    path("delegations/<int:pk>/finish/", delegation.delegation_finish, name="delegation-finish"),
    path("delegations/<int:pk>/reopen/", delegation.delegation_reopen, name="delegation-reopen"),
    path("delegations/<int:pk>/take-back/", delegation.delegation_take_back, name="delegation-take-back"),
    path(
        "reports/<int:pk>/measures/<slug:measure>/comments/",
        measure_comments.measure_comments,
        name="measure-comments",
    ),
    path(
        "measure-comments/<int:pk>/edit/", measure_comments.measure_comment_edit, name="measure-comment-edit"
    ),
    path(
        "measure-comments/<int:pk>/delete/",
        measure_comments.measure_comment_delete,
        name="measure-comment-delete",
    ),
    path(
        "measure-comments/<int:pk>/settle/",
        measure_comments.measure_comment_settle,
        name="measure-comment-settle",
    ),
    path(
        "measure-comments/<int:pk>/reopen/",
        measure_comments.measure_comment_reopen,
        name="measure-comment-reopen",
    ),
    path("reports/<int:pk>/history/<slug:field>/", field_history.field_history, name="field-history"),
    path("reports/<int:pk>/preview/", sign_off.report_preview, name="report-preview"),
    path(
        "reports/<int:pk>/ask-for-sign-off/",
        sign_off_requests.report_ask_for_sign_off,
        name="report-ask-for-sign-off",
    ),
    path(
        "reports/<int:pk>/withdraw-sign-off/",
        sign_off_requests.report_withdraw_sign_off,
        name="report-withdraw-sign-off",
    ),
    path("reports/<int:pk>/send-back/", sign_off_requests.report_send_back, name="report-send-back"),
    path("reports/<int:pk>/differences/", differences.report_differences, name="report-differences"),
    path("reports/<int:pk>/submit/", sign_off.report_submit, name="report-submit"),
    path("reports/<int:pk>/submissions/<int:number>/", replies.report_filed, name="report-filed"),
    path("reports/<int:pk>/recall/", recalls.report_recall, name="report-recall"),
    path(
        "reports/<int:pk>/earlier-verdicts/<int:decision>/", recalls.earlier_verdicts, name="earlier-verdicts"
    ),
    path("reports/<int:pk>/receipts/<int:number>/", sign_off.report_receipt, name="report-receipt"),
    path(
        "reports/<int:pk>/receipts/<int:number>/body/", sign_off.report_submission, name="report-submission"
    ),
    path("reports/<int:pk>/extension/", extensions.extension_ask, name="extension-ask"),
    path("extensions/<int:pk>/withdraw/", extensions.extension_withdraw, name="extension-withdraw"),
    path("comments/", mediation.comment_list, name="comment-list"),
    path("comments/<int:pk>/", mediation.comment, name="comment"),
    path("comments/<int:pk>/<slug:action>/", mediation.comment_act, name="comment-act"),
    path("public-questions/", public_questions.public_question_list, name="public-question-list"),
    path("public-questions/<int:pk>/", public_questions.public_question, name="public-question"),
    path(
        "public-questions/<int:pk>/agree/",
        public_questions.public_question_agree,
        name="public-question-agree",
    ),
    path("findings/", findings.finding_list, name="finding-list"),
    path("findings/<int:pk>/done/", findings.finding_claim, name="finding-claim"),
    path("reports/<int:pk>/verdicts/", replies.report_verdicts, name="report-verdicts"),
    path("reports/<int:pk>/respond/", replies.report_respond, name="report-respond"),
    path("reports/<int:pk>/respond/<slug:commitment>/", replies.report_respond, name="report-respond-to"),
    path(
        "reports/<int:pk>/disclose/<slug:kind>/<int:draft>/", replies.report_disclose, name="report-disclose"
    ),
    path("reports/calendar/", calendar_address.calendar_address, name="calendar-address"),
    path("reports/calendar/off/", calendar_address.calendar_address_end, name="calendar-address-end"),
    path("reports/calendar.ics", reports.report_calendar_file, name="report-calendar-file"),
    path("reports/<int:pk>/measures/<slug:measure>/", reports.report_measure, name="report-measure"),
    path(
        "reports/<int:pk>/measures/<slug:measure>/confirm/", reports.measure_confirm, name="measure-confirm"
    ),
    path(
        "reports/<int:pk>/measures/<slug:measure>/presence/", reports.report_presence, name="report-presence"
    ),
    path(
        "reports/<int:pk>/measures/<slug:measure>/files/",
        evidence.evidence_add_file,
        name="evidence-add-file",
    ),
    path(
        "reports/<int:pk>/measures/<slug:measure>/links/",
        evidence.evidence_add_link,
        name="evidence-add-link",
    ),
    path(
        "reports/<int:pk>/measures/<slug:measure>/practices/",
        evidence.evidence_add_practice,
        name="evidence-add-practice",
    ),
    path("reports/<int:pk>/pledges/<uuid:record>/", reports.report_pledge, name="report-pledge"),
    path("files/flag/", files.file_flag, name="file-flag"),
    path("evidence/<int:pk>/", evidence.evidence_open, name="evidence"),
    path("evidence/<int:pk>/remove/", evidence.evidence_remove, name="evidence-remove"),
    path("evidence/<int:pk>/confirm/", evidence.evidence_confirm, name="evidence-confirm"),
    path("letters/<int:pk>/", member_letters.member_letter, name="member-letter"),
    path("questions/<int:pk>/answer/", replies.question_answer, name="question-answer"),
    # people, inbox, documents
    path("people/", people_page.people, name="people"),
    path("people/invite/", people.membership_invite, name="membership-invite"),
    path("people/notifications/", people.notice_recipients, name="notice-recipients"),
    path("people/<int:pk>/grant/", people.membership_grant, name="membership-grant"),
    path("people/<int:pk>/retry-mail/", people.membership_retry_mail, name="membership-retry-mail"),
    path("people/<int:pk>/freeze/", freezing.membership_freeze, name="membership-freeze"),
    path("people/<int:pk>/end/", membership_end.membership_end, name="membership-end"),
    path("people/<int:pk>/hand-over/", membership_end.membership_hand_over, name="membership-hand-over"),
    path("people/leave/", membership_end.membership_leave, name="membership-leave"),
    path("work/", membership_end.work, name="work"),
    path("invitations/<int:pk>/revoke/", people.invitation_revoke, name="invitation-revoke"),
    path("invitations/<int:pk>/resend/", people.invitation_resend, name="invitation-resend"),
    path("organisation/change/", profile.organisation_change, name="organisation-change"),
    path("archive/", own_archive.organisation_archive, name="organisation-archive"),
    path("services/add/", profile.service_add, name="service-add"),
    path("services/<int:service>/change/", owned_services.service_change, name="service-change"),
    path("services/<int:service>/end/", owned_services.service_end, name="service-end"),
    path("services/<int:service>/resume/", owned_services.service_resume, name="service-resume"),
    path("services/<int:service>/remove/", owned_services.service_remove, name="service-remove"),
    path("corrections/", corrections.correction_list, name="correction-list"),
    path("corrections/<int:pk>/", corrections.correction, name="correction"),
    path("corrections/<int:pk>/edit/", correction_drafts.correction_edit, name="correction-edit"),
    path("corrections/<int:pk>/file/", corrections.correction_file, name="correction-file"),
    path("corrections/<int:pk>/<slug:step>/", correction_steps.correction_step, name="correction-step"),
    path("reports/<int:pk>/corrections/", corrections.correction_values, name="correction-values"),
    path("reports/<int:pk>/corrections/new/", correction_drafts.correction_new, name="correction-new"),
    path("search/", search.area_search, name="search"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/read/", inbox.inbox_read, name="inbox-read"),
    path("inbox/read-all/", inbox.inbox_read_all, name="inbox-read-all"),
    path("documents/", documents.document_list, name="document-list"),
    path("reports/<int:pk>/document/", report_documents.report_document, name="report-document"),
    path("sso/", single_sign_on.single_sign_on, name="single-sign-on"),
    path("sso/add/<slug:protocol>/", single_sign_on.provider_add, name="provider-add"),
    path("sso/<int:pk>/", single_sign_on.provider, name="provider"),
    path("sso/<int:pk>/edit/", single_sign_on.provider_edit, name="provider-edit"),
    path("sso/<int:pk>/turn-off/", single_sign_on.provider_turn_off, name="provider-turn-off"),
    path("tokens/", tokens.token_list, name="token-list"),
    path("tokens/create/", tokens.token_create, name="token-create"),
    path("tokens/allow/", tokens.token_allow, name="token-allow"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
    # accession and pledges
    path("charters/<slug:key>/<int:version>/", accessions.accession, name="accession"),
    path("charters/<slug:key>/<int:version>/object/", objections.charter_object, name="charter-object"),
    path("objections/<int:pk>/withdraw/", objections.objection_withdraw, name="objection-withdraw"),
    path("charters/<slug:key>/<int:version>/sign/", accessions.accession_sign, name="accession-sign"),
    path("pledges/", pledges.pledge_list, name="pledge-list"),
    path("pledges/new/", pledges.pledge_draft, name="pledge-draft"),
    path("pledges/<int:pk>/", pledges.pledge, name="pledge"),
    path("pledges/<int:pk>/edit/", pledges.pledge_edit, name="pledge-edit"),
    path("pledges/<int:pk>/discard/", pledge_steps.pledge_discard, name="pledge-discard"),
    path("pledges/<int:pk>/sign/", pledge_steps.pledge_sign, name="pledge-sign"),
    path("pledges/<int:pk>/revise/", pledge_steps.pledge_revise, name="pledge-revise"),
    path("pledges/<int:pk>/withdraw/", pledge_steps.pledge_withdraw, name="pledge-withdraw"),
]
