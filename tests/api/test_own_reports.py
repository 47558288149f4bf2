"""A member's own report at the API: nobody's words are lost, nothing half is saved, and a receipt comes once."""

from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from alliance.models import Answer, Evidence, Figure, Report, Submission
from alliance.services.answers import save_answer
from alliance.services.reviews import start_review
from alliance.services.sign_off import send_report_back
from alliance.services.tokens import authenticate_token
from portal.kernel.access import acting_as
from portal.kernel.files import FileCase, FileState
from portal.kernel.journal import Event
from portal.kernel.publishing import revision_cache
from tests.factories import Cast
from tests.support.bearers import token_of
from tests.support.report_program import COUNT, ReportProgram, answer_data, faults, stored_rows
from tests.support.working_copies import fill_report

pytestmark = pytest.mark.django_db

# --- Texts -----------------------------------------------------------------------------------


def test_the_frame_says_what_is_asked_and_what_the_bearer_may_do(alice: ReportProgram) -> None:
    frame = alice("get").json()

    search = frame["measures"][0]
    assert [answer["key"] for answer in search["answers"]] == ["search-story"]
    assert search["figures"][0]["services"] == ["aurora-kids", "aurora-live"]
    assert [action["action"] for action in frame["actions"]] == ["ask_for_sign_off"]
    assert (frame["may_edit"], frame["progress"]["done"]) == (True, 0)


def test_of_two_writers_at_once_the_second_gets_both_texts(alice: ReportProgram, sven: ReportProgram) -> None:
    first = alice("put", "answers/search-story/", answer_data("Mine."), **{"If-Match": '"0"'})
    second = sven("put", "answers/search-story/", answer_data("Ours."), **{"If-Match": '"0"'})

    problem = second.json()
    assert (first.status_code, first["ETag"], second.status_code) == (200, '"1"', 412)
    assert (problem["stored"]["text"], problem["sent"]["text"]) == ("Mine.", "Ours.")
    assert [answer.text for answer in stored_rows(Answer)] == ["Mine."]


def test_a_text_is_not_saved_blindly(alice: ReportProgram) -> None:
    assert alice("put", "answers/search-story/", answer_data("Mine.")).status_code == 428
    assert stored_rows(Answer) == []


@pytest.mark.parametrize(
    ("body", "detail"),
    [
        (b'{"text": ', "Это не\xa0JSON: строка 1, столбец 10."),
        (b'{"text": "\xff"}', "Это текст не\xa0в\xa0кодировке utf-8."),
        (b'{"text": NaN}', "Число не читается. Передавайте числа строками."),
        (b'{"text": ' + b"9" * 5000 + b"}", "Число не читается. Передавайте числа строками."),
        (b"[" * 100_000, "Значения вложены слишком глубоко."),
    ],
)
def test_a_body_that_is_not_json_is_refused_in_the_readers_language(
    alice: ReportProgram, body: bytes, detail: str
) -> None:
    answer = alice("put", "answers/search-story/", body, **{"If-Match": '"0"', "Accept-Language": "ru"})

    assert (answer.status_code, answer.json()["detail"]) == (400, detail)


@pytest.mark.parametrize("path", ["answers/no-such-thing/", "answers/content-actioned/"])
def test_an_indicator_without_a_text_does_not_exist(alice: ReportProgram, path: str) -> None:
    assert alice("put", path, answer_data("Mine."), **{"If-Match": '"0"'}).status_code == 404


def test_a_report_that_awaits_sign_off_takes_nothing_more(
    cast: Cast, report: Report, alice: ReportProgram
) -> None:
    fill_report(cast.actor("alice"), report)
    assert alice("post", "ask-for-sign-off/").json() == {"state": "awaiting_sign_off"}

    answers = [
        alice("put", "answers/search-story/", answer_data("Late."), **{"If-Match": '"1"'}),
        alice("patch", "figures/", {"figures": [{**COUNT, "value": "7"}]}),
    ]

    assert [(answer.status_code, answer.json()["type"][-12:]) for answer in answers] == [
        (409, "wrong-state/")
    ] * 2
    assert "Awaiting sign-off" in answers[0].json()["detail"]


# --- Figures ---------------------------------------------------------------------------------


WRONG = [
    ({**COUNT, "value": "many"}, "value", "Write the number as a string"),
    ({**COUNT, "value": 7}, "value", "Write the number as a string"),
    ({**COUNT, "value": "7", "unit": "pieces"}, "unit", "There is no such field."),
    ({**COUNT, "cell": "harm=grooming"}, "cell", "no such part"),
    ({**COUNT, "service": "beacon-web"}, "service", "does not apply to that service"),
    ({**COUNT, "indicator": "search-story"}, "indicator", "asks for a text"),
    ({**COUNT, "indicator": "nothing"}, "indicator", "no such indicator"),
    ({**COUNT, "choice": "yes"}, "choice", "not a choice"),
    ({**COUNT, "numerator": "1"}, "numerator", "no such field"),
    ({**COUNT, "note": "a\u202eb"}, "note", "invisible character"),
    ({"indicator": "hash-matching", "service": "aurora-kids", "value": "2"}, "value", "Answer yes or no."),
]


@pytest.mark.parametrize(("row", "field", "message"), WRONG)
def test_one_wrong_cell_is_named_and_nothing_is_saved(
    alice: ReportProgram, row: dict[str, Any], field: str, message: str
) -> None:
    good = {"indicator": "moderators", "service": None, "value": "12"}

    answer = alice("patch", "figures/", {"figures": [good, row]})

    [(pointer, detail)] = faults(answer)
    assert (answer.status_code, pointer) == (422, f"/figures/1/{field}")
    assert detail.startswith(f"Row 2: {row['indicator']}, ")
    assert message in detail
    assert stored_rows(Figure) == []


def test_two_rows_for_one_place_are_refused(alice: ReportProgram) -> None:
    answer = alice("patch", "figures/", {"figures": [{**COUNT, "value": "1"}, {**COUNT, "value": "2"}]})

    assert faults(answer)[0] == (
        "/figures/1/indicator",
        "Row 2: content-actioned, Aurora Kids: Another row has the same place.",
    )


def test_an_error_that_only_stops_sign_off_is_saved_and_listed(alice: ReportProgram) -> None:
    rows = [{**COUNT, "value": "5"}, {**COUNT, "indicator": "seen-before-removal", "value": "9"}]

    data = alice("patch", "figures/", {"figures": rows}).json()

    assert data["changed"] == 2
    assert [(finding["indicator"], finding["kind"]) for finding in data["findings"]] == [
        ("seen-before-removal", "error")
    ]
    assert [
        (item["indicator"], item["detail"])
        for item in alice("get", "check/").json()["items"]
        if item["kind"] == "errors"
    ] == [(finding["indicator"], finding["detail"]) for finding in data["findings"]]


def test_figures_are_saved_over_what_stands_and_what_is_alike_stays(
    alice: ReportProgram, sven: ReportProgram
) -> None:
    rows = [{**COUNT, "value": "5"}, {"indicator": "moderators", "service": None, "value": "12.50"}]
    alice("patch", "figures/", {"figures": rows})

    data = sven("patch", "figures/", {"figures": [{**COUNT, "value": "6"}, rows[1]]}).json()

    assert data["changed"] == 1
    figures = alice("get", "figures/").json()["results"]
    assert [(figure["value"], figure["version"]) for figure in figures] == [("6", 2), ("12.5", 1)]


def test_a_row_with_a_version_writes_nothing_over(alice: ReportProgram, sven: ReportProgram) -> None:
    alice("patch", "figures/", {"figures": [{**COUNT, "value": "5"}]})
    rows = [{"indicator": "moderators", "service": None, "value": "1"}, {**COUNT, "value": "6", "version": 0}]

    answer = sven("patch", "figures/", {"figures": rows})

    assert (answer.status_code, [pointer for pointer, _text in faults(answer)]) == (
        409,
        ["/figures/1/version"],
    )
    assert [figure.value for figure in stored_rows(Figure)] == [5]


def test_a_figure_is_taken_back_by_its_version(alice: ReportProgram) -> None:
    alice("patch", "figures/", {"figures": [{**COUNT, "value": "5"}]})
    [figure] = stored_rows(Figure)

    assert alice("delete", f"figures/{figure.pk}/").status_code == 428
    assert alice("delete", f"figures/{figure.pk}/", **{"If-Match": '"7"'}).status_code == 412
    assert alice("delete", f"figures/{figure.pk}/", **{"If-Match": '"1"'}).status_code == 204
    assert stored_rows(Figure) == []


# --- Sign-off --------------------------------------------------------------------------------


def test_a_program_repeats_the_statement_word_for_word(
    cast: Cast, report: Report, sven: ReportProgram
) -> None:
    fill_report(cast.actor("alice"), report)

    refused = sven("post", "submit/", {**sven.signed(), "statement": "Whatever."})
    receipt = sven("post", "submit/", sven.signed())

    [filed] = stored_rows(Submission)
    assert (refused.status_code, receipt.status_code) == (422, 201)
    assert receipt.json()["sha256"] == filed.sha256
    assert sven("get", "submissions/1/body/").content == bytes(filed.body)


def test_a_submission_repeated_with_its_key_is_one(cast: Cast, report: Report, sven: ReportProgram) -> None:
    fill_report(cast.actor("alice"), report)
    body, key = sven.signed(), {"Idempotency-Key": "once"}

    first, again = (sven("post", "submit/", body, **key) for _ in range(2))
    other = sven("post", "submit/", {**body, "statement": "Another."}, **key)

    assert (first.content, again["Idempotency-Replayed"]) == (again.content, "true")
    assert (other.status_code, other.json()["type"][-15:]) == (422, "repeat-differs/")
    assert len(stored_rows(Submission)) == Event.objects.filter(kind="report.submit").count() == 1


def test_a_program_recalls_a_submission_until_its_review_begins(
    cast: Cast, report: Report, alice: ReportProgram, sven: ReportProgram
) -> None:
    fill_report(cast.actor("alice"), report)
    first = {"submission": 1}
    assert sven("post", "submit/", sven.signed()).status_code == 201
    assert alice("post", "recall/", first).status_code == 403

    recalled = sven("post", "recall/", {**first, "reason": "A slip.", "language": "en"})

    assert recalled.json() == {"state": "draft"}
    assert sven("get").json()["submitted_at"] is None
    assert sven("get", "submissions/").json()["results"][0]["recalled_at"]
    assert sven("post", "submit/", sven.signed()).json()["recalled_at"] is None
    another = sven("post", "recall/", first)  # the second stands, which it has not read
    assert (another.status_code, "Meanwhile another submission" in another.json()["detail"]) == (409, True)
    with acting_as(cast.actor("rita")) as rita:
        start_review(rita, report)
    refused = sven("post", "recall/", {"submission": 2})
    assert refused.status_code == 409
    assert "Review started: the secretariat," in refused.json()["detail"]


def test_a_program_signs_nothing_that_came_after_its_check(
    cast: Cast, report: Report, alice: ReportProgram, sven: ReportProgram
) -> None:
    fill_report(cast.actor("alice"), report)
    signed = sven.signed()
    assert sven.signed() == signed  # nobody changed anything
    row = {"indicator": "moderators", "service": None, "value": "77"}
    assert alice("patch", "figures/", {"figures": [row]}).status_code == 200

    refused = sven("post", "submit/", signed)

    assert (refused.status_code, stored_rows(Submission)) == (409, [])
    assert "Changed since: “Moderators" in refused.json()["detail"]
    assert "by Alice" in refused.json()["detail"]
    assert sven("post", "submit/", {**signed, "shown": "yes"}).status_code == 422
    assert sven("post", "submit/", sven.signed()).status_code == 201


def test_a_program_answers_the_request_for_sign_off_that_it_has_read(
    cast: Cast, report: Report, alice: ReportProgram, sven: ReportProgram
) -> None:
    fill_report(cast.actor("alice"), report)

    def asked(message: str) -> Any:
        assert alice("post", "ask-for-sign-off/", {"message": message}).status_code == 200
        return sven("get").json()["sign_off_request"]

    first = asked("Please read.")
    assert (first["message"], first["asked_by"]) == ("Please read.", "Alice")
    shown, earlier = sven.signed(), {"sign_off_request": first["id"]}
    assert alice("post", "withdraw-sign-off/", earlier).json() == {"state": "draft"}
    assert sven("get").json()["sign_off_request"] is None
    returned = sven("post", "submit/", shown)
    assert (returned.status_code, "took the request for sign-off back" in returned.json()["detail"]) == (
        409,
        True,
    )
    second = asked("With the nights.")
    body = {**earlier, "reason": "Count the nights.", "language": "en"}
    assert alice("post", "withdraw-sign-off/", earlier).status_code == 409
    assert sven("post", "send-back/", body).status_code == 409
    assert sven("post", "send-back/", {**body, "sign_off_request": second["id"]}).json() == {"state": "draft"}


def test_a_missing_answer_is_listed_by_its_place(alice: ReportProgram, sven: ReportProgram) -> None:
    check = alice("get", "check/").json()
    refused = sven("post", "submit/", sven.signed())

    assert refused.status_code == 422
    assert not check["is_ready"]
    assert {(item["kind"], item["blocks"]) for item in check["items"]} == {("empty", True)}
    assert [f"{item['where']}: {item['detail']}" for item in check["items"]] == [
        error["detail"] for error in refused.json()["errors"]
    ]
    assert {item["measure"] for item in check["items"]} == {"search", "speed", "complaints"}
    assert {item["service"] for item in check["items"]} == {None, "aurora-kids", "aurora-live"}


def test_a_person_who_asked_cannot_submit_where_four_eyes_are_required(
    cast: Cast, report: Report, sven: ReportProgram, alice: ReportProgram
) -> None:
    type(cast.aurora).objects.filter(pk=cast.aurora.pk).update(four_eyes=True)
    fill_report(cast.actor("sven"), report)
    signed = sven.signed()

    assert sven("post", "ask-for-sign-off/").status_code == 200
    assert sven("post", "submit/", signed).status_code == 422
    assert alice("post", "submit/", signed).status_code == 403
    assert unread_measures(alice) == ["search", "speed", "complaints"]
    shown = shown_of(alice, "search")
    assert alice("post", "measures/search/confirm/").status_code == 422
    with acting_as(cast.actor("sven")) as actor:
        send_report_back(actor, report, "A word is missing.")
        story = report.charter.indicators.get(key="search-story")
        save_answer(actor, report, story, text="Written after Alice looked.", language="en", version=1)
    assert alice("post", "measures/search/confirm/", {"shown": shown}).status_code == 409
    shown = shown_of(alice, "search")
    assert alice("post", "measures/search/confirm/", {"shown": shown}).status_code == 204
    assert unread_measures(alice) == ["speed", "complaints"]


def shown_of(program: ReportProgram, measure: str) -> str:
    """What stands for a measure that waits for a second reader, as it is."""
    items = program("get", "check/").json()["items"]
    return next(item["shown"] for item in items if item["kind"] == "unread" and item["measure"] == measure)


def unread_measures(program: ReportProgram) -> list[str]:
    """What waits for a second reader, as the check names it."""
    items = program("get", "check/").json()["items"]
    return [item["measure"] for item in items if item["kind"] == "unread"]


def test_evidence_is_added_and_taken_back(alice: ReportProgram) -> None:
    added = alice("post", "measures/search/links/", {"url": "https://a.example/", "title": "Page"}).json()

    assert [evidence["id"] for evidence in alice("get", "evidence/").json()["results"]] == [added["id"]]
    assert (
        alice("post", "measures/search/links/", {"url": "ftp://a.example/", "title": "P"}).status_code == 422
    )
    assert alice("delete", f"evidence/{added['id']}/").status_code == 204
    assert stored_rows(Evidence) == []


@pytest.mark.parametrize(
    ("state", "reason"), [(FileState.QUARANTINED, "being_checked"), (FileState.PURGED, "purged")]
)
def test_a_file_that_may_not_be_fetched_says_why(alice: ReportProgram, state: FileState, reason: str) -> None:
    file = SimpleUploadedFile("figures.csv", b"a,b\n1,2\n", "text/csv")
    added = alice.send("measures/search/files/", file=file, title="Figures").json()
    assert added["withheld"] is None

    FileCase.objects.create(sha256=added["sha256"], state=state, concern="illegal")
    revision_cache.clear()  # what a second does elsewhere

    assert [evidence["withheld"] for evidence in alice("get", "evidence/").json()["results"]] == [reason]


def test_a_scope_for_drafting_signs_nothing(cast: Cast, report: Report, sven: ReportProgram) -> None:
    fill_report(cast.actor("alice"), report)
    sven.token = token_of(cast.sven, "read", "reports:write", name="drafts")

    assert authenticate_token(sven.token) is not None
    assert sven("get").json()["actions"] == []
    assert sven("post", "submit/", sven.signed()).status_code == 403
