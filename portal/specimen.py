"""The specimen of every component, state and scheme, served in the demonstration and in debugging only.

It is in English alone: it is for developers, and every company and figure on it is fictional.
"""

from datetime import UTC, datetime

from django import forms
from django.conf import settings
from django.core.paginator import Paginator
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import translation
from django.views.decorators.http import require_safe

from portal.kernel.charts import Ray, SunMark

NOW = datetime(2026, 8, 14, 13, 20, tzinfo=UTC)
DIGEST = "41be97c2f0a6d85e0b73c2d91f8a4e65d0c81b7a93f25e4c7c3390fe12ab46d8"
SCHEMES = (
    ("light", "Light"),
    ("dark", "Dark"),
    ("black-on-white", "Black on white"),
    ("white-on-black", "White on black"),
    ("blue", "Blue"),
)
VERDICTS = ("complete", "substantial", "limited", "not_started", "no_evidence", "not_due")
LEVELS = {"complete": 5, "substantial": 4, "limited": 3, "not_started": 2, "no_evidence": 1, "not_due": 0}
COLUMNS = (
    ("Find harmful content ourselves", "Find"),
    ("Remove illegal content", "Remove"),
    ("Answer complaints quickly", "Answer"),
    ("Teach digital literacy", "Teach"),
    ("Make content worth having", "Make"),
    ("Share what works", "Share"),
    ("Talk with state and society", "Talk"),
    ("Work across borders", "Cooperate"),
    ("Listen to children", "Listen"),
    ("Follow the platform laws", "Comply"),
)
ROWS = (
    ("Aurora Video", "Video hosting", "scssccsscc"),
    ("Cedar Messenger", "Messenger", "lsllnlsnes"),
    ("Ember Games", "Games, since March", "lsl-sn--l-"),
    ("Granite Security", "Security software", "ccscsccclc"),
)
LETTERS = {
    "c": "complete",
    "s": "substantial",
    "l": "limited",
    "n": "not_started",
    "e": "no_evidence",
    "-": "not_due",
}


class SpecimenForm(forms.Form):
    """One field of each kind, some of them wrong."""

    share = forms.DecimalField(
        label="Share finished",
        help_text="Per cent of the lessons begun, for example 31.5",
        widget=forms.TextInput(attrs={"inputmode": "decimal"}),
        error_messages={
            "invalid": "Write a number from 0 to 100. “About a third” is none; an estimate takes two bounds."
        },
    )
    unit = forms.CharField(label="Unit", error_messages={"required": "The share finished needs its unit."})
    reason = forms.CharField(label="Reason", widget=forms.Textarea(attrs={"rows": 3}), required=False)
    service = forms.ChoiceField(label="Service", choices=[("a", "Aurora Video"), ("k", "Aurora Kids")])
    due = forms.DateField(label="Due", widget=forms.DateInput(attrs={"type": "date"}), required=False)
    disclosure = forms.ChoiceField(
        label="Who may read it",
        widget=forms.RadioSelect,
        choices=[("public", "Public"), ("secretariat", "Secretariat only")],
        help_text="Publicly the second reads “withheld”.",
    )
    estimate = forms.BooleanField(
        label="This is an estimate", required=False, help_text="Then give two bounds."
    )
    final = forms.BooleanField(
        label="Record it although it cannot be taken back",
        error_messages={
            "required": "Beacon Search has already submitted a report for a period that ends on that day or later."
        },
    )
    evidence = forms.FileField(
        label="Evidence", required=False, help_text="PDF, XLSX, CSV, PNG or JPEG, up to 25 MB."
    )


@require_safe
def components(request: HttpRequest) -> HttpResponse:
    """Specimen of all interface components; 404 outside debug mode and the demonstration."""
    if not (settings.DEBUG or settings.DEMO):
        raise Http404
    with translation.override("en"):
        return render(request, "portal/components.html", specimen())


def specimen() -> dict[str, object]:
    rows = [_row(number, *row) for number, row in enumerate(ROWS)]
    counts = _counts("".join(letters for _name, _kind, letters in ROWS))
    return {
        "schemes": [(key, name, _sun(f"scheme-{key}", "scslnceslc")) for key, name in SCHEMES],
        "verdicts": VERDICTS,
        "labels": ("RED", "AMBER", "AMBER+STRICT", "GREEN", "CLEAR"),
        "columns": [
            {"code": str(code), "name": name, "short": short, "url": "#"}
            for code, (name, short) in enumerate(COLUMNS, start=1)
        ],
        "rows": rows,
        "counts": counts,
        "total": sum(count for _verdict, count in counts),
        "most": max(count for _verdict, count in counts),
        "form": SpecimenForm({"share": "About a third", "unit": "", "service": "a", "disclosure": "public"}),
        "publications": PUBLICATIONS,
        "page": Paginator(range(10_408), 50).page(25),
        "digest": DIGEST,
        "now": NOW,
        "receipt": (
            ("Report", "Aurora Video, January–June 2026"),
            ("Signed by", "M. Okafor, Chief Trust Officer"),
        ),
        "public_items": (
            "8 reports, 312 figures",
            "76 verdicts and 5 replies",
            "0 of the 41 figures kept with the secretariat",
        ),
        "faults": (
            ("#id_share", "2.2, Stories: 10,940 is more than the 9,874 removed in all"),
            ("#id_unit", "4.1: the share finished needs its unit"),
        ),
        "thread": THREAD,
        "people": PEOPLE,
    }


def _row(number: int, name: str, kind: str, letters: str) -> dict[str, object]:
    verdicts = [LETTERS[letter] for letter in letters]
    return {
        "name": name,
        "kind": kind,
        "url": "#",
        "sun": _sun(f"row-{number}", letters),
        "counts": _counts(letters),
        "cells": [
            {"code": str(code), "verdict": verdict, "url": "#"}
            for code, verdict in enumerate(verdicts, start=1)
        ],
    }


def _counts(letters: str) -> list[tuple[str, int]]:
    return [(verdict, [LETTERS[letter] for letter in letters].count(verdict)) for verdict in VERDICTS]


def _sun(name: str, letters: str) -> SunMark:
    rays = [Ray(LEVELS[LETTERS[letter]]) for letter in letters]
    names = {level: verdict.replace("_", " ") for verdict, level in LEVELS.items()}
    return SunMark(name=name, title="A sun of verdicts", rays=rays, level_names=names)


PUBLICATIONS = (
    {
        "iso": "2026-09-18T09:00:00+03:00",
        "day": "18 Sep",
        "kind_word": "Correction",
        "tone": "warm",
        "title": "Aurora Video corrects “pieces actioned”, Aurora Live",
        "url": "#",
        "text": "41,882 became 43,107; the earlier value stays readable. A counter missed three days in May.",
        "number": 1284,
    },
    {
        "iso": "2026-09-17T09:00:00+03:00",
        "day": "17 Sep",
        "kind_word": "Reply",
        "tone": "3",
        "title": "Cedar Messenger replies to the verdict on commitment 9",
        "url": "#",
        "text": "“The first meeting of our youth panel took place on 4 July, after the period closed.”",
        "number": 1283,
    },
    {
        "iso": "2026-09-15T09:00:00+03:00",
        "day": "15 Sep",
        "kind_word": "Verdicts",
        "tone": "accent",
        "title": "Cycle January–June 2026: 76 verdicts on eight reports",
        "url": "#",
        "text": "All eight members filed; one with an extension of ten days.",
        "number": 1282,
    },
)
THREAD = (
    {
        "name": "Elin Rask",
        "at": NOW,
        "text": "Does “finished” count a lesson that was skipped to the end?",
        "tone": 5,
    },
    {
        "name": "Nadia Brandt",
        "organisation": "Cedar Messenger",
        "at": NOW,
        "text": "No. Each screen must be open for four seconds.\nThe rule is on the second sheet.",
        "tone": 4,
        "reply": True,
        "role": "author",
    },
)
PEOPLE = (
    {"name": "Sana Noor", "location": "2.2, figures", "tone": 1},
    {"name": "Tomás Moreno", "location": "2.2, typing in “What you did”", "tone": 3},
    {"name": "Jana Kask", "location": "9.1, for 12 minutes", "tone": 2},
)
