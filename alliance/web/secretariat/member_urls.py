"""URLs of the secretariat that are about members and people: services, supporters, accounts, tokens, inbox."""

from django.urls import URLPattern, URLResolver, path

from alliance.web import inbox, search
from alliance.web.corrections import drafts as correction_drafts
from alliance.web.corrections import pages as corrections
from alliance.web.corrections import steps as correction_steps
from alliance.web.documents import report as report_documents
from alliance.web.documents import views as documents
from alliance.web.organisation import membership_end, people, profile, single_sign_on, tokens
from alliance.web.organisation import services as owned_services
from alliance.web.secretariat import (
    accounts,
    applications,
    email_domains,
    erasure,
    member_letters,
    member_verdicts,
    members,
    mergers,
    services,
    supporter_imports,
    supporters,
    withdrawals,
)
from alliance.web.secretariat import documents as generated

urlpatterns: list[URLPattern | URLResolver] = [
    path("members/", members.member_list, name="member-list"),
    path("members/add/", members.member_add, name="member-add"),
    path("members/applications/", applications.application_list, name="application-list"),
    path("members/applications/<int:pk>/", applications.application, name="application"),
    path(
        "members/applications/<int:pk>/<slug:action>/",
        applications.application_step,
        name="application-step",
    ),
    path("members/<int:pk>/", members.member, name="member"),
    path("members/<int:pk>/rename/", members.member_rename, name="member-rename"),
    path("members/<int:pk>/change/", profile.organisation_change, name="organisation-change"),
    path("members/<int:pk>/services/add/", profile.service_add, name="service-add"),
    path(
        "members/<int:pk>/services/<int:service>/change/",
        owned_services.service_change,
        name="service-change",
    ),
    path("members/<int:pk>/services/<int:service>/end/", owned_services.service_end, name="service-end"),
    path(
        "members/<int:pk>/services/<int:service>/resume/",
        owned_services.service_resume,
        name="service-resume",
    ),
    path(
        "members/<int:pk>/services/<int:service>/remove/",
        owned_services.service_remove,
        name="service-remove",
    ),
    path("members/<int:pk>/letters/send/", member_letters.member_letter_send, name="member-letter-send"),
    path("letters/<int:pk>/", member_letters.member_letter, name="member-letter"),
    path("members/<int:pk>/people/invite/", people.membership_invite, name="membership-invite"),
    path("members/<int:pk>/notifications/", people.notice_recipients, name="notice-recipients"),
    path("members/<int:pk>/step/<slug:action>/", members.member_step, name="member-step"),
    path("members/<int:pk>/export/", generated.member_export, name="member-export"),
    path("members/<int:pk>/verdicts/", member_verdicts.member_verdicts, name="member-verdicts"),
    path("members/<int:pk>/verdicts.csv", member_verdicts.member_verdict_table, name="member-verdict-table"),
    path("members/<int:pk>/merge/", mergers.member_merge, name="member-merge"),
    path(
        "members/<int:pk>/take-back-merger/", mergers.member_take_back_merger, name="member-take-back-merger"
    ),
    path("services/<int:pk>/transfer/", services.service_transfer, name="service-transfer"),
    path("services/<int:pk>/take-back/", services.service_take_back, name="service-take-back"),
    path("supporters/", supporters.supporter_list, name="supporter-list"),
    path("supporters/export/", supporters.supporter_export, name="supporter-export"),
    path("supporters/charter/", supporters.supporters_charter_choose, name="supporters-charter"),
    path("supporters/import/", supporter_imports.supporter_import_list, name="supporter-import-list"),
    path("supporters/import/<int:pk>/", supporter_imports.supporter_import, name="supporter-import"),
    path(
        "supporters/import/<int:pk>/progress/",
        supporter_imports.supporter_import_progress,
        name="supporter-import-progress",
    ),
    path(
        "supporters/import/<int:pk>/correct/",
        supporter_imports.supporter_import_correct,
        name="supporter-import-correct",
    ),
    path(
        "supporters/import/<int:pk>/decide/",
        supporter_imports.supporter_import_decide,
        name="supporter-import-decide",
    ),
    path(
        "supporters/import/<int:pk>/confirm/",
        supporter_imports.supporter_import_confirm,
        name="supporter-import-confirm",
    ),
    path(
        "supporters/import/<int:pk>/cancel/",
        supporter_imports.supporter_import_cancel,
        name="supporter-import-cancel",
    ),
    path(
        "supporters/import/<int:pk>/take-back/",
        supporter_imports.supporter_import_take_back,
        name="supporter-import-take-back",
    ),
    path(
        "supporters/import/<int:pk>/faulty.csv",
        supporter_imports.supporter_import_faulty,
        name="supporter-import-faulty",
    ),
    path(
        "supporters/import/<int:pk>/faulty.xlsx",
        supporter_imports.supporter_import_faulty_workbook,
        name="supporter-import-faulty-workbook",
    ),
    path("supporters/<int:pk>/", supporters.supporter, name="supporter"),
    path("supporters/<int:pk>/correct/", supporters.supporter_correct, name="supporter-correct"),
    path("supporters/<int:pk>/merge/", supporters.supporter_merge, name="supporter-merge"),
    path("supporters/<int:pk>/keep-apart/", supporters.supporter_keep_apart, name="supporter-keep-apart"),
    path("supporters/<int:pk>/step/<slug:action>/", supporters.supporter_step, name="supporter-step"),
    path("people/<int:pk>/grant/", people.membership_grant, name="membership-grant"),
    path("people/<int:pk>/retry-mail/", people.membership_retry_mail, name="membership-retry-mail"),
    path("people/<int:pk>/end/", membership_end.membership_end, name="membership-end"),
    path("people/<int:pk>/erase/", erasure.person_erase, name="person-erase"),
    path("people/<int:pk>/hand-over/", membership_end.membership_hand_over, name="membership-hand-over"),
    path("people/leave/", membership_end.membership_leave, name="membership-leave"),
    path("work/", membership_end.work, name="work"),
    path("accounts/<int:pk>/", accounts.person, name="person"),
    path("accounts/<int:pk>/reset-factors/", accounts.person_reset_factors, name="person-reset-factors"),
    path("accounts/<int:pk>/confirm-email/", accounts.person_confirm_email, name="person-confirm-email"),
    path("accounts/<int:pk>/close/", accounts.person_close, name="person-close"),
    path("accounts/<int:pk>/freeze/", accounts.person_freeze, name="person-freeze"),
    path("accounts/<int:pk>/thaw/", accounts.person_thaw, name="person-thaw"),
    path("accounts/<int:pk>/reopen/", accounts.person_reopen, name="person-reopen"),
    path("invitations/<int:pk>/revoke/", people.invitation_revoke, name="invitation-revoke"),
    path("invitations/<int:pk>/resend/", people.invitation_resend, name="invitation-resend"),
    path(
        "publications/<int:number>/withdraw/", withdrawals.publication_withdraw, name="publication-withdraw"
    ),
    path("withdrawals/", withdrawals.withdrawal_list, name="withdrawal-list"),
    path("withdrawals/<int:pk>/", withdrawals.withdrawal, name="withdrawal"),
    path("withdrawals/<int:pk>/<slug:step>/", withdrawals.withdrawal_step, name="withdrawal-step"),
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
    path("documents/generated/", generated.generated_list, name="generated-list"),
    path("reports/<int:pk>/document/", report_documents.report_document, name="report-document"),
    path("members/<int:pk>/sso/", single_sign_on.single_sign_on, name="single-sign-on"),
    path("members/<int:pk>/sso/add/<slug:protocol>/", single_sign_on.provider_add, name="provider-add"),
    path("sso/<int:pk>/", single_sign_on.provider, name="provider"),
    path("sso/<int:pk>/edit/", single_sign_on.provider_edit, name="provider-edit"),
    path("sso/<int:pk>/turn-on/", single_sign_on.provider_turn_on, name="provider-turn-on"),
    path("sso/<int:pk>/turn-off/", single_sign_on.provider_turn_off, name="provider-turn-off"),
    path("sso/<int:pk>/domains/add/", email_domains.domain_add, name="domain-add"),
    path("sso/domains/<int:pk>/remove/", email_domains.domain_remove, name="domain-remove"),
    path("sso/domains/<int:pk>/enforce/", email_domains.domain_enforce, name="domain-enforce"),
    path("sso/domains/<int:pk>/suspend/", email_domains.domain_suspend, name="domain-suspend"),
    path("sso/domains/<int:pk>/relax/", email_domains.domain_relax, name="domain-relax"),
    path("tokens/", tokens.token_list, name="token-list"),
    path("tokens/create/", tokens.token_create, name="token-create"),
    path("tokens/allow/", tokens.token_allow, name="token-allow"),
    path("tokens/<int:pk>/revoke/", tokens.token_revoke, name="token-revoke"),
]
