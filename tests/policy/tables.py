"""Every table of the database: what it holds of whose confidential text, who may read it, or why anybody may.

A table that is not here, a column of text that is not here, a table without its policy: tests/test_tables.py fails.
`readers` is what docs/security/row-level-security.md says; the full truth, reader by reader, is in visibility.py.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Guarded:
    """A table behind row-level security.

    `confidential`: columns with somebody's words, names, addresses or secrets; `others`: further columns that could
    hold text (states, kinds, languages, keys).
    """

    whose: str
    readers: str
    confidential: str
    others: str = ""


@dataclass(frozen=True, slots=True)
class Exempt:
    """A table that everybody may read, by the reason; `columns`: those that could hold text."""

    reason: str
    columns: str = ""


_FIGURE = "status choice method note reason definition_note disclosure disclosure_reason"
_FILE = "title file file_name media_type sha256"
_READERS = "author_people reader_people reader_organisations reader_groups reader_tokens owner_tokens"
_OWN = "the organisation alone"
_OWN_AND_HOST = "the organisation and the secretariat"
_SOURCE_AND_NAMED = "its source, and whom its label names"

_ACCOUNTS = {
    "account_emailaddress": Guarded("the person's", "the person", "email"),
    "account_emailconfirmation": Guarded(
        "the person's", "nobody: only while the portal finds out who asks", "key"
    ),
    "alliance_person": Guarded(
        # a row is seen or not, never a column: e-mail addresses of other organisations' people rest on the first check
        "the person's",
        "all people with access, for names are the community's; never the public",
        "name email password bounced_address bounce_code erased_reason",
        "language time_format time_zone",
    ),
    "alliance_personsession": Guarded(
        "the person's", "the person; whoever has its key", "session_key session_data device"
    ),
    "alliance_knowndevice": Guarded("the person's", "the person", "sha256 device"),
    "alliance_membership": Guarded(
        "the organisation's",
        "all people with access; who has left: the organisation, the person and the secretariat",
        "office roles appointed_reason",
    ),
    "alliance_invitation": Guarded(
        "the organisation's",
        _OWN_AND_HOST,
        "email name office token_sha256 bounce_code roles",
        "language state",
    ),
    "alliance_emailchange": Guarded(
        "the person's", "the person and the secretariat", "old_email new_email old_sha256 new_sha256"
    ),
    "alliance_accountdecision": Guarded("the secretariat's", "the secretariat", "reason", "kind"),
    "alliance_agreement": Guarded("the person's", "the person and the secretariat", "", "language"),
    "alliance_apitoken": Guarded("the person's", _OWN_AND_HOST, "name sha256 hint", "scopes"),
    "alliance_calendaraddress": Guarded("the person's", "the person", "sha256 events"),
    "alliance_identityprovider": Guarded(
        "the organisation's",
        _OWN_AND_HOST,
        "name issuer client_id client_secret sign_in_url certificates factor_contexts",
        "key protocol state last_fault",
    ),
    "alliance_emaildomain": Guarded(
        "the secretariat's", _OWN_AND_HOST, "domain suspended_reason", "enforcement"
    ),
    "socialaccount_socialaccount": Guarded("the person's", "the person", "uid extra_data", "provider"),
    "socialaccount_socialapp": Guarded(
        "nobody's",
        "nobody: allauth's own, which the portal does not use",
        "provider provider_id name client_id secret key settings",
    ),
    "socialaccount_socialtoken": Guarded(
        "nobody's", "nobody: allauth's own, which the portal does not use", "token token_secret"
    ),
    "mfa_authenticator": Guarded("the person's", "the person", "data", "type"),
    "django_session": Guarded(
        "nobody's", "nobody: Django's own, which the portal does not use", "session_key session_data"
    ),
}

_ALLIANCE = {
    "alliance_organisation": Guarded(
        "the organisation's",
        "everybody, once it was admitted; before: the organisation and the secretariat",
        "slug name name_en name_ru name_forms sector sector_en sector_ru website state_reason",
        "kind state",
    ),
    "alliance_charter": Guarded(
        "the secretariat's while it is a draft",
        "everybody, but a draft; one that was announced, whoever is signed in",
        "title title_en title_ru summary summary_en summary_ru note note_en note_ru statement statement_en statement_ru"
        " sources breakdowns",
        "key state sha256 check_result later_signatures signatures",
    ),
    "alliance_chapter": Guarded("the charter's", "as the charter", "title title_en title_ru"),
    "alliance_commitment": Guarded(
        "the charter's",
        "as the charter",
        "short short_en short_ru title title_en title_ru text text_en text_ru",
        "key code",
    ),
    "alliance_measure": Guarded(
        "the charter's", "as the charter", "title title_en title_ru text text_en text_ru", "key code"
    ),
    "alliance_indicator": Guarded(
        "the charter's",
        "as the charter",
        "title title_en title_ru guidance guidance_en guidance_ru unit choices",
        "key code type value direction scope breakdowns aggregation disclosure part_of period period_aggregation",
    ),
    "alliance_harm": Guarded(
        "the charter's", "as the charter", "title title_en title_ru note note_en note_ru", "key identifiers"
    ),
    "alliance_charterupload": Guarded("the secretariat's", "the secretariat", "name content"),
    "alliance_keymapping": Guarded(
        "the charter's", "as the charter", "reason reason_en reason_ru", "earlier_key key"
    ),
    "alliance_cycle": Guarded(
        "the secretariat's while it is planned",
        "everybody, once it is open",
        "title title_en title_ru",
        "slug state",
    ),
    "alliance_cycledatechange": Guarded("the secretariat's", "everybody", "reason reason_en reason_ru", ""),
    "alliance_signatureobjection": Guarded(
        "the organisation's",
        "the organisation and the secretariat",
        "reason signatory_name signatory_office",
        "language",
    ),
    "alliance_accession": Guarded(
        "the organisation's",
        "everybody, once it is published; before: the organisation and the secretariat",
        "signatory_name signatory_office ended_reason",
        "state",
    ),
    "alliance_pledge": Guarded(
        "the organisation's",
        "a draft: the organisation alone; else with the secretariat",
        "title text signatory_name signatory_office returned_reason ended_reason",
        "state commitment_key language measure_keys",
    ),
    "alliance_target": Guarded("the pledge's", "as the pledge", "text", "indicator_key"),
    "alliance_pledge_services": Guarded("the pledge's", "as the pledge", ""),
    "alliance_report": Guarded(
        "the organisation's", _OWN_AND_HOST, "exempt_reason extension_reason", "state"
    ),
    "alliance_answer": Guarded("the organisation's", _OWN, "text disclosure_reason", "disclosure language"),
    "alliance_answerhistory": Guarded(
        "the organisation's", _OWN, "text disclosure_reason", "pgh_label disclosure language"
    ),
    "alliance_figure": Guarded("the organisation's", _OWN, f"{_FIGURE} cell"),
    "alliance_figurehistory": Guarded("the organisation's", _OWN, f"{_FIGURE} cell", "pgh_label"),
    "alliance_reportupload": Guarded(
        "the organisation's",
        _OWN,
        "name file sha256 table remarks proposals choices written refusal",
        "kind state stage",
    ),
    "alliance_tablemapping": Guarded("the organisation's", _OWN, "shape name plan", "charter_key"),
    "alliance_measureconfirmation": Guarded("the organisation's", _OWN, ""),
    "alliance_delegation": Guarded("the organisation's", _OWN, "note", "state"),
    "alliance_measurecomment": Guarded("the organisation's", _OWN, "text", "language state mentions"),
    "alliance_measurevisit": Guarded("the organisation's", _OWN, ""),
    "alliance_signoffrequest": Guarded(
        "the organisation's", _OWN, "message reason", "language reason_language outcome"
    ),
    "alliance_evidence": Guarded(
        "the organisation's",
        "the organisation; once submitted, the secretariat",
        f"{_FILE} url source reference",
        "kind disclosure",
    ),
    "alliance_submission": Guarded(
        "the organisation's",
        _OWN_AND_HOST,
        "body content_counts organisation_totals sha256 signatory_name signatory_office statement",
    ),
    "alliance_reviewassignment": Guarded("the secretariat's", "the secretariat", "note", "act"),
    "alliance_reviewpause": Guarded("the secretariat's", "the secretariat", "reason"),
    "alliance_secondreading": Guarded(
        "the secretariat's", "the secretariat", "request", "state measure_keys"
    ),
    "alliance_secondopinion": Guarded(
        "the secretariat's",
        "the secretariat",
        "reason outcome_reason value verdict_value",
        "language outcome",
    ),
    "alliance_declaredinterest": Guarded(
        "the secretariat's", "the secretariat, and the person whose interest it is", "reason end_reason"
    ),
    "alliance_savedview": Guarded("the person's", "the person", "name of query"),
    "alliance_correction": Guarded(
        "the organisation's and the secretariat's",
        "a draft: the side that writes it; else the organisation and the secretariat",
        "reason file file_name media_type sha256 answer_name answer_office answer_reason decision_reason",
        "side state finder",
    ),
    "alliance_correctionitem": Guarded(
        "the correction's",
        "as the correction",
        "old new",
        "subject commitment_key measure_key indicator_key service_slug cell pledge_record",
    ),
    "alliance_correctionnote": Guarded("the correction's", "as the correction", "text", "language"),
    "alliance_withdrawal": Guarded(
        "the secretariat's", _OWN_AND_HOST, "reason decision_reason", "state type record"
    ),
    "alliance_extensionrequest": Guarded(
        "the organisation's and the secretariat's", _OWN_AND_HOST, "reason decision_reason", "state"
    ),
    "alliance_reportreminder": Guarded("the secretariat's", _OWN_AND_HOST, "text"),
    "alliance_memberletter": Guarded("the secretariat's", _OWN_AND_HOST, "subject text", "language"),
    "alliance_question": Guarded(
        "the secretariat's and the organisation's",
        _OWN_AND_HOST,
        "text answer",
        "state language answer_language",
    ),
    "alliance_changesrequest": Guarded("the secretariat's", _OWN_AND_HOST, "summary", "language"),
    "alliance_reportdecision": Guarded(
        "the organisation's and the secretariat's", _OWN_AND_HOST, "reason", "kind language"
    ),
    "alliance_earlierverdict": Guarded(
        "the secretariat's", _OWN_AND_HOST, "value reason difference", "language"
    ),
    "alliance_response": Guarded(
        "the organisation's", _OWN_AND_HOST, "text signatory_name signatory_office", "language"
    ),
    "alliance_verdict": Guarded(
        "the secretariat's",
        "the secretariat; once concluded, the organisation",
        "value reason difference",
        "language",
    ),
    "alliance_internalnote": Guarded("the secretariat's", "the secretariat", "text", "language"),
    "alliance_finding": Guarded(
        "the secretariat's", "the secretariat; once concluded, the organisation", "text", "state language"
    ),
    "alliance_findingentry": Guarded("the finding's", "as the finding", "text", "kind language"),
    "alliance_reviewdraft": Guarded("the reviewer's", "its writer, in the secretariat", "texts", "kind step"),
    "alliance_cycledecision": Guarded(
        "the secretariat's", "the secretariat; members that report, unless of publishing", "reason", "kind"
    ),
    "alliance_supporter": Guarded(
        "the secretariat's until it is confirmed",
        "everybody, once it is confirmed and unless it is hidden or has ended; before: the secretariat",
        "name region town website state_reason name_key initial search",
        "kind state",
    ),
    "alliance_invitedcomment": Guarded(
        "the secretariat's and the partner's",
        "the secretariat and the partner; the member once it is given; everybody once both agree",
        "question text reason",
        "state language text_language",
    ),
    "alliance_publicquestion": Guarded(
        "the asker's and the secretariat's",
        "the secretariat; the member while it is forwarded; everybody once it is published",
        "commitment_key text asker_name answer closing_reason",
        "kind state language answer_language answer_side",
    ),
    "alliance_publicquestioncontact": Guarded(
        "the asker's", "the secretariat", "email link_sha256 bounce_code", "language"
    ),
    "alliance_membershipapplication": Guarded(
        "the applicant's",
        "the secretariat",
        "name sector website services reason applicant_name applicant_office email decision_reason link_sha256"
        " bounce_code",
        "kind state language",
    ),
    "alliance_applicationentry": Guarded("the applicant's", "the secretariat", "text", "kind language"),
    "alliance_supportercontact": Guarded(
        "the supporter's",
        "the secretariat",
        "email signatory_name signatory_office link_sha256 bounce_code",
        "language",
    ),
    "alliance_supporterimport": Guarded(
        "the secretariat's", "the secretariat", "name file sha256 refusal choices left_columns counts"
    ),
    "alliance_supporterimportrow": Guarded(
        "the secretariat's", "the secretariat", "values name_key", "outcome fault_column fault decision"
    ),
    "alliance_mailtest": Guarded("the secretariat's", "the secretariat", "error", "state"),
    "alliance_erasureconfirmation": Guarded(
        "the erased person's", "nobody", "email name", "language time_format"
    ),
    "alliance_contactmessage": Guarded("the visitor's", "nobody", "name email text", "language"),
}

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
    "portal_limitcount": Guarded(
        "nobody's", "nobody: only while the portal finds out who asks", "", "digest"
    ),
    "portal_idempotencykey": Guarded("the person's", "the person", "headers body key", "fingerprint"),
    "portal_formtoken": Guarded("the person's", "the person", "location", "fingerprint"),
}

_PRACTICES = {
    "practices_practice": Guarded(
        "the source organisation's",
        f"{_SOURCE_AND_NAMED}; the secretariat, in moderation",
        f"{_READERS} state_reason",
        "label state language",
    ),
    "practices_version": Guarded("the practice's", "as the practice", "content attachments note sha256"),
    "practices_author": Guarded("the practice's", "as the practice", ""),
    "practices_draft": Guarded(
        "the source organisation's",
        "its source; the secretariat, in moderation",
        "content proposed_note returned_reason",
        "proposed_label",
    ),
    "practices_attachment": Guarded("the practice's", "as the practice or its draft", _FILE),
    "practices_relation": Guarded("the practice's", "whoever sees both practices", "", "kind"),
    "practices_accesslog": Guarded("the source organisation's", "its source", "", "label channel"),
    "practices_adoption": Guarded("the adopter's", _SOURCE_AND_NAMED, _READERS, "label state"),
    "practices_adoptionstep": Guarded("the adoption's", "as the adoption", "note", "state language"),
    "practices_adoptionresult": Guarded("the adoption's", "as the adoption", "what unit note", "language"),
    "practices_request": Guarded(
        "the organisation's that asks",
        _SOURCE_AND_NAMED,
        f"{_READERS} title text",
        "label state language harms content_types service_kinds encryption languages",
    ),
    "practices_offer": Guarded("whoever offers", "as the request", "text", "language"),
    "practices_post": Guarded(
        "whoever writes", "as what it stands beneath", "text mentions removed_reason", "language"
    ),
    "practices_reaction": Guarded("whoever reacts", "as the practice", "", "kind"),
    "practices_follow": Guarded("the person's", "the person", ""),
    "practices_savedsearch": Guarded("the person's", "the person", "name query"),
    "practices_practiceimport": Guarded("the person's", "the person", "name", "step"),
    "practices_importedfile": Guarded(
        "the person's", "the person", "name file sha256 report refusal", "outcome"
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
    "practices_labelpolicy": Guarded("the organisation's", _OWN_AND_HOST, "labels"),
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

GUARDED: dict[str, Guarded] = _ACCOUNTS | _ALLIANCE | _PLATFORM | _PRACTICES

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
        "the public record", "type record languages title body salt sha256 attachments"
    ),
    "alliance_publishedfigure": Exempt(
        _PUBLISHED, "status choice method note reason definition_note indicator_key cell was"
    ),
    "alliance_publishedpledge": Exempt(
        _PUBLISHED,
        "state commitment_key title text language services measures targets signatory_name signatory_office"
        " ended_reason",
    ),
    "alliance_publishedreport": Exempt(
        _PUBLISHED, "notice reason submission_sha256 signatory_name signatory_office answers evidence was"
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
        "names of products on the market", "slug name name_en name_ru sort sort_en sort_ru"
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
    "portal_searchdocument": Exempt("what public pages say, to be found", "kind scope route route_args fragment facets titles texts detail vector title_vector"),
    "portal_spelledword": Exempt("words of public pages", "word"),
    "portal_synonymgroup": Exempt("words of the portal that are searched together", "key words"),
    "portal_restoration": Exempt("the moments of restores"),
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
    "practices_groups_of_me": "numbers of the groups that the actor is in",
    "practices_indexed": "nothing: a trigger, which writes the index",
    "practices_find": "practices, each checked for its readers",
    "practices_samples": "practices and their facets, each checked for its readers",
    "practices_titled": "practices, each checked for its readers",
    "practices_respelt": "words of practices that the actor can find",
}
