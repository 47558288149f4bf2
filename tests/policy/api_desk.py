"""Who gets what at the API of the secretariat's desk, and of corrections, which both sides work on.

One letter for each actor's token: vera (none) | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o here it is (200), c made (201), - done (204), u a token is needed (401), 3 may see, may not do (403), 4 does not exist
for them (404), 5 not this method (405), 9 cannot be done now (409), 7 not the present version (412), 2 cannot be
accepted (422), 8 say which version (428).
"""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy.api_rows import ApiCase

#     the public | editor, signatory, reader | rival | reviewer, manager, auditor | partner | ended tokens
NOT_READ = "5 555 5 555 5 uuu"
HOST = "u 444 4 ooo 4 uuu"
LISTED = "u ooo o ooo o uuu"
# members' tokens have no scope for the desk, and are not let in
MANAGER = "u 333 3 3o3 3 uuu"
MANAGER_MAKES = "u 333 3 3c3 3 uuu"
MANAGER_FAILS = "u 333 3 323 3 uuu"
MANAGER_LATE = "u 333 3 393 3 uuu"
REVIEWER = "u 333 3 o33 3 uuu"
REVIEWER_MAKES = "u 333 3 c33 3 uuu"
REVIEWER_FAILS = "u 333 3 233 3 uuu"
REVIEWER_LATE = "u 333 3 933 3 uuu"
REVIEWER_REMOVES = "u 333 3 -33 3 uuu"
SHARED = "u 333 3 oo3 3 uuu"
# of what members do not see
DESK_DOES = "u 444 4 oo3 4 uuu"
MANAGER_HIDDEN = "u 444 4 3o3 4 uuu"
BOTH = "u ooo 4 ooo 4 uuu"
# of a correction: carol sees none of Aurora's
OWN_SIGNATORY = "u 3o3 4 444 4 uuu"

_PLAN = {
    "slug": "2031-h1",
    "title": {"en": "First half of 2031", "ru": "Первое полугодие 2031 года"},
    "charter": {"key": "test-charter", "version": 1},
    "starts_on": "2031-01-01",
    "ends_on": "2031-06-30",
    "due_on": "2031-08-15",
}
_REASON = {"reason": "It has to be."}
_ASKED = [{"id": 1, "extension_request": None}]
_WORDS = {"text": "It has to be.", "language": "en"}
_VERDICT = {"value": "limited", "reason": "Half of it is there.", "language": "en"}
_UNREAD = {"last_entry": None}
_SEARCH, _FIND = {"key": "search"}, {"key": "find"}


def _writes(route: str, text: str, row: str, method: str = "POST", **others: Any) -> ApiCase:
    return ApiCase(f"api:{route}", text, {"GET": NOT_READ, method: row}, **others)


def _act(route: str, text: str, row: str, read: str = MANAGER, **others: Any) -> ApiCase:
    """An act that can be read before it is done."""
    return ApiCase(f"api:desk-cycle-{route}", text, {"GET": read, "POST": row}, **others)


CYCLES = (
    ApiCase("api:desk-cycle-list", methods={"GET": HOST, "POST": MANAGER_MAKES}, data=_PLAN),
    ApiCase("api:desk-cycle", "cycle.planned", {"GET": HOST, "PUT": MANAGER}, data=_PLAN),
    _writes("desk-cycle-open", "cycle.planned", MANAGER),
    # nothing was read before it
    _act("close", "cycle.open", MANAGER_LATE, data={"reports": []}),
    _act("reopen", "cycle.concluded", MANAGER_LATE, data={"reports": [], **_REASON}),
    _act("publish", "cycle.concluded", MANAGER_LATE, data={"reports": []}),
    _writes(
        "desk-cycle-reschedule",
        "cycle.open",
        MANAGER_LATE,
        data={
            "shown": {"due_on": "2031-01-01", "grace_ends_on": "2031-01-02", "publish_on": None},
            "due_on": "2031-01-03",
            "grace_ends_on": "2031-01-13",
            "publish_on": None,
            "reason": {"en": "A holiday.", "ru": "Праздник."},
        },
    ),
    _writes("desk-cycle-remind", "cycle.open", MANAGER),
    _writes(
        "desk-cycle-extend",
        "cycle.open",
        MANAGER,
        data={"reports": _ASKED, "due_on": "2031-01-03", **_REASON},
    ),
    _writes("desk-cycle-refuse-extensions", "cycle.open", MANAGER, data={"reports": _ASKED, **_REASON}),
    _act("late-joiners", "cycle.open", MANAGER_FAILS, data={"decisions": []}),
    # the hour has passed
    _act(
        "plan-publication",
        "cycle.concluded",
        MANAGER_FAILS,
        data={"day": "2020-01-01", "hour": "10:00", "publish_at": None},
    ),
    _writes(
        "desk-cycle-cancel-publication",
        "cycle.concluded",
        MANAGER_LATE,
        data={"publish_at": "2031-01-03T07:00:00Z"},
    ),
    ApiCase("api:extension-request-list", methods={"GET": HOST}),
    _writes("desk-report-exempt", "report", MANAGER, data=_REASON),
    _writes("desk-report-include", "report.joined", MANAGER, data={"due_on": "2031-01-03"}),
    # another conclusion was read
    _writes(
        "desk-report-publish", "report.late", MANAGER_LATE, data={"concluded_at": "2020-01-01T00:00:00Z"}
    ),
)

REVIEWS = (
    ApiCase("api:review-list", methods={"GET": HOST}),
    ApiCase("api:reviewer-list", methods={"GET": HOST}),
    _writes("review-assign", "", "u 333 3 222 3 uuu", data={"reports": [{"id": 999999999}], "reviewer": 1}),
    _writes(
        "review-hand-over", "report.in_review", "u 333 3 993 3 uuu", data={"reviewer": 1, "note": "Please."}
    ),
    _writes("review-take-over", "report.in_review", "u 333 3 933 3 uuu", data=_REASON),
    _writes("review-unassign", "report.in_review", "u 333 3 993 3 uuu", data=_REASON),
    _writes("review-pause", "report.in_review", "u 333 3 993 3 uuu", data={"until": "2031-01-01", **_REASON}),
    _writes("review-end-pause", "report.in_review", SHARED),
    ApiCase("api:review", "report.in_review", {"GET": HOST}),
    _writes("review-start", "report.submitted", REVIEWER),
    _writes("review-request-changes", "report.in_review", REVIEWER, data={"summary": "Count anew."}),
    _writes("review-resume", "report.changes_requested", REVIEWER, data=_REASON),
    _writes("review-take-back-request", "report.changes_requested", REVIEWER),
    _writes("review-conclude", "report.in_review", "u 333 3 933 3 uuu"),
    _writes("review-reopen", "report.concluded", REVIEWER, data=_REASON),
    ApiCase(
        "api:review-measure-verdict",
        "report.in_review",
        {"GET": HOST, "PUT": REVIEWER, "DELETE": REVIEWER_LATE},  # there is none
        data=_VERDICT,
        headers={"If-Match": '"0"'},
        extra_kwargs=_SEARCH,
    ),
    ApiCase(
        "api:review-measure-verdict",
        "review.verdict",
        {"GET": HOST, "PUT": REVIEWER, "DELETE": REVIEWER_REMOVES},
        data=_VERDICT,
        headers={"If-Match": '"1"'},
    ),
    ApiCase(
        "api:review-commitment-verdict",
        "report.in_review",
        {"GET": HOST, "PUT": REVIEWER_FAILS, "DELETE": REVIEWER_LATE},
        data=_VERDICT,
        headers={"If-Match": '"0"'},
        extra_kwargs=_FIND,
    ),
    ApiCase(
        "api:review-pledge-verdict",
        "api.review.pledge",
        {"GET": HOST, "PUT": REVIEWER, "DELETE": REVIEWER_LATE},
        data=_VERDICT,
        headers={"If-Match": '"0"'},
    ),
    _writes(
        "review-verdicts",
        "report.in_review",
        REVIEWER_MAKES,
        data={"measures": ["search"], "value": "not_due"},
    ),
    _writes("review-verdicts-take-back", "review.batch", REVIEWER),
    _writes(
        "review-verdicts-confirm",
        "report.in_review",
        REVIEWER_FAILS,
        data={"verdicts": [{"kind": "measure", "key": "search", "version": 1}]},
    ),
    ApiCase(
        "api:review-question-list", "report.in_review", {"GET": HOST, "POST": REVIEWER_MAKES}, data=_WORDS
    ),
    _writes("review-question-close", "api.question", REVIEWER),
    _writes("review-question-reopen", "api.question", "u 333 3 933 3 uuu"),
    ApiCase(
        "api:review-note-list", "report.in_review", {"GET": HOST, "POST": "u 333 3 cc3 3 uuu"}, data=_WORDS
    ),
    ApiCase(
        "api:review-finding-list",
        "report.in_review",
        {"GET": HOST, "POST": REVIEWER_MAKES},
        data={"measure": "search", "due_on": "2031-01-01", **_WORDS},
    ),
    ApiCase("api:finding-list", methods={"GET": HOST}),
    ApiCase("api:finding", "finding", {"GET": HOST}),
    # none is overdue
    _writes("finding-remind", "", "u 333 3 993 3 uuu", data={}),
    # each has an entry that was not read
    _writes("finding-complete", "finding", REVIEWER_LATE, data=_UNREAD),
    _writes("finding-carry", "finding", REVIEWER_LATE, data={"due_on": "2031-01-01", **_UNREAD, **_WORDS}),
    _writes(
        "finding-edit",
        "api.finding.edit",
        REVIEWER_LATE,
        data={"due_on": "2031-01-01", "public": False, **_UNREAD, **_WORDS},
    ),
    _writes("finding-reopen", "api.finding.done", REVIEWER_LATE, data={**_UNREAD, **_WORDS}),
    # while its review goes on, and once it is concluded
    _writes("finding-withdraw", "api.finding.edit", REVIEWER_LATE, data={**_UNREAD, **_WORDS}),
    _writes("finding-withdraw", "finding", MANAGER_LATE, data={**_UNREAD, **_WORDS}),
)

READINGS = (
    ApiCase("api:second-reading-list", methods={"GET": HOST}),
    _writes("report-second-reading", "report.in_review", "u 333 3 223 3 uuu", data={"reader": 999999999}),
    ApiCase("api:second-reading", "reading.asked", {"GET": HOST}),
    ApiCase("api:second-reading", "reading.differs", {"GET": HOST}),
    _writes("second-reading-verdict", "reading.measure", REVIEWER, "PUT", data=_VERDICT),
    # the reviewer has judged nothing yet
    _writes("second-reading-send", "reading.own", REVIEWER_FAILS),
    _writes(
        "second-reading-settle",
        "reading.differs",
        "u 333 3 223 3 uuu",
        data={"settlements": [{"measure": "none", "outcome": "kept", "reason": "It holds."}]},
    ),
    _writes("second-reading-withdraw", "reading.asked", SHARED, data=_REASON),
    _writes("second-reading-withdraw", "reading.own", MANAGER, data=_REASON),  # a manager asked for it
)

_VALUES = {"values": [{"place": "text~~~search-story~~~", "text": "It was otherwise."}]}

CORRECTIONS = (
    ApiCase("api:correction-list", methods={"GET": LISTED}),
    ApiCase("api:correctable-report", "api.correctable", {"GET": "u oo3 4 oo3 4 uuu", "POST": "u cc3 4 cc3 4 uuu"},
            data=_VALUES),
    ApiCase("api:correction", "correction", {
        "GET": BOTH, "PUT": "u 993 4 333 4 uuu", "DELETE": "u 993 4 333 4 uuu",
    }, data=_VALUES, headers={"If-Match": '"1"'}),
    ApiCase("api:correction", "correction.draft", {
        "GET": "u ooo 4 444 4 uuu", "PUT": "u oo3 4 444 4 uuu", "DELETE": "u --3 4 444 4 uuu",
    }, data=_VALUES, headers={"If-Match": '"1"'}),
    ApiCase("api:correction", "correction.desk_draft", {
        "GET": "u 444 4 ooo 4 uuu", "PUT": "u 444 4 oo3 4 uuu", "DELETE": "u 444 4 --3 4 uuu",
    }, data=_VALUES, headers={"If-Match": '"1"'}),
    _writes("correction-notes", "correction", "u cc3 4 cc3 4 uuu", data=_WORDS),
    _writes("correction-propose", "correction.draft", "u 393 4 444 4 uuu",  # another of the value is open
            headers={"If-Match": '"1"'}),
    _writes("correction-agree", "correction", "u 333 4 3o3 4 uuu"),
    _writes("correction-object", "correction", "u 333 4 3o3 4 uuu", data=_REASON),
    _writes("correction-consent", "correction", "u 333 4 233 4 uuu"),
    _writes("correction-publish", "api.correction.agreed", "u 333 4 3o3 4 uuu"),
    _writes("correction-drop", "api.correction.agreed", "u 333 4 3o3 4 uuu", data=_REASON),
    _writes("correction-withdraw", "correction", "u 3o3 4 333 4 uuu"),
    _writes("correction-uphold-verdicts", "api.correction.published", "u 333 4 oo3 4 uuu",
            data={"reason": {"en": "It holds.", "ru": "Всё верно."}}),
)  # fmt: skip

_NOBODY, _NOBODIES_TWIN = {"supporters": [999999999]}, {"supporters": [{"id": 999999999, "likely_twin": 1}]}


def _file_of_supporters() -> dict[str, Any]:
    content = b"name;kind;region;e-mail\nHill School;school;Eastport;hill@school.example\n"
    return {"file": SimpleUploadedFile("march.csv", content, "text/csv")}


SUPPORTERS = (
    ApiCase("api:desk-supporter-list", methods={"GET": HOST}),
    ApiCase("api:desk-supporter", "supporter", {"GET": HOST, "PUT": MANAGER},
            data={"name": "Harbour School", "kind": "school", "region": "Eastport"}),
    ApiCase("api:desk-supporter", "supporter.unconfirmed", {"GET": HOST}),
    ApiCase("api:desk-supporter", "supporter.hidden", {"GET": HOST}),
    _writes("desk-supporters-hide", "", MANAGER, data={**_NOBODY, **_REASON}),
    _writes("desk-supporters-show", "", MANAGER, data=_NOBODY),
    _writes("desk-supporters-end", "", MANAGER, data={**_NOBODY, **_REASON}),
    _writes("desk-supporters-merge", "", MANAGER, data=_NOBODIES_TWIN),
    _writes("desk-supporters-keep-apart", "", MANAGER, data=_NOBODIES_TWIN),
    # no charter is open to supporters
    ApiCase("api:supporter-import-list", methods={"GET": MANAGER, "POST": MANAGER_FAILS}, data=_file_of_supporters),
    ApiCase("api:supporter-import", "supporter.import", {"GET": MANAGER}),
    ApiCase("api:supporter-import-row-list", "supporter.import", {"GET": MANAGER}),
    _writes("supporter-import-decide", "supporter.import", MANAGER,
            data={"decisions": [{"number": 3, "decision": "apart", "seen": ""}]}),
    # other rows were read
    _writes("supporter-import-confirm", "supporter.import", MANAGER_LATE,
            data={"is_public_at_once": True, "shown": "0:0"}),
    _writes("supporter-import-cancel", "supporter.import", MANAGER),
    _writes("supporter-import-take-back", "supporter.imported", MANAGER),
)  # fmt: skip

_CONSENT = {"agrees": True}

# what is said from outside; petra only reads for her organisation, Beacon is asked too
OUTSIDE = (
    ApiCase("api:own-comment-list", methods={"GET": LISTED}),
    ApiCase("api:own-comment", "invited_comment.given", {"GET": "u ooo 4 ooo o uuu"}),
    ApiCase("api:own-comment", "invited_comment", {"GET": "u 444 4 ooo o uuu"}),
    _writes("comment-invite", "invited_comment.invite", "u 333 4 cc3 4 uuu", extra_kwargs={"key": "speed"},
            data={"partner": "petals", "question": "Whose?", "language": "en", "due_on": "2031-01-01"}),
    _writes("own-comment-withdraw", "invited_comment", "u 444 4 oo3 3 uuu", data=_REASON),
    _writes("own-comment-give", "invited_comment.asked", "u 444 o 333 4 uuu", data={**_WORDS, **_CONSENT}),
    _writes("own-comment-decline", "invited_comment.asked", "u 444 o 333 4 uuu", data=_REASON),
    _writes("own-comment-partner-agree", "invited_comment.answered", "u 333 o 333 4 uuu", data=_CONSENT),
    _writes("own-comment-member-agree", "invited_comment.given", "u 3o3 4 333 3 uuu", data=_CONSENT),
    # somebody of the member has access
    _writes("own-comment-publish", "invited_comment.given", "u 333 4 393 3 uuu"),
    ApiCase("api:public-question-list", methods={"GET": LISTED}),
    ApiCase("api:public-question", "public_question.forwarded", {"GET": BOTH}),
    ApiCase("api:public-question", "public_question.open", {"GET": HOST}),
    ApiCase("api:public-question", "public_question.unconfirmed", {"GET": "u 444 4 444 4 uuu"}),
    _writes("public-question-answer", "public_question.forwarded", "u oo3 4 333 4 uuu", data=_WORDS),
    _writes("public-question-forward", "public_question.open", DESK_DOES),
    _writes("public-question-take-back", "public_question.forwarded", "u 333 4 oo3 4 uuu"),
    _writes("public-question-close", "public_question.open", DESK_DOES, data={"reason": {"en": "It has to be."}}),
    _writes("public-question-reopen", "public_question.closed", DESK_DOES),
    _writes("public-question-agree", "public_question.answered", OWN_SIGNATORY.replace("444", "333"), data=_CONSENT),
    _writes("public-question-publish", "public_question.agreed", MANAGER_HIDDEN),
    _writes("public-question-hide", "public_question.published", MANAGER_HIDDEN, data=_REASON),
)  # fmt: skip

DESK_CASES = (*CYCLES, *REVIEWS, *READINGS, *SUPPORTERS, *CORRECTIONS, *OUTSIDE)
