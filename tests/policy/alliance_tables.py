"""The guarded tables of the alliance: of accounts, and of its work."""

from tests.policy.table_lines import FIGURE, FILE, OWN, OWN_AND_HOST, Guarded

ACCOUNTS = {
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
        OWN_AND_HOST,
        "email name office token_sha256 bounce_code roles",
        "language state",
    ),
    "alliance_emailchange": Guarded(
        "the person's", "the person and the secretariat", "old_email new_email old_sha256 new_sha256"
    ),
    "alliance_accountdecision": Guarded("the secretariat's", "the secretariat", "reason", "kind"),
    "alliance_agreement": Guarded("the person's", "the person and the secretariat", "", "language"),
    "alliance_apitoken": Guarded(
        "the person's", OWN_AND_HOST, "name sha256 hint client_id earlier_sha256", "scopes"
    ),
    "alliance_calendaraddress": Guarded("the person's", "the person", "sha256 events"),
    "alliance_identityprovider": Guarded(
        "the organisation's",
        OWN_AND_HOST,
        "name issuer client_id client_secret sign_in_url certificates factor_contexts",
        "key protocol state last_fault",
    ),
    "alliance_emaildomain": Guarded(
        "the secretariat's", OWN_AND_HOST, "domain suspended_reason", "enforcement"
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

ALLIANCE = {
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
        "title title_en title_ru guidance guidance_en guidance_ru explanation explanation_en explanation_ru "
        "unit choices",
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
        "title text search_vector signatory_name signatory_office returned_reason ended_reason",
        "state commitment_key language measure_keys",
    ),
    "alliance_pledgehistory": Guarded("the organisation's", OWN, "content"),
    "alliance_target": Guarded("the pledge's", "as the pledge", "text", "indicator_key"),
    "alliance_pledge_services": Guarded("the pledge's", "as the pledge", ""),
    "alliance_report": Guarded("the organisation's", OWN_AND_HOST, "exempt_reason extension_reason", "state"),
    "alliance_answer": Guarded("the organisation's", OWN, "text disclosure_reason", "disclosure language"),
    "alliance_answerhistory": Guarded(
        "the organisation's", OWN, "text disclosure_reason", "pgh_label disclosure language"
    ),
    "alliance_figure": Guarded("the organisation's", OWN, f"{FIGURE} cell"),
    "alliance_figurehistory": Guarded("the organisation's", OWN, f"{FIGURE} cell", "pgh_label"),
    "alliance_reportupload": Guarded(
        "the organisation's",
        OWN,
        "name file sha256 table remarks proposals choices written refusal",
        "kind state stage",
    ),
    "alliance_tablemapping": Guarded("the organisation's", OWN, "shape name plan", "charter_key"),
    "alliance_measureconfirmation": Guarded("the organisation's", OWN, "", "digest"),
    "alliance_delegation": Guarded("the organisation's", OWN, "note", "state"),
    "alliance_measurecomment": Guarded("the organisation's", OWN, "text", "language state mentions"),
    "alliance_measurevisit": Guarded("the organisation's", OWN, ""),
    "alliance_signoffrequest": Guarded(
        "the organisation's", OWN, "message reason", "language reason_language outcome"
    ),
    "alliance_evidence": Guarded(
        "the organisation's",
        "the organisation; once submitted, the secretariat",
        f"{FILE} url source reference",
        "kind disclosure",
    ),
    "alliance_evidencehistory": Guarded(
        "the organisation's", OWN, f"{FILE} url source reference", "pgh_label kind disclosure"
    ),
    "alliance_submission": Guarded(
        "the organisation's",
        OWN_AND_HOST,
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
        "reason outcome_reason value verdict_value upheld_value",
        "language outcome",
    ),
    "alliance_declaredinterest": Guarded(
        "the secretariat's", "the secretariat, and the person whose interest it is", "reason end_reason"
    ),
    "alliance_savedview": Guarded("the person's", "the person", "name of query"),
    "alliance_correction": Guarded(
        "the organisation's and the secretariat's",
        "a draft: the side that writes it; else the organisation and the secretariat",
        "reason file file_name media_type sha256 answer_name answer_office answer_reason decision_reason "
        "upheld_reason verdicts_to_check",
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
        "the secretariat's", OWN_AND_HOST, "reason decision_reason", "state type record"
    ),
    "alliance_extensionrequest": Guarded(
        "the organisation's and the secretariat's", OWN_AND_HOST, "reason decision_reason", "state"
    ),
    "alliance_reportreminder": Guarded("the secretariat's", OWN_AND_HOST, "text"),
    "alliance_memberletter": Guarded("the secretariat's", OWN_AND_HOST, "subject text", "language"),
    "alliance_question": Guarded(
        "the secretariat's and the organisation's",
        OWN_AND_HOST,
        "text answer",
        "state language answer_language",
    ),
    "alliance_changesrequest": Guarded("the secretariat's", OWN_AND_HOST, "summary", "language"),
    "alliance_reportdecision": Guarded(
        "the organisation's and the secretariat's", OWN_AND_HOST, "reason", "kind language"
    ),
    "alliance_reportexemption": Guarded("the secretariat's", OWN_AND_HOST, "reason"),
    "alliance_earlierverdict": Guarded(
        "the secretariat's", OWN_AND_HOST, "value reason difference", "language"
    ),
    "alliance_response": Guarded(
        "the organisation's", OWN_AND_HOST, "text signatory_name signatory_office", "language"
    ),
    "alliance_verdict": Guarded(
        "the secretariat's",
        "the secretariat; once concluded, the organisation",
        "value reason difference",
        "language difference_from",
    ),
    "alliance_internalnote": Guarded("the secretariat's", "the secretariat", "text", "language"),
    "alliance_finding": Guarded(
        "the secretariat's",
        "the secretariat; once concluded, the organisation, but for what was withdrawn unread",
        "text",
        "state language",
    ),
    "alliance_findingentry": Guarded(
        "the finding's",
        "as the finding; what its member has not read, the secretariat",
        "text",
        "kind language",
    ),
    "alliance_reviewdraft": Guarded("the reviewer's", "its writer, in the secretariat", "texts", "kind step"),
    "alliance_cycledecision": Guarded(
        "the secretariat's", "the secretariat; members that report, unless of publishing", "reason", "kind"
    ),
    "alliance_supporter": Guarded(
        "the secretariat's until it is confirmed",
        "everybody, once it is confirmed and unless it is hidden or has ended; before: the secretariat",
        "name region town website state_reason name_key plain_name initial search",
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
    "alliance_subscriber": Guarded(
        "the reader's", "nobody", "email link_sha256 bounce_code", "language pace"
    ),
    "alliance_subscription": Guarded(
        "the reader's", "nobody", "key titles link_sha256", "kind language pace"
    ),
    "alliance_contactmessage": Guarded("the visitor's", "nobody", "name email text", "language"),
}
