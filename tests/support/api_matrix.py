"""The API as the matrices ask it: everybody's programs, and every route that may carry something of a practice."""

import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any
from uuid import UUID

from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from alliance.models import ApiToken, Membership, Organisation
from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label
from practices.models import Post, Practice
from tests.support.bearers import Bearers, token_of
from tests.support.canaries import leaks
from tests.support.label_matrix import (
    SIGNED_IN_RELATIONS,
    SOURCE,
    LabelMatrix,
    canary_text,
    harm_of,
    names_of_readers,
    pick_one,
)
from tests.support.visitors import CapturedAnswer, unpacked_text

# --- Programs --------------------------------------------------------------------------------

WITH_TOKEN = SIGNED_IN_RELATIONS  # tokens that hold, with every scope that their owners can choose
REFUSED = ("public", "suspended", "left", "expired", "revoked")  # no token, and tokens that hold no more
LIMITED_TOKENS = ("narrow", "foreign")  # the author's, who may read everything, with other scopes
PROGRAMS = (*WITH_TOKEN, *REFUSED, *LIMITED_TOKENS)


def make_bearers(matrix: LabelMatrix) -> Bearers:
    """A token each; those that are lost were made while their owners could read all that names them."""
    people = matrix.relations.people
    bearers = Bearers({**{who: people[who] for who in WITH_TOKEN}, "public": None})
    bearers.tokens |= {"suspended": _of_a_sleeper(people["suspended"]), "left": _of_a_leaver(people["moved"])}
    author = people["author"]
    bearers.tokens |= {name: token_of(author, name=name) for name in ("expired", "revoked", "foreign")}
    bearers.tokens["narrow"] = token_of(author, "read", "reports:write", "reports:submit", name="narrow")
    now = timezone.now()
    _change("expired", expires_at=now - timedelta(seconds=1))
    _change("revoked", revoked_at=now)
    _change("foreign", scopes=["nobody:reads"])
    return bearers


def _of_a_sleeper(person: Any) -> str:
    """Made before the organisation was suspended."""
    organisations = Organisation.objects.filter(slug="asleep")
    organisations.update(state="active")
    token = token_of(person)
    organisations.update(state="suspended")
    return token


def _of_a_leaver(person: Any) -> str:
    """Made in the earlier organisation, where the practices name them."""
    left = Membership.objects.filter(person=person, organisation__slug="beacon")
    left.update(ended_at=None)
    token = token_of(person)
    left.update(ended_at=timezone.now())
    return token


def _change(name: str, **values: Any) -> None:
    with acting_as(SYSTEM):
        assert ApiToken.objects.filter(name=name).update(**values) == 1


def may_read(who: str, label: str) -> bool:
    """By the table, whether this program reads it in the library."""
    return who in WITH_TOKEN and who in names_of_readers(label)


def programs_to_ask(label: str, address: str, *, full: bool) -> list[str]:
    """One program of each kind of answer; when `full`, all.

    The kinds: the source's own, other readers, people who may not read it, no valid token, a token with other scopes.
    Who of a kind asks follows from label and address.
    """
    if full:
        return list(PROGRAMS)
    own, others = (
        names_of_readers(label) & set(SOURCE),
        names_of_readers(label) & set(WITH_TOKEN) - set(SOURCE),
    )
    kinds = (own, others, set(WITH_TOKEN) - names_of_readers(label), REFUSED, LIMITED_TOKENS)
    return [pick_one(kind, f"{label} {address}") for kind in kinds if kind]


# --- Routes ----------------------------------------------------------------------------------

MISSING = "00000000-0000-4000-8000-000000000000"
# of one practice: what fills the rest of the address
RECORD: Mapping[str, Mapping[str, Any]] = {
    "api:practice": {},
    "api:practice-markdown": {},
    "api:practice-version-list": {},
    "api:practice-version": {"number": 1},
    "api:practice-use-list": {},
    "api:practice-post-list": {},
    "api:practice-file": {"file": MISSING},
    "api:practice-run-list": {},
    "api:practice-pack": {},
    "api:practice-stix": {},
    "api:practice-misp": {},
    "api:practice-prompt": {},
}
LIBRARY, FACETS = "/api/v1/library/", "/api/v1/library/facets/"
LISTS = (
    "api:practice-list", "api:practice-facets", "api:practice-draft-list", "api:practice-own-use-list",
    "api:practice-solvers", "api:practice-following", "api:practice-request-list", "api:group-list",
    "api:affiliation-list",
)  # fmt: skip
# requests, working groups and affiliations have keys of their own: that of a practice opens none of them. Whom an offer
# names its practice to, tests/api/test_request_board.py asks
OTHER_RECORDS: Mapping[str, Mapping[str, Any]] = {
    **{
        f"api:{name}": {}
        for name in (
            "practice-request", "practice-request-answer", "practice-request-close", "practice-request-reopen",
            "practice-request-offers", "practice-request-post-list", "practice-request-follow", "group",
            "group-people", "group-members", "group-leave", "group-close", "group-post-list", "group-follow",
            "affiliation", "affiliation-confirm", "affiliation-take-back", "affiliation-approve",
            "affiliation-decline", "affiliation-withdraw", "affiliation-end",
        )
    },
    "api:group-member": {"membership": MISSING},
}  # fmt: skip
# lists of one practice, to which a program adds
TAKING_POSTS = ("api:practice-use-list", "api:practice-post-list", "api:practice-run-list")
# ... and what writes one practice
WRITING: Mapping[str, Mapping[str, Any]] = {
    **{
        f"api:practice-{act}": {}
        for act in (
            "working-copy", "files", "people", "readers", "submit", "take-back", "share", "share-version",
            "propose-version", "take-back-version", "retire", "test-set", "test-set-confirm", "signals", "follow",
        )
    },
    "api:practice-file-remove": {"file": MISSING},
    "api:practice-run": {"run": MISSING},
}  # fmt: skip
# what writes a use or a message of one practice
OF_USES: Mapping[str, Mapping[str, Any]] = {
    "api:practice-use": {},
    "api:practice-use-results": {},
    "api:practice-use-result": {"result": MISSING},
    "api:practice-use-readers": {},
}
OF_POSTS = ("api:practice-post", "api:practice-post-accept", "api:practice-post-unaccept")
PUBLIC_RECORD: Mapping[str, Mapping[str, Any]] = {
    "api:public-practice": {},
    "api:public-practice-version-list": {},
    "api:public-practice-version": {"number": 1},
    "api:public-practice-markdown": {},
}
PUBLIC_LISTS = ("api:public-practice-list", "api:publication-list", "api:report-list")
PUBLIC_ITEMS = ("api:publication", "api:report")
# reports can cite the use of a practice
CITING = (
    "api:own-report-list", "api:own-report", "api:own-evidence-list", "api:own-report-check",
    "api:own-submission-list", "api:own-submission", "api:obligation-list", "api:filed-list", "api:filed",
)  # fmt: skip
# of what happened to practices, without a word of them
FEED = "api:practice-change-feed"
OTHERS = ("api:practice-request-people", "api:practice-offer-withdraw")  # people by name, an offer by its key
CITING_WRITES = ("api:own-evidence-practices", "api:own-evidence")
MATRIX_ROUTES = {
    *RECORD, *LISTS, *WRITING, *OF_USES, *OF_POSTS, FEED, *OTHER_RECORDS, *OTHERS, *PUBLIC_RECORD, *PUBLIC_LISTS,
    *PUBLIC_ITEMS, *CITING, *CITING_WRITES,
}  # fmt: skip

EXEMPT: Mapping[str, tuple[str, ...]] = {
    "works on comments of partners and questions of the public, which cite no practice": (
        "api:own-comment-list", "api:own-comment", "api:own-comment-withdraw", "api:own-comment-give",
        "api:own-comment-decline", "api:own-comment-partner-agree", "api:own-comment-member-agree",
        "api:own-comment-publish",
        "api:comment-invite",
        "api:public-question-list", "api:public-question", "api:public-question-answer", "api:public-question-forward",
        "api:public-question-take-back", "api:public-question-close", "api:public-question-reopen",
        "api:public-question-agree", "api:public-question-publish", "api:public-question-hide",
    ),
    "explains the API, and reads no row of anybody's": (
        "api:root", "api:schema", "api:docs", "api:problem-list", "api:problem",
    ),
    "says whose the token is": ("api:token",),
    "reads supporters, who have no practices": ("api:supporter-list",),
    "works on supporters, and on files of them": (
        "api:desk-supporter-list", "api:desk-supporter", "api:desk-supporters-hide", "api:desk-supporters-show",
        "api:desk-supporters-end", "api:desk-supporters-merge", "api:desk-supporters-keep-apart",
        "api:supporter-import-list", "api:supporter-import", "api:supporter-import-row-list",
        "api:supporter-import-decide", "api:supporter-import-confirm", "api:supporter-import-cancel",
        "api:supporter-import-take-back",
    ),
    "reads what is said from outside, which cites no practice": ("api:question-list", "api:comment-list"),
    "reads the charter, members, pledges and cycles, which name no practice": (
        "api:charter-list", "api:charter", "api:member-list", "api:member", "api:pledge-list", "api:pledge",
        "api:cycle-list", "api:cycle",
    ),
    "reads published figures, verdicts and counts, beside which no evidence stands": (
        "api:figure-list", "api:verdict-list", "api:reference-list",
    ),
    "reads and takes texts and figures of one's own report, beside which no evidence stands": (
        "api:own-answer-list", "api:own-answer", "api:own-answer-confirm", "api:own-answer-disclose", "api:own-pledge",
        "api:own-pledge-confirm", "api:own-pledge-disclose", "api:own-figure-list", "api:own-figure",
        "api:own-figure-disclose",
    ),
    "reads who writes which section of one's own report": ("api:own-delegation-list",),
    "takes evidence that is no practice": ("api:own-evidence-files", "api:own-evidence-links"),
    "asks for more time, and reports done what a review asks": (
        "api:own-extension-request-list", "api:own-extension-request-withdraw", "api:own-finding-list",
        "api:own-finding-claim",
    ),
    "takes a step of one's own report, and answers with its state": (
        "api:own-measure-confirm", "api:own-measure-confirm-carried-over", "api:own-delegation-finish",
        "api:own-delegation-reopen", "api:own-delegation-take-back", "api:own-delegation-remind",
        "api:own-delegation-as-last-time",
        "api:own-report-ask-for-sign-off", "api:own-report-withdraw-sign-off", "api:own-report-send-back",
        "api:own-report-submit", "api:own-report-recall",
    ),
    "reads the heads of publications, as their list does, which is asked": ("api:change-feed",),
    "names webhooks, and of their messages the kind of event alone": (
        "api:webhook-list", "api:webhook", "api:webhook-delivery-list", "api:webhook-replay",
        "api:webhook-delivery-replay",
    ),
    "makes documents of one's own report, for who asks for them": (
        "api:own-document-list", "api:own-report-documents", "api:own-document", "api:own-document-file",
    ),
    "takes files with figures of one's own report": (
        "api:own-report-uploads", "api:own-upload", "api:own-upload-choose", "api:own-upload-save",
        "api:own-upload-cancel", "api:own-upload-take-back",
    ),
    "works on cycles, of which it names the reports": (
        "api:desk-cycle-list", "api:desk-cycle", "api:desk-cycle-open", "api:desk-cycle-close", "api:desk-cycle-reopen",
        "api:desk-cycle-publish", "api:desk-cycle-reschedule", "api:desk-cycle-remind", "api:desk-cycle-extend",
        "api:desk-cycle-refuse-extensions", "api:desk-cycle-late-joiners", "api:desk-cycle-plan-publication",
        "api:desk-cycle-cancel-publication", "api:extension-request-list", "api:desk-report-exempt",
        "api:desk-report-include", "api:desk-report-publish",
    ),
    "works on reviews, and answers with what the reviewer says and the state": (
        "api:review-list", "api:review", "api:reviewer-list",
        "api:review-assign", "api:review-hand-over", "api:review-take-over", "api:review-unassign",
        "api:review-pause", "api:review-end-pause", "api:review-start", "api:review-request-changes",
        "api:review-resume", "api:review-take-back-request", "api:review-conclude", "api:review-reopen",
        "api:review-measure-verdict", "api:review-commitment-verdict", "api:review-pledge-verdict",
        "api:review-verdicts", "api:review-verdicts-take-back", "api:review-verdicts-confirm",
        "api:review-question-list",
        "api:review-question-close", "api:review-question-reopen", "api:review-note-list", "api:review-finding-list",
        "api:finding-list", "api:finding", "api:finding-complete", "api:finding-carry", "api:finding-reopen",
        "api:finding-edit", "api:finding-withdraw", "api:finding-remind",
        "api:second-reading-list", "api:report-second-reading", "api:second-reading", "api:second-reading-verdict",
        "api:second-reading-send", "api:second-reading-settle", "api:second-reading-withdraw",
    ),
    "works on corrections of published values, beside which no evidence stands": (
        "api:correction-list", "api:correctable-report", "api:correction", "api:correction-notes",
        "api:correction-propose", "api:correction-agree", "api:correction-object", "api:correction-consent",
        "api:correction-publish", "api:correction-drop", "api:correction-withdraw", "api:correction-uphold-verdicts",
    ),
    "reads what the reviewer says": ("api:own-verdict-list", "api:own-question-list", "api:own-question-answer"),
}  # fmt: skip


def record_url(matrix: LabelMatrix, route: str, label: str, *, there: bool = True) -> str:
    """The address of one record, or of what hangs on it, or the same one of a record that there is not."""
    if route in OF_USES:
        return reverse(route, kwargs={"use": matrix.uses[label].key if there else MISSING, **OF_USES[route]})
    if route in OF_POSTS:
        return reverse(route, kwargs={"post": _post_key(matrix.practices[label]) if there else MISSING})
    rest = {**RECORD, **WRITING, **PUBLIC_RECORD}[route]
    if there and "file" in rest:
        rest = {"file": matrix.files[label].key}
    return reverse(route, kwargs={"key": matrix.practices[label].key if there else MISSING, **rest})


def _post_key(practice: Practice) -> UUID:
    with acting_as(SYSTEM):
        key: UUID = Post.objects.filter(practice=practice).earliest("pk").key
    return key


def list_urls(matrix: LabelMatrix) -> list[str]:
    """Every list of the library, narrowed and not."""
    library = reverse("api:practice-list")
    facets = reverse("api:practice-facets")
    narrowed = ["", "?text=canary", "?expired=true", "?kind=technique", f"?harms={harm_of(Label.CLEAR)},hub"]
    return [
        *(f"{address}{query}" for address in (library, facets) for query in narrowed),
        f"{library}?limit=1",
        reverse("api:practice-draft-list"),
        *(reverse(route) for route in LISTS[3:]),
        reverse("api:practice", args=[matrix.hub.key]),
        reverse("api:practice-markdown", args=[matrix.hub.key]),
    ]


# --- What is read ---------------------------------------------------------------------------

LANGUAGES = ("en", "ru")
# The working copy of a shared practice is for no program, not even its authors'.
DRAFT_CANARIES = ("canary-never-7f3a", *(canary_text(label, "draft") for label in Label.values))


def pages(bearers: Bearers, who: str, url: str) -> Iterator[dict[str, Any]]:
    """Page after page, as far as `next` leads."""
    while url:
        page = json.loads(bearers.ask(who, "GET", url).body)
        yield page
        url = (page["next"] or "").removeprefix(settings.ORIGIN)


def labels_disclosed(matrix: LabelMatrix, captured_answer: CapturedAnswer, *known_keys: str) -> set[str]:
    """The labels of the practices of which an answer says anything: a text, a harm, or a key that is not
    `known_keys`.
    """
    text = f"{dict(captured_answer.headers)} {unpacked_text(captured_answer)}"
    for known_key in known_keys:
        text = text.replace(known_key, "")
    labels = {name.rpartition("-")[0] for name in leaks(text)}
    return labels | {
        label for label in Label.values if any(mark in text for mark in matrix.identifiers[label])
    }
