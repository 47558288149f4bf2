"""The URLs of both areas: everyone who may see a practice reads it in the area where they work."""

from django.urls import URLPattern, URLResolver, path

from practices.web.collaboration import discussion, following, groups, offers, requests
from practices.web.editor import files
from practices.web.library import feed, people, recalls, searches
from practices.web.library import views as library
from practices.web.practice import (
    adoptions,
    exports,
    pack,
    reactions,
    results_panel,
    runs,
    translation_steps,
    translations,
    versions,
)
from practices.web.practice import views as practices

urlpatterns: list[URLPattern | URLResolver] = [
    path("practices/", library.practice_list, name="practice-list"),
    path("practices/people/", people.practice_people, name="practice-people"),
    path("practices/feed/", feed.practice_feed_address, name="practice-feed-address"),
    path("practices/feed/off/", feed.practice_feed_address_end, name="practice-feed-address-end"),
    path("practices/titles/", library.practice_titles, name="practice-titles"),
    path("practices/searches/", searches.search_list, name="search-list"),
    path("practices/searches/save/", searches.search_save, name="search-save"),
    path("practices/searches/<uuid:key>/edit/", searches.search_edit, name="search-edit"),
    path("practices/searches/<uuid:key>/delete/", searches.search_delete, name="search-delete"),
    path("practices/<uuid:key>/", practices.practice, name="practice"),
    path("practices/<uuid:key>/markdown/", exports.practice_markdown, name="practice-markdown"),
    path("practices/<uuid:key>/json/", exports.practice_json, name="practice-json"),
    path("practices/<uuid:key>/document/", exports.practice_document, name="practice-document"),
    path("practices/<uuid:key>/prompt/", pack.practice_prompt, name="practice-prompt"),
    path("practices/<uuid:key>/stix/", pack.practice_stix, name="practice-stix"),
    path("practices/<uuid:key>/misp/", pack.practice_misp, name="practice-misp"),
    path("practices/<uuid:key>/pack/", pack.practice_pack, name="practice-pack"),
    path("practices/<uuid:key>/test-set/", pack.practice_test_set_rows, name="practice-test-set"),
    *(
        path(
            f"practices/<uuid:key>/test-set/{form}/",
            pack.practice_test_set_file,
            {"form": form},
            name=f"practice-test-set-{form}",
        )
        for form in ("jsonl", "csv")
    ),
    path("practices/<uuid:key>/runs/add/", runs.practice_run_add, name="practice-run-add"),
    path(
        "practices/<uuid:key>/runs/<uuid:run>/remove/", runs.practice_run_remove, name="practice-run-remove"
    ),
    path("practices/<uuid:key>/uses/", adoptions.practice_uses, name="practice-uses"),
    path(
        "practices/<uuid:key>/results.csv",
        results_panel.practice_results_table,
        name="practice-results-table",
    ),
    path("practices/translations/<uuid:key>/", translations.translation, name="translation"),
    path(
        "practices/translations/<uuid:key>/share/",
        translation_steps.translation_share,
        name="translation-share",
    ),
    path(
        "practices/translations/<uuid:key>/decline/",
        translation_steps.translation_decline,
        name="translation-decline",
    ),
    path("practices/<uuid:key>/react/", reactions.practice_react, name="practice-react"),
    path("practices/<uuid:key>/versions/", versions.practice_versions, name="practice-versions"),
    path("practices/<uuid:key>/versions/<int:number>/", versions.practice_version, name="practice-version"),
    path(
        "practices/<uuid:key>/versions/<int:old>..<int:new>/",
        versions.practice_compare,
        name="practice-compare",
    ),
    path("practices/following/", following.following, name="practice-following"),
    path("practices/recalled/", recalls.recalled, name="practice-recalled"),
    path("practices/requests/", requests.request_list, name="request-list"),
    path("practices/requests/ask/", requests.request_ask, name="request-ask"),
    path("practices/requests/<uuid:key>/", requests.request, name="request"),
    path("practices/requests/<uuid:key>/edit/", requests.request_edit, name="request-edit"),
    path("practices/requests/<uuid:key>/close/", requests.request_close, name="request-close"),
    path("practices/requests/<uuid:key>/reopen/", requests.request_reopen, name="request-reopen"),
    path("practices/requests/<uuid:key>/offer/", offers.offer_make, name="offer-make"),
    path("practices/requests/<uuid:key>/answer/", offers.request_answer, name="request-answer"),
    path("practices/offers/<uuid:key>/withdraw/", offers.offer_withdraw, name="offer-withdraw"),
    path("practices/posts/<uuid:key>/edit/", discussion.post_edit, name="post-edit"),
    path("practices/posts/<uuid:key>/take-back/", discussion.post_take_back, name="post-take-back"),
    path("practices/posts/<uuid:key>/remove/", discussion.post_remove, name="post-remove"),
    path("practices/posts/<uuid:key>/accept/", discussion.post_accept, name="post-accept"),
    path("practices/posts/<uuid:key>/unaccept/", discussion.post_unaccept, name="post-unaccept"),
    path("practices/posts/<uuid:key>/thanks/", discussion.post_thank, name="post-thank"),
    path("practices/uses/<uuid:key>/thanks/", adoptions.adoption_thank, name="adoption-thank"),
    *(
        path(f"practices/{where}{name}/", view, {"kind": place}, name=f"{place}-{name}")
        for place, where in (
            ("practice", "<uuid:key>/"),
            ("request", "requests/<uuid:key>/"),
            ("group", "groups/<uuid:key>/"),
        )
        for name, view in (
            ("discussion", discussion.discussion_page),
            ("follow", following.subject_follow),
            ("unfollow", following.subject_unfollow),
        )
    ),
    path("practices/<uuid:key>/files/<uuid:file>/", files.practice_file, name="practice-file"),
    # working groups
    path("practices/groups/", groups.group_list, name="group-list"),
    path("practices/groups/new/", groups.group_make, name="group-make"),
    path("practices/groups/<uuid:key>/", groups.group, name="group"),
    path("practices/groups/<uuid:key>/change/", groups.group_change, name="group-change"),
    path("practices/groups/<uuid:key>/bring-in/", groups.group_bring_in, name="group-bring-in"),
    path(
        "practices/groups/<uuid:key>/people/<uuid:membership>/take-out/",
        groups.group_take_out,
        name="group-take-out",
    ),
    path("practices/groups/<uuid:key>/leave/", groups.group_leave, name="group-leave"),
    path("practices/groups/<uuid:key>/close/", groups.group_close, name="group-close"),
]
