"""Words and numbers that are in confidential fields alone: anywhere else one is a leak."""

from collections.abc import Iterable

from alliance.figure_fields import ValueKind, names_of

# In figures: one withheld from the public, one in a working copy. They are looked for as both languages write them.
WITHHELD_NUMBER, DRAFT_NUMBER = "73158264", "64829517"
_NUMBERS = (WITHHELD_NUMBER, DRAFT_NUMBER)
_SEPARATORS = (
    "",
    ",",
    " ",
    "\N{NO-BREAK SPACE}",
    "\N{NARROW NO-BREAK SPACE}",
    "&nbsp;",
    "'",
    r"\u00a0",
    r"\xc2\xa0",
)
_MARK, _END = "canary-", "-7f3a"

AURORA = frozenset({"alice", "sven", "bob"})
HOST = frozenset({"rita", "mona", "otto"})
BOTH = AURORA | HOST
COMMUNITY = BOTH | {"carol", "petra"}
WORLD = COMMUNITY | {"vera", "selma", "emil", "ines"}

# Who may see each. A canary that is not here is for nobody.
AUDIENCE: dict[str, frozenset[str]] = {
    # the working copy is its organisation's alone
    **dict.fromkeys(("answer", "answer-reason", "pledge-answer", DRAFT_NUMBER), AURORA),
    **dict.fromkeys(("table-header", "mapping-plan", "mapping-name"), AURORA),
    **dict.fromkeys((f"upload-{name}" for name in ("name", "text", "remark", "refusal")), AURORA),
    **dict.fromkeys(("figure-note", "figure-method", "figure-reason"), AURORA),
    **dict.fromkeys(("draft-evidence", "draft-evidence-title", "draft-evidence-content"), AURORA),
    **dict.fromkeys(("section-note", "colleague-message", "colleague-settled"), AURORA),
    **dict.fromkeys(("sign-off-message", "sign-off-reason"), AURORA),
    **dict.fromkeys(("draft-pledge", "draft-pledge-title", "returned", "target"), AURORA),
    **dict.fromkeys(("earlier-pledge", "earlier-wording", "earlier-request"), AURORA),
    "earlier-wording-red": frozenset({"alice"}),
    # what was filed, and what is said about it, is between the member and the secretariat
    **dict.fromkeys(("submission", "statement", "account", "signed-pledge", "extension"), BOTH),
    **dict.fromkeys(("correction", "correction-text", "correction-note", "withdrawal"), BOTH),
    "correction-draft": AURORA,
    "correction-desk-draft": HOST,
    **dict.fromkeys(("extension-asked", "extension-refused"), BOTH),
    **dict.fromkeys(
        ("filed-evidence", "filed-evidence-title", "filed-evidence-content", "kept-evidence"), BOTH
    ),
    **dict.fromkeys((f"withheld-{name}" for name in names_of(ValueKind.LINE, ValueKind.TEXT)), BOTH),
    **dict.fromkeys(("withheld-disclosure_reason", "disclosure-reason", WITHHELD_NUMBER), BOTH),
    **dict.fromkeys(("withheld-answer", "withheld-answer-reason", "warning", "warning-note"), BOTH),
    **dict.fromkeys(("question", "question-answer", "changes", "verdict", "difference", "response"), BOTH),
    **dict.fromkeys(("recall", "reopen", "earlier-verdict"), BOTH),
    **dict.fromkeys(("letter-subject", "letter-text"), BOTH),
    **dict.fromkeys(("invitation", "invited", "invited-office"), BOTH),
    # the secretariat's own, and what concerns other members
    **dict.fromkeys(("finding", "finding-done", "finding-withdrawn"), BOTH),
    **dict.fromkeys(("open-finding", "redraft", "finding-discarded"), HOST),
    "review-draft": frozenset({"rita"}),
    **dict.fromkeys(("note", "open-verdict", "charter", "harm", "cycle", "applicant"), HOST),
    **dict.fromkeys(("assignment", "pause", "reading", "opinion", "interest"), HOST),
    "kept-view": frozenset({"mona"}),
    "kept-desk-view": frozenset({"mona"}),
    **dict.fromkeys(("close-reason", "publish-reason"), HOST),
    **dict.fromkeys(("supporter-email", "supporter-signatory", "supporter-unconfirmed"), HOST),
    **dict.fromkeys(("charter-upload", "series-break"), HOST),
    "objection": BOTH,
    **dict.fromkeys(("supporter-hidden", "supporter-reason", "supporter-file", "supporter-row"), HOST),
    **dict.fromkeys(
        (
            "public-question",
            "public-question-name",
            "public-question-email",
            "public-question-reason",
            "public-question-taken-back",
        ),
        HOST,
    ),
    "public-question-forwarded": BOTH,
    **dict.fromkeys(("comment-question", "comment-reason"), HOST | {"petra"}),  # petra is of the partner
    "comment-given": BOTH | {"petra"},
    **dict.fromkeys(("application-name", "application-services", "application-reason"), HOST),
    **dict.fromkeys(("application-applicant", "application-email", "application-answer"), HOST),
    **dict.fromkeys(("exempt", "late", "late-verdict", "signed-accession"), HOST),
    # practices: a draft is its organisation's, what is GREEN is the community's
    "practice-draft": AURORA,
    "practice-green": COMMUNITY,
    "import": frozenset({"alice"}),
    "translation": COMMUNITY,
    "translation-offered": AURORA | {"carol"},
    "translation-amber": AURORA,
    "translation-draft": AURORA,
    "translation-waiting": BOTH | {"carol"},
    "practice-old": COMMUNITY,
    "practice-red": frozenset({"alice", "carol"}),
    # who uses them: each use has a label of its own
    **dict.fromkeys(("adoption-green", "adoption-green-note"), COMMUNITY),
    **dict.fromkeys(("adoption-amber_strict", "adoption-amber_strict-note"), AURORA),
    **dict.fromkeys(("adoption-red", "adoption-red-note"), frozenset({"alice"})),
    "practice-clear": WORLD,
    "practice-withdrawn": WORLD,
    **dict.fromkeys(("post-green", "post-answer", "request-green", "request-closed"), COMMUNITY),
    **dict.fromkeys(("request-sought", "offer-green", "offer-draft"), COMMUNITY),
    **dict.fromkeys(("request-amber", "post-amber"), AURORA | {"carol"}),
    "group-discussion": HOST | {"alice"},
    "post-group": frozenset({"alice", "mona"}),
    "practice-recalled": AURORA | {"carol"},  # who had opened it
    "recall-reason": AURORA | {"carol"},
    "practice-proposed": COMMUNITY,  # what is shared already
    **dict.fromkeys(("practice-next", "practice-moderated", "practice-moderated-file"), BOTH),
    **dict.fromkeys(("practice-ready", "practice-file-of-draft", "practice-returned"), AURORA),
    "practice-amber": AURORA | {"carol"},
    "practice-opening": BOTH | {"carol"},  # the secretariat reads what is proposed of it
    "practice-file-shared": COMMUNITY,
    "group": HOST | {"alice", "carol"},
    # affiliations are known to the two organisations and the secretariat
    "affiliation": BOTH | {"carol"},
    "affiliation-proposed": BOTH | {"petra"},
    "affiliation-confirmed": HOST | {"carol", "petra"},
    "saved-search": frozenset({"alice"}),
    "file-reason": HOST,
    "account-reason": HOST,
    # single sign-on is for those who administer the organisation, and for managers
    **dict.fromkeys(
        ("provider", "issuer", "client", "sign-in", "factor-context"), frozenset({"sven", "mona"})
    ),
    **dict.fromkeys(("domain", "suspended-reason"), frozenset({"sven", "mona"})),
    # so are webhooks, for their own organisation
    **dict.fromkeys(("webhook-name", "webhook-paused"), frozenset({"sven"})),
    **dict.fromkeys(("webhook.host-name", "webhook.host-paused"), frozenset({"mona"})),
    # one person's
    "personal-archive": frozenset({"alice"}),
    "new-address": HOST | {"bob"},
    **dict.fromkeys(("document-title", "document", "document-content"), frozenset({"alice"})),
    "inbox": frozenset({"alice", "mona"}),
}

# Kept, but shown on no page at present.
ON_NO_PAGE = {"invited-office", "public-question-email", "mapping-plan"}


def canary(field: str) -> str:
    """A word that names the field it is in."""
    return f"{_MARK}{field}{_END}"


def leaks(text: str, others: Iterable[str] = ()) -> set[str]:
    """The names of the canaries that the text carries; `others` are looked for as they are."""
    names = {part.split(_END)[0] for part in text.lower().split(_MARK)[1:]}  # a page may write it large
    numbers = {number for number in _NUMBERS if any(_grouped(number, mark) in text for mark in _SEPARATORS)}
    return names | numbers | {other for other in others if other in text}


def _grouped(number: str, mark: str) -> str:
    return f"{int(number):,}".replace(",", mark)
