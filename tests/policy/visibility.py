"""The full truth of who sees what: rows of each model, by the visibility filter and row-level security, by hand.

A row has `y` or `.` for each of READERS; blanks only group them. A lookup names rows of the world that are all seen by
the same: tests/support/world.py.
"""

from tests.support.canaries import canary

# the public | editor, signatory, reader of Aurora | rival | reviewer, manager, auditor | partner's reader
READERS = ("vera", "alice", "sven", "bob", "carol", "rita", "mona", "otto", "petra")
_WORLD = "y yyy y yyy y"
_COMMUNITY = ". yyy y yyy y"
_HOST_ONLY = ". ... . yyy ."
_OWN_ONLY = ". yyy . ... ."
_OWN_AND_HOST = ". yyy . yyy ."
_OWN_AND_RIVAL = ". yyy y ... ."  # what is AMBER names the rival
_NAMED = ". y.. y ... ."  # what is RED is Alice's, and names Carol
_ALICE = ". y.. . ... ."
_RITA = ". ... . y.. ."
_NOBODY = ". ... . ... ."
_EVERYBODY_WITH_ACCESS = ". yyy y yyy y"
_RIVAL_AND_HOST = ". ... y yyy ."

Rows = tuple[tuple[dict[str, object], str], ...]

# What `visible_to` lets through, of each model with a policy of visibility.
VISIBLE_ROWS: dict[str, Rows] = {
    "Organisation": (({"slug": "aurora-video"}, _WORLD), ({"slug": "applicant"}, _HOST_ONLY)),
    "Person": (({"name": "Bob"}, _OWN_AND_HOST), ({"name": "Carol"}, ". ... y yyy ."), ({"name": "Rita"}, _HOST_ONLY)),
    "Membership": (({"person__name": "Bob"}, _OWN_AND_HOST),),
    "ApiToken": (
        ({"name": "Alice's script"}, ". yy. . .y. ."),
        ({"name": "Rita's script"}, ". ... . yy. ."),
    ),
    "Webhook": (({"created_by__name": "Sven"}, ". .y. . ... ."), ({"created_by__name": "Mona"}, ". ... . .y. .")),
    "WebhookDelivery": (
        ({"message_id": "msg_webhook"}, ". .y. . ... ."),
        ({"message_id": "msg_webhook.host"}, ". ... . .y. ."),
    ),
    "CalendarAddress": (({"person__name": "Alice"}, _ALICE),),
    "IdentityProvider": (({"organisation__slug": "aurora-video"}, ". .y. . .y. ."),),
    "EmailDomain": (({"organisation__slug": "aurora-video"}, ". .y. . .y. ."),),
    "EmailChange": (({"person__name": "Bob"}, ". ..y . yyy ."),),
    "AccountDecision": (({}, _HOST_ONLY),),
    "ErasureConfirmation": (({}, ". ... . ... ."),),  # on its way to a mailbox
    "Invitation": (({"organisation__slug": "aurora-video"}, _OWN_AND_HOST),),
    "Charter": (
        ({"key": "test-charter"}, _WORLD),
        ({"key": "next-charter", "version": 1}, _HOST_ONLY),
        ({"key": "coming-charter"}, _EVERYBODY_WITH_ACCESS),
    ),
    "Chapter": (({"charter__key": "next-charter", "charter__version": 1}, _HOST_ONLY),),
    "Commitment": (
        ({"charter__key": "next-charter", "charter__version": 1}, _HOST_ONLY),
        ({"charter__key": "test-charter"}, _WORLD),
        ({"charter__key": "coming-charter"}, _EVERYBODY_WITH_ACCESS),
    ),
    "Measure": (
        ({"charter__key": "next-charter", "charter__version": 1}, _HOST_ONLY),
        ({"charter__key": "test-charter"}, _WORLD),
    ),
    "Indicator": (
        ({"charter__key": "next-charter", "charter__version": 1}, _HOST_ONLY),
        ({"charter__key": "test-charter"}, _WORLD),
    ),
    "Harm": (({"charter__key": "next-charter"}, _HOST_ONLY),),
    "KeyMapping": (({"charter__key": "next-charter"}, _HOST_ONLY),),
    "Cycle": (({"slug": "2026-h1"}, _WORLD), ({"slug": "2027-h1"}, _HOST_ONLY)),
    "CycleDecision": (({"kind": "close"}, _OWN_AND_HOST), ({"kind": "publish"}, _HOST_ONLY)),
    "CycleDateChange": (({}, _WORLD),),
    "Accession": (({"organisation__slug": "aurora-video"}, _WORLD), ({"state": "signed"}, _HOST_ONLY)),
    "SignatureObjection": (({}, _OWN_AND_HOST),),
    "Pledge": (
        ({"state": "draft"}, _OWN_ONLY),
        ({"state": "signed"}, _OWN_AND_HOST),
        ({"state": "published"}, _OWN_AND_HOST),
    ),
    "Report": (({"cycle__slug": "2025-h2"}, _OWN_AND_HOST),),
    "Answer": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "Figure": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "MeasureConfirmation": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "ReportUpload": (({}, _OWN_ONLY),),
    "Delegation": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "MeasureComment": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "MeasureVisit": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "SignOffRequest": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "TableMapping": (({}, _OWN_ONLY),),
    "PledgeHistory": (({}, _OWN_ONLY),),
    "Evidence": (({"submitted_at": None}, _OWN_ONLY), ({"submitted_at__isnull": False}, _OWN_AND_HOST)),
    "Submission": (({"report__cycle__slug": "2025-h1"}, _OWN_AND_HOST),),
    "Verdict": (({"report__cycle__slug": "2024-h1"}, _OWN_AND_HOST), ({"report__cycle__slug": "2024-h2"}, _HOST_ONLY)),
    "Correction": (
        ({"state": "proposed"}, _OWN_AND_HOST),
        ({"state": "draft", "side": "member"}, _OWN_ONLY),
        ({"state": "draft", "side": "secretariat"}, _HOST_ONLY),
    ),
    "CorrectionItem": (
        ({"correction__state": "proposed"}, _OWN_AND_HOST),
        ({"correction__state": "draft", "correction__side": "member"}, _OWN_ONLY),
    ),
    "CorrectionNote": (({}, _OWN_AND_HOST),),
    "Withdrawal": (({}, _OWN_AND_HOST),),
    "ExtensionRequest": (({"state": "open"}, _OWN_AND_HOST),),
    "ReportReminder": (({}, _OWN_AND_HOST),),
    "MemberLetter": (({}, _OWN_AND_HOST),),
    "Question": (({"state": "open"}, _OWN_AND_HOST),),
    "ChangesRequest": (({}, _OWN_AND_HOST),),
    "ReportDecision": (({"kind": "recall"}, _OWN_AND_HOST), ({"kind": "reopen"}, _OWN_AND_HOST)),
    "ReportExemption": (({}, _OWN_AND_HOST),),
    "EarlierVerdict": (({}, _OWN_AND_HOST),),
    "InternalNote": (({}, _HOST_ONLY),),
    "ReviewAssignment": (({}, _HOST_ONLY),),
    "ReviewPause": (({}, _HOST_ONLY),),
    "SecondReading": (({}, _HOST_ONLY),),
    "SecondOpinion": (({}, _HOST_ONLY),),
    "DeclaredInterest": (({}, _HOST_ONLY),),
    "SavedView": (({}, ". ... . .y. ."),),
    "ReviewDraft": (({}, _RITA),),
    "Finding": (
        *(
            ({"report__cycle__slug": "2024-h1", "state": state}, _OWN_AND_HOST)
            for state in ("open", "done", "withdrawn")
        ),
        ({"report__cycle__slug": "2024-h2"}, _HOST_ONLY),
        ({"state": "discarded"}, _HOST_ONLY),
    ),
    "FindingEntry": (
        ({"finding__report__cycle__slug": "2024-h1", "finding__state": "open", "kind": "reopen"}, _OWN_AND_HOST),
        ({"finding__state": "discarded"}, _HOST_ONLY),
        ({"kind": "redraft"}, _HOST_ONLY),
        ({"finding__report__cycle__slug": "2024-h2"}, _HOST_ONLY),
    ),
    "Response": (({}, _OWN_AND_HOST),),
    "Service": (({"slug": "aurora-kids"}, _WORLD),),
    "Agreement": (({"person__name": "Alice"}, ". y.. . yyy ."),),
    "Supporter": (
        ({"state": "listed"}, _WORLD),
        ({"state": "unconfirmed"}, _HOST_ONLY),
        ({"state": "hidden"}, _HOST_ONLY),
    ),
    "InvitedComment": (
        ({"state": "answered", "partner_agrees": True, "member_agrees": True}, _WORLD),
        ({"state": "answered", "member_agrees": False, "partner__slug": "petals"}, ". yyy . yyy y"),
        ({"state": "answered", "member_agrees": False, "partner__slug": "beacon-search"}, ". yyy y yyy ."),
        ({"state": "open", "partner__slug": "petals"}, ". ... . yyy y"),
        ({"state": "open", "partner__slug": "beacon-search"}, ". ... y yyy ."),
    ),
    "PublicQuestion": (
        ({"published_at__isnull": False}, _WORLD),
        ({"published_at__isnull": True, "forwarded_at__isnull": True}, _HOST_ONLY),
        ({"published_at__isnull": True, "forwarded_at__isnull": False}, _OWN_AND_HOST),
    ),
    "PublicQuestionContact": (({}, _HOST_ONLY),),
    "CharterUpload": (({}, _HOST_ONLY),),
    "SupporterImport": (({}, _HOST_ONLY),),
    "SupporterImportRow": (({}, _HOST_ONLY),),
    "SupporterContact": (({}, _HOST_ONLY),),
    "MembershipApplication": (({}, _HOST_ONLY),),
    "ApplicationEntry": (({}, _HOST_ONLY),),
    "MailTest": (({}, _HOST_ONLY),),
    "IdempotencyKey": (({}, _ALICE),),
    "FormToken": (({"location": "/workspace/"}, _ALICE),),
    "Subscriber": (({}, ". ... . ... ."),),  # for its letters alone
    "Subscription": (({}, ". ... . ... ."),),
    "ContactMessage": (({}, ". ... . ... ."),),  # on its way to a mailbox
    # --- practices: tests/practices/test_labels.py and test_sights.py ask each label of many more readers
    "Practice": (
        ({"label": "clear", "state": "shared"}, _WORLD),
        ({"label": "green", "state": "shared"}, _COMMUNITY),
        ({"label": "amber", "state": "shared"}, _OWN_AND_RIVAL),
        ({"label": "red"}, _NAMED),
        ({"state": "in_moderation"}, _OWN_AND_HOST),
        ({"state": "draft"}, _OWN_ONLY),
        ({"state": "recalled"}, _OWN_ONLY),
    ),
    "Version": (
        ({"practice__label": "clear", "practice__state": "shared"}, _WORLD),
        ({"practice__label": "green", "practice__state": "shared"}, _COMMUNITY),
        ({"practice__label": "amber"}, _OWN_AND_RIVAL),
        ({"practice__label": "red"}, _NAMED),
        ({"practice__state": "recalled"}, _OWN_ONLY),
    ),
    "PracticeChange": (
        ({"practice__label": "clear", "practice__state": "shared"}, _WORLD),
        ({"practice__label": "amber"}, _OWN_AND_RIVAL),
        ({"practice__label": "red"}, _NAMED),
        ({"practice__state": "recalled"}, _OWN_ONLY),
    ),
    "Author": (({"practice__label": "red"}, _NAMED), ({"practice__state": "draft"}, _OWN_ONLY)),
    "Draft": (
        ({"practice__state": "draft"}, _OWN_ONLY),
        ({"practice__state": "in_moderation"}, _OWN_AND_HOST),
        ({"proposed_at__isnull": False}, _OWN_AND_HOST),
        ({"practice__label": "amber", "practice__state": "shared"}, _OWN_ONLY),
        ({"practice__label": "red"}, _ALICE),
    ),
    "Attachment": (
        ({"practice__label": "clear"}, _WORLD),
        ({"title": canary("practice-file-shared")}, _COMMUNITY),
        ({"title": canary("practice-moderated-file")}, _OWN_AND_HOST),
        ({"title": canary("practice-file-of-draft")}, _OWN_ONLY),
        ({"kind__in": ["held_rows", "answers"]}, ". ... . ... ."),
    ),
    "ModelRun": (
        ({"practice__label": "green"}, _COMMUNITY),
        ({"practice__label": "red"}, _NAMED),
        ({"practice__state": "draft"}, _OWN_ONLY),
    ),
    "Opening": (({"state": "proposed"}, _OWN_AND_HOST),),
    "Translation": (
        ({"state": "shared"}, _COMMUNITY),
        ({"state": "offered", "practice__label": "green"}, _OWN_AND_RIVAL),
        ({"state": "offered", "practice__label": "amber"}, _OWN_ONLY),
        ({"state": "in_moderation"}, ". yyy y yyy ."),
    ),
    "Relation": (({"target__label": "red"}, _NAMED), ({"target__state": "retired"}, _COMMUNITY)),
    "Adoption": (
        ({"label": "green"}, _COMMUNITY),
        ({"label": "amber_strict"}, _OWN_ONLY),
        ({"label": "red"}, _ALICE),
    ),
    "AdoptionStep": (({"adoption__label": "amber_strict"}, _OWN_ONLY), ({"adoption__label": "red"}, _ALICE)),
    "AdoptionResult": (({"adoption__label": "amber_strict"}, _OWN_ONLY), ({"adoption__label": "red"}, _ALICE)),
    "FieldHistory": (
        ({"practice__state": "in_moderation"}, _OWN_ONLY),
        ({"practice__label": "red"}, _ALICE),
    ),
    "AccessLog": (({}, _OWN_ONLY),),  # Carol's, of what is Aurora's
    "Reaction": (({"practice__label": "red"}, _NAMED),),
    "Request": (({"label": "green"}, _COMMUNITY), ({"label": "amber"}, _OWN_AND_RIVAL)),
    "RequestHistory": (({"request__label": "green"}, _OWN_ONLY), ({"request__label": "amber"}, _OWN_ONLY)),
    "Offer": (({"request__label": "green"}, _COMMUNITY), ({"request__label": "amber"}, _OWN_AND_RIVAL)),
    "Post": (
        ({"practice__label": "green"}, _COMMUNITY),
        ({"request__label": "amber"}, _OWN_AND_RIVAL),
        ({"group__isnull": False}, ". y.. . .y. ."),
    ),
    "Thanks": (({"post__practice__label": "green"}, _COMMUNITY), ({"adoption__label": "red"}, _ALICE)),
    "WorkingGroup": (
        ({"name": canary("group")}, ". y.. y yyy ."),
        ({"name": canary("group-discussion")}, ". y.. . yyy ."),
    ),
    "GroupMembership": (
        ({"group__name": canary("group")}, ". y.. y yyy ."),
        ({"group__name": canary("group-discussion")}, ". y.. . yyy ."),
    ),
    "Affiliation": (
        ({"state": "in_force"}, ". yyy y yyy ."),  # of the two, and the secretariat's
        ({"state": "proposed"}, ". yyy . yyy y"),
        ({"state": "confirmed"}, ". ... y yyy y"),
    ),
    "LabelPolicy": (({}, _OWN_AND_HOST),),
    "Follow": (({}, _ALICE),),
    "SavedSearch": (({}, _ALICE),),
    "FeedAddress": (({"person__name": "Alice"}, _ALICE),),
    "PracticeImport": (({}, _ALICE),),
    "ImportedFile": (({}, _ALICE),),
    "ArchiveEntry": (({}, _ALICE),),
    "SearchEntry": (
        ({"label": "clear"}, _WORLD),
        ({"label": "green"}, _COMMUNITY),
        ({"label": "amber"}, _OWN_AND_RIVAL),
        ({"label": "red"}, _NAMED),
    ),
}  # fmt: skip

# What is seen by all as a whole: counts that others have published, names of products, texts of the portal.
PUBLIC_MODELS = {"CycleDateChange", "ReferenceCount", "ReferenceLoad", "Service", "SiteText"}
# No row of it is anybody's (tests/practices/test_search_visibility.py).
MODELS_WITHOUT_ROWS = {"SearchWord"}

# What row-level security lets through where it is wider than the visibility filter, and tables that it alone guards.
ROW_SECURITY_ROWS: dict[str, Rows] = {
    "ApiToken": (({"name": "Alice's script"}, _OWN_AND_HOST), ({"name": "Rita's script"}, _HOST_ONLY)),
    "Webhook": (({"created_by__name": "Sven"}, _OWN_ONLY), ({"created_by__name": "Mona"}, _HOST_ONLY)),
    "WebhookDelivery": (
        ({"message_id": "msg_webhook"}, _OWN_ONLY),
        ({"message_id": "msg_webhook.host"}, _HOST_ONLY),
    ),
    "Target": (({"pledge__state": "draft"}, _OWN_ONLY),),
    "Pledge_services": (({"pledge__state": "draft"}, _OWN_ONLY),),
    "AnswerHistory": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "FigureHistory": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "EvidenceHistory": (({"organisation__slug": "aurora-video"}, _OWN_ONLY),),
    "CaseNote": (({}, _HOST_ONLY),),
    "FileDamage": (({"path": "a path"}, _HOST_ONLY),),
    "Scrub": (({"position": "a path"}, _HOST_ONLY),),
    # names and offices are the community's: whoever has a practice to share finds there whom to name
    "Person": (({"name": "Bob"}, _EVERYBODY_WITH_ACCESS),),
    "Membership": (
        ({"person__name": "Bob", "ended_at": None}, _EVERYBODY_WITH_ACCESS),
        ({"ended_at__isnull": False, "organisation__slug": "aurora-video"}, _OWN_AND_HOST),
    ),
    "PersonSession": (({"person__name": "Alice"}, _ALICE),),
    "KnownDevice": (({"sha256": "0" * 64}, _ALICE),),
    "EmailAddress": (({}, _ALICE),),
    "EmailConfirmation": (({}, _NOBODY),),
    "Authenticator": (({"user__name": "Alice"}, _ALICE),),
    "SocialAccount": (({"user__name": "Alice"}, _ALICE),),
    "SocialApp": (({}, _NOBODY),),
    "SocialToken": (({}, _NOBODY),),
    "IdentityProvider": (({"organisation__slug": "aurora-video"}, _OWN_AND_HOST),),
    "EmailDomain": (({"organisation__slug": "aurora-video"}, _OWN_AND_HOST),),
    "Session": (({}, _NOBODY),),
    "LimitCount": (({}, _NOBODY),),
    "Event": (({"kind": "test.act"}, _OWN_AND_HOST), ({"kind": "test.notified"}, _RIVAL_AND_HOST)),
    "Delivery": (({"event__kind": "test.notified"}, _RIVAL_AND_HOST),),
    "Job": (
        ({"kind": "send_delivery", "dedupe_key": "test"}, _RIVAL_AND_HOST),
        ({"kind": "test"}, _HOST_ONLY),
    ),
    "Digest": (({}, _ALICE),),
    "NoticePreference": (({}, _ALICE),),
    "Document": (
        ({"title": "restricted"}, _ALICE),
        ({"title": "of Alice's"}, ". y.. . yyy ."),
        ({"title": "for everybody"}, _WORLD),
    ),
}

# Of rows that are neither hers nor her organisation's, what a rival may write all the same, or the public.
WRITERS = {
    "GroupMembership": "carol insert, carol update, carol delete",  # members of a group bring others in
    "Job": "carol insert, vera insert",  # every act queues work, and reads none
    # what nobody in particular asked for belongs to everybody
    "Document": "carol insert, carol update, carol delete, vera insert, vera update, vera delete",
}
