"""The conversation between colleagues beside a measure of their report: the panel, its page, and each act."""

from collections.abc import Callable

from django.contrib import messages
from django.core.paginator import Paginator
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils.text import Truncator, get_text_list
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.models import Measure, MeasureComment, Report
from alliance.queries.measure_comments import (
    LastShown,
    Mentions,
    all_comments,
    colleagues_to_mention,
    comments_of,
    measure_that_left,
    message_url,
)
from alliance.queries.report_frame import report_frame
from alliance.services import measure_comments as services
from alliance.web.area import posted_data
from alliance.web.confirm import Confirmation, confirm
from alliance.web.forms.delegations import CommentForm, SettleForm
from alliance.web.workspace.measure_thread import answered_comment, make_thread
from alliance.web.workspace.reports import get_report
from portal.kernel.access import Actor
from portal.kernel.errors import WrongState
from portal.kernel.text import whole_number
from portal.kernel.web import (
    ActorRequest,
    get_visible_or_404,
    posts,
    redirect_refused,
    referring_path,
    refusals_on,
    typed_words,
)

_PAGE = 15  # messages of two thousand letters: a page of them stays within 150 kB
_NAV = "workspace:report-list"


@require_http_methods(["GET", "HEAD", "POST"])
def measure_comments(request: ActorRequest, pk: int, measure: str) -> HttpResponse:
    """The whole conversation between colleagues beside a measure; a post adds a message to it.

    It goes on where the measure has left the report, which the page says.
    """
    report = get_report(request, pk, "measure_comment.write" if request.method == "POST" else "")
    required = report_frame(report).required_measure(measure)
    subject = required.measure if required else measure_that_left(report, measure)
    if subject is None:
        raise Http404
    if request.method == "HEAD":  # it is asked whether the page can be opened, and nobody has read it
        return HttpResponse()
    form = None
    if request.method == "POST":
        people = colleagues_to_mention(request.actor, report.organisation)
        form = CommentForm(posted_data(request), people=people)
        if form.is_valid() and _write(request, report, subject, form):
            return redirect(f"{_page_before(request, report, subject, has_left=required is None)}#thread")
    return _page(request, report, subject, form, has_left=required is None)


def _write(request: ActorRequest, report: Report, measure: Measure, form: CommentForm) -> bool:
    data, parent = form.cleaned_data, answered_comment(request, report, measure)
    with refusals_on(form):
        if data["parent"] and parent is None:
            services.refuse_answer_to_deleted()
        comment = services.write_comment(
            request.actor, report, measure, data["text"], parent=parent, mentions=data["mention"]
        )
    if not form.is_valid():
        if parent is None:  # sent again, it begins a conversation
            form.renew(parent="")
        return False
    messages.success(request, _("Your message is there for your colleagues."))
    _say_who_is_notified(request, comment.mentions)
    return True


def _say_who_is_notified(request: ActorRequest, mentions: Mentions) -> None:
    """Who is notified, who cannot be and why, and which names are nobody's here."""
    if mentions.notified:
        names = get_text_list([each.name for each in mentions.notified], _("and"))
        messages.info(request, _("Notified: %(names)s.") % {"names": names})
    for each in mentions.left_out:
        words = {"name": each.name, "reason": each.left_out}
        messages.warning(request, _("Not notified: %(name)s %(reason)s.") % words)
    for name in mentions.unknown:
        sentence = _("“%(name)s” is not notified: no colleague, or more than one, has this name.")
        messages.warning(request, sentence % {"name": name})


def _page(
    request: ActorRequest,
    report: Report,
    measure: Measure,
    form: CommentForm | None = None,
    *,
    has_left: bool = False,
) -> HttpResponse:
    rows = comments_of(request.actor, report, measure)
    paginator = Paginator(rows, _PAGE)
    number = _page_with(rows, request.GET.get("message", "")) or request.GET.get("page")
    page = paginator.get_page(number)
    comments = list(page.object_list)
    thread = make_thread(request, report, measure, comments, paginator.count, form, page)
    services.record_visit(request.actor, report, measure)
    context = {"report": report, "measure": measure, "thread": thread, "page": page, "nav": _NAV}
    context["has_left"] = has_left
    status = 422 if form is not None else 200
    return render(request, "alliance/workspace/measure_comments.html", context, status=status)


def _page_with(rows: object, text: str) -> int | None:
    """The page on which the message of this number stands."""
    number = whole_number(text)
    if number is None:
        return None
    keys = list(rows.values_list("pk", flat=True))  # type: ignore[attr-defined]  # a query set
    return keys.index(number) // _PAGE + 1 if number in keys else None


def _page_before(request: ActorRequest, report: Report, measure: Measure, *, has_left: bool = False) -> str:
    """The page from which the form was sent, without what it answered; else that of the conversation.

    Of a measure that has left the report there is no other page.
    """
    if has_left:
        return reverse("workspace:measure-comments", args=[report.pk, measure.key])
    before = referring_path(request)
    path = before.partition("?")[0]
    if path == reverse("workspace:report-check", args=[report.pk]):
        return before
    pages = (
        reverse("workspace:report-measure", args=[report.pk, measure.key]),
        reverse("workspace:report-delegation", args=[report.pk]),
    )
    if path == pages[1]:
        return f"{path}?measure={measure.key}"
    return path if path in pages else reverse("workspace:measure-comments", args=[report.pk, measure.key])


def get_comment(request: ActorRequest, pk: int, rule: str = "") -> MeasureComment:
    rows = all_comments(request.actor)
    comment: MeasureComment = get_visible_or_404(rows, request.actor, rule=rule, pk=pk)
    return comment


def measure_comment_edit(request: ActorRequest, pk: int) -> HttpResponse:
    """Form to edit one's own message, within a quarter of an hour; words that come later can be sent as a new one."""
    comment = get_comment(request, pk, "measure_comment.edit")
    people = colleagues_to_mention(request.actor, comment.organisation)
    initial = {"text": comment.text, "mention": comment.mentions}
    form = CommentForm(posted_data(request), people=people, initial=initial)
    if not form.is_bound and (refusal := services.edit_refusal(comment)):
        return redirect_refused(request, message_url(comment), refusal)
    if form.is_valid():
        with refusals_on(form):
            data = form.cleaned_data
            edited = services.edit_comment(request.actor, comment, data["text"], data["mention"])
        if form.is_valid():
            messages.success(request, _("Saved"))
            _say_who_is_notified(request, edited.mentions)
            return redirect(message_url(comment))
    refusal = services.edit_refusal(comment)
    is_final = not services.may_write_comments(request.actor, comment.report)
    if refusal and form.is_bound:
        form.renew(parent="" if comment.deleted_at else comment.pk)
    context = {
        "form": form,
        "comment": comment,
        "cancel_url": message_url(comment),
        "nav": _NAV,
        "refusal": refusal,
        "may_write": not is_final,
        "send_url": reverse("workspace:measure-comments", args=[comment.report_id, comment.measure.key]),
        "typed": typed_words(form) if is_final else [],
    }
    status = 422 if form.is_bound else 200
    return render(request, "alliance/workspace/measure_comment_edit.html", context, status=status)


def _act(request: ActorRequest, pk: int, act: Callable[..., MeasureComment], sentence: str) -> HttpResponse:
    comment = get_comment(request, pk)
    url = _page_before(request, comment.report, comment.measure)
    try:
        act(request.actor, comment)
    except WrongState as refusal:
        return redirect_refused(
            request, url, str(refusal)
        )  # at the head of the page, where the reason stands
    messages.success(request, sentence)
    return redirect(f"{url}#thread")


def measure_comment_delete(request: ActorRequest, pk: int) -> HttpResponse:
    """Confirmation page before one's own message is deleted; its trace stays."""
    comment = get_comment(request, pk, "measure_comment.delete")
    url = reverse("workspace:measure-comments", args=[comment.report_id, comment.measure.key])
    page = Confirmation(
        rule="measure_comment.delete",
        subject=comment,
        heading=_("Delete the message"),
        title=Truncator(comment.text).chars(200),
        items=[
            _("its words are gone for everybody, and cannot be brought back"),
            _("your colleagues still see that you wrote something here, and when"),
        ],
        label=_("Delete"),
        cancel_url=message_url(comment),
        parent_title=_("Between colleagues"),
        message=_("Your message is deleted."),
        next_url=f"{url}#thread",
        nav=_NAV,
        kind="danger",
        refusal=_("This message was deleted already.") if comment.deleted_at else "",
    )
    return confirm(request, page, lambda: services.delete_comment(request.actor, comment))


@posts("number", "edited_at")
def measure_comment_settle(request: ActorRequest, pk: int) -> HttpResponse:
    """Settle a conversation as the page has shown it: an answer that came since is to be read first."""
    form = SettleForm(request.POST)

    def settle(actor: Actor, comment: MeasureComment) -> MeasureComment:
        if not form.is_valid():
            raise WrongState(_("Open the page again: what it had shown cannot be read."))
        return services.settle_comment(actor, comment, LastShown(**form.cleaned_data))

    return _act(request, pk, settle, _("The conversation is settled."))


@posts()
def measure_comment_reopen(request: ActorRequest, pk: int) -> HttpResponse:
    """Open a settled conversation again."""
    return _act(request, pk, services.reopen_comment, _("The conversation is open again."))
