"""Every table of the database: what it holds of whose confidential text, who may read it, or why anybody may.

A table that is not here, a column of text that is not here, a table without its policy: tests/test_tables.py fails.
`readers` is what docs/security/row-level-security.md says; the full truth, reader by reader, is in visibility.py.
"""

from tests.policy.alliance_tables import ACCOUNTS, ALLIANCE
from tests.policy.table_lines import FILE, OWN_AND_HOST, READERS, SOURCE_AND_NAMED, Exempt, Guarded

_PLATFORM = {
    "portal_event": Guarded(
        "whoever acted",
        "the person and their organisation, whoever was notified, the secretariat",
        "data",
        "kind actor_kind target_type parent_type request_id",
    ),
    "portal_job": Guarded(
        "the portal's",
        "the secretariat; the recipient of a letter, of its sending",
        "payload dedupe_key last_error cancel_reason",
        "kind state outcome request_id",
    ),
    "portal_delivery": Guarded(
        "the recipient's", "the recipient and the secretariat", "quotes subject url", "channel state code"
    ),
    "portal_digest": Guarded("the recipient's", "the recipient", "", "kind state code"),
    "portal_noticepreference": Guarded("the person's", "the person", "", "group pace pace_before"),
    "portal_document": Guarded(
        "the requester's",
        "the requester; the secretariat unless it is restricted; everybody, where nobody in particular asked for it",
        "title file file_name about error sha256 source_digests cache_key",
        "kind language state step media_type",
    ),
    "portal_casenote": Guarded("the secretariat's", "the secretariat", "text", "action"),
    "portal_filedamage": Guarded(
        "whose the file is", "the secretariat", "path sha256 actual_sha256", "detected_by ending"
    ),
    "portal_scrub": Guarded("whose the files are", "the secretariat", "position", "reference"),
    "portal_webhook": Guarded(
        "the organisation's",
        "the organisation",
        "name address secret previous_secret",
        "kinds subjects state off_reason",
    ),
    "portal_webhookdelivery": Guarded(
        "the organisation's", "the organisation", "message_id", "kind state fault"
    ),
    "portal_limitcount": Guarded(
        "nobody's", "nobody: only while the portal finds out who asks", "", "digest"
    ),
    "portal_idempotencykey": Guarded("the person's", "the person", "headers body key", "fingerprint"),
    "portal_formtoken": Guarded("the person's", "the person", "location", "fingerprint"),
}

_PRACTICES = {
    "practices_practice": Guarded(
        "the source organisation's",
        f"{SOURCE_AND_NAMED}; the secretariat, in moderation",
        f"{READERS} earlier_readers state_reason",
        "label state language",
    ),
    "practices_version": Guarded("the practice's", "as the practice", "content attachments note sha256"),
    "practices_practicechange": Guarded("the practice's", "as the practice", "mark earlier_readers", "kind"),
    "practices_author": Guarded("the practice's", "as the practice", ""),
    "practices_draft": Guarded(
        "the source organisation's",
        "its source; the secretariat, in moderation",
        "content proposed_note returned_reason",
        "proposed_label",
    ),
    "practices_fieldhistory": Guarded("the source organisation's", "its source alone", "value", "field"),
    "practices_opening": Guarded(
        "the source organisation's",
        "its source; while it waits, the secretariat",
        "proposed reason readers_digest",
        "state",
    ),
    "practices_attachment": Guarded(
        "the practice's",
        "as the practice or its draft; rows held back and answers of runs nobody",
        f"{FILE} facts earlier_readers",
        "kind",
    ),
    "practices_modelrun": Guarded(
        "whoever ran it",
        "as its test set",
        "name setting source counts counts_held_back earlier_readers",
        "kind",
    ),
    "practices_translation": Guarded(
        "its writer's and the practice's",
        "as the practice; before it is shared its writer and the source, and the secretariat in moderation",
        "content reason earlier_readers originals",
        "language state",
    ),
    "practices_relation": Guarded("the practice's", "whoever sees both practices", "earlier_readers", "kind"),
    "practices_accesslog": Guarded("the source organisation's", "its source", "", "label channel"),
    "practices_adoption": Guarded(
        "the adopter's",
        SOURCE_AND_NAMED,
        f"{READERS} earlier_readers",
        "label practice_label state asked_because",
    ),
    "practices_adoptionstep": Guarded("the adoption's", "as the adoption", "note", "state language"),
    "practices_adoptionresult": Guarded(
        "the adoption's",
        "as the adoption",
        "what unit note withdrawal_reason",
        "language service_kind comparison withdrawal_language",
    ),
    "practices_request": Guarded(
        "the organisation's that asks",
        SOURCE_AND_NAMED,
        f"{READERS} title text",
        "label state language harms content_types service_kinds encryption languages",
    ),
    "practices_requesthistory": Guarded(
        "the organisation's that asks", "those whose request it is", "content"
    ),
    "practices_offer": Guarded("whoever offers", "as the request", "text earlier_readers", "language"),
    "practices_post": Guarded(
        "whoever writes",
        "as what it stands beneath",
        "text mentions removed_reason mail_digest earlier_readers",
        "language",
    ),
    "practices_reaction": Guarded("whoever reacts", "as the practice", "earlier_readers", "kind"),
    "practices_thanks": Guarded("whoever thanks", "as the answer or the use", ""),
    "practices_follow": Guarded("the person's", "the person", ""),
    "practices_feedaddress": Guarded("the person's", "the person", "sha256 given"),
    "practices_savedsearch": Guarded("the person's", "the person", "name query"),
    "practices_practiceimport": Guarded("the person's", "the person", "name", "step"),
    "practices_importedfile": Guarded(
        "the person's", "the person", "name file sha256 report settings refusal", "choice outcome"
    ),
    "practices_archiveentry": Guarded("the person's", "the person", "", "label"),
    "practices_workinggroup": Guarded("the group's", "its members and the secretariat", "name purpose"),
    "practices_groupmembership": Guarded("the group's", "its members and the secretariat", ""),
    "practices_affiliation": Guarded(
        "the organisation's",
        "the organisation, the affiliate and the secretariat",
        "purpose approval_reason closing_reason",
        "relation state closing_cause",
    ),
    "practices_labelpolicy": Guarded("the organisation's", OWN_AND_HOST, "labels"),
    "practices_searchentry": Guarded(
        "the practice's",
        "as the practice",
        "title summary measured facets reader_tokens search_vector title_vector",
        "label",
    ),
    "practices_searchword": Guarded(
        "of all practices", "nobody: functions of the owner compare with it", "word"
    ),
}

GUARDED: dict[str, Guarded] = ACCOUNTS | ALLIANCE | _PLATFORM | _PRACTICES

# Behind row-level security that binds the application's role, and not the owner, whose functions read them for it.
READ_BY_THE_OWNER = {
    "practices_groupmembership": "its policy asks practices_groups_of_me, which reads it and would ask it again",
    "practices_searchentry": "the search's functions use indexes that policies keep closed, and check readers",
    "practices_searchword": "words without their practices; practices_respelt gives those that the actor can find",
}

_PUBLISHED = "made from publications, which are public"
_NO_TEXT = "names of Django's own, none of anybody's"
EXEMPT: dict[str, Exempt] = {
    "portal_publication": Exempt(
        "the public record", "type record languages title body salt sha256 link attachments"
    ),
    "alliance_datarelease": Exempt(_PUBLISHED, "version rows changes"),
    "alliance_datafile": Exempt(_PUBLISHED, "name file sha256"),
    "alliance_publicfile": Exempt("digests of what everybody could take", "sha256 kind language name"),
    "alliance_publishedfigure": Exempt(
        _PUBLISHED, "status choice method note reason definition_note indicator_key cell was"
    ),
    "alliance_publishedpledge": Exempt(
        _PUBLISHED,
        "state commitment_key title text language services measures targets signatory_name signatory_office"
        " ended_reason",
    ),
    "alliance_publishedtarget": Exempt(_PUBLISHED, "commitment_key outcome"),
    "alliance_publishedreport": Exempt(
        _PUBLISHED,
        "notice reason submission_sha256 signatory_name signatory_office answers evidence was verdict_counts",
    ),
    "alliance_publishedresponse": Exempt(
        _PUBLISHED, "commitment_key text language signatory_name signatory_office was"
    ),
    "alliance_publishedtotal": Exempt(_PUBLISHED, "indicator_key cell was"),
    "alliance_publishedverdict": Exempt(
        _PUBLISHED, "commitment_key measure_key value reason difference language was"
    ),
    "alliance_withdrawnpublication": Exempt(_PUBLISHED, "type record reason"),
    "alliance_timelineentry": Exempt(_PUBLISHED, "kind title detail commitment_key"),
    "practices_publishedpractice": Exempt(
        _PUBLISHED,
        "state reason note language title authors content relations files kind stage grade harms service_kinds measures"
        " search",
    ),
    "alliance_formername": Exempt(
        "names under which members were known in public", "name name_en name_ru name_forms"
    ),
    "alliance_formerslug": Exempt("addresses under which members were public", "slug"),
    "alliance_service": Exempt(
        "products on the market", "slug name name_en name_ru sort sort_en sort_ru monthly_users"
    ),
    "alliance_ownership": Exempt("whose product it is, from when until when, and why it ended", "end_reason"),
    "alliance_formerservicename": Exempt(
        "names under which products were on the market", "name name_en name_ru"
    ),
    "alliance_referencecount": Exempt(
        "counted and published by others", "indicator_key cell observer source"
    ),
    "alliance_referenceload": Exempt("counted and published by others", "sha256 file_name"),
    "alliance_site": Exempt(
        "what every page shows",
        "name name_en name_ru short_name short_name_en short_name_ru headline headline_en headline_ru banner banner_en"
        " banner_ru contact logo supporters_charter time_zone sender_name sender_name_en sender_name_ru sender_address"
        " reply_to",
    ),
    "alliance_sitetext": Exempt("texts of public pages", "kind text text_en text_ru"),
    "portal_filecase": Exempt(
        "a digest and a class that everybody may know, asked before any file is opened; the words are case notes",
        "sha256 state concern",
    ),
    "portal_heartbeat": Exempt("signs of life of programs", "name kind"),
    "portal_publicrevision": Exempt("one number"),
    "portal_chaincheck": Exempt("numbers and a digest of what is public", "link"),
    "portal_searchdocument": Exempt(
        "what public pages say, to be found",
        "kind scope route route_args fragment facets titles texts detail vector",
    ),
    "portal_spelledword": Exempt("words of public pages", "word"),
    "portal_synonymgroup": Exempt("words of the portal that are searched together", "key words"),
    "portal_restoration": Exempt("the moments of restores"),
    "portal_backuprun": Exempt("what was done with archives, by their names", "kind outcome archive detail"),
    "auth_group": Exempt(_NO_TEXT, "name"),
    "auth_group_permissions": Exempt(_NO_TEXT),
    "auth_permission": Exempt(_NO_TEXT, "name codename"),
    "django_content_type": Exempt(_NO_TEXT, "app_label model"),
    "django_migrations": Exempt(_NO_TEXT, "app name"),
    "pghistory_context": Exempt(
        "nothing is written to it: the portal's history has columns of its own", "metadata"
    ),
}

# Functions that run as the owner, whom policies do not bind where READ_BY_THE_OWNER says so: each says what it gives.
OWNER_FUNCTIONS = {
    "portal_make_partitions": "how many parts of divided tables were missing",
    "portal_analyze_partitioned": "nothing",
    "portal_drop_expired_month": "how many messages have expired",
    "practices_groups_of_me": "numbers of the groups that the actor is in",
    "practices_indexed": "nothing: a trigger, which writes the index",
    "practices_find": "practices, each checked for its readers",
    "practices_samples": "practices and their facets, each checked for its readers",
    "practices_titled": "practices, each checked for its readers",
    "practices_respelt": "words of practices that the actor can find",
}
