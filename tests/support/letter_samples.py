"""What the pictures of letters say, by the demonstration's people.

A letter that has no words of its own here is filled with those of `letters.FULL`.
"""

from datetime import UTC, date, datetime
from typing import Any

from django.conf import settings
from django.utils.translation import gettext_lazy as _

from alliance.enums import TokenScope
from practices.enums import Label
from tests.support.letter_overrides import OVERRIDES, WITHOUT_AFFILIATION
from tests.support.letter_people import (
    AURORA,
    DANA,
    DAY,
    DUE_AT,
    END,
    GRACE_AT,
    GRANITE,
    INES,
    MOMENT,
    PRACTICE,
    REASON,
    SECTION,
    InBothLanguages,
    titled,
)
from tests.support.letters import FULL, record

BASE: dict[str, Any] = FULL | {
    "site": record(
        name=InBothLanguages("Alliance for Children Online", "Альянс за безопасное детство в сети"),
        short_name=InBothLanguages("Alliance for Children Online", "Альянс за безопасное детство в сети"),
        contact="office@secretariat.example",
    ),
    "recipient": DANA,
    "reminder": None,
    "organisation": GRANITE,
    "others": [AURORA],
    "person": record(name="Paul Brandt", email="paul@granite-security.example"),
    "by": InBothLanguages("Ines Duarte, Granite Security", "Ines Duarte, Гранит Защита"),
    "url": "/workspace/",
    "at": MOMENT,
    "due_at": DUE_AT,
    "grace_ends_at": GRACE_AT,
    "reply_until": datetime(2026, 10, 15, 21, 0, tzinfo=UTC),
    "ended_at": MOMENT,
    "erased_at": MOMENT,
    "supporter": record(
        name=InBothLanguages("Harbour School", "Школа «Гавань»"), state="hidden",
        state_reason=InBothLanguages("Two letters to this address came back.", "Два письма на этот адрес вернулись."),
        charter=record(title=InBothLanguages("Digital Ethics of Childhood", "Цифровая этика детства")),
    ),
    "contact": record(link_expires_at=END, confirm_until=END),
    "public_question": record(
        text=InBothLanguages("How do you check the age of those who stream?", "Как вы проверяете возраст ведущих?"),
        language="en", answer=InBothLanguages("By an adult’s card.", "По карте взрослого."), answer_language="en",
        answer_side="member", closing_text=REASON, closing_language="en", organisation=AURORA,
        kind_label=InBothLanguages("Question", "Вопрос"),
    ),
    "by_member": False,
    "membership": record(roles=["editor", "signatory"], appointed_reason=REASON),
    "grants": ["editor", "signatory"],
    "before": ["reader"],
    "vacancy": record(names=InBothLanguages("signatory", "подписанта")),
    "change": record(new_email="dana.kessler@granite.example", expires_at=datetime(2026, 8, 15, 8, 5, tzinfo=UTC)),
    "tokens": [record(name="Reporting", organisation=GRANITE)],
    "provider": record(name="Granite accounts"),
    "invitation": record(
        name="Paul Brandt", organisation=GRANITE, invited_by=INES, roles=["editor"], expires_at=END,
        bounce_code="",
    ),
    "has_account": False,
    "charter": record(
        title=InBothLanguages("Charter for Children Online", "Хартия безопасного детства в сети"), version=2
    ),
    "commitment": titled("Find and remove", "Находить и удалять"),
    "pledge": titled("Find and remove", "Находить и удалять"),
    "target": record(
        text=InBothLanguages(
            "Every report is read within a day.", "Каждое обращение прочитывается за сутки."
        ),
        due_on=DAY,
        awaits_decision=False,
        decision=record(state=record(label=InBothLanguages("Missed", "Не выполнена"))),
    ),
    "letter": record(
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
    "cycle": titled("January–June 2026", "январь — июнь 2026"),
    "without_member": [],
    "not_carried_to": [],
    "restored": [record(pk=7, cycle=titled("January–June 2026", "январь — июнь 2026"), due_on=DAY)],
    "stays_missed": [],
    "due_again": [record(cycle=titled("January–June 2026", "январь — июнь 2026"), due_on=DAY)],
    "report": record(
        organisation=GRANITE, due_on=DAY, respond_by=date(2026, 10, 15), grace_ends_on=date(2026, 9, 14),
        exempt_reason=REASON, state="draft", deadline=DAY,
    ),
    "changes_end": DUE_AT,
    "report_decision": record(
        decided_by=INES, language="", reason=REASON, submission=record(number=1, submitted_at=MOMENT),
    ),
    "sign_off_request": record(
        asked_by=INES, language="", reason_language="", answered_by=INES,
        message=InBothLanguages(
            "The figures of July are final; those of December are estimates.",
            "Цифры за июль окончательные, за декабрь — оценка.",
        ),
        reason=InBothLanguages(
            "The sample in 1.3 is that of last year. Please draw it anew.",
            "Выборка в пункте 1.3 прошлогодняя. Сделайте, пожалуйста, новую.",
        ),
    ),
    "decision": record(reason=REASON),
    "correction": record(
        side="member",
        reason={
            "en": "Two digits were exchanged when the weekly log was copied: 349 pieces were restored, not 394.",
            "ru": "При переносе из недельного журнала две цифры поменялись местами: восстановлено 349, а не 394.",
        },
        answer_name="Ines Duarte",
        answer_reason=InBothLanguages("The log of the second week is missing.", "Нет журнала второй недели."),
        decision_reason="", published_as=101, check_verdicts_by=END.date(), upheld_as=103,
        upheld_reason={
            "en": "The share of restored pieces stays under a tenth; nothing else in the reason rests on it.",
            "ru": "Доля восстановленного остаётся меньше десятой части; остальное в обосновании с ней не связано.",
        },
    ),
    "answer_until": END,
    "unanswerable": False,
    "withdrawal": record(
        of_publication=87, asked_by=record(name="Mona Halvorsen"), decided_by=record(name="Otto Brandis"),
        reason={
            "en": "It held the figures of another service.",
            "ru": "В нём были показатели другого сервиса.",
        },
        decision_reason=InBothLanguages("The figures are right after all.", "Показатели всё же верны."),
    ),
    "extension_request": record(
        requested_due_on=date(2026, 9, 11), asked_by=INES, decided_by=INES, reason=REASON,
        decision_reason=InBothLanguages(
            "The figures are compared by 5 September; send what you have.",
            "Данные сводятся к 5 сентября: пришлите то, что есть.",
        ),
    ),
    "unanswered_request": None,
    "open_request": None,
    "covered_request": None,
    "requested_due_on": date(2026, 9, 11),
    "comment": record(
        organisation=AURORA, partner=GRANITE, measure=record(code="1.4", title="Age"), due_on=date(2026, 9, 11),
        cycle=titled("January–June 2026", "январь — июнь 2026"),
        question="How well does it work?", language="en", text="Better than last year.", text_language="en",
        reason=REASON,
    ),
    "question": record(
        measure=record(code="1.4"),
        text=InBothLanguages("Who runs the service?", "Кто ведёт сервис?"),
        language="",
    ),
    "finding": record(measure=record(code="1.4"), due_on=date(2026, 9, 11)),
    "section": SECTION,
    "due_on": date(2026, 8, 24),
    "is_own": True,
    "further": 1,
    "submission": record(
        number=1, submitted_at=MOMENT, signatory_name="Ines Duarte",
        signatory_office="Vice President for Family Products", sha256="9f86d081884c7d65" * 4,
    ),
    "webhook": record(name="Reporting desk", address="https://hooks.granite.example/alliance"),
    "is_gone": False,
    "token": record(name="Reporting", organisation=GRANITE, expires_at=END, used_at=MOMENT),
    "scopes": [TokenScope.READ.label, TokenScope.REPORTS_WRITE.label],
    "sender": InBothLanguages(
        "Alliance for Children Online <portal@alliance.example>",
        "Альянс за безопасное детство в сети <portal@alliance.example>",
    ),
    "message": record(
        name="Vera Lind", email="vera@reader.example", language="en",
        text="Where can I find the reports of last year?",
    ),
    "title": PRACTICE,
    "search": InBothLanguages("first contact", "первый контакт"),
    "group": InBothLanguages("Matching", "Сопоставление"),
    "member": AURORA,
    "affiliate": GRANITE,
    "is_named": False,
    "sections": [
        record(
            group=record(name=_("Deadlines")),
            items=[record(
                subject=InBothLanguages(
                    "The reporting cycle is open: January–June 2026", "Открыт цикл отчётности: январь — июнь 2026"
                ),
                url="/workspace/reports/7/", at=MOMENT,
            )],
        ),
        record(
            group=record(name=_("Practices of others")),
            items=[record(
                subject=InBothLanguages(
                    "[TLP:GREEN] A new version of a practice that you use or follow: A slow first message",
                    "[TLP:GREEN] Новая версия практики, которую вы применяете или отслеживаете:"
                    " Медленное первое сообщение",
                ),
                url="/workspace/practices/7/", at=MOMENT,
            )],
        ),
    ],
    "week_sections": [
        record(
            key="new",
            heading=_("New for your services and harms"),
            total=2,
            more=0,
            lines=[
                record(
                    label=Label.GREEN, title=PRACTICE, language="en", url="/workspace/practices/7/",
                    about=InBothLanguages("Cedar Messenger. New version.", "Кедр Мессенджер. Новая версия."),
                    action=_("Read"),
                ),
                record(
                    label=Label.AMBER, title="", language="", url="/workspace/practices/8/", about=_("New."),
                    action=_("Read"),
                ),
            ],
        ),
        record(
            key="checks",
            heading=_("Does it still work?"),
            total=1,
            more=0,
            lines=[
                record(
                    label=Label.GREEN, title=PRACTICE, language="en", url="/workspace/practices/adoptions/7/",
                    about=InBothLanguages(
                        "Harbor Stories. A new version changed the method.",
                        "Харбор Истории. Новая версия изменила метод.",
                    ),
                    action=_("Say so"),
                ),
            ],
        ),
    ],
    "summary": InBothLanguages("2 new, 1 thing asked", "2 новые, ждёт ответа: 1"),
    "unnamed": 1,
    "n": 2,
}  # fmt: skip

NEWS = {
    "practice.share_directly": "practice.named",
    "practice.widen": "practice.named",
    "post.write": "post.question.practice",
    "post.edit": "post.mention",
}


def sample_of(key: str) -> dict[str, Any]:
    """The values of one letter: of a notice by its kind, of an account letter by its name."""
    if key.startswith("affiliation."):
        return BASE | WITHOUT_AFFILIATION | {"what": key} | OVERRIDES.get(key, {})
    return BASE | {"what": NEWS.get(key, key)} | OVERRIDES.get(key, {})


LANGUAGES = [code for code, _name in settings.LANGUAGES]
