"""The words of single letters that differ from those of all, and the roles in which some are read."""

from datetime import UTC, date, datetime

from tests.support.letter_people import (
    AURORA,
    DANA,
    DAY,
    DUE_AT,
    END,
    FOR_SIGNATURE,
    GRACE_AT,
    MOMENT,
    OTHER_SECTION,
    REASON,
    REQUEST,
    SECTION,
    STALLED,
    TO_HOST,
    Html,
    InBothLanguages,
    Overrides,
    reminder_of,
)
from tests.support.letters import record

MEMBER, HOST = "member", "secretariat"
CONCERNED, OTHERS = "the person", "administrators"
# To whom letters of a kind look different, and what makes the difference; by what their templates ask.
ROLES: dict[str, list[tuple[str, Overrides]]] = {
    "recipient.actor.is_host": [(MEMBER, {"recipient": DANA}), (HOST, TO_HOST)],
    "reader.is_concerned": [
        (CONCERNED, {"reader": record(is_concerned=True), "by": "Ines Duarte"}),
        (OTHERS, {"reader": record(is_concerned=False), "by": "Ines Duarte"}),
    ],
}
_IN_REVIEW: Overrides = TO_HOST | {
    "by": "Mona Adler",
    "note": InBothLanguages(
        "Compare the complaints with the last period.", "Сравните жалобы с прошлым периодом."
    ),
    "conclude_by": date(2026, 9, 28),
    "paused_until": date(2026, 9, 11),
    "ended_on": date(2026, 12, 31),
    "reviewer_name": "Zoya Klimova",
    "reading": record(reader=record(name="Zoya Klimova"), is_blind=True, asked_at=MOMENT),
}
WITHOUT_AFFILIATION = {"n": 0, "label": ""}
# Of one letter or kind: what it says otherwise.
OVERRIDES: dict[str, Overrides] = {
    "delegation.give": {"sections": (SECTION, OTHER_SECTION), "by": "Ines Duarte"},
    "delegation.change": {"by": "Ines Duarte"},
    "delegation.hand_on": {"by": "Ines Duarte"},
    "delegation.reopen": {"by": "Ines Duarte"},
    "measure_comment.edit": {"by": "Ines Duarte"},
    "measure_comment.write": {"by": "Ines Duarte"},
    "delegation.finish": {"is_own": False, "by": "Ines Duarte"},
    "delegation.remind": {"overdue": False},
    "delegation.take_back": {"is_own": False, "by": "Ines Duarte"},
    "follow_confirm": {
        "title": InBothLanguages("Granite Security", "Гранит Защита"),
        "recipient": record(name=""),
    },
    "follow_link": {"n": 1, "is_full": False, "recipient": record(name="")},
    "follow_digest": {
        "n": 1,
        "recipient": record(name=""),
        "followed": [
            record(
                label=InBothLanguages("Member", "Участник"),
                title=InBothLanguages("Granite Security", "Гранит Защита"),
                url="/en/members/granite-security/",
                notes=[],
                changes=[
                    record(
                        kind=InBothLanguages("Report", "Отчёт"),
                        at=MOMENT,
                        url="/en/publications/41/",
                        title=InBothLanguages(
                            "Granite Security: report, first half of 2026",
                            "Гранит Защита: отчёт, первое полугодие 2026 года",
                        ),
                        text=InBothLanguages(
                            "Verdicts: Complete – 4, Limited – 1.", "Оценки: Выполнено – 4, Частично – 1."
                        ),
                        points=[
                            InBothLanguages(
                                "1 Find and remove: Limited. Live streams are not searched yet.",
                                "1 Находить и удалять: Частично. Прямые эфиры пока не проверяются.",
                            )
                        ],
                    )
                ],
                more=0,
            )
        ],
    },
    "affiliation.approve": {"n": 2, "label": "TLP:AMBER", "member": "", "affiliate": ""},
    "affiliation.end": {"n": 2, "label": "TLP:AMBER", "member": "", "affiliate": ""},
    "correction.remind": {"look_again": False},
    "correction.drop": {
        "correction": record(
            decision_reason=InBothLanguages("Nobody could show the log.", "Журнал никто не смог показать.")
        ),
    },
    "organisation.take_back_merger": {"restored": []},
    "invited_comment.withdraw": {
        "comment": record(text="", reason=REASON),
        "measure": record(code="1.4"),
        "is_for_member": False,
    },
    "cycle.close": {"decision": None},
    "cycle.publish": {"standing": "filed"},
    "cycle.reschedule": {
        "date_change": record(
            due_on_before=date(2026, 8, 24),
            due_on=DAY,
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
    "cycle.cancel_publication": TO_HOST
    | {"is_open": True, "planned_at": datetime(2026, 10, 1, 7, 0, tzinfo=UTC)},
    "cycle.refuse_publication": TO_HOST
    | {
        "planned_at": datetime(2026, 10, 1, 7, 0, tzinfo=UTC),
        "obstacles": record(
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
    "extension_request.withdraw": TO_HOST | {"overdue": False},
    "site.set_time_zone": {"overdue": False},
    "report.extend": {
        "due_at": datetime(2026, 9, 4, 21, 0, tzinfo=UTC),
        "report": record(
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
    "person.close": {"decided": record(kind="close")},
    "person.reopen": {"decided": record(kind="reopen")},
    "person.reset_factors": {"decided": record(kind="reset_factors")},
    "person.erase": {"person": record(name=InBothLanguages("Erased person 17", "Удалённый человек 17"))},
    "practice.recall": {"title": "", "by": ""},
    "account_frozen": {"frozen_by": "Ines Duarte"},
    "factors_changed": {"change": "add_passkey"},
    "offer.make": {"title": REQUEST},
    "request.ask": {"title": REQUEST},
    "request.answer": {"title": REQUEST},
    "request.close": {"title": REQUEST},
    "test_mail": TO_HOST,
    "digest": {"label": "TLP:GREEN"},
    "weekly": {"label": "TLP:AMBER"},
    "accession.sign": TO_HOST,
    "pledge.sign": TO_HOST,
    "question.answer": TO_HOST,
    **dict.fromkeys(
        (
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
    "report.assign": _IN_REVIEW | {"note": ""},
    **dict.fromkeys(
        ("interest.declare", "interest.record", "interest.end"),
        _IN_REVIEW | {"person": record(name="Zoya Klimova"), "is_mine": False, "own_cycles": []},
    ),
    "report.ask_extension": TO_HOST,
    "publication.withdraw": TO_HOST,
    "report.respond": TO_HOST,
    "report.remind_due": reminder_of(
        "7 days left: your signature",
        "Осталось 7 дней: нужна ваша подпись",
        DUE_AT,
        is_for_signature=True,
        action=InBothLanguages("Sign and submit the report", "Подписать и подать отчёт"),
    ),
    "report.remind_overdue": reminder_of(
        "Overdue, 13 days of grace left: 12 answers are open",
        "Срок истёк, осталось 13 дней льготного срока: не хватает 12 ответов",
        GRACE_AT,
        open_answers=12,
        progress=record(required=40),
    ),
    "report.remind_changes": reminder_of(
        "Changes requested 7 days ago: correct the report and submit it again",
        "Исправления запрошены 7 дней назад: исправьте отчёт и подайте его снова",
    ),
    "report.remind_changes_due": reminder_of(
        "7 days left: correct the report and submit it again",
        "Осталось 7 дней: исправьте отчёт и подайте его снова",
        DUE_AT,
    ),
    "report.remind_response": reminder_of(
        "7 days left: your reply to the verdicts",
        "Осталось 7 дней: ваш ответ на оценки",
        DUE_AT,
        action=InBothLanguages("Write the reply", "Написать ответ"),
    ),
    "report.remind_review": TO_HOST
    | reminder_of("Waiting for 7 days: a review has to begin", "Ждёт 7 дней: пора начать проверку"),
    "report.recall": TO_HOST,
    "report.remind_resume": TO_HOST
    | reminder_of(
        "Not submitted again, 3 days late: the review can go on",
        "Не подан снова, опоздание 3 дня: проверку можно продолжить",
    ),
    "token.remind": reminder_of("", "", END),
    "organisation.remind_stalled": TO_HOST
    | {
        "stalled": record(
            headline=InBothLanguages("Nobody has taken on 6 matters", "Без движения: 6 дел"),
            reviewer=[STALLED],
            overdue=[STALLED],
            signature=[STALLED],
            changes=[STALLED],
            drafts=[STALLED],
            requests=[STALLED],
            unreachable=[record(pk=2, name=AURORA.name)],
        ),
    },
    "practice.expire_soon": reminder_of(
        "", "", DUE_AT, time=InBothLanguages("7 days left", "Осталось 7 дней")
    )
    | {"by": ""},
    "practice.expire": reminder_of("", "") | {"by": ""},
    "bundle": {
        "more": 1,
        "label": "",
        "items": [
            record(
                url="/workspace/reports/7/submit/",
                part=record(
                    subject=FOR_SIGNATURE,
                    body=Html(
                        "<p>The report is due by: <b>31 August 2026, 24:00 MSK</b>.</p>",
                        "<p>Срок подачи: <b>31 августа 2026 г., 24:00 МСК</b>.</p>",
                    ),
                    action=InBothLanguages("Sign and submit the report", "Подписать и подать отчёт"),
                ),
            ),
            record(
                url="/workspace/tokens/",
                part=record(
                    subject=InBothLanguages(
                        "14 days left: your token Reporting expires",
                        "Осталось 14 дней: истекает ваш токен Reporting",
                    ),
                    body=Html(
                        "<p>It works until: <b>28 August 2026, 24:00 MSK</b>.</p>",
                        "<p>Действует до: <b>28 августа 2026 г., 24:00 МСК</b>.</p>",
                    ),
                    action=InBothLanguages("View your tokens", "Посмотреть токены"),
                ),
            ),
        ],
    },
    "practice.submit": TO_HOST,
    "opening.propose": TO_HOST,
    "practice.propose_update": TO_HOST,
    "file.flag": TO_HOST,
    "file.damage": TO_HOST,
}
# What a letter about a practice or a request says, where the name of its kind is not the sentence.
