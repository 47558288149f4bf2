"""What the pictures of letters say, by the demonstration's people.

A letter that has no words of its own here is filled with those of `letters.FULL`.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.conf import settings
from django.utils.translation import get_language
from django.utils.translation import gettext_lazy as _

from alliance.enums import TokenScope
from tests.support.letters import FULL, Named

Overrides = Mapping[str, Any]


def _record(**values: Any) -> SimpleNamespace:
    return SimpleNamespace(**values)


class InBothLanguages(str):
    """A name in English that is another one in Russian."""

    russian: str

    def __new__(cls, english: str, russian: str) -> "InBothLanguages":
        text = super().__new__(cls, english)
        text.russian = russian
        return text

    def __str__(self) -> str:
        return self.russian if get_language() == "ru" else str.__str__(self)

    def replace(self, *_arguments: Any) -> str:  # type: ignore[override]  # what a name in a case is asked for
        return str(self)


def _organisation(english: str, russian: str, forms: str) -> Named:
    """With its forms by case, as the demonstration has them."""
    cases = ("genitive", "dative", "accusative", "instrumental", "prepositional")
    name = InBothLanguages(english, russian)
    return Named(name=name, short_name=name, name_forms=dict(zip(cases, forms.split("|"), strict=True)))


def _titled(english: str, russian: str) -> SimpleNamespace:
    return _record(title=InBothLanguages(english, russian))


GRANITE = _organisation(
    "Granite Security", "Гранит Защита",
    "Гранит Защиты|Гранит Защите|Гранит Защиту|Гранит Защитой|Гранит Защите",
)  # fmt: skip
AURORA = _organisation(
    "Aurora Video", "Аврора Видео", "Авроры Видео|Авроре Видео|Аврору Видео|Авророй Видео|Авроре Видео"
)
_DAY, _MOMENT = date(2026, 8, 31), datetime(2026, 8, 14, 8, 5, tzinfo=UTC)
_END = datetime(2026, 8, 28, 21, 0, tzinfo=UTC)  # midnight in Moscow
_INES = _record(name="Ines Duarte")
_REASON = InBothLanguages(
    "The register of services was closed for a week in August.",
    "В августе реестр сервисов неделю был недоступен.",
)
_MEMBER = _record(name="Dana Kessler", actor=_record(is_host=False), time_zone="Asia/Vladivostok")
_HOST = _record(name="Mona Adler", actor=_record(is_host=True), time_zone="")
_TO_HOST: Overrides = {"recipient": _HOST, "url": "/secretariat/"}
_REQUEST = InBothLanguages(
    "How do others check voices in live streams?", "Как проверяют голос в прямых эфирах?"
)
_PRACTICE = InBothLanguages("A slow first message", "Медленное первое сообщение")


_SECTION = _record(
    code="1.4", title=InBothLanguages("Measure how much is still seen", "Измерять, сколько остаётся видимым")
)
_OTHER_SECTION = _record(
    code="2.1", title=InBothLanguages("Act on a notice at once", "Реагировать на обращения сразу")
)


class _Html(InBothLanguages):
    """Such words with their tags."""

    def __html__(self) -> str:
        return str(self)


def _reminder(english: str, russian: str, ends_at: datetime | None = None, **changes: Any) -> dict[str, Any]:
    """A reminder in time, as its reader finds it."""
    values = {
        "time": InBothLanguages("14 days left", "Осталось 14 дней"),
        "headline": InBothLanguages(english, russian),
        "action": InBothLanguages("Open the report", "Открыть отчёт"),
        "on": _DAY,
        "planned_on": date(2999, 1, 1),
        "ends_at": ends_at,
        "open_answers": 0,
        "is_for_signature": False,
        "is_last_day": False,
    }
    return {"reminder": _record(**values | changes)}


_DUE_AT, _GRACE_AT = datetime(2026, 8, 31, 21, 0, tzinfo=UTC), datetime(2026, 9, 14, 21, 0, tzinfo=UTC)
_FOR_SIGNATURE = InBothLanguages(
    "7 days left: your signature (report for January–June 2026)",
    "Осталось 7 дней: нужна ваша подпись (отчёт за январь — июнь 2026)",
)
_STALLED = _record(
    since=_DAY,
    report=_record(
        pk=7, due_on=date(2026, 9, 14), deadline=date(2026, 9, 14), organisation=GRANITE,
        cycle=_record(title=InBothLanguages("January–June 2026", "январь — июнь 2026"), slug="2026-h1"),
        reviewer=_record(name="Rita Sandoval"),
    ),
)  # fmt: skip

BASE: dict[str, Any] = FULL | {
    "site": _record(
        name=InBothLanguages("Alliance for Children Online", "Альянс за безопасное детство в сети"),
        short_name=InBothLanguages("Alliance for Children Online", "Альянс за безопасное детство в сети"),
        contact="office@secretariat.example",
    ),
    "recipient": _MEMBER,
    "reminder": None,
    "organisation": GRANITE,
    "others": [AURORA],
    "person": _record(name="Paul Brandt", email="paul@granite-security.example"),
    "by": InBothLanguages("Ines Duarte, Granite Security", "Ines Duarte, Гранит Защита"),
    "url": "/workspace/",
    "at": _MOMENT,
    "due_at": _DUE_AT,
    "grace_ends_at": _GRACE_AT,
    "reply_until": datetime(2026, 10, 15, 21, 0, tzinfo=UTC),
    "ended_at": _MOMENT,
    "erased_at": _MOMENT,
    "supporter": _record(
        name=InBothLanguages("Harbour School", "Школа «Гавань»"), state="hidden",
        state_reason=InBothLanguages("Two letters to this address came back.", "Два письма на этот адрес вернулись."),
        charter=_record(title=InBothLanguages("Digital Ethics of Childhood", "Цифровая этика детства")),
    ),
    "contact": _record(link_expires_at=_END, confirm_until=_END),
    "public_question": _record(
        text=InBothLanguages("How do you check the age of those who stream?", "Как вы проверяете возраст ведущих?"),
        language="en", answer=InBothLanguages("By an adult’s card.", "По карте взрослого."), answer_language="en",
        answer_side="member", closing_text=_REASON, closing_language="en", organisation=AURORA,
        kind_label=InBothLanguages("Question", "Вопрос"),
    ),
    "membership": _record(roles=["editor", "signatory"], appointed_reason=_REASON),
    "grants": ["editor", "signatory"],
    "before": ["reader"],
    "vacancy": _record(names=InBothLanguages("signatory", "подписанта")),
    "change": _record(new_email="dana.kessler@granite.example", expires_at=datetime(2026, 8, 15, 8, 5, tzinfo=UTC)),
    "tokens": [_record(name="Reporting", organisation=GRANITE)],
    "provider": _record(name="Granite accounts"),
    "invitation": _record(
        name="Paul Brandt", organisation=GRANITE, invited_by=_INES, roles=["editor"], expires_at=_END,
        bounce_code="",
    ),
    "has_account": False,
    "charter": _record(
        title=InBothLanguages("Charter for Children Online", "Хартия безопасного детства в сети"), version=2
    ),
    "commitment": _titled("Find and remove", "Находить и удалять"),
    "pledge": _titled("Find and remove", "Находить и удалять"),
    "target": _record(
        text=InBothLanguages(
            "Every report is read within a day.", "Каждое обращение прочитывается за сутки."
        ),
        decision=_record(state=_record(label=InBothLanguages("Missed", "Не выполнена"))),
    ),
    "letter": _record(
        subject=InBothLanguages("Your figures for May", "Ваши данные за май"),
        text=InBothLanguages(
            "The figures for May are a third of those for April. Is that right, or is a week missing?",
            "Значения за май втрое меньше апрельских. Это верно или не хватает недели?",
        ),
        language="en",
    ),
    "decision_reason": InBothLanguages(
        "The member says itself that weekends were not covered until July.",
        "Участник сам сообщает, что до июля обращения в выходные не читали.",
    ),
    "cycle": _titled("January–June 2026", "январь — июнь 2026"),
    "report": _record(
        organisation=GRANITE, due_on=_DAY, respond_by=date(2026, 10, 15), grace_ends_on=date(2026, 9, 14),
        exempt_reason=_REASON, state="draft", deadline=_DAY,
    ),
    "changes_end": _DUE_AT,
    "report_decision": _record(
        decided_by=_INES, language="", reason=_REASON, submission=_record(number=1, submitted_at=_MOMENT),
    ),
    "sign_off_request": _record(
        asked_by=_INES, language="", reason_language="", answered_by=_INES,
        message=InBothLanguages(
            "The figures of July are final; those of December are estimates.",
            "Цифры за июль окончательные, за декабрь — оценка.",
        ),
        reason=InBothLanguages(
            "The sample in 1.3 is that of last year. Please draw it anew.",
            "Выборка в пункте 1.3 прошлогодняя. Сделайте, пожалуйста, новую.",
        ),
    ),
    "decision": _record(reason=_REASON),
    "correction": _record(
        reason={
            "en": "Two digits were exchanged when the weekly log was copied: 349 pieces were restored, not 394.",
            "ru": "При переносе из недельного журнала две цифры поменялись местами: восстановлено 349, а не 394.",
        },
        answer_name="Ines Duarte",
        answer_reason=InBothLanguages("The log of the second week is missing.", "Нет журнала второй недели."),
        decision_reason="", published_as=101,
    ),
    "answer_until": _END,
    "withdrawal": _record(
        of_publication=87, asked_by=_record(name="Mona Halvorsen"),
        reason={
            "en": "It held the figures of another service.",
            "ru": "В нём были показатели другого сервиса.",
        },
        decision_reason=InBothLanguages("The figures are right after all.", "Показатели всё же верны."),
    ),
    "extension_request": _record(
        requested_due_on=date(2026, 9, 11), asked_by=_INES, decided_by=_INES, reason=_REASON,
        decision_reason=InBothLanguages(
            "The figures are compared by 5 September; send what you have.",
            "Данные сводятся к 5 сентября: пришлите то, что есть.",
        ),
    ),
    "unanswered_request": None,
    "requested_due_on": date(2026, 9, 11),
    "comment": _record(
        organisation=AURORA, partner=GRANITE, measure=_record(code="1.4", title="Age"), due_on=date(2026, 9, 11),
        question="How well does it work?", language="en", text="Better than last year.", text_language="en",
        reason=_REASON,
    ),
    "question": _record(
        measure=_record(code="1.4"),
        text=InBothLanguages("Who runs the service?", "Кто ведёт сервис?"),
        language="",
    ),
    "finding": _record(measure=_record(code="1.4"), due_on=date(2026, 9, 11)),
    "section": _SECTION,
    "due_on": date(2026, 8, 24),
    "is_own": True,
    "further": 1,
    "submission": _record(
        number=1, submitted_at=_MOMENT, signatory_name="Ines Duarte",
        signatory_office="Vice President for Family Products", sha256="9f86d081884c7d65" * 4,
    ),
    "token": _record(name="Reporting", organisation=GRANITE, expires_at=_END, used_at=_MOMENT),
    "scopes": [TokenScope.READ.label, TokenScope.REPORTS_WRITE.label],
    "sender": InBothLanguages(
        "Alliance for Children Online <portal@alliance.example>",
        "Альянс за безопасное детство в сети <portal@alliance.example>",
    ),
    "message": _record(
        name="Vera Lind", email="vera@reader.example", language="en",
        text="Where can I find the reports of last year?",
    ),
    "title": _PRACTICE,
    "search": InBothLanguages("first contact", "первый контакт"),
    "group": InBothLanguages("Matching", "Сопоставление"),
    "member": AURORA,
    "affiliate": GRANITE,
    "is_named": False,
    "sections": [
        _record(
            group=_record(name=_("Deadlines")),
            items=[_record(
                subject=InBothLanguages(
                    "The reporting cycle is open: January–June 2026", "Открыт цикл отчётности: январь — июнь 2026"
                ),
                url="/workspace/reports/7/", at=_MOMENT,
            )],
        ),
        _record(
            group=_record(name=_("Practices of others")),
            items=[_record(
                subject=InBothLanguages(
                    "[TLP:GREEN] A new version of a practice that you use or follow: A slow first message",
                    "[TLP:GREEN] Новая версия практики, которую вы применяете или отслеживаете:"
                    " Медленное первое сообщение",
                ),
                url="/workspace/practices/7/", at=_MOMENT,
            )],
        ),
    ],
    "n": 2,
}  # fmt: skip

MEMBER, HOST = "member", "secretariat"
CONCERNED, OTHERS = "the person", "administrators"
# To whom letters of a kind look different, and what makes the difference; by what their templates ask.
ROLES: dict[str, list[tuple[str, Overrides]]] = {
    "recipient.actor.is_host": [(MEMBER, {"recipient": _MEMBER}), (HOST, _TO_HOST)],
    "reader.is_concerned": [
        (CONCERNED, {"reader": _record(is_concerned=True), "by": "Ines Duarte"}),
        (OTHERS, {"reader": _record(is_concerned=False), "by": "Ines Duarte"}),
    ],
}
_IN_REVIEW: Overrides = _TO_HOST | {
    "by": "Mona Adler",
    "note": InBothLanguages(
        "Compare the complaints with the last period.", "Сравните жалобы с прошлым периодом."
    ),
    "conclude_by": date(2026, 9, 28),
    "paused_until": date(2026, 9, 11),
    "ended_on": date(2026, 12, 31),
    "reviewer_name": "Zoya Klimova",
    "reading": _record(reader=_record(name="Zoya Klimova"), is_blind=True, asked_at=_MOMENT),
}
_WITHOUT_AFFILIATION = {"n": 0, "label": ""}
# Of one letter or kind: what it says otherwise.
OVERRIDES: dict[str, Overrides] = {
    "delegation.give": {"sections": (_SECTION, _OTHER_SECTION), "by": "Ines Duarte"},
    "delegation.change": {"by": "Ines Duarte"},
    "delegation.hand_on": {"by": "Ines Duarte"},
    "delegation.reopen": {"by": "Ines Duarte"},
    "measure_comment.edit": {"by": "Ines Duarte"},
    "measure_comment.write": {"by": "Ines Duarte"},
    "delegation.finish": {"is_own": False, "by": "Ines Duarte"},
    "delegation.remind": {"overdue": False},
    "delegation.take_back": {"is_own": False, "by": "Ines Duarte"},
    "affiliation.approve": {"n": 2, "label": "TLP:AMBER", "member": "", "affiliate": ""},
    "affiliation.end": {"n": 2, "label": "TLP:AMBER", "member": "", "affiliate": ""},
    "correction.drop": {
        "correction": _record(
            decision_reason=InBothLanguages("Nobody could show the log.", "Журнал никто не смог показать.")
        ),
    },
    "cycle.close": {"decision": None},
    "cycle.publish": {"standing": "filed"},
    "cycle.reschedule": {
        "date_change": _record(
            due_on_before=date(2026, 8, 24),
            due_on=_DAY,
            grace_ends_on_before=date(2026, 9, 3),
            grace_ends_on=date(2026, 9, 14),
            publish_on_before=None,
            publish_on=None,
            reason=InBothLanguages(
                "The holidays of August fall into the last weeks.", "На последние недели приходятся отпуска."
            ),
        ),
        "has_own_day": False,
        "grace_ends_at": datetime(2026, 9, 14, 21, 0, tzinfo=UTC),
    },
    "cycle.refuse_publication": _TO_HOST
    | {
        "planned_at": datetime(2026, 10, 1, 7, 0, tzinfo=UTC),
        "obstacles": _record(
            sentences=[
                InBothLanguages(
                    "1 correction of a published report is open: Granite Security (July–December 2025)",
                    "Открыто 1 исправление опубликованного отчёта: Гранит Защита (июль — декабрь 2025)",
                )
            ]
        ),
    },
    "cycle.remind": {"reminder_text": ""},
    "extension_request.refuse": {"overdue": False},
    "extension_request.withdraw": _TO_HOST | {"overdue": False},
    "site.set_time_zone": {"overdue": False},
    "report.extend": {
        "due_at": datetime(2026, 9, 4, 21, 0, tzinfo=UTC),
        "report": _record(
            due_on=date(2026, 9, 4),
            extension_reason=InBothLanguages(
                "The figures are compared from 7 September on.", "Данные начинаем сводить 7 сентября."
            ),
        ),
    },
    "group.bring_in": {"label": "TLP:RED", "group": "", "n": 0, "title": "", "by": "", "is_named": True},
    "identity_provider.change": {"by": "Ines Duarte"},
    "membership.end": {"by": "Ines Duarte"},
    "membership_ended": {"by": "Ines Duarte", "by_secretariat": False},
    "person.close": {"decided": _record(kind="close")},
    "person.reopen": {"decided": _record(kind="reopen")},
    "person.reset_factors": {"decided": _record(kind="reset_factors")},
    "person.erase": {"person": _record(name=InBothLanguages("Erased person 17", "Удалённый человек 17"))},
    "practice.recall": {"title": "", "by": ""},
    "account_frozen": {"frozen_by": "Ines Duarte"},
    "factors_changed": {"change": "add_passkey"},
    "offer.make": {"title": _REQUEST},
    "request.ask": {"title": _REQUEST},
    "request.answer": {"title": _REQUEST},
    "request.close": {"title": _REQUEST},
    "test_mail": _TO_HOST,
    "digest": {"label": "TLP:GREEN"},
    "accession.sign": _TO_HOST,
    "pledge.sign": _TO_HOST,
    "question.answer": _TO_HOST,
    **dict.fromkeys(
        (
            "report.assign",
            "report.hand_over",
            "report.take_over",
            "report.unassign",
            "report.pause_review",
            "report.end_pause",
            "second_reading.ask",
            "second_reading.remind",
            "second_reading.agree",
            "second_reading.differ",
            "second_reading.settle",
            "second_reading.withdraw",
        ),
        _IN_REVIEW,
    ),
    **dict.fromkeys(
        ("interest.declare", "interest.record", "interest.end"),
        _IN_REVIEW | {"person": _record(name="Zoya Klimova"), "is_mine": False},
    ),
    "report.ask_extension": _TO_HOST,
    "publication.withdraw": _TO_HOST,
    "report.respond": _TO_HOST,
    "report.remind_due": _reminder(
        "7 days left: your signature",
        "Осталось 7 дней: нужна ваша подпись",
        _DUE_AT,
        is_for_signature=True,
        action=InBothLanguages("Sign and submit the report", "Подписать и подать отчёт"),
    ),
    "report.remind_overdue": _reminder(
        "Overdue, 13 days of grace left: 12 answers are open",
        "Срок истёк, осталось 13 дней льготного срока: не хватает 12 ответов",
        _GRACE_AT,
        open_answers=12,
        progress=_record(required=40),
    ),
    "report.remind_changes": _reminder(
        "Changes requested 7 days ago: correct the report and submit it again",
        "Исправления запрошены 7 дней назад: исправьте отчёт и подайте его снова",
    ),
    "report.remind_changes_due": _reminder(
        "7 days left: correct the report and submit it again",
        "Осталось 7 дней: исправьте отчёт и подайте его снова",
        _DUE_AT,
    ),
    "report.remind_response": _reminder(
        "7 days left: your reply to the verdicts",
        "Осталось 7 дней: ваш ответ на оценки",
        _DUE_AT,
        action=InBothLanguages("Write the reply", "Написать ответ"),
    ),
    "report.remind_review": _TO_HOST
    | _reminder("Waiting for 7 days: a review has to begin", "Ждёт 7 дней: пора начать проверку"),
    "report.recall": _TO_HOST,
    "report.remind_resume": _TO_HOST
    | _reminder(
        "Not submitted again, 3 days late: the review can go on",
        "Не подан снова, опоздание 3 дня: проверку можно продолжить",
    ),
    "token.remind": _reminder("", "", _END),
    "organisation.remind_stalled": _TO_HOST
    | {
        "stalled": _record(
            headline=InBothLanguages("Nobody has taken on 6 matters", "Без движения: 6 дел"),
            reviewer=[_STALLED],
            overdue=[_STALLED],
            signature=[_STALLED],
            changes=[_STALLED],
            drafts=[_STALLED],
            requests=[_STALLED],
            unreachable=[_record(pk=2, name=AURORA.name)],
        ),
    },
    "practice.expire_soon": _reminder("", "", _DUE_AT, time=InBothLanguages("7 days left", "Осталось 7 дней"))
    | {"by": ""},
    "practice.expire": _reminder("", "") | {"by": ""},
    "bundle": {
        "more": 1,
        "label": "",
        "items": [
            _record(
                url="/workspace/reports/7/submit/",
                part=_record(
                    subject=_FOR_SIGNATURE,
                    body=_Html(
                        "<p>The report is due by: <b>31 August 2026, 24:00 MSK</b>.</p>",
                        "<p>Срок подачи: <b>31 августа 2026 г., 24:00 МСК</b>.</p>",
                    ),
                    action=InBothLanguages("Sign and submit the report", "Подписать и подать отчёт"),
                ),
            ),
            _record(
                url="/workspace/tokens/",
                part=_record(
                    subject=InBothLanguages(
                        "14 days left: your token Reporting expires",
                        "Осталось 14 дней: истекает ваш токен Reporting",
                    ),
                    body=_Html(
                        "<p>It works until: <b>28 August 2026, 24:00 MSK</b>.</p>",
                        "<p>Действует до: <b>28 августа 2026 г., 24:00 МСК</b>.</p>",
                    ),
                    action=InBothLanguages("View your tokens", "Посмотреть токены"),
                ),
            ),
        ],
    },
    "practice.submit": _TO_HOST,
    "practice.propose_update": _TO_HOST,
    "file.flag": _TO_HOST,
    "file.damage": _TO_HOST,
}
# What a letter about a practice or a request says, where the name of its kind is not the sentence.
NEWS = {
    "practice.share_directly": "practice.named",
    "practice.widen": "practice.named",
    "post.write": "post.question.practice",
    "post.edit": "post.mention",
}


def sample_of(key: str) -> dict[str, Any]:
    """The values of one letter: of a notice by its kind, of an account letter by its name."""
    if key.startswith("affiliation."):
        return BASE | _WITHOUT_AFFILIATION | {"what": key} | OVERRIDES.get(key, {})
    return BASE | {"what": NEWS.get(key, key)} | OVERRIDES.get(key, {})


LANGUAGES = [code for code, _name in settings.LANGUAGES]
