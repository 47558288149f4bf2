"""The people, organisations and days of the pictures of letters, in both languages."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from types import SimpleNamespace
from typing import Any

from django.utils.translation import get_language

from tests.support.letters import Named, record

Overrides = Mapping[str, Any]


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


def named_organisation(english: str, russian: str, forms: str) -> Named:
    """With its forms by case, as the demonstration has them."""
    cases = ("genitive", "dative", "accusative", "instrumental", "prepositional")
    name = InBothLanguages(english, russian)
    return Named(name=name, short_name=name, name_forms=dict(zip(cases, forms.split("|"), strict=True)))


def titled(english: str, russian: str) -> SimpleNamespace:
    return record(title=InBothLanguages(english, russian))


GRANITE = named_organisation(
    "Granite Security", "Гранит Защита",
    "Гранит Защиты|Гранит Защите|Гранит Защиту|Гранит Защитой|Гранит Защите",
)  # fmt: skip
AURORA = named_organisation(
    "Aurora Video", "Аврора Видео", "Авроры Видео|Авроре Видео|Аврору Видео|Авророй Видео|Авроре Видео"
)
DAY, MOMENT = date(2026, 8, 31), datetime(2026, 8, 14, 8, 5, tzinfo=UTC)
END = datetime(2026, 8, 28, 21, 0, tzinfo=UTC)  # midnight in Moscow
INES = record(name="Ines Duarte")
REASON = InBothLanguages(
    "The register of services was closed for a week in August.",
    "В августе реестр сервисов неделю был недоступен.",
)
DANA = record(name="Dana Kessler", actor=record(is_host=False), time_zone="Asia/Vladivostok")
MONA = record(name="Mona Adler", actor=record(is_host=True), time_zone="")
TO_HOST: Overrides = {"recipient": MONA, "url": "/secretariat/"}
REQUEST = InBothLanguages(
    "How do others check voices in live streams?", "Как проверяют голос в прямых эфирах?"
)
PRACTICE = InBothLanguages("A slow first message", "Медленное первое сообщение")


SECTION = record(
    code="1.4", title=InBothLanguages("Measure how much is still seen", "Измерять, сколько остаётся видимым")
)
OTHER_SECTION = record(
    code="2.1", title=InBothLanguages("Act on a notice at once", "Реагировать на обращения сразу")
)


class Html(InBothLanguages):
    """Such words with their tags."""

    def __html__(self) -> str:
        return str(self)


def reminder_of(
    english: str, russian: str, ends_at: datetime | None = None, **changes: Any
) -> dict[str, Any]:
    """A reminder in time, as its reader finds it."""
    values = {
        "time": InBothLanguages("14 days left", "Осталось 14 дней"),
        "headline": InBothLanguages(english, russian),
        "action": InBothLanguages("Open the report", "Открыть отчёт"),
        "on": DAY,
        "planned_on": date(2999, 1, 1),
        "ends_at": ends_at,
        "open_answers": 0,
        "is_for_signature": False,
        "is_last_day": False,
    }
    return {"reminder": record(**values | changes)}


DUE_AT, GRACE_AT = datetime(2026, 8, 31, 21, 0, tzinfo=UTC), datetime(2026, 9, 14, 21, 0, tzinfo=UTC)
FOR_SIGNATURE = InBothLanguages(
    "7 days left: your signature (report for January–June 2026)",
    "Осталось 7 дней: нужна ваша подпись (отчёт за январь — июнь 2026)",
)
STALLED = record(
    since=DAY,
    report=record(
        pk=7, due_on=date(2026, 9, 14), deadline=date(2026, 9, 14), organisation=GRANITE,
        cycle=record(title=InBothLanguages("January–June 2026", "январь — июнь 2026"), slug="2026-h1"),
        reviewer=record(name="Rita Sandoval"),
    ),
)  # fmt: skip
