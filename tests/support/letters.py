"""All letters of the portal, and one context in which each of them can be rendered."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from alliance.models.name_forms import DeclinedName
from portal.kernel.text import format_date

TEMPLATES = settings.BASE_DIR / "templates"
LETTERS = sorted(
    name
    for path in TEMPLATES.glob("*/email/[!_]*.html")
    if (name := path.relative_to(TEMPLATES).as_posix())
    not in ("portal/email/letter.html", "portal/email/layout.html")
)

ORIGIN, URL = "https://portal.example", "/workspace/reports/7/"
_DAY, _MOMENT = date(2026, 8, 14), datetime(2026, 8, 14, 11, 5, tzinfo=UTC)


def _record(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**values)


def _titled() -> SimpleNamespace:
    return _record(title='Half 1 & "2"')


class Named(DeclinedName, SimpleNamespace):
    """An organisation, as far as a letter writes its name."""


_NORTH = Named(name='North & "South"', short_name="N&S", name_forms={})
_LINE = _record(subject="Published & read", url="/workspace/reports/7/", at=_MOMENT)

_STALLED = _record(
    since=_DAY,
    report=_record(
        pk=7,
        due_on=_DAY,
        deadline=_DAY,
        organisation=_NORTH,
        cycle=_record(title="Half 1", slug="2026-h1"),
        reviewer=_record(name="Rita & Co"),
    ),
)
_OPEN = _("Open the report")  # in both languages

FULL: dict[str, Any] = {
    "site": _record(name="The Alliance", short_name="TA", contact="desk@alliance.example"),
    "supporter": _record(
        name="School & Co", state="hidden", state_reason="One & all", charter=_record(title="Ethics & more")
    ),
    "contact": _record(link_expires_at=_MOMENT, confirm_until=_MOMENT),
    "public_question": _record(
        text="Who & what?",
        language="en",
        answer="We & they.",
        answer_language="en",
        answer_side="member",
        closing_text="Said & done",
        closing_language="en",
        organisation=_NORTH,
        kind_label="Question",
    ),
    "application": _record(
        name="Delta & Co",
        link_expires_at=_MOMENT,
        decision_reason="One & all",
        applicant_name="Dora & Co",
        applicant_office="Director",
        get_kind_display="Member",
    ),
    "service": _record(name="Dune & Chat"),
    "key": "dune-chat",
    "earlier": _record(name="South & Co"),
    "successor": _record(name="South & Co"),
    "invited": True,
    "day": date(2026, 4, 1),
    "is_ahead": False,
    "origin": ORIGIN,
    "url": URL,
    "choices_url": "/accounts/notifications/",
    "unsubscribe_url": "/notifications/off/t/",
    "recipient": _record(name="Alice & Co", actor=_record(is_host=False), time_zone="Asia/Vladivostok"),
    "organisation": _NORTH,
    "person": _record(name="Bob & Co", email="bob@north.example"),
    "membership": _record(roles=["editor", "signatory"], appointed_reason="One & all\nagree."),
    "before": ["reader"],
    "grants": ["reader", "signatory"],
    "reader": _record(is_concerned=True),
    "ended_at": _MOMENT,
    "by_secretariat": True,
    "others": [_NORTH],
    "erased_at": _MOMENT,
    "vacancy": _record(names="signatory"),
    "compulsory_reason": "",
    "at": _MOMENT,
    "device": "Firefox/Windows",
    "codes_left": 2,
    "factors_removed": True,
    "decided": _record(kind="close"),
    "frozen_by": "Mona & Co",
    "freeze_url": "/accounts/freeze/7:t/",
    "change": _record(new_email="alice@new.example", expires_at=_MOMENT),
    "tokens": [_record(name="CI & co", organisation=_NORTH)],
    "provider": _record(name="Accounts & co"),
    "invitation": _record(
        name="Dora & Co",
        organisation=_NORTH,
        expires_at=_MOMENT,
        invited_by=_record(name="Sven & Co"),
        roles=["editor"],
        bounce_code="5.1.1",
    ),
    "has_account": True,
    "upload": _record(
        name="march & april.xlsx",
        rows_done=1200,
        refusal="The file is empty & blank.",
        refusal_sentence="The file is empty & blank.",
    ),
    "charter": _record(title='Half 1 & "2"', version=2),
    "version": 2,
    "charter_version": 2,
    "following": 3,
    "returning": 1,
    "carries_over": True,
    "objections_end": _MOMENT,
    "planned_on": _DAY,
    "planned_day": lazy(format_date, str)(_DAY),  # in the language of its letter
    "commitment": _titled(),
    "pledge": _titled(),
    "target": _record(
        text="Half & half", due_on=_DAY, awaits_decision=True, decision=_record(state=_record(label="Missed"))
    ),
    "decision_reason": "One & all\nare late.",
    "letter": _record(subject="Nights & days", text="Count both.\nThank you.", language="en"),
    "cycle": _titled(),
    "report": _record(
        organisation=_NORTH,
        due_on=_DAY,
        respond_by=_DAY,
        state="not_filed",
        deadline=_DAY,
        grace_ends_on=_DAY,
        exempt_reason="Founded & closed",
        extension_reason="Ill & away\nuntil then.",
    ),
    "date_change": _record(
        due_on_before=date(2026, 8, 1),
        due_on=_DAY,
        grace_ends_on_before=date(2026, 8, 11),
        grace_ends_on=_DAY,
        publish_on_before=date(2026, 10, 1),
        publish_on=_DAY,
        reason="One & all\nhave a holiday.",
    ),
    "is_unfiled": True,
    "has_own_day": True,
    "grace_ends_at": _MOMENT,
    "reminder_text": "One & all\nwait.",
    "overdue": True,
    "standing": "not_filed",
    "decision": _record(reason="One & all\nare in."),
    "reminder": _record(
        headline=_OPEN,
        time=_OPEN,
        on=_DAY,
        planned_on=_DAY,
        ends_at=_MOMENT,
        open_answers=2,
        progress=_record(required=9),
        action=_OPEN,
        is_for_signature=False,
        is_last_day=False,
    ),
    "items": [_record(part=_record(subject=_OPEN, body=_OPEN, action=_OPEN), url="/r/7/")] * 3,
    "more": 2,
    "stalled": _record(
        headline=_OPEN,
        reviewer=[_STALLED],
        overdue=[_STALLED],
        signature=[_STALLED],
        changes=[_STALLED],
        drafts=[_STALLED],
        requests=[_STALLED],
        unreachable=[_record(pk=1, name="N&S")],
    ),
    "correction": _record(
        reason={"en": "One & all\nwere wrong.", "ru": "Ошиблись & все"},
        answer_name="Sven & Co",
        answer_reason="It is\nright & good.",
        decision_reason="The log & the file.",
        published_as=101,
    ),
    "answer_until": _MOMENT,
    "withdrawal": _record(
        of_publication=87,
        asked_by=_record(name="Mona & Co"),
        reason={"en": "Not theirs & ours", "ru": "Не их & не наше"},
        decision_reason="Theirs & ours",
    ),
    "changes_end": _MOMENT,
    "planned_at": _MOMENT,
    "obstacles": _record(sentences=["1 report is not decided: North & Co"]),
    "sign_off_request": _record(
        asked_by=_record(name="Alice & Co"),
        message="One & all\nare checked.",
        language="en",
        answered_by=_record(name="Sven & Co"),
        reason="One & all\nmust be counted anew.",
        reason_language="en",
    ),
    "report_decision": _record(
        decided_by=_record(name="Sven & Co"),
        reason="One & all\nwere wrong.",
        language="en",
        submission=_record(number=2, submitted_at=_MOMENT),
    ),
    "extension_request": _record(
        requested_due_on=_DAY,
        asked_by=_record(name="Alice & Co"),
        decided_by=_record(name="Alice & Co"),
        reason="One & all\nmoved.",
        decision_reason="One & all\nwait.",
    ),
    "unanswered_request": _record(
        requested_due_on=_DAY, asked_by=_record(name="Alice & Co"), asked_at=_MOMENT
    ),
    "requested_due_on": _DAY,
    "note": "One & all\nknow.",
    "conclude_by": _DAY,
    "paused_until": _DAY,
    "ended_on": _DAY,
    "is_mine": True,
    "was_mine": True,
    "reviewer_name": "Rita & Co",
    "reading": _record(reader=_record(name="Roy & Co"), is_blind=True, asked_at=_MOMENT),
    "question": _record(measure=_record(code="M1"), text="Who & why?", language="en"),
    "comment": _record(
        organisation=_NORTH,
        partner=_NORTH,
        measure=_record(code="M1", title="Look & find"),
        due_on=_DAY,
        question="Who & what?",
        language="en",
        text="So & so",
        text_language="en",
        reason="One & all",
    ),
    "finding": _record(measure=_record(code="M1"), due_on=_DAY),
    "section": _record(code="1.1", title="Look & find"),
    "further": 1,
    "due_on": _DAY,
    "is_own": True,
    "submission": _record(
        number=2, submitted_at=_MOMENT, signatory_name="Sven", signatory_office="CEO", sha256="ab12" * 16
    ),
    "document": _record(title="Report & annex", error="too long"),
    "digest": "ab12cd34ef56",
    "token": _record(name="CI & co", organisation=_NORTH, expires_at=_MOMENT, used_at=None),
    "scopes": ["read & write", "report"],
    "sender": "The Alliance <portal@alliance.example>",
    "message": _record(
        name="Vera & Co", email="vera@reader.example", text="One\ntwo\n\nthree", language="ru"
    ),
    "label": "TLP:GREEN",
    "what": "practice.share",
    "ends_at": _MOMENT,
    "due_at": _MOMENT,
    "reply_until": _MOMENT,
    "title": "Night & day",
    "by": "Carol, Beacon & Co",
    "is_named": True,
    "search": "day & night",
    "group": "Night & watch",
    "n": 2,
    "member": Named(name="Beacon & Co", name_forms={}),
    "affiliate": Named(name="Petals & Co", name_forms={}),
    "some_unlabelled": True,
    "subscription": _record(confirm_until=_MOMENT),
    "followed": [
        _record(
            label="Member",
            title="North & South",
            url="/en/members/north/",
            notes=["Its name before: North."],
            changes=[
                _record(
                    kind="Report",
                    at=_MOMENT,
                    url="/en/publications/7/",
                    title="Half 1 & more",
                    text="Verdicts: complete – 2.",
                    points=["1 Find: complete. They do."],
                )
            ],
            more=3,
        )
    ],
    "is_full": True,
    "sections": [_record(group=_record(name="Deadlines"), items=[_LINE, _LINE])],
}
# The other side of each condition.
BARE = FULL | {
    "site": _record(name="The Alliance", short_name="", contact="desk@alliance.example"),
    "recipient": _record(name="Mona & Co", actor=_record(is_host=True), time_zone=""),
    "is_ahead": True,
    "target": _record(**{**vars(FULL["target"]), "awaits_decision": False}),
    "supporter": _record(
        name="School & Co", state="listed", state_reason="", charter=_record(title="Ethics & more")
    ),
    "decided": _record(kind="reopen"),
    "charter_version": None,
    "following": 0,
    "returning": 0,
    "frozen_by": "",
    "reader": _record(is_concerned=False),
    "others": [],
    "by_secretariat": False,
    "tokens": [],
    "at": None,
    "codes_left": 0,
    "factors_removed": False,
    "invitation": _record(**{**vars(FULL["invitation"]), "invited_by": None, "bounce_code": ""}),
    "correction": _record(**{**vars(FULL["correction"]), "decision_reason": ""}),
    "answer_until": None,
    "comment": _record(**{**vars(FULL["comment"]), "text": ""}),
    "has_account": False,
    "date_change": _record(
        due_on_before=_DAY,
        due_on=_DAY,
        grace_ends_on_before=_DAY,
        grace_ends_on=_DAY,
        publish_on_before=None,
        publish_on=_DAY,
        reason="A holiday.",
    ),
    "is_unfiled": False,
    "has_own_day": False,
    "reminder_text": "",
    "overdue": False,
    "standing": "due",
    "decision": None,
    "reminder": _record(
        headline=_OPEN,
        time=_OPEN,
        on=_DAY,
        planned_on=date(2999, 1, 1),
        ends_at=_MOMENT,
        open_answers=0,
        action=_OPEN,
        is_for_signature=True,
        is_last_day=True,
    ),
    "changes_end": None,
    "sign_off_request": None,
    "report_decision": _record(
        decided_by=_record(name="Sven & Co"),
        reason="",
        language="",
        submission=_record(number=1, submitted_at=_MOMENT),
    ),
    "unanswered_request": None,
    "requested_due_on": None,
    "note": "",
    "conclude_by": None,
    "is_mine": False,
    "is_own": False,
    "further": "",
    "was_mine": False,
    "reading": _record(reader=_record(name="Roy & Co"), is_blind=False, asked_at=_MOMENT),
    "question": _record(measure=None, text="Who & why?", language="en"),
    "public_question": _record(
        text="Who & what?",
        language="en",
        answer="We & they.",
        answer_language="en",
        answer_side="secretariat",
        closing_text="Said & done",
        closing_language="en",
        organisation=None,
        kind_label="Question",
    ),
    "submission": _record(**{**vars(FULL["submission"]), "signatory_office": ""}),
    "token": _record(**{**vars(FULL["token"]), "used_at": _MOMENT}),
    "message": _record(name="", email="vera@reader.example", text="One", language="en"),
    "title": "",
    "by": "",
    "is_named": False,
    "search": "",
    "n": 0,
    "followed": [
        _record(
            label="Member",
            title="North & South",
            url="",
            notes=["It is public no more."],
            changes=[],
            more=0,
        )
    ],
    "is_full": False,
    "label": "",
    "some_unlabelled": False,
}


def subject_source(template: str) -> str:
    """What stands in the block `subject` of a letter's template."""
    block = re.search(
        r"{% block subject %}(.*?){% endblock %}", (TEMPLATES / template).read_text(), re.DOTALL
    )
    assert block, f"{template} has no subject"
    return block[1]
