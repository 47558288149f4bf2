"""A client that is generated from the schema files a whole report against a live server."""

import importlib
import os
import subprocess
import sys
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

from alliance.models import Figure, Submission
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import make_cycle, make_report, read_cast, read_charter
from tests.support.bearers import token_of

OPTIONS = Path(__file__).resolve().parents[2] / "docs/api/openapi-client.yaml"
PACKAGE = "generated_portal_client"

pytestmark = pytest.mark.slow  # it takes the generator twenty seconds

FIGURES = """indicator,service,cell,status,value,numerator,denominator,estimate,lower,upper
content-actioned,aurora-kids,,reported,1200,,,,,
content-actioned,aurora-live,,reported,340,,,,,
found-proactively,aurora-kids,,reported,,1170,1200,,,
found-proactively,aurora-live,,reported,81.5,,,,,
seen-before-removal,aurora-kids,,reported,35,,,,,
seen-before-removal,aurora-live,,not_measured,,,,,,
time-to-removal,aurora-kids,,reported,3.2,,,true,2.5,4
time-to-removal,aurora-live,,reported,6,,,,,
hash-matching,aurora-kids,,reported,1,,,,,
hash-matching,aurora-live,,reported,0,,,,,
"""
TEXTS = {
    "search-story": "We look for known material when it is uploaded.",
    "speed-story": "Reports of children are read first, at any hour.",
    "complaints-story": "Each complaint gets a reason, and can be made again.",
}


def generate(url: str, folder: Path) -> None:
    """Make the client from the schema of the server; a warning, such as of an operation left out, fails."""
    programs = Path(sys.executable).parent
    ran = subprocess.run(
        [programs / "openapi-python-client", "generate", "--url", f"{url}/api/v1/schema/", "--config", OPTIONS,
         "--meta", "none", "--output-path", folder, "--fail-on-warning"],
        env={**os.environ, "PATH": f"{programs}{os.pathsep}{os.environ['PATH']}"},  # it lays the code out with ruff
        capture_output=True,
        text=True,
        timeout=240,
    )  # fmt: skip
    assert ran.returncode == 0, ran.stdout + ran.stderr


def module(name: str) -> ModuleType:
    return importlib.import_module(f"{PACKAGE}.{name}")


@pytest.fixture
def generated(live_server: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    generate(live_server.url, tmp_path / PACKAGE)
    monkeypatch.syspath_prepend(str(tmp_path))


def test_a_generated_client_files_a_whole_report(
    live_server: Any, generated: None, request: pytest.FixtureRequest
) -> None:
    with acting_as(SYSTEM):
        cast = read_cast()
        report = make_report(make_cycle(read_charter()), cast.aurora)
        token = token_of(cast.sven)
    client = module("client").AuthenticatedClient(base_url=live_server.url, token=token)

    def ask(operation: str, body: Any = None, **arguments: Any) -> Any:
        if body is not None:
            arguments["body"] = body
        answer = module(f"api.workspace.workspace_reports_{operation}").sync(
            report.pk, client=client, **arguments
        )
        assert type(answer).__name__ != "Problem", getattr(answer, "errors", answer)
        return answer

    def sent(name: str, **content: Any) -> Any:
        return getattr(module("models"), f"{name}Request").from_dict(content)

    request.addfinalizer(client.get_httpx_client().close)
    frame = ask("retrieve")
    rows = [
        {"indicator": text.key, "text": TEXTS[text.key], "language": "en", "version": text.version}
        for measure in frame.measures
        for text in measure.answers
    ]
    ask("answers_partial_update", sent("AnswersInput", answers=rows))
    versions = {row.indicator: row.version for row in ask("answers_list").results}
    better = sent("AnswerInput", text="Reports of children come first.", language="en")
    ask("answers_update", better, indicator="speed-story", if_match=f'"{versions["speed-story"]}"')
    ask("figures_partial_update", module("types").File(payload=FIGURES.encode()))
    moderators = {"indicator": "moderators", "service": None, "value": "14"}
    ask("figures_partial_update", sent("FiguresInput", figures=[moderators]), idempotency_key="moderators-1")
    link = sent("LinkInput", url="https://aurora-video.example/safety", title="How we look for it")
    ask("measures_links_create", link, measure="search")
    check = ask("check_retrieve")
    signed = sent("SubmitInput", statement=frame.statement, shown=check.shown)
    receipts = [ask("submit_create", signed, idempotency_key="filed-1") for _twice in range(2)]

    with acting_as(SYSTEM):
        filed = Submission.objects.get()
        assert Figure.objects.filter(report=report).count() == 11
    assert check.is_ready
    assert [receipt.sha256 for receipt in receipts] == [filed.sha256] * 2
