"""The scans of the architecture notice a fault that is planted in each folder, and nothing that is right."""

from collections.abc import Iterable
from functools import partial
from pathlib import Path

import pytest

from tests.support.architecture import (
    broker_uses,
    mail_uses,
    other_actors_in_queries,
    rule_checks_in_interfaces,
    state_changes,
    storage_uses,
    unfiltered_reads,
)
from tests.support.days import days_at_import, days_of_moments
from tests.support.locked_rows import joins_of_locked_rows
from tests.support.names import (
    business_nouns,
    eager_texts,
    empty_names,
    empty_names_in_scripts,
    inner_imports,
    late_imports,
    modules_without_docstring,
    private_attributes,
    private_imports,
)
from tests.support.source import INTERFACES, LAYERS, Scan, long_modules

HANDLES_REQUESTS = "from django.http import HttpRequest\n"
UNFILTERED = (
    "Report.objects.filter(pk=1)",
    "Report.objects",
    "Report._default_manager.get(pk=1)",
    "rows.exclude(pk__in=Report.objects.values('pk'))",
    "get_visible_or_404(rows, Report.objects)",
    "apps.get_model('alliance', 'Report')",
    "get_object_or_404(Report, pk=1)",
    "get_list_or_404(models.Report)",
    "Report.objects.visible_to(SYSTEM)",
    "with acting_as(actor): page()",
    "from portal.kernel.access import SYSTEM as EVERYBODY",
    "connection.cursor().execute('SELECT 1')",
    "organisation.report_set.all()",
    "organisation.reports.filter(pk=1)",
    "class ReportDetail(DetailView): model = Report",
    "class ReportDetail(DetailView): model: type = Report",
    "getattr(Report, 'objects').get(pk=1)",
    "Report.all_objects.filter(pk=1)",
    "organisation.reports.get(pk=1)",
    "organisation.reports.all().filter(pk=1)",
    "organisation.reports.values('pk')",
    "organisation.reports.create(pk=1)",
    "organisation.reports.update(title='x')",
    "organisation.reports.delete()",
    "getattr(organisation, 'reports').filter(pk=1)",
    "cycle.answers.filter(pk=1)",
    "await organisation.reports.afirst()",
    "await organisation.reports.all().aget(pk=1)",
    "QuerySet(Report)",
    "class ReportForm(ModelForm): pass",
    "class ReportSerializer(serializers.ModelSerializer): pass",
    "from django.forms import ModelForm as Form",
    "report.save()",
    "report.save(update_fields=['title'])",
    "report.delete()",
)
OTHER_ACTORS = (
    "Report.objects.visible_to(SYSTEM)",
    "with acting_as(actor): reports()",
    "access.acting_as(access.SYSTEM)",
    "from portal.kernel.access import SYSTEM as EVERYBODY",
)
RULE_CHECKS = (
    "require(actor, 'report.edit', report)",
    "page(may=can(actor, 'report.edit', report))",
    "access.can(actor, 'report.edit', report)",
    "permissions(actor, report, may='report.edit')['may']",
    "found = permissions(actor, report, may='report.edit')",
    "from portal.kernel.access import can as may",
    "RULES['report.edit'](actor, report)",
    "may = partial(can, actor)",
    "may = access.can",
    "page(may=actor.has('editor'))",
    "if not request.actor.is_host: raise Http404",
    "if document.target_id != actor.tenant_id: raise Forbidden",
    "c = {**permissions(actor, may='report.edit')}; page(c['may'])",
    "c = {**permissions(actor, may='report.edit')}; page(c.get('may'))",
    "if request.actor.is_host: page()\nelse: raise Http404",
    "if not request.actor.is_host: return HttpResponseForbidden()",
    "if not request.actor.is_host: return redirect('root')",
    "if not host: raise Http404\nhost = request.actor.is_host",
    "if not is_source(actor, practice): raise Http404",
    "if not PLEDGE.is_available(actor, pledge, 'edit'): raise Http404",
    "assert request.actor.is_host",
    "match request.actor.kind:\n    case _: raise Http404",
    "if request.actor.is_host:\n    if report is None: raise Http404",
    "if not request.user.is_staff: raise Http404",
    "if not request.actor.is_host: return HttpResponse(status=403)",
    "if not request.actor.is_host: answer = error_page(request, 404)",
    "page = report(request) if request.actor.is_host else redirect('root')",
    "while not request.actor.is_host: raise Http404",
    "@permission_required('report.edit')\ndef page(request): pass",
    "from django.contrib.auth.decorators import user_passes_test as requires",
)
STATES = (
    "report.state = 'filed'",
    "report.state, report.by = 'filed', actor",
    "(report.state) = 'filed'",
    "report.state: str = 'filed'",
    "setattr(report, 'state', 'filed')",
    "rows.update(state='filed')",
    "rows.bulk_update(reports, ['state'])",
    "rows.update(**{'state': 'filed'})",
    "rows.update_or_create(pk=1, defaults={'state': 'filed'})",
    "rows.bulk_create(reports, update_conflicts=True, update_fields=['state'])",
)
BROKER = (
    "run.delay(1)", "run.apply_async(args=[1])", "app.send_task('portal.run')", "later(run.delay, 1)",
    "page(run.s(1))", "from celery import group",
)  # fmt: skip
MAIL = (
    "mail.send(letter)",
    "from portal.kernel.mail import send",
    "from django.core.mail import EmailMessage",
    "import smtplib",
    "person.email_user('subject', 'text')",
    "from django.core import mail",
    "from portal.kernel import mail as letters",
    "import portal.kernel.mail as letters",
    "portal.kernel.mail.send(letter)",
)
STORAGE = (
    "from django.core.files.storage import default_storage",
    "from django.core.files import storage",
    "import boto3",
    "from botocore.exceptions import ClientError",
    "root = settings.MEDIA_ROOT",
    "settings.STORAGES",
)
PRIVATE = (
    "from allauth.mfa.internal import flows",
    "import celery._state",
    "from alliance.web.documents.views import _nav",
)
PRIVATE_ATTRIBUTES = (
    "from portal.kernel import documents; documents._run({})",
    "import celery; celery._state",
    "import portal.kernel.documents; portal.kernel.documents._run({})",
    "from portal.kernel.jobs import Sweeper; Sweeper._queue",
    "import celery.app; celery._state",
)
EAGER = (
    "from django.utils.translation import gettext as _; LABEL = _('Share')",
    "from django.utils.translation import gettext as _; STEPS = [Step('share', _('Share'))]",
    "from django.utils.translation import ngettext; class_of = dict(label=ngettext('a', 'b', 2))",
    "from django.utils.translation import gettext; page = lambda label=gettext('Share'): label",
    "from django.utils import translation; LABEL = translation.gettext('Share')",
)
INNER = (
    "from portal.kernel.jobs.queue import enqueue",
    "from portal.kernel.jobs import queue",
    "import portal.kernel.jobs.queue",
    "from portal.kernel.jobs.inner import something",
    "from portal.kernel.files.quarantine.cases import Case",
)
OUTER = """
from portal.kernel import clock, jobs
from portal.kernel.clock import now
from portal.kernel.jobs import enqueue
from portal.kernel.files.quarantine import Case
import portal.kernel.clock
"""
EMPTY_NAMES = (
    "found = 1", "_found = 1", "self._kept = 1", "self.told: int = 1", "for held, row in rows: pass", "kept_rows = 1",
    "page(found=1)", "def _held(): pass", "import json as thing", "lambda told: 1", "class Found: pass",
    "class _HeldRows: pass",
)  # fmt: skip
DAYS = ("row.signed_at.date()", "[(now - period).date()]", "def page(at): return at.astimezone(zone).date()")
IMPORTED_DAYS = (
    "LAST = today()", "LAST = timezone.now() - WEEK", "class Page: day = date.today()", "def page(day=today()): pass",
    "@parametrize('day', [datetime.now(UTC)])\ndef test(day): pass", "LAST = timezone.localdate()",
)  # fmt: skip
LOCKED_JOINS = (
    "def lock(pk): return rows().select_for_update(of=('self',)).select_related('owner').get(pk=pk)",
    "def lock(pk): rows = all_rows.select_for_update(of=('self',)); return rows.select_related('owner').get(pk=pk)",
)
NOUNS = ("report_id = 1", "_charter_x = 1", "page('alliance_session')", "class Row: member = 1")
LATE = ("def page(): import json", "async def page(): from json import loads")
FILTERED = """
Report.objects.select_related("cycle").visible_to(actor).filter(pk=1)
get_visible_or_404(Report.objects.select_related("cycle"), actor, rule="report.edit", pk=1)
Service.objects.none()
organisation.report_set.visible_to(actor)
commitment.reports.all()
context.reports.get("2026-h1", context.reports.values())
context.reports.update(others)
cursor = page.cursor
get_object_or_404(reports(actor), pk=1)
editor.save(request.actor)
if request.actor.is_host and PLEDGE.is_available(request.actor, pledge, "edit"):
    nav = context["nav"]
if find(request.actor, key) is None:
    raise Http404
context = {**permissions(actor, may="report.edit")}
context |= permissions(actor, may="report.edit")
"""
SCANS: tuple[tuple[tuple[str, ...], Scan], ...] = (
    (UNFILTERED, partial(unfiltered_reads, exceptions={})),
    (RULE_CHECKS, partial(rule_checks_in_interfaces, exceptions={})),
)
# each folder that is scanned, and two that hold something that handles requests
SCANNED = (*INTERFACES, "portal", "portal/kernel/any_package")


def planted(root: Path, folder: str, sources: Iterable[str]) -> list[str]:
    """Modules with these sources below a root of their own; gives their places as a scan names them."""
    (root / folder).mkdir(parents=True, exist_ok=True)
    for number, source in enumerate(sources):
        (root / folder / f"planted_{number:02}.py").write_text(HANDLES_REQUESTS + source, encoding="utf-8")
    return [f"{folder}/planted_{number:02}.py:2" for number, _source in enumerate(sources)]


def with_relation(root: Path) -> None:
    """Foreign keys whose other side has a name, in one case that of each model below an abstract one."""
    abstract = (
        "class OfCycle: cycle = ForeignKey(Cycle, related_name='%(class)ss')\nclass Answer(OfCycle): pass"
    )
    planted(root, "alliance/models", ["cycle = ForeignKey(Cycle, related_name='reports')", abstract])


@pytest.mark.parametrize("folder", SCANNED)
def test_a_violation_in_a_scanned_folder_is_noticed(tmp_path: Path, folder: str) -> None:
    for number, (sources, scan) in enumerate(SCANS):
        with_relation(tmp_path / str(number))
        places = planted(tmp_path / str(number), folder, sources)
        assert scan(tmp_path / str(number)) == places


@pytest.mark.parametrize("folder", SCANNED)
def test_what_is_close_to_normal_is_not_noticed(tmp_path: Path, folder: str) -> None:
    with_relation(tmp_path)
    planted(tmp_path, folder, [FILTERED])
    assert unfiltered_reads(tmp_path, {}) == rule_checks_in_interfaces(tmp_path, {}) == []


@pytest.mark.parametrize("folder", LAYERS)
@pytest.mark.parametrize(
    ("sources", "scan"),
    [
        (PRIVATE, lambda root: private_imports(root, *LAYERS)),
        (PRIVATE_ATTRIBUTES, lambda root: private_attributes(root, *LAYERS)),
        (EAGER, eager_texts),
        (LATE, lambda root: late_imports(root, {})),
        (BROKER, lambda root: broker_uses(root, "portal/kernel/jobs/sweeper.py")),
        (MAIL, lambda root: mail_uses(root, {"portal/kernel/mail/": "the connection"})),
        (STORAGE, lambda root: storage_uses(root, {"portal/kernel/files/": "the package"})),
        (EMPTY_NAMES, lambda root: empty_names(root, *LAYERS)),
        (DAYS, lambda root: days_of_moments(root, {}, *LAYERS)),
        (IMPORTED_DAYS, lambda root: days_at_import(root, *LAYERS)),
        (LOCKED_JOINS, lambda root: joins_of_locked_rows(root, {}, *LAYERS)),
    ],
    ids=[
        "private",
        "private attributes",
        "texts",
        "late",
        "broker",
        "mail",
        "storage",
        "names",
        "days",
        "imported days",
        "locked joins",
    ],
)
def test_a_violation_in_any_layer_is_noticed(
    tmp_path: Path, folder: str, sources: tuple[str, ...], scan: Scan
) -> None:
    places = planted(tmp_path, folder, sources)
    assert scan(tmp_path) == places


def test_a_query_that_reads_as_somebody_else_is_noticed(tmp_path: Path) -> None:
    places = planted(tmp_path, "alliance/queries/public", OTHER_ACTORS)
    planted(tmp_path, "practices/queries", ["from portal.kernel.access import SYSTEM; ActorKind.SYSTEM"])
    planted(tmp_path, "practices/services", OTHER_ACTORS)
    assert other_actors_in_queries(tmp_path, {}) == places


def test_a_name_in_a_script_or_in_typst_is_noticed(tmp_path: Path) -> None:
    (tmp_path / "static/js").mkdir(parents=True)
    (tmp_path / "templates/documents").mkdir(parents=True)
    (tmp_path / "static/js/shell.js").write_text(
        'const KEPT = 1;\nlet keptRows = [];\nconst f = (said) => 1;\nrow.held = "told"; // found\nlet foundation;\n'
    )
    (tmp_path / "templates/documents/report.typ").write_text('#let f(said) = 1\n#let g = row.said + "said"\n')
    assert empty_names_in_scripts(tmp_path) == [
        *(f"static/js/shell.js:{number}" for number in (1, 2, 3)),
        "templates/documents/report.typ:1",
    ]


def test_a_state_is_assigned_nowhere_in_the_apps(tmp_path: Path) -> None:
    places = planted(tmp_path, "alliance/services", STATES) + planted(tmp_path, "practices/web", STATES)
    planted(
        tmp_path, "practices", ["Report(state='filed'); rows.filter(state='filed'); state = report.state"]
    )
    assert state_changes(tmp_path, {}) == places


def test_a_noun_of_the_business_in_the_platform_is_noticed(tmp_path: Path) -> None:
    places = planted(tmp_path, "portal/kernel/any_package", NOUNS)
    planted(tmp_path, "portal/kernel/other", ["# reports progress"])
    assert business_nouns(tmp_path) == places


def test_an_inner_module_of_the_platform_is_noticed(tmp_path: Path) -> None:
    for package, names in (("jobs", ["enqueue"]), ("files", []), ("files/quarantine", ["Case"])):
        (tmp_path / "portal/kernel" / package).mkdir(parents=True)
        (tmp_path / "portal/kernel" / package / "__init__.py").write_text(f"__all__ = {names}")
    planted(tmp_path, "practices", [OUTER])
    planted(tmp_path, "portal/kernel/jobs", INNER[:4])
    places = planted(tmp_path, "bench", INNER)
    assert inner_imports(tmp_path, {}, *LAYERS, "bench") == places


def test_an_empty_module_needs_a_docstring_too(tmp_path: Path) -> None:
    (tmp_path / "practices").mkdir()
    (tmp_path / "practices/__init__.py").touch()
    assert modules_without_docstring(tmp_path) == ["practices/__init__.py"]


def test_a_module_of_more_lines_is_noticed(tmp_path: Path) -> None:
    planted(tmp_path, "tests/support", ["pass\n" * 399, "pass\n" * 400])
    assert long_modules(tmp_path, 400, "tests") == {"tests/support/planted_01.py"}


def test_a_sender_of_hints_or_letters_is_one_place(tmp_path: Path) -> None:
    planted(tmp_path, "portal/kernel/jobs", BROKER[:1])
    places = planted(tmp_path, "practices/jobs", BROKER[:1])
    assert broker_uses(tmp_path, "portal/kernel/jobs/planted_00.py") == places
    planted(tmp_path, "alliance/notify", MAIL)
    assert mail_uses(tmp_path, {"alliance/notify/": "jobs"}) == []


def test_a_late_import_may_be_excepted(tmp_path: Path) -> None:
    planted(tmp_path, "portal/local", LATE)
    assert late_imports(tmp_path, {"portal/local/": "an exception"}) == []


def test_an_exception_is_for_one_function_of_one_module(tmp_path: Path) -> None:
    exceptions = {("alliance/web/planted_00.py", "confirm"): "a reason"}
    asks = "def confirm(): require(actor, 'x.y')"
    excepted, *places = planted(tmp_path, "alliance/web", [asks, asks, "def other(): require(actor, 'x.y')"])
    places += planted(tmp_path, "practices/web", [asks])
    assert sorted(rule_checks_in_interfaces(tmp_path, exceptions)) == sorted(places)
    assert excepted in rule_checks_in_interfaces(tmp_path, {})


def test_an_exception_that_nothing_needs_is_noticed(tmp_path: Path) -> None:
    planted(tmp_path, "alliance/web", ["def confirm(): pass"])
    unused = rule_checks_in_interfaces(tmp_path, {("alliance/web/planted_00.py", "confirm"): "a reason"})
    assert unused == ["alliance/web/planted_00.py confirm: not needed"]
