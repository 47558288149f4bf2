"""The made-up page that the typesetting tests print, in English and in Russian."""

from decimal import Decimal

from portal.kernel.charts import LineChart, Point, Series, Step, Target

_DIGEST = "41be97c2f0a6d85e0b73c2d91f8a4e65d0c81b7a93f25e4c7c3390fe12ab46d8"


def chart() -> bytes:
    """Nine half-years with a change of definition and a target."""
    values = [61, 64, 68, 71, 74, 66, 71, 76, 81]
    points = [Point(x, Decimal(y), breaks_before=x == 5, reason="streams too") for x, y in enumerate(values)]
    drawing = LineChart(
        name="found-first",
        title="Found before any complaint",
        steps=[Step("", str(2022 + x // 2)) for x in range(9)],
        series=[Series("", points)],
        targets=[Target(Decimal(85), "pledged 85 %")],
        suffix=" %",
        floor=Decimal(40),
        ceiling=Decimal(100),
        width=700,
        height=190,
    )
    return drawing.svg.encode()


def _row(name: str, unit: str, *cells: object) -> dict[str, object]:
    return {"name": name, "unit": unit, "cells": list(cells)}


def _absent(kind: str, text: str) -> dict[str, str]:
    return {"kind": kind, "text": text}


def english() -> dict[str, object]:
    """The page of the mock-up, number for number."""
    corrected = {"kind": "corrected", "text": "43,107", "was": "41,882", "sign": "c"}
    estimate = {"kind": "estimate", "text": "≈ 61 %", "aside": "54–68"}
    not_measured, withheld = _absent("not_measured", "Not measured"), _absent("withheld", "Withheld")
    return {
        "house": "Alliance for Children Online",
        "running": "Aurora Video · Report for January–June 2026",
        "revision": "Revision 2, 18 September 2026",
        "record": "Publication No. 1284 ·",
        "digest": _DIGEST,
        "check": "Check it at record.example/p/1284 · demonstration: every company and figure is fictional",
        "of": "of",
        "number": "1",
        "heading": "Find harmful content ourselves",
        "lead": "Measure 1.1. Pledged on 14 March 2025 for three services: "
        "85 % found before any complaint by June 2027.",
        "answer": {
            "label": "What Aurora Video did",
            "text": "We now check every upload within four minutes of publication and every live broadcast "
            "every ninety seconds. In March we moved the queue from “oldest first” to “greatest risk to a "
            "child first”; a moderator decides every case in which a child may be recognised.\n\n"
            "On Aurora Live we began to measure in May, so the half-year figure is an estimate.",
        },
        "figures": {
            "label": "Figures",
            "note": "January–June 2026, by service",
            "header": ["Indicator", "Aurora Video", "Aurora Kids", "Aurora Live", "All", "Before"],
            "rows": [
                _row(
                    "Content actioned", "pieces", "1,204,318", "38,940", corrected, "1,286,365", "1,213,552"
                ),
                _row("Found before any complaint", "share", "81.3 %", "96.0 %", estimate, "81.1 %", "76.0 %"),
                _row("Median time to removal", "hours", "3.2", "0.9", "0.4", "–", "–"),
                _row("Made to the hotline", "reports", "1,204", _absent("zero", "0"), "87", "1,291", "1,230"),
                _row(
                    "Suspected under 13, removed",
                    "accounts",
                    "18,406",
                    _absent("not_applicable", "Not applicable"),
                    not_measured,
                    "18,406",
                    "18,045",
                ),
                _row(
                    "Moderators who know the language", "people", withheld, withheld, withheld, "412", "394"
                ),
            ],
            "legend": [
                [
                    "c",
                    "Corrected on 18 September 2026: 41,882 became 43,107. A counter was down.",
                ],
                ["Withheld", "figures are with the secretariat; the total is public."],
                ["≈", "is an estimate with its bounds at 95 %. “Before” is July–December 2025."],
            ],
        },
        "chart": {
            "label": "Found before any complaint",
            "note": "% of pieces actioned, all services",
            "alt": "A line from 61 to 74 %, a change of definition, then 66 to 81 %; the target is 85 %.",
        },
        "other": {
            "label": "Independent counts",
            "stats": [
                ["1,291", "reports that Aurora Video says it made"],
                ["1,338", "reports that the hotline says it received"],
                ["3.6 %", "difference: at most 10 % of the independent count, no note required"],
            ],
        },
        "level": {
            "label": "Verdict",
            "note": "Secretariat, 10 September 2026",
            "level": 4,
            "word": "Substantial",
            "reason": "The search covers all three services and the share found before a complaint rose by "
            "five points. Live broadcasts were measured for only two months.",
            "history": [{"level": 3, "text": "2024 H2"}, {"level": 4, "text": "2025 H1"}],
        },
        "reply": {
            "label": "Aurora Video’s reply",
            "text": "We accept the verdict. Age signals on live broadcasts go on trial in October.",
            "signed": "M. Okafor, Chief Trust Officer, 13 September 2026",
        },
    }


def russian() -> dict[str, object]:
    """The same page with Russian words."""
    return english() | {
        "house": "Альянс за безопасное детство в сети",
        "running": "Aurora Video · Отчёт за январь–июнь 2026 г.",
        "revision": "Редакция 2, 18 сентября 2026 г.",
        "record": "Публикация № 1284 ·",
        "check": "Проверить: record.example/p/1284 · демонстрация: все компании и цифры вымышлены",
        "of": "из",
        "heading": "Находить и ограничивать вредный для детей контент по собственной инициативе",
        "lead": "Мера 1.1. Обязательство от 14 марта 2025 г. для трёх сервисов: "
        "85 % находят до первой жалобы к июню 2027 г.",
        "answer": {
            "label": "Что сделала Aurora Video",
            "text": "Участник не ждёт жалобы. Он сам ищет на своих сервисах незаконную информацию и контент, "
            "способный навредить здоровью и развитию детей, ограничивает к нему доступ и рассказывает, "
            "сколько нашёл, как быстро и каким способом.",
        },
        "level": {
            "label": "Оценка",
            "note": "Секретариат, 10 сентября 2026 г.",
            "level": 4,
            "word": "Существенно",
            "reason": "Поиск охватывает все три сервиса, доля найденного до жалобы выросла.",
            "history": [{"level": 3, "text": "2024-II"}, {"level": 4, "text": "2025-I"}],
        },
        "reply": {
            "label": "Ответ Aurora Video",
            "text": "Мы принимаем оценку. В октябре попробуем метод, которым поделилась Harbor Social.",
            "signed": "М. Окафор, 13 сентября 2026 г.",
        },
    }
