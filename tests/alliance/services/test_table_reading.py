"""A table of one’s own in any shape and encoding is read without loss."""

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

import alliance.tasks  # noqa: F401 - the handlers of its jobs
from alliance.enums import CycleState
from alliance.figure_fields import FigurePlace
from alliance.queries.report_frame import ReportFrame
from alliance.queries.working_copy import working_copy
from alliance.services.table_reading import read_table
from alliance.services.table_targets import TableTargets
from alliance.services.upload_reading import FileReading
from alliance.validators.foreign_tables import decode_table
from alliance.validators.table_guesses import guess_plan
from alliance.validators.table_plans import TablePlan
from portal.kernel.access import SYSTEM, acting_as
from tests.factories import Cast, make_cycle, make_report, read_charter

pytestmark = pytest.mark.django_db


@pytest.fixture
def frame(cast: Cast) -> ReportFrame:
    report = make_report(make_cycle(read_charter(), "2026-h1", CycleState.OPEN), cast.aurora)
    with acting_as(SYSTEM):
        return working_copy(report).frame


NUMBERS = st.dictionaries(
    st.sampled_from(["aurora-kids", "aurora-live"]), st.integers(0, 10**12), min_size=1, max_size=2
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(
    numbers=NUMBERS,
    separator=st.sampled_from([";", "\t", ","]),
    encoding=st.sampled_from(["utf-8", "utf-8-sig", "utf-16", "cp1251"]),
    group=st.sampled_from(["", " ", "\u00a0"]),
    layout=st.sampled_from(["wide", "long", "pivot"]),
    title_rows=st.integers(0, 2),
)
def test_figures_written_in_any_shape_are_read_back_without_loss(
    frame: ReportFrame,
    numbers: dict[str, int],
    separator: str,
    encoding: str,
    group: str,
    layout: str,
    title_rows: int,
) -> None:
    written = {service: f"{value:,}".replace(",", group) for service, value in numbers.items()}
    lines = [["Наш отчёт"]] * title_rows
    expected = {FigurePlace("content-actioned", service): value for service, value in numbers.items()}
    if layout != "wide":
        lines += [["service", "indicator", "count"]]
    if layout == "long":
        lines += [[service, "content-actioned", text] for service, text in written.items()]
    elif layout == "pivot":  # a service stands once for its rows
        for service, text in written.items():
            lines += [[service, "content-actioned", text], ["", "seen-before-removal", text]]
            expected[FigurePlace("seen-before-removal", service)] = numbers[service]
    else:
        lines += [["name", *written], ["content-actioned", *written.values()]]
    content = "\n".join(separator.join(line) for line in lines).encode(encoding)
    rows = decode_table(content).rows
    targets = TableTargets(frame)
    plan = guess_plan(rows, words=targets.report_words)
    assert (plan.first_row, plan.below) == (title_rows + 1, {0} if layout == "pivot" else set())
    names = {name.key: targets.suggest(name) for name in plan.all_names(rows)}
    file = read_table(
        FileReading(b"", frame, "ru", lambda _done, _total, _proposals: None),
        rows,
        TablePlan.from_json({**plan.to_json(), "names": names}),
    )
    assert {each.place: int(each.values["value"]) for each in file.proposals} == expected
    assert not any(each.refusals for each in file.proposals)
