"""A matrix of verdicts as the component draws it, and as a table to download."""

from collections.abc import Mapping
from typing import Any

from django.urls import reverse
from django.utils.html import format_html_join
from django.utils.safestring import SafeString
from django.utils.translation import gettext as _

from alliance.enums import VerdictValue
from alliance.models import Cycle
from alliance.queries.public.verdict_matrix import VerdictMatrix, VerdictMatrixRow, commitments_of
from alliance.queries.public.wording import correction_of_filing, correction_of_verdict, standing_text
from alliance.web.public.charts import member_sun
from alliance.web.public.responses import Cell
from portal.kernel.web import rows_of_table

_MOST_CELLS, _LEAST_ROWS = 120, 4


def matrix_context(matrix: VerdictMatrix, reports: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Columns and rows for `components/matrix.html`.

    `reports`: where each report is read, by its member's slug, of those that are not published yet.
    """
    columns = [
        {
            "code": commitment.code,
            "name": commitment.title,
            "short": commitment.short,
            "url": reverse("public:commitment", args=[commitment.key]),
        }
        for commitment in matrix.commitments
    ]
    return {"columns": columns, "rows": [_row(matrix, row, reports or {}) for row in matrix.rows]}


def rows_of_page(cycle: Cycle) -> int:
    """How many members one page of the cycle's matrix has: the more commitments, the fewer."""
    return rows_of_table(len(commitments_of(cycle.charter_id)), _MOST_CELLS, _LEAST_ROWS)


def links(*pairs: tuple[str, str]) -> SafeString:
    """Links at the foot of a matrix, from addresses and words."""
    return format_html_join(" ", '<a href="{}">{}</a>', pairs)


def _row(matrix: VerdictMatrix, row: VerdictMatrixRow, reports: Mapping[str, str]) -> dict[str, Any]:
    member = row.organisation
    report = reports.get(member.slug) or reverse("public:report", args=[member.slug, matrix.cycle.slug])
    return {
        "name": member.name,
        "url": reports.get(member.slug) or reverse("public:member", args=[member.slug]),
        "kind": _kind(row),
        "sun": member_sun(
            f"sun-{member.slug}",
            _("Verdicts of %(name)s") % {"name": member.name},
            row.verdicts,
            matrix.commitments,
        ),
        "counts": row.tally.counts,
        "cells": [
            {
                "code": commitment.code,
                "name": commitment.short,
                "verdict": row.verdicts.get(commitment.key, ""),
                "url": f"{report}#commitment-{commitment.key}" if commitment.key in row.verdicts else "",
                "corrected": _correction(row, commitment.key),
            }
            for commitment in matrix.commitments
        ],
    }


def _correction(row: VerdictMatrixRow, key: str) -> str:
    """What a corrected verdict was; empty for one that was not corrected."""
    before = row.corrected.get(key)
    return "" if before is None else correction_of_verdict(row.verdicts.get(key), before)


def _kind(row: VerdictMatrixRow) -> str:
    """What the member does; instead of it, why there is no report. And to which earlier version a report answers."""
    obligation = row.obligation
    before = _filing_before(row)
    if not obligation.has_filed:
        return ", ".join(filter(None, (standing_text(obligation), before)))
    return ", ".join(filter(None, (row.organisation.sector, _answers_to(row), before)))


def _filing_before(row: VerdictMatrixRow) -> str:
    """What was said of the filing before that was corrected; empty where it was not."""
    return correction_of_filing(row.obligation.report.was) if row.obligation.report else ""


def _answers_to(row: VerdictMatrixRow) -> str:
    """To which earlier version of the charter the report answers; empty where it is that of the cycle."""
    report = row.obligation.report
    version = report.earlier_version if report else None
    return _("to version %(version)s") % {"version": version} if version else ""


def matrix_table(matrix: VerdictMatrix) -> tuple[list[Cell], list[list[Cell]]]:
    """Header and rows of the matrix as a file."""
    header: list[Cell] = [
        _("Member"),
        _("Report"),
        *(f"{commitment.code} {commitment.title}" for commitment in matrix.commitments),
    ]
    rows: list[list[Cell]] = []
    for row in matrix.rows:
        words = (_cell_words(row, each.key) for each in matrix.commitments)
        standing = ", ".join(
            filter(None, (standing_text(row.obligation), _answers_to(row), _filing_before(row)))
        )
        rows.append([row.organisation.name, standing, *words])
    return header, rows


def _cell_words(row: VerdictMatrixRow, key: str) -> str:
    value, correction = row.verdicts.get(key), _correction(row, key)
    label = str(VerdictValue(value).label) if value else ""
    return f"{label} ({correction})" if correction else label
