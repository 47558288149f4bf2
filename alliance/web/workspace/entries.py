"""One form of the editor's page, with what stands around it: findings, the last period, a colleague's words."""

from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from django.utils.translation import gettext as _

from alliance.models import Answer, Figure, Indicator
from alliance.queries.public.wording import said_value, status_text
from alliance.queries.report_frame import RequestedFigure
from alliance.web.forms.working_copy import DraftForm
from portal.kernel import clock
from portal.kernel.templatetags.portal_ui import figure as written


@dataclass
class Clash:
    """Somebody else's words beside mine; both are kept, a person chooses."""

    subject: Indicator | None
    theirs: Any
    mine: Any
    at: datetime = field(default_factory=clock.now)

    @property
    def their_version(self) -> int:
        """0 where they have emptied the place of a figure."""
        return self.theirs.version if self.theirs else 0

    @property
    def who(self) -> str:
        """Their name; nothing of somebody who left, or emptied the place of a figure."""
        writer = self.theirs.updated_by if self.theirs else None
        return writer.name if writer else ""

    @property
    def their_words(self) -> str:
        return self._words(self.theirs)

    @property
    def my_words(self) -> str:
        return self._words(self.mine)

    @property
    def can_be_joined(self) -> bool:
        """Texts can stand one after the other; of two figures only one holds."""
        return isinstance(self.theirs, Answer)

    def _words(self, said: Any) -> str:
        """A text, a number, an answer in words, or why there is none."""
        if isinstance(said, str):
            return said
        if isinstance(said, Answer):
            return said.text
        if said is None or self.subject is None:
            return _("Nothing")
        return figure_words(self.subject, said) or status_text(said.status)


def figure_words(indicator: Indicator, given: Any) -> str:
    """What a figure says, in the reader's language: a number, yes, no, a choice; empty without a value."""
    return said_value(indicator, given.value, given.choice) or written(given.value)


@dataclass
class Entry:
    """One form of the page, with what stands around it."""

    form: DraftForm
    subject: Indicator
    target: RequestedFigure | None = None  # of a figure
    part: str = ""  # the title of a breakdown's cell
    last: str = ""  # what the last period said
    reference: Any = None
    findings: list[str] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    clash: Clash | None = None
    saved: bool = False

    @property
    def prefix(self) -> str:
        return self.form.prefix or ""

    @property
    def stored(self) -> Answer | Figure | None:
        return getattr(self.form, "stored", None) or getattr(self.form, "answer", None)

    @property
    def errors(self) -> list[str]:
        """What is to be put right: what the form could not take, else what the checks found in what it took."""
        if not self.form.is_bound:
            return self.findings
        typed = [str(error) for errors in self.form.errors.values() for error in errors]
        return typed or self.findings

    @property
    def where(self) -> str:
        """The place in words: the service, the indicator, the part."""
        service = self.target.service if self.target else None
        words = (service.name if service else "", self.subject.title, self.part)
        return ", ".join(word for word in words if word)
