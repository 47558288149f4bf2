"""The account of a pledge beyond the charter in a report: one text, written and saved as those of the measures are."""

from collections.abc import Sequence
from functools import cached_property
from typing import Self
from uuid import UUID

from django.http import Http404, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.models import Pledge
from alliance.queries.report_frame import PLEDGE_LIMIT
from alliance.queries.working_copy import WorkingCopy, with_texts_read_anew, working_copy
from alliance.web.corrections.links import report_corrections
from alliance.web.forms.working_copy import AnswerForm
from alliance.web.workspace.editor_fields import EditorField
from alliance.web.workspace.editor_parts import pledge_prefix
from alliance.web.workspace.editor_saving import save_editor, with_conflict_decisions
from alliance.web.workspace.reports import get_report, report_context
from alliance.web.workspace.text_editor import TextEditor
from portal.kernel.web import ActorRequest


class PledgeAccountEditor(TextEditor):
    """The form of one text: what a member did for a pledge of its own."""

    limit = PLEDGE_LIMIT

    def __init__(self, copy: WorkingCopy, pledge: Pledge, data: QueryDict | None = None) -> None:
        super().__init__(copy, data)
        self.pledge: Pledge = pledge

    @cached_property
    def texts(self) -> Sequence[EditorField]:
        prefix = pledge_prefix(self.pledge.record)
        is_posted = any(name.startswith(f"{prefix}-") for name in self.data or ())
        form = AnswerForm(
            self.data if is_posted else None,
            prefix=prefix,
            answer=self.copy.answers.get(self.pledge.record),
            limit=self.limit,
            label=_("What you did"),
        )
        return [EditorField(form, self.pledge)]

    @property
    def account(self) -> EditorField:
        return self.texts[0]

    def read_anew(self) -> WorkingCopy:
        return with_texts_read_anew(self.copy)

    def _made_anew(self, copy: WorkingCopy, left: set[str], *, with_saved: bool) -> Self:
        return type(self)(copy, self.pledge)


@require_http_methods(["GET", "HEAD", "POST"])
def report_pledge(request: ActorRequest, pk: int, record: UUID) -> HttpResponse:
    """Form to report on a pledge beyond the charter, which saves itself."""
    report = get_report(request, pk, "report.edit" if request.method == "POST" else "")
    copy = working_copy(report)
    pledge = next((row for row in copy.frame.own_pledges if row.record == record), None)
    if pledge is None:
        raise Http404
    editor = PledgeAccountEditor(copy, pledge, with_conflict_decisions(request))
    return _page(request, editor) if editor.data is None else save_editor(request, editor, _page)


def _page(request: ActorRequest, editor: PledgeAccountEditor, status: int = 200) -> HttpResponse:
    report = editor.copy.frame.report
    context = {
        **report_context(request, editor.copy),
        **report_corrections(request.actor, report),
        "pledge": editor.pledge,
        "editor": editor,
        "entry": editor.account,
    }
    if not context["editable"]:
        editor.lock()
    return render(request, "alliance/workspace/report_pledge.html", context, status=status)
