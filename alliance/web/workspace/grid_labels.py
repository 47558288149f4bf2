"""The labels by which a pasted block names rows and columns of a report's grid, in every language of the portal."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from django.utils.translation import override

from alliance.enums import Period
from alliance.models import Service
from alliance.validators.cell_texts import folded
from alliance.validators.cells import PERIOD
from alliance.web.workspace.editor_parts import EditorLine, EditorParts
from alliance.web.workspace.report_grid import ReportGrid
from portal.kernel.text import LANGUAGES

WHOLE = (
    "organisation", "organization", "whole organisation", "the whole organisation", "total",
    "организация", "вся организация", "организация в целом", "итого", "всего",
)  # fmt: skip


@dataclass(frozen=True)
class Owner:
    """A column that a label names: a service's, or that of the whole organisation (None)."""

    owner: Service | None


def owner_labels(grid: ReportGrid) -> dict[str, Owner]:
    """The services by their names and keys, and the words for the whole organisation."""
    labels = {word: Owner(None) for word in WHOLE}
    for service in grid.copy.frame.services:
        names = [getattr(service, f"name_{language}") for language in LANGUAGES]
        labels |= {folded(name): Owner(service) for name in (*names, service.slug) if name}
    return labels


def line_labels(grid: ReportGrid) -> dict[str, list[EditorLine]]:
    """The lines by their titles in each language, by their keys, and by title and unit."""
    labels: dict[str, list[EditorLine]] = {}
    for parts in {id(parts): parts for parts in grid.parts_of.values()}.values():
        titles = _titles_of_parts(parts)
        for line in parts.lines:
            for label in _labels_of(line, titles):
                lines = labels.setdefault(folded(label), [])
                if line not in lines:
                    lines.append(line)
    labels.pop("", None)
    return labels


def _titles_of_parts(parts: EditorParts) -> Mapping[tuple[int, int], list[str]]:
    """The titles of the cells in each language, by the id of the indicator and the number of the line."""
    if not any(line.cell for line in parts.lines):
        return {}
    titles: dict[tuple[int, int], list[str]] = {}
    for language in LANGUAGES:
        with override(language):
            for line in EditorParts(parts.required).lines:
                if line.cell:
                    titles.setdefault((line.indicator.pk, line.number), []).append(line.title)
    return titles


def _labels_of(line: EditorLine, titles_of_parts: Mapping[tuple[int, int], list[str]]) -> Iterator[str]:
    indicator = line.indicator
    titles = [title for language in LANGUAGES if (title := getattr(indicator, f"title_{language}"))]
    if line.cell:
        own = titles_of_parts[indicator.pk, line.number]
        yield from own
        yield line.cell
        if indicator.period in Period:
            yield line.cell.removeprefix(f"{PERIOD}=")
        yield from (f"{title}: {part}" for title in titles for part in own)
        return
    yield indicator.key
    for title in titles:
        yield title
        yield f"{title}, {indicator.get_unit_display()}"
        yield f"{title} ({indicator.get_unit_display()})"
