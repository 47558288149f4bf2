"""The addresses of those who write, adopt and ask: members and partners."""

from django.urls import URLPattern, URLResolver, path

from practices.web import area_urls, sharing_policy
from practices.web.affiliations import steps as affiliation_steps
from practices.web.affiliations import views as affiliations
from practices.web.collaboration import request_history
from practices.web.editor import authors, field_history, files, imports, readers, submission_check
from practices.web.editor import views as editor
from practices.web.library import organisation_practices, week
from practices.web.practice import (
    access_log,
    adoptions,
    confirmations,
    exports,
    openings,
    relations,
    translation_steps,
    translations,
)

_ADOPTION = "practices/adoptions/<uuid:key>/"
_AFFILIATION = "organisation/affiliates/<uuid:key>/"

urlpatterns: list[URLPattern | URLResolver] = [
    *area_urls.urlpatterns,
    path("practices/import/", imports.import_prepare, name="import-prepare"),
    path("practices/imports/", imports.import_list, name="import-list"),
    path("practices/imports/<uuid:key>/", imports.import_page, name="import"),
    path("practices/imports/<uuid:key>/progress/", imports.import_progress, name="import-progress"),
    path("practices/imports/<uuid:key>/choose/", imports.import_choose, name="import-choose"),
    path("practices/imports/<uuid:key>/discard/", imports.import_discard, name="import-discard"),
    path("practices/adoptions/", adoptions.adoption_list, name="adoption-list"),
    path(_ADOPTION, adoptions.adoption, name="adoption"),
    path(f"{_ADOPTION}change/", adoptions.adoption_change, name="adoption-change"),
    path(f"{_ADOPTION}readers/", adoptions.adoption_readers, name="adoption-readers"),
    path(f"{_ADOPTION}result/", adoptions.adoption_result, name="adoption-result"),
    path(f"{_ADOPTION}still-works/", adoptions.adoption_still_works, name="adoption-still-works"),
    path(
        f"{_ADOPTION}result/<uuid:result>/correct/",
        adoptions.adoption_result_correct,
        name="adoption-result-correct",
    ),
    path(
        f"{_ADOPTION}result/<uuid:result>/withdraw/",
        adoptions.adoption_result_withdraw,
        name="adoption-result-withdraw",
    ),
    path("practices/<uuid:key>/record-adoption/", adoptions.adoption_record, name="adoption-record"),
    path("practices/<uuid:key>/access-log/", access_log.practice_access_log, name="practice-access-log"),
    path(
        "practices/<uuid:key>/access-log.csv",
        access_log.practice_access_log_table,
        name="practice-access-log-table",
    ),
    path("practices/<uuid:key>/relate/", relations.practice_relate, name="practice-relate"),
    path(
        "practices/<uuid:key>/unrelate/<uuid:relation>/",
        relations.practice_unrelate,
        name="practice-unrelate",
    ),
    path("practices/<uuid:key>/open/", openings.practice_open, name="practice-open"),
    path(
        "practices/<uuid:key>/open/take-back/",
        openings.practice_take_back_opening,
        name="practice-take-back-opening",
    ),
    path("practices/week/", week.practice_week, name="practice-week"),
    path(
        "practices/<uuid:key>/translate/<slug:language>/",
        translations.practice_translate,
        name="practice-translate",
    ),
    path(
        "practices/translations/<uuid:key>/accept/",
        translation_steps.translation_accept,
        name="translation-accept",
    ),
    path(
        "practices/translations/<uuid:key>/take-back/",
        translation_steps.translation_take_back,
        name="translation-take-back",
    ),
    path(
        "practices/translations/<uuid:key>/remove/",
        translation_steps.translation_remove,
        name="translation-remove",
    ),
    path(
        "practices/translations/<uuid:key>/withdraw/",
        translation_steps.translation_withdraw,
        name="translation-withdraw",
    ),
    path("practices/ours/", organisation_practices.practice_ours, name="practice-ours"),
    # writing
    path("practices/new/", editor.practice_draft, name="practice-draft"),
    path("practices/<uuid:key>/edit/", editor.practice_edit, name="practice-edit"),
    path("practices/<uuid:key>/edit/<slug:group>/", editor.practice_edit, name="practice-edit-group"),
    path(
        "practices/<uuid:key>/history/<slug:field>/",
        field_history.practice_field_history,
        name="practice-field-history",
    ),
    path("practices/requests/<uuid:key>/history/", request_history.request_history, name="request-history"),
    path("practices/<uuid:key>/files/", files.practice_files, name="practice-files"),
    path(
        "practices/<uuid:key>/files/<uuid:file>/remove/",
        files.practice_file_remove,
        name="practice-file-remove",
    ),
    path(
        "practices/<uuid:key>/test-set/confirm/",
        files.practice_test_set_confirm,
        name="practice-test-set-confirm",
    ),
    path("practices/<uuid:key>/authors/", authors.practice_authors, name="practice-authors"),
    path("practices/<uuid:key>/check/", submission_check.practice_check, name="practice-check"),
    path("practices/<uuid:key>/readers/", readers.practice_readers, name="practice-readers"),
    # steps
    path("practices/<uuid:key>/submit/", confirmations.practice_submit, name="practice-submit"),
    path(
        "practices/<uuid:key>/share-directly/",
        confirmations.practice_share_directly,
        name="practice-share-directly",
    ),
    path("practices/<uuid:key>/take-back/", confirmations.practice_take_back, name="practice-take-back"),
    path("practices/<uuid:key>/update/", confirmations.practice_update, name="practice-update"),
    path(
        "practices/<uuid:key>/propose-update/",
        confirmations.practice_propose_update,
        name="practice-propose-update",
    ),
    path(
        "practices/<uuid:key>/take-back-update/",
        confirmations.practice_take_back_update,
        name="practice-take-back-update",
    ),
    path("practices/<uuid:key>/retire/", confirmations.practice_retire, name="practice-retire"),
    path("practices/<uuid:key>/recall/", confirmations.practice_recall, name="practice-recall"),
    # the organisation
    path("organisation/labels/", sharing_policy.organisation_labels, name="organisation-labels"),
    path("organisation/affiliates/", affiliations.affiliation_list, name="affiliation-list"),
    path("organisation/affiliates/propose/", affiliations.affiliation_propose, name="affiliation-propose"),
    path(_AFFILIATION, affiliations.affiliation, name="affiliation"),
    path(f"{_AFFILIATION}confirm/", affiliation_steps.affiliation_confirm, name="affiliation-confirm"),
    path(f"{_AFFILIATION}take-back/", affiliation_steps.affiliation_take_back, name="affiliation-take-back"),
    path(f"{_AFFILIATION}decline/", affiliation_steps.affiliation_decline, name="affiliation-decline"),
    path(f"{_AFFILIATION}withdraw/", affiliation_steps.affiliation_withdraw, name="affiliation-withdraw"),
    path(f"{_AFFILIATION}end/", affiliation_steps.affiliation_end, name="affiliation-end"),
    path("practices/affiliates/", affiliations.practice_affiliates, name="practice-affiliates"),
    path("practices/archive/", exports.practice_archive, name="practice-archive"),
]
