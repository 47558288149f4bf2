"""Who gets what of a member's own report at the API, and of the secretariat's reading of reports.

One letter for each actor's token: vera (none) | alice sven bob | carol | rita mona otto | petra | selma emil ines.
o here it is (200), c made (201), - done (204), u a token is needed (401), 3 may see, may not do (403), 4 does not exist
for them (404), 5 not this method (405), 9 cannot be done now (409), 7 not the present version (412), 2 cannot be
accepted (422), 8 say which version (428).
"""

from typing import Any

from django.core.files.uploadedfile import SimpleUploadedFile

from tests.policy.api_rows import ApiCase

#     the public | editor, signatory, reader | rival | reviewer, manager, auditor | partner | ended tokens
LISTED = "u ooo o ooo o uuu"
OWN = "u ooo 4 444 4 uuu"
HOST = "u 444 4 ooo 4 uuu"
# the secretariat's tokens have no scope for writing, and are not let in
EDITOR = "u oo3 4 333 4 uuu"
EDITOR_MAKES = "u cc3 4 333 4 uuu"
EDITOR_DOES = "u --3 4 333 4 uuu"
EDITOR_FAILS = "u 223 4 333 4 uuu"
SIGNATORY = "u 3o3 4 333 4 uuu"
SIGNATORY_LATE = "u 393 4 333 4 uuu"
NOT_READ = "5 555 5 555 5 uuu"
ASKER = "u o44 4 444 4 uuu"  # a document is for whoever has asked for it, colleagues excluded

_TEXT = {"text": "We look for it.", "language": "en"}
_NO_REQUEST = {"sign_off_request": None}
_DISCLOSED = {"disclosure": "secretariat", "reason": "It would help offenders."}
_FIGURES = {"figures": [{"indicator": "moderators", "service": None, "value": "12"}]}
_STORY, _PLEDGE = {"indicator": "search-story"}, "report.pledge"


def _file() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("counts.csv", b"a,b\n1,2\n", "text/csv"), "title": "Counts"}


def _answers() -> dict[str, Any]:
    return {"file": SimpleUploadedFile("figures.csv", b"indicator,value\nmoderators,3\n", "text/csv")}


def _writes(route: str, text: str, row: str, method: str = "POST", **others: Any) -> ApiCase:
    return ApiCase(route, text, {"GET": NOT_READ, method: row}, **others)


def _own(name: str, text: str = "report", **others: Any) -> ApiCase:
    return ApiCase(f"api:own-{name}", text, {"GET": OWN}, **others)


OWN_REPORTS = (
    ApiCase("api:own-report-list", methods={"GET": LISTED}),
    _own("report"),
    ApiCase("api:own-answer-list", "report", {"GET": OWN, "PATCH": EDITOR},
            data={"answers": [{**_STORY, **_TEXT}]}),
    ApiCase("api:own-answer", "report", {"GET": OWN, "PUT": EDITOR},
            data=_TEXT, headers={"If-Match": '"1"'}, extra_kwargs=_STORY),
    _writes("api:own-answer-confirm", "report", EDITOR, extra_kwargs=_STORY),
    _writes("api:own-answer-disclose", "report", SIGNATORY, data=_DISCLOSED, extra_kwargs=_STORY),
    ApiCase("api:own-pledge", _PLEDGE, {"GET": OWN, "PUT": EDITOR}, data=_TEXT, headers={"If-Match": '"1"'}),
    _writes("api:own-pledge-confirm", _PLEDGE, EDITOR),
    _writes("api:own-pledge-disclose", _PLEDGE, SIGNATORY, data=_DISCLOSED),
    ApiCase("api:own-figure-list", "report", {"GET": OWN, "PATCH": EDITOR}, data=_FIGURES),
    ApiCase("api:own-figure", "api.figure", {"GET": OWN, "DELETE": EDITOR_DOES}, headers={"If-Match": '"1"'}),
    _writes("api:own-figure-disclose", "api.figure", SIGNATORY, data=_DISCLOSED),
    ApiCase("api:own-document-list", methods={"GET": LISTED}),
    _writes("api:own-report-documents", "report", "u ccc 4 444 4 uuu", data={"document": "working.json"}),
    ApiCase("api:own-document", "document", {"GET": ASKER}),
    ApiCase("api:own-document-file", "document", {"GET": ASKER}),
    _writes("api:own-report-uploads", "report", EDITOR_MAKES, data=_answers),
    ApiCase("api:own-upload", "upload", {"GET": OWN}),
    ApiCase("api:own-upload", "upload.failed", {"GET": OWN}),
    ApiCase("api:own-upload", "upload.saved", {"GET": OWN}),
    _writes("api:own-upload-choose", "upload", EDITOR, data={"digest": "0", "choices": []}),
    # the digest is none of the file as it is
    _writes("api:own-upload-save", "upload", "u 993 4 333 4 uuu", data={"digest": "0"}),
    _writes("api:own-upload-cancel", "upload", EDITOR),
    _writes("api:own-upload-take-back", "upload.saved", EDITOR),
    _own("evidence-list"),
    ApiCase("api:own-evidence", "api.evidence", {"GET": NOT_READ, "PATCH": EDITOR, "DELETE": EDITOR_DOES},
            data={"disclosure": "public"}),
    _writes("api:own-evidence-files", "report.measure", EDITOR_MAKES, data=_file),
    _writes("api:own-evidence-links", "report.measure", EDITOR_MAKES,
            data={"url": "https://aurora.example/safety", "title": "Our page"}),
    _writes("api:own-evidence-practices", "report.measure", EDITOR_FAILS,
            data={"source": "adoption", "reference": "nobody-s"}),
    _own("delegation-list"),
    _writes("api:own-delegation-finish", "api.section", "u o33 4 333 4 uuu"),  # it is Alice's
    _writes("api:own-delegation-reopen", "api.section.done", EDITOR, data={"version": 1}),
    _writes("api:own-delegation-take-back", "api.section", EDITOR_DOES, data={"version": 1}),
    _writes("api:own-delegation-remind", "report", EDITOR),
    # nobody had a section before
    _writes("api:own-delegation-as-last-time", "report", "u 993 4 333 4 uuu"),
    _own("report-check"),
    # what was shown is none of the measure as it is
    _writes("api:own-measure-confirm", "report.measure", "u 993 4 333 4 uuu", data={"shown": "0"}),
    _writes("api:own-measure-confirm-carried-over", "report.measure", EDITOR),
    _writes("api:own-report-ask-for-sign-off", "report", EDITOR),
    # another request for sign-off was read, another report, another submission; Alice has asked
    _writes("api:own-report-withdraw-sign-off", "report.awaiting", "u 923 4 333 4 uuu", data=_NO_REQUEST),
    _writes("api:own-report-send-back", "report.awaiting", SIGNATORY_LATE,
            data={"reason": "The sample is too small.", **_NO_REQUEST}),
    _writes("api:own-report-submit", "report", SIGNATORY_LATE,
            data={"statement": "The report is complete and correct to the best of our knowledge.",
                  "shown": "2020-01-01T00:00:00+00:00 5f0e2c1b"}),
    _writes("api:own-report-recall", "report.submitted", SIGNATORY_LATE, data={"submission": 99}),
    _own("submission-list", "report.in_review"),
    _own("submission", "receipt"),
    _own("verdict-list", "report.concluded"),
    _own("question-list", "report.in_review"),
    # a day that is over
    ApiCase("api:own-extension-request-list", "report", {"GET": OWN, "POST": EDITOR_FAILS},
            data={"until": "2020-01-01", "reason": "It has to be."}),
    _writes("api:own-extension-request-withdraw", "api.extension", EDITOR),
    ApiCase("api:own-finding-list", methods={"GET": LISTED}),
    _writes("api:own-finding-claim", "finding", EDITOR, data=_TEXT),
    _writes("api:own-question-answer", "api.question", EDITOR, data=_TEXT),
)  # fmt: skip

SECRETARIAT_READS = (
    ApiCase("api:obligation-list", methods={"GET": HOST}),
    ApiCase("api:filed-list", "report.in_review", {"GET": HOST}),
    ApiCase("api:filed", "receipt", {"GET": HOST}),
)

REPORT_CASES = (*OWN_REPORTS, *SECRETARIAT_READS)
