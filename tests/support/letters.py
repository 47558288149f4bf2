"""All letters of the portal, and one context in which each of them can be rendered."""

import re
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.functional import lazy
from django.utils.translation import gettext_lazy as _

from alliance.enums import TargetState
from alliance.models.name_forms import DeclinedName
from alliance.queries.public.publication_promises import PromiseChange
from portal.kernel.text import format_date
from practices.enums import Label

TEMPLATES = settings.BASE_DIR / "templates"
LETTERS = sorted(
    name
    for path in TEMPLATES.glob("*/email/[!_]*.html")
    if (name := path.relative_to(TEMPLATES).as_posix())
    not in ("portal/email/letter.html", "portal/email/layout.html")
)

ORIGIN, URL = "https://portal.example", "/workspace/reports/7/"
DAY, MOMENT = date(2026, 8, 14), datetime(2026, 8, 14, 11, 5, tzinfo=UTC)


def record(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**values)


def _titled() -> SimpleNamespace:
    return record(title='Half 1 & "2"')


class Named(DeclinedName, SimpleNamespace):
    """An organisation, as far as a letter writes its name."""


_NORTH = Named(name='North & "South"', short_name="N&S", name_forms={})
_LINE = record(subject="Published & read", url="/workspace/reports/7/", at=MOMENT)

_STALLED = record(
    since=DAY,
    report=record(
        pk=7,
        due_on=DAY,
        deadline=DAY,
        organisation=_NORTH,
        cycle=record(title="Half 1", slug="2026-h1"),
        reviewer=record(name="Rita & Co"),
    ),
)
OPEN = _("Open the report")  # in both languages

FULL: dict[str, Any] = {
    "site": record(name="The Alliance", short_name="TA", contact="desk@alliance.example"),
    "supporter": record(
        name="School & Co", state="hidden", state_reason="One & all", charter=record(title="Ethics & more")
    ),
    "contact": record(link_expires_at=MOMENT, confirm_until=MOMENT),
    "public_question": record(
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
    "by_member": True,
    "application": record(
        name="Delta & Co",
        link_expires_at=MOMENT,
        decision_reason="One & all",
        applicant_name="Dora & Co",
        applicant_office="Director",
        get_kind_display="Member",
    ),
    "service": record(name="Dune & Chat"),
    "key": "dune-chat",
    "earlier": record(name="South & Co"),
    "successor": record(name="South & Co"),
    "waits_for_signatory": False,
    "restored": [record(pk=7, cycle=_titled(), due_on=DAY)],
    "stays_missed": [record(pk=8, cycle=_titled())],
    "without_member": [
        record(
            pk=7,
            partner=record(name="Help & Line"),
            measure=record(code="1.1"),
            cycle=record(title="Half & half"),
        )
    ],
    "not_carried_to": [record(title="Ethics & more", key="ethics", version=2)],
    "restored_until": MOMENT,
    "in_force_on": DAY,
    "signed_version": 1,
    "can_sign": True,
    "due_again": [record(cycle=record(title="Half & half"), due_on=date(2026, 9, 14))],
    "invited": True,
    "day": date(2026, 4, 1),
    "is_ahead": False,
    "origin": ORIGIN,
    "url": URL,
    "choices_url": "/accounts/notifications/",
    "unsubscribe_url": "/notifications/off/t/",
    "recipient": record(name="Alice & Co", actor=record(is_host=False), time_zone="Asia/Vladivostok"),
    "organisation": _NORTH,
    "person": record(name="Bob & Co", email="bob@north.example"),
    "membership": record(roles=["editor", "signatory"], appointed_reason="One & all\nagree."),
    "before": ["reader"],
    "grants": ["reader", "signatory"],
    "reader": record(is_concerned=True),
    "ended_at": MOMENT,
    "by_secretariat": True,
    "others": [_NORTH],
    "erased_at": MOMENT,
    "vacancy": record(names="signatory"),
    "compulsory_reason": "",
    "at": MOMENT,
    "device": "Firefox/Windows",
    "codes_left": 2,
    "factors_removed": True,
    "decided": record(kind="close"),
    "frozen_by": "Mona & Co",
    "freeze_url": "/accounts/freeze/7:t/",
    "change": record(new_email="alice@new.example", expires_at=MOMENT),
    "tokens": [record(name="CI & co", organisation=_NORTH)],
    "provider": record(name="Accounts & co"),
    "invitation": record(
        name="Dora & Co",
        organisation=_NORTH,
        expires_at=MOMENT,
        invited_by=record(name="Sven & Co"),
        roles=["editor"],
        bounce_code="5.1.1",
    ),
    "has_account": True,
    "upload": record(
        name="march & april.xlsx",
        rows_done=1200,
        refusal="The file is empty & blank.",
        refusal_sentence="The file is empty & blank.",
    ),
    "charter": record(title='Half 1 & "2"', version=2),
    "version": 2,
    "charter_version": 2,
    "following": 3,
    "returning": 1,
    "carries_over": True,
    "objections_end": MOMENT,
    "objections_day": lazy(format_date, str)(DAY),
    "planned_on": DAY,
    "planned_day": lazy(format_date, str)(DAY),  # in the language of its letter
    "commitment": _titled(),
    "pledge": _titled(),
    "target": record(
        text="Half & half", due_on=DAY, awaits_decision=True, decision=record(state=record(label="Missed"))
    ),
    "decision_reason": "One & all\nare late.",
    "letter": record(subject="Nights & days", text="Count both.\nThank you.", language="en"),
    "cycle": _titled(),
    "report": record(
        organisation=_NORTH,
        due_on=DAY,
        respond_by=DAY,
        state="not_filed",
        deadline=DAY,
        grace_ends_on=DAY,
        exempt_reason="Founded & closed",
        extension_reason="Ill & away\nuntil then.",
    ),
    "date_change": record(
        due_on_before=date(2026, 8, 1),
        due_on=DAY,
        grace_ends_on_before=date(2026, 8, 11),
        grace_ends_on=DAY,
        publish_on_before=date(2026, 10, 1),
        publish_on=DAY,
        reason="One & all\nhave a holiday.",
    ),
    "is_missing": True,
    "has_own_day": True,
    "covered_request": record(requested_due_on=DAY),
    "open_request": record(requested_due_on=DAY),
    "grace_ends_at": MOMENT,
    "reminder_text": "One & all\nwait.",
    "overdue": True,
    "standing": "not_filed",
    "decision": record(reason="One & all\nare in."),
    "reminder": record(
        headline=OPEN,
        time=OPEN,
        on=DAY,
        planned_on=DAY,
        ends_at=MOMENT,
        open_answers=2,
        progress=record(required=9),
        action=OPEN,
        is_for_signature=False,
        is_last_day=False,
    ),
    "items": [record(part=record(subject=OPEN, body=OPEN, action=OPEN), url="/r/7/")] * 3,
    "more": 2,
    "stalled": record(
        headline=OPEN,
        reviewer=[_STALLED],
        overdue=[_STALLED],
        signature=[_STALLED],
        changes=[_STALLED],
        drafts=[_STALLED],
        requests=[_STALLED],
        unreachable=[record(pk=1, name="N&S")],
    ),
    "correction": record(
        reason={"en": "One & all\nwere wrong.", "ru": "Ошиблись & все"},
        answer_name="Sven & Co",
        answer_reason="It is\nright & good.",
        decision_reason="The log & the file.",
        published_as=101,
        check_verdicts_by=DAY,
        upheld_as=103,
        upheld_reason={"en": "It stays & holds.", "ru": "Остаётся & верно"},
        report=record(is_withdrawn=False),
    ),
    "look_again": True,
    "without_reviewer": True,
    "answer_until": MOMENT,
    "unanswerable": True,
    "days": 7,
    "withdrawal": record(
        type="report",
        of_publication=87,
        asked_by=record(name="Mona & Co"),
        decided_by=record(name="Otto & Co"),
        reason={"en": "Not theirs & ours", "ru": "Не их & не наше"},
        decision_reason="Theirs & ours",
    ),
    "changes_end": MOMENT,
    "planned_at": MOMENT,
    "obstacles": record(sentences=["1 report is not decided: North & Co"]),
    "sign_off_request": record(
        asked_by=record(name="Alice & Co"),
        message="One & all\nare checked.",
        language="en",
        answered_by=record(name="Sven & Co"),
        reason="One & all\nmust be counted anew.",
        reason_language="en",
    ),
    "report_decision": record(
        decided_by=record(name="Sven & Co"),
        reason="One & all\nwere wrong.",
        language="en",
        submission=record(number=2, submitted_at=MOMENT),
    ),
    "extension_request": record(
        requested_due_on=DAY,
        asked_by=record(name="Alice & Co"),
        decided_by=record(name="Alice & Co"),
        reason="One & all\nmoved.",
        decision_reason="One & all\nwait.",
    ),
    "unanswered_request": record(requested_due_on=DAY, asked_by=record(name="Alice & Co"), asked_at=MOMENT),
    "requested_due_on": DAY,
    "note": "One & all\nknow.",
    "conclude_by": DAY,
    "paused_until": DAY,
    "ended_on": DAY,
    "own_cycles": ["Half 1 & more"],
    "is_mine": True,
    "may_consent": True,
    "may_ask": True,
    "is_withdrawn": False,
    "is_reader": False,
    "was_mine": True,
    "waits": True,
    "is_coming": False,
    "reviewer_name": "Rita & Co",
    "reading": record(reader=record(name="Roy & Co"), is_blind=True, asked_at=MOMENT),
    "question": record(measure=record(code="M1"), text="Who & why?", language="en"),
    "comment": record(
        organisation=_NORTH,
        partner=_NORTH,
        measure=record(code="M1", title="Look & find"),
        cycle=_titled(),
        due_on=DAY,
        question="Who & what?",
        language="en",
        text="So & so",
        text_language="en",
        reason="One & all",
    ),
    "measure": record(code="M1", title="Look & find"),
    "partner": _NORTH,
    "is_for_member": False,
    "had_agreed": True,
    "finding": record(measure=record(code="M1"), due_on=DAY),
    "section": record(code="1.1", title="Look & find"),
    "further": 1,
    "due_on": DAY,
    "is_own": True,
    "submission": record(
        number=2, submitted_at=MOMENT, signatory_name="Sven", signatory_office="CEO", sha256="ab12" * 16
    ),
    "document": record(title="Report & annex", error="too long"),
    "digest": "ab12cd34ef56",
    "webhook": record(name="CI & co", address="https://example.org/hooks?a=1&b=2"),
    "is_gone": True,
    "token": record(name="CI & co", organisation=_NORTH, expires_at=MOMENT, used_at=None),
    "scopes": ["read & write", "report"],
    "sender": "The Alliance <portal@alliance.example>",
    "message": record(name="Vera & Co", email="vera@reader.example", text="One\ntwo\n\nthree", language="ru"),
    "label": "TLP:GREEN",
    "what": "practice.share",
    "ends_at": MOMENT,
    "due_at": MOMENT,
    "reply_until": MOMENT,
    "is_of_correction": False,
    "corrected_until": MOMENT,
    "reply_stands": True,
    "reply_waits": True,
    "promises": [
        PromiseChange('90 % of "reports"', before=TargetState.KEPT, after=TargetState.LATE),
        PromiseChange("Every moderator", before=TargetState.DUE, after=None),
    ],
    "title": "Night & day",
    "by": "Carol, Beacon & Co",
    "is_named": True,
    "search": "day & night",
    "group": "Night & watch",
    "n": 2,
    "member": Named(name="Beacon & Co", name_forms={}),
    "affiliate": Named(name="Petals & Co", name_forms={}),
    "some_unlabelled": True,
    "subscription": record(confirm_until=MOMENT),
    "followed": [
        record(
            label="Member",
            title="North & South",
            url="/en/members/north/",
            notes=["Its name before: North."],
            changes=[
                record(
                    kind="Report",
                    at=MOMENT,
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
    "week_sections": [
        record(
            key="new",
            heading="New & old",
            total=5,
            more=3,
            lines=[
                record(
                    label=Label.GREEN,
                    title="Night & day",
                    about="Beacon & Co.",
                    url=URL,
                    action="Read on",
                    language="en",
                ),
                record(label=Label.AMBER, title="", about="", url=URL, action="Read", language=""),
            ],
        )
    ],
    "words": "Who & what?",
    "reply_to": "replies+q1@portal.example",
    "reply_mark": "##-",
    "why": "expired",
    "summary": "2 & 1",
    "unnamed": 1,
    "sections": [record(group=record(name="Deadlines"), items=[_LINE, _LINE])],
}


def subject_source(template: str) -> str:
    """What stands in the block `subject` of a letter's template."""
    block = re.search(
        r"{% block subject %}(.*?){% endblock %}", (TEMPLATES / template).read_text(), re.DOTALL
    )
    assert block, f"{template} has no subject"
    return block[1]
