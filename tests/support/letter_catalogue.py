"""Every letter as a table and as pictures, for `docs/letters.md`; `write_letters` writes both."""

import io
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from django.utils import translation
from django.utils.html import format_html
from PIL import Image
from playwright.sync_api import sync_playwright

from portal.kernel.journal import sentence_for
from portal.kernel.mail import render_letter
from portal.kernel.notices import group_of, notice_kinds, notice_of
from tests.support import browser as browsers
from tests.support.letter_occasions import TO_WHOM, WHEN
from tests.support.letter_overrides import HOST, ROLES
from tests.support.letter_samples import LANGUAGES, sample_of
from tests.support.letters import LETTERS, TEMPLATES

ROOT = Path(__file__).resolve().parents[2]
DOCUMENT, PICTURES = ROOT / "docs/letters.md", ROOT / "docs/img/letters"
_WIDTH, _COLOURS = 600, 48
_START, _END = "<!-- letters -->", "<!-- end of letters -->"


@dataclass(frozen=True, slots=True)
class LetterRow:
    """One letter to one role: what is known of it, and its values for the picture."""

    key: str
    template: str
    role: str
    when: str
    to_whom: str
    group: str
    turned_off: str
    context: Any
    by_email: bool = True

    @property
    def picture(self) -> str:
        """The file name of its picture."""
        role = f"-{self.role.split()[-1]}" if self.role else ""
        return f"{self.key.replace('.', '_')}{role}.png"


def letter_rows() -> list[LetterRow]:
    """Every letter: notices by their kinds, then those to one person alone."""
    rows = [row for kind in notice_kinds() for row in _rows_of_notice(kind)]
    templates = {notice_of(kind).template for kind in notice_kinds()}
    account_letters = [template for template in LETTERS if template not in templates | {_BASE_OF_NEWS}]
    return rows + [_account_letter(template) for template in account_letters]


_BASE_OF_NEWS = "practices/email/news.html"


def _rows_of_notice(kind: str) -> Iterator[LetterRow]:
    """One row, or one for each role that reads something else."""
    notice = notice_of(kind)
    for role, changes in _roles(notice.template):
        group = group_of(notice.group_at(role == HOST))
        always = str(group.always) if group else ""
        turned_off = "no" if always else "yes, unless it is compulsory" if notice.compulsory else "yes"
        unsubscribe = {"unsubscribe_url": "" if always else "/notifications/off/…/"}
        yield LetterRow(
            kind,
            notice.template,
            role,
            WHEN.get(kind) or sentence_for(kind),
            TO_WHOM[kind],
            str(group.name) if group else "",
            turned_off if notice.by_email else "inbox only",
            {**sample_of(kind), **unsubscribe, **changes},
            notice.by_email,
        )


def _roles(template: str) -> list[tuple[str, Any]]:
    """The roles for which the template differs; one without a name where it does not."""
    source = (TEMPLATES / template).read_text(encoding="utf-8")
    return next((roles for asked, roles in ROLES.items() if asked in source), [("", {})])


def _account_letter(template: str) -> LetterRow:

    key = Path(template).stem
    is_digest = key in ("bundle", "digest")
    group = None if is_digest else group_of("security")
    context = sample_of(key) | ({} if is_digest else {"unsubscribe_url": ""})
    return LetterRow(
        key,
        template,
        "",
        WHEN[key],
        TO_WHOM[key],
        str(group.name) if group else "",
        "yes" if is_digest else "no",
        context,
    )


# --- The table -------------------------------------------------------------------------------


def table() -> str:
    """Markdown: a row for each letter and role, in both languages at once."""
    cells = ["letter", "role", "sent when", "to whom", "group", "can be turned off"]
    lines = ["| " + " | ".join([*cells, "English and Russian"]) + " |", "|---" * 7 + "|"]
    for row in letter_rows():
        picture = f"[![{row.key}{row.role and f', {row.role}'}](img/letters/{row.picture})](img/letters/{row.picture})"
        shown = picture if row.by_email else ""
        values = [f"`{row.key}`", row.role, row.when, row.to_whom, row.group, row.turned_off, shown]
        lines.append("| " + " | ".join(values) + " |")
    return "\n".join(lines)


def document() -> str:
    """The document with its table made anew."""
    before, _start, rest = DOCUMENT.read_text(encoding="utf-8").partition(_START)
    return f"{before}{_START}\n\n{table()}\n\n{_END}{rest.partition(_END)[2]}"


# --- The pictures ----------------------------------------------------------------------------


def write_pictures() -> int:
    """Make every picture anew and remove those of letters that are gone; returns how many there are."""

    pages = {row.picture: _letters_of(row) for row in letter_rows() if row.by_email}
    PICTURES.mkdir(parents=True, exist_ok=True)
    for path in PICTURES.glob("*.png"):
        path.unlink()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(**browsers.launch_arguments())
        page = browser.new_page(viewport={"width": _WIDTH, "height": 300}, color_scheme="light")
        for name, letters in pages.items():
            shots = []
            for html in letters:
                page.set_content(html)
                shots.append(page.screenshot(full_page=True))
            (PICTURES / name).write_bytes(side_by_side(shots))
        browser.close()
    return len(pages)


def _letters_of(row: LetterRow) -> list[str]:
    """The HTML of the letter in each language, under its subject as a mail program shows it."""

    letters = []
    for language in LANGUAGES:
        with translation.override(language):
            letter = render_letter(row.template, row.context)
            head = format_html(
                '<p style="margin:0;padding:14px 20px;background:#fff;border-bottom:1px solid #d5dcdd">'
                '<span style="font-size:13px;color:#475862">{}</span><br><b>{}</b></p>',
                str(row.context["site"].name),
                letter.subject,
            )
        letters.append(letter.html.replace("<body>", f"<body>{head}"))
    return letters


def side_by_side(shots: list[bytes]) -> bytes:
    """One compact PNG of several pictures beside each other."""
    images = [Image.open(io.BytesIO(shot)).convert("RGB") for shot in shots]
    height = max(image.height for image in images)
    ground = images[0].getpixel((2, images[0].height - 1))  # the letter's own, below the shorter one too
    canvas = Image.new("RGB", (sum(image.width for image in images), height), ground)
    left = 0
    for image in images:
        canvas.paste(image, (left, 0))
        left += image.width
    stream = io.BytesIO()
    canvas.quantize(_COLOURS, dither=Image.Dither.NONE).save(stream, "PNG", optimize=True)
    return stream.getvalue()
