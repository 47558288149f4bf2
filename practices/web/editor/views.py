"""Writing a practice: begun as a draft, written group by group, with nothing lost on the way."""

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods

from alliance.web.area import WORKSPACE, posted_data
from portal.kernel.errors import DomainError
from portal.kernel.web import ActorRequest, get_visible_or_404, requires
from practices.content import Content
from practices.enums import NAMED_LABELS, PracticeState
from practices.fields import GROUP_TITLES, FieldGroup
from practices.keys import only_known
from practices.models import Draft, Practice, Request
from practices.queries import taxonomy
from practices.queries.progress import lacks_expiry, lacks_readers, progress_of
from practices.services.practices import draft_practice, set_language_and_expiry
from practices.services.requests import FACET_FIELDS
from practices.web.editor.group_editor import GroupEditor
from practices.web.objects import get_practice

NAV = "workspace:practice-list"


def get_own_practice(request: ActorRequest, key: UUID, rule: str = "practice.edit") -> tuple[Practice, Draft]:
    """The practice that the actor may write, with its working copy; 404 if invisible, 403 if not theirs to write."""
    practice = get_practice(request.actor, key, rule)
    draft = get_visible_or_404(Draft.objects.select_related("updated_by"), request.actor, practice=practice)
    draft.practice = practice
    return practice, draft


def draft_context(practice: Practice, draft: Draft, here: str) -> dict[str, Any]:
    """What every page of one's own practice shows: the groups, what is missing, its state."""
    progress = progress_of(draft)
    return {
        "practice": practice,
        "draft": draft,
        "heading": draft.content.get("title") or _("A practice without a title"),
        "progress": progress,
        "missing": [(group.group, field) for group in progress for field in group.missing],
        "lacks_expiry": lacks_expiry(practice, draft),
        "lacks_readers": lacks_readers(practice),
        "locked": is_locked(practice, draft),
        "here": here,
        "nav": NAV,
    }


def is_locked(practice: Practice, draft: Draft) -> bool:
    """Whether nothing in it can be changed now."""
    return draft.is_proposed or practice.state not in (PracticeState.DRAFT, PracticeState.SHARED)


def get_group(name: str) -> FieldGroup:
    try:
        return FieldGroup(name)
    except ValueError as unknown:
        raise Http404 from unknown


@require_http_methods(["GET", "HEAD", "POST"])
@requires("practice.draft")
def practice_draft(request: ActorRequest) -> HttpResponse:
    """Form to create a practice: an empty one, one for a request, or a copy of one's own named practice."""
    base = _initial_content(request)
    editor = GroupEditor(FieldGroup.IDENTITY, base, posted_data(request))
    if request.method == "POST":
        editor.refuse_unlisted_fields()
        drafted = _create_draft(request, editor, base)
        if drafted is not None:
            messages.success(request, _("Draft saved. Only your organisation sees it."))
            return redirect("workspace:practice-edit-group", drafted.key, FieldGroup.PROBLEM.value)
    context = {
        "editor": editor,
        "title": GROUP_TITLES[FieldGroup.IDENTITY],
        "from_own": "from" in request.GET,
        "from_request": "request" in request.GET,
        "nav": NAV,
    }
    status = 422 if request.method == "POST" else 200
    return render(request, "practices/practice_draft.html", context, status=status)


def _initial_content(request: ActorRequest) -> Content:
    """What the new practice says already, in the words of the charters in force."""
    key = _uuid(request.GET.get("from", "")) if "from" in request.GET else None
    if key is not None:
        source = get_visible_or_404(
            Practice.objects, request.actor, rule="practice.edit", key=key, label__in=NAMED_LABELS
        )
        draft = get_visible_or_404(Draft.objects, request.actor, practice=source)
        return only_known(draft.content, taxonomy.keys_in_force())
    if "request" in request.GET:
        request_on_board = get_visible_or_404(
            Request.objects, request.actor, key=_uuid(request.GET["request"])
        )
        content = {name: value for name in FACET_FIELDS if (value := getattr(request_on_board, name))}
        return only_known(content, taxonomy.keys_in_force())
    return {}


def _uuid(text: str) -> UUID:
    try:
        return UUID(text)
    except ValueError as wrong:
        raise Http404 from wrong


def _create_draft(request: ActorRequest, editor: GroupEditor, base: Content) -> Practice | None:
    content = editor.cleaned()
    if content is None or editor.practice_form is None:
        return None
    if not content.get("title"):
        editor.form.add_error("title", _("Give it a title; you can change it at any time."))
        return None
    other_fields = {key: value for key, value in base.items() if key not in editor.form.fields}
    frame = editor.practice_form.cleaned_data
    try:
        drafted = draft_practice(request.actor, {**other_fields, **content}, language=frame["language"])
        set_language_and_expiry(request.actor, drafted, **frame)
    except DomainError as refusal:
        editor.form.add_error(None, str(refusal))
        return None
    return drafted


@require_http_methods(["GET", "HEAD", "POST"])
def practice_edit(request: ActorRequest, key: UUID, group: str = FieldGroup.IDENTITY.value) -> HttpResponse:
    """Editor of one field group of the working copy. A save takes the whole group, or shows what is wrong."""
    field_group = get_group(group)
    practice, draft = get_own_practice(request, key)
    editor = GroupEditor(field_group, draft.content, posted_data(request), practice)
    if request.method != "POST":
        return _page(request, editor, draft)
    editor.refuse_unlisted_fields()
    if "preview" in request.POST:
        return _preview_page(request, editor, draft)
    if request.POST.get("resolve") == "stored":
        return redirect(request.path)
    if request.POST.get("resolve") == "join":
        # to join two texts, a colleague's has to come back first
        assert editor.data is not None
        data = editor.data.copy()
        data["expected_digest"] = ""
        editor.data = data
    return _save_group(request, editor, draft)


def _save_group(request: ActorRequest, editor: GroupEditor, draft: Draft) -> HttpResponse:
    whole = editor.save(request.actor)
    if request.POST.get("autosave"):
        fresh = Draft.objects.visible_to(request.actor).select_related("practice").get(pk=draft.pk)
        after = GroupEditor(editor.group, fresh.content, None, fresh.practice)
        context = {
            **draft_context(fresh.practice, fresh, editor.group),
            "editor": after,
            "sent": editor,
            "unsaved_forms": [editor.form, *editor.rows, editor.practice_form],
            "whole": whole,
            "conflict": editor.conflict_context,
        }
        return render(request, "practices/_autosaved.html", context)
    if whole:
        messages.success(request, _("Saved"))
        return redirect(_next_url(draft.practice, editor.group) if "go_on" in request.POST else request.path)
    if editor.conflict is not None:
        is_to_merge = request.POST.get("resolve") == "join"
        after = editor.merged(request.actor) if is_to_merge else editor.rebased()
        return _page(request, after, draft, status=409)
    editor.reopen_conflict()
    return _page(request, editor, draft, status=422)


def _next_url(practice: Practice, group: FieldGroup) -> str:
    """The address of the group after this one; after the last one, of the files."""
    groups = list(FieldGroup)
    place = groups.index(group) + 1
    if place < len(groups):
        return WORKSPACE.url("practice-edit-group", practice.key, groups[place].value)
    return WORKSPACE.url("practice-files", practice.key)


def _preview_page(request: ActorRequest, editor: GroupEditor, draft: Draft) -> HttpResponse:
    """A text as readers will see it; the rest of the page stays as it was typed."""
    name = request.POST["preview"]
    if name not in editor.form.fields:
        raise Http404
    text = request.POST.get(name, "")
    if request.headers.get("HX-Request"):
        return render(request, "practices/_preview.html", {"text": text, "language": draft.practice.language})
    editor.reopen_conflict()
    return _page(request, editor, draft, previewed=name, text=text)


def _page(
    request: ActorRequest, editor: GroupEditor, draft: Draft, *, status: int = 200, **more: Any
) -> HttpResponse:
    context = {
        **draft_context(draft.practice, draft, editor.group),
        "editor": editor,
        "group": editor.group,
        "title": GROUP_TITLES[editor.group],
        "number": list(FieldGroup).index(editor.group) + 1,
        **more,
    }
    if context["locked"]:
        editor.lock()
    return render(request, "practices/practice_edit.html", context, status=status)
