"""Every page that takes a post refuses a field that its form does not list, by name: nothing is ignored or done."""

from collections.abc import Iterator, Mapping

import pytest
from django import forms
from django.core.cache import cache

from portal.kernel.web import StrictFields
from tests.policy import CASES, Case
from tests.policy.sampling import actors_to_ask
from tests.support.visitors import SignedInClients
from tests.support.world import World
from tests.test_permissions import address, place_of

FIELD = "is_superuser"
TAKEN = "o>29"  # the letters of who may do it: the page, the act, the form with its faults, a conflict
_READ_ONLY, _NO_SIGN_IN = "takes no post", "no sign-in is under way"
# Lines whose post leads elsewhere before a form is read, whoever asks.
NOT_READ: Mapping[str, str] = {
    "account_reset_password_from_key[reset]": "the link leads on to an address without its key",
    "invitation-accept[invitation.token]": "who has an account signs in first",
    "mfa_download_recovery_codes": _READ_ONLY,
    "mfa_reauthenticate_webauthn": "nobody here has a passkey",
    "mfa_view_recovery_codes": _READ_ONLY,
    "mfa_authenticate": _NO_SIGN_IN,
    "mfa_login_webauthn": _NO_SIGN_IN,
    "workspace:public-question[public_question.taken_back]": "it is not open any more: what was typed is shown again",
    "public:supporter-accede": "no charter is open to supporters, and so no form",
    **dict.fromkeys(
        ("public:supporter-link[supporter.no_link]", "public:supporter-link-end[supporter.no_link]"),
        "a link that is not valid leads on to asking for a new one",
    ),
    **dict.fromkeys(
        (
            "public:question-status[public_question.no_link]",
            "public:question-withdraw[public_question.no_link]",
            "public:follow-confirm[public_question.no_link]",
            "public:follow-link[public_question.no_link]",
            "public:application[supporter.no_link]",
            "public:application-withdraw[supporter.no_link]",
        ),
        "a link that is not valid leads to a page that says so",
    ),
    "public:contact": "the portal has no contact address, and so no form",
}
# Forms that do not look at a post alone: the view names the fields of all of them.
SHARED: Mapping[str, str] = {
    **dict.fromkeys(
        ("AnswerForm", "CellForm", "FigureDetailsForm", "FigureForm", "ShortFigureForm", "WorkingCopyForm"),
        "a post carries many",
    ),
    **dict.fromkeys(("PledgeForm", "TargetForm"), "a pledge and its targets"),
    **dict.fromkeys(
        (
            *("FieldGroupForm", "MethodStepForm", "EffectForm", "PracticeForm"),
            *("PolicyClassForm", "ClassExampleForm", "StatedScoreForm"),
        ),
        "a group of a practice",
    ),
    "ReadersChangeForm": "behind ReadersForm",
    **dict.fromkeys(
        (
            "CorrectionListForm",
            "DeliveryFilterForm",
            "DirectoryForm",
            "FindForm",
            "FindingListForm",
            "LetterFilterForm",
            "ListSearchForm",
            "OrganisationFilterForm",
            "QueueForm",
            "SupporterFilterForm",
            "TimeZoneForm",
            "WebhookDeliveryFilterForm",
        ),
        "a filter in the address: nothing is written",
    ),
    **dict.fromkeys(
        ("VerdictForm", "CommitmentVerdictForm", "QuestionForm", "ReviewNoteForm", "FindingForm"),
        "all that is written on a page of a review is one post",
    ),
    "JournalForm": "a filter; its export names the fields",
    "BulkForm": "behind ChoicesForm, which names the fields of both",
}

LINES = [line for line in CASES if set(line.post.replace(" ", "")) & set(TAKEN)]


@pytest.mark.usefixtures("rollback")
@pytest.mark.parametrize("line", LINES, ids=str)
def test_a_field_that_no_form_has_is_refused_by_name(
    world: World, visitors: SignedInClients, line: Case
) -> None:
    cache.clear()
    expected = line.expected("POST")
    actors = [name for name in actors_to_ask(line, "POST") if expected[name] in TAKEN]
    answers = [
        visitors.ask(name, "POST", address(line, place_of(world, line)), {**line.post_data(), FIELD: "on"})
        for name in actors
    ]

    refused = [each for each in answers if each.status == 422 and f"<code>{FIELD}</code>" in each.text]
    # to say once more who one is, or away from signing in when one has
    elsewhere = ("/accounts/", *(["/session/"] if ":" not in line.route else []))
    led_on = [each for each in answers if each.status == 302 and each.location.startswith(elsewhere)]
    if str(line) in NOT_READ:
        assert refused == []
    else:
        assert [each.status for each in answers if each not in [*refused, *led_on]] == []
        assert refused


def test_every_form_refuses_by_itself_or_stands_with_its_reason() -> None:
    lenient = {form.__name__ for form in _forms_of(forms.BaseForm) if not issubclass(form, StrictFields)}

    assert lenient == set(SHARED)


def _forms_of(base: type) -> Iterator[type]:
    """The forms of the apps."""
    for form in base.__subclasses__():
        if form.__module__.startswith(("alliance.web", "practices.web")):
            yield form
        yield from _forms_of(form)
