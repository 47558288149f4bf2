"""The addresses of this face."""

from django.urls import URLPattern, URLResolver, path

from alliance.web import documents, inbox, organisations, people, report_documents
from alliance.web.secretariat import (
    charters,
    cycle_steps,
    cycles,
    evidence,
    home,
    jobs,
    journal,
    members,
    obligations,
    pledges,
    reminders,
    reviews,
    verdicts,
)
from alliance.web.secretariat import documents as generated

app_name = "secretariat"

urlpatterns: list[URLPattern | URLResolver] = [
    # members and people, inbox, documents
    path("members/", members.member_list, name="member-list"),
    path("members/add/", members.member_add, name="member-add"),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/<int:pk>/rename/", members.member_rename, name="member-rename"),
    path("members/<int:pk>/change/", organisations.organisation_change, name="organisation-change"),
    path("members/<int:pk>/services/add/", organisations.service_add, name="service-add"),
    path("members/<int:pk>/people/invite/", people.membership_invite, name="membership-invite"),
    path("members/<int:pk>/step/<slug:action>/", members.member_step, name="member-step"),
    path("people/<int:pk>/grant/", people.membership_grant, name="membership-grant"),
    path("people/<int:pk>/end/", people.membership_end, name="membership-end"),
    path("invitations/<int:pk>/revoke/", people.invitation_revoke, name="invitation-revoke"),
    path("invitations/<int:pk>/resend/", people.invitation_resend, name="invitation-resend"),
    path("inbox/", inbox.inbox, name="inbox"),
    path("inbox/<int:pk>/read/", inbox.inbox_read, name="inbox-read"),
    path("inbox/read-all/", inbox.inbox_read_all, name="inbox-read-all"),
    path("documents/", documents.document_list, name="document-list"),
    path("documents/generated/", generated.generated_list, name="generated-list"),
    path("reports/<int:pk>/document/", report_documents.report_document, name="report-document"),
    # home, cycles and what is owed in them
    path("", home.home, name="home"),
    path("cycles/", cycles.cycle_list, name="cycle-list"),
    path("cycles/plan/", cycles.cycle_plan, name="cycle-plan"),
    path("cycles/<slug:slug>/", cycles.cycle, name="cycle"),
    path("cycles/<slug:slug>/edit/", cycles.cycle_edit, name="cycle-edit"),
    path("cycles/<slug:slug>/open/", cycle_steps.cycle_open, name="cycle-open"),
    path("cycles/<slug:slug>/remind/", reminders.cycle_remind, name="cycle-remind"),
    path("cycles/<slug:slug>/close/", cycle_steps.cycle_close, name="cycle-close"),
    path("cycles/<slug:slug>/export/", generated.cycle_export, name="cycle-export"),
    path("cycles/<slug:slug>/publish/", cycle_steps.cycle_publish, name="cycle-publish"),
    path("reports/<int:pk>/extend/", obligations.report_extend, name="report-extend"),
    path("reports/<int:pk>/exempt/", obligations.report_exempt, name="report-exempt"),
    path("reports/<int:pk>/publish/", obligations.report_publish, name="report-publish"),
    # reviews
    path("reviews/", reviews.review_list, name="review-list"),
    path("reviews/<int:pk>/", reviews.review, name="review"),
    path("reviews/<int:pk>/start/", reviews.review_start, name="review-start"),
    path("reviews/<int:pk>/measures/<slug:key>/", verdicts.review_measure, name="review-measure"),
    path("reviews/<int:pk>/commitments/<slug:key>/", verdicts.review_commitment, name="review-commitment"),
    path("reviews/<int:pk>/pledges/<uuid:record>/", verdicts.review_pledge, name="review-pledge"),
    path("reviews/<int:pk>/request-changes/", reviews.review_request_changes, name="review-request-changes"),
    path("reviews/<int:pk>/conclude/", reviews.review_conclude, name="review-conclude"),
    path("reviews/<int:pk>/questions/ask/", reviews.question_ask, name="question-ask"),
    path("reviews/<int:pk>/notes/write/", reviews.note_write, name="note-write"),
    path("questions/<int:pk>/close/", reviews.question_close, name="question-close"),
    path("evidence/<int:pk>/", evidence.evidence, name="evidence"),
    # pledges and accessions
    path("pledges/", pledges.pledge_list, name="pledge-list"),
    path("pledges/<int:pk>/", pledges.pledge, name="pledge"),
    path("pledges/<int:pk>/publish/", pledges.pledge_publish, name="pledge-publish"),
    path("pledges/<int:pk>/return/", pledges.pledge_return, name="pledge-return"),
    path("pledges/<int:pk>/fulfil/", pledges.pledge_fulfil, name="pledge-fulfil"),
    path("accessions/<int:pk>/publish/", pledges.accession_publish, name="accession-publish"),
    path("accessions/<int:pk>/end/", pledges.accession_end, name="accession-end"),
    # charters, journal, jobs
    path("charters/", charters.charter_list, name="charter-list"),
    path("charters/<slug:key>/<int:version>/", charters.charter, name="charter"),
    path(
        "charters/<slug:key>/<int:version>/put-in-force/",
        charters.charter_put_in_force,
        name="charter-put-in-force",
    ),
    path("journal/", journal.journal, name="journal"),
    path("jobs/", jobs.job_list, name="job-list"),
    path("jobs/<int:pk>/retry/", jobs.job_retry, name="job-retry"),
    path("jobs/<int:pk>/cancel/", jobs.job_cancel, name="job-cancel"),
]
