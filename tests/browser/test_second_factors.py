"""Second factors in a real browser: a code of an app, and a passkey of an authenticator that the browser plays."""

from collections.abc import Iterator
from typing import Any

import pytest
from allauth.mfa.models import Authenticator
from playwright.sync_api import Browser, Page, expect

from alliance.models import ApiToken, Person, PersonSession
from alliance.models.sessions import SessionStore
from tests.factories import Cast, read_cast
from tests.factories.cast import PASSWORD
from tests.support.page_inspection import Console
from tests.support.second_factors import add_app, app_code

pytestmark = pytest.mark.slow

PASSKEY = {"en": "Use a passkey", "ru": "Использовать ключ доступа"}


@pytest.fixture
def cast(live_server: Any) -> Cast:
    return read_cast()


@pytest.fixture
def origin(live_server: Any, settings: Any) -> str:
    """By name: browsers make passkeys for no number."""
    address: str = live_server.url.replace("127.0.0.1", "localhost")
    settings.ORIGIN, settings.ALLOWED_HOSTS = address, ["localhost"]
    settings.CSRF_TRUSTED_ORIGINS = [address]
    return address


@pytest.fixture
def page(browser: Browser, origin: str, cast: Cast) -> Iterator[Page]:
    context = browser.new_context(base_url=origin, reduced_motion="reduce")
    yield context.new_page()
    context.close()


def sign_in(page: Page, cast: Cast) -> None:
    page.goto("/accounts/login/")
    page.get_by_label("E-mail").fill(cast.sven.email)
    page.get_by_label("Password").fill(PASSWORD)
    page.get_by_role("button", name="Sign in").click()


def sign_out(page: Page) -> None:
    page.goto("/accounts/logout/")
    page.get_by_role("button", name="Sign out").click()
    page.wait_for_url("**/en/")


def test_an_app_is_set_up_from_its_picture_and_asked_for_at_the_next_sign_in(page: Page, cast: Cast) -> None:
    sign_in(page, cast)
    page.goto("/accounts/security/app/add/")
    page.locator("img.qr").wait_for()
    page.wait_for_load_state("load")
    drawn = page.locator("img.qr").evaluate("(picture) => picture.naturalWidth")
    assert drawn > 0
    secret = page.locator("code.secret").inner_text().replace(" ", "")
    console = Console(page)
    page.get_by_label("Code").fill(app_code(secret))
    page.get_by_role("button", name="Set up").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    recovery = page.locator(".codes code").first.inner_text()
    sign_out(page)
    sign_in(page, cast)
    expect(page.get_by_role("heading", name="Second step")).to_be_visible()
    page.get_by_label("Code").fill(recovery)
    page.get_by_role("button", name="Sign in").click()
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
    assert console.take() == []


@pytest.fixture
def key(page: Page) -> Any:
    """An authenticator inside the browser, which says that it has seen its owner, until it is told otherwise."""
    devtools = page.context.new_cdp_session(page)
    devtools.send("WebAuthn.enable")
    options = {
        "protocol": "ctap2",
        "transport": "internal",
        "hasResidentKey": True,
        "hasUserVerification": True,
        "isUserVerified": True,
        "automaticPresenceSimulation": True,
    }
    authenticator = devtools.send("WebAuthn.addVirtualAuthenticator", {"options": options})

    def recognise(is_owner: bool) -> None:
        devtools.send("WebAuthn.setUserVerified", {**authenticator, "isUserVerified": is_owner})

    return recognise


def add_passkey(page: Page) -> None:
    page.goto("/accounts/security/passkeys/add/")
    page.get_by_label("Name").fill("The grey key")
    page.get_by_role("button", name="Add").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()


def test_a_passkey_is_the_second_step_says_again_who_one_is_and_replaces_the_password(
    page: Page, key: Any, cast: Cast
) -> None:
    sign_in(page, cast)
    add_passkey(page)
    assert Authenticator.objects.filter(user=cast.sven, type="webauthn").count() == 1
    sign_out(page)
    sign_in(page, cast)
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("navigation", name="Sections")).to_be_visible()
    page.goto("/accounts/again/passkey/?next=/accounts/security/codes/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_role("heading", name="Recovery codes")).to_be_visible()
    sign_out(page)
    page.goto("/accounts/login/?next=/accounts/security/")
    page.get_by_role("button", name="Use a passkey").click()
    expect(page.get_by_text("The grey key")).to_be_visible()
    expect(page.get_by_text("A password alone does not open your account.")).to_be_visible()


def let_ten_minutes_pass(cast: Cast) -> None:
    """Since the person last confirmed who they are."""
    session = SessionStore(PersonSession.objects.get(person=cast.sven).session_key)
    session["confirmed_at"] -= 601
    session.save()


@pytest.mark.parametrize(
    ("language", "heading", "refused"),
    [
        ("en", "Confirm that it is you", "No passkey was used. Try again, or choose another way."),
        ("ru", "Подтвердите, что это вы", "Ключ доступа не использован."),
    ],
)
def test_a_passkey_confirms_above_a_form_after_it_was_refused_and_cancelled(
    page: Page, key: Any, cast: Cast, language: str, heading: str, refused: str
) -> None:
    sign_in(page, cast)
    add_passkey(page)
    Person.objects.filter(pk=cast.sven.pk).update(language=language)
    page.goto("/workspace/tokens/create/")
    name = page.locator("input[name=name]")
    name.fill("The typed name")
    page.locator("input[value=read]").check()
    let_ten_minutes_pass(cast)
    dialog = page.get_by_role("dialog", name=heading)

    name.press("Enter")
    dialog.get_by_role("button", name=PASSKEY[language]).click()
    use = dialog.locator("form[data-passkey] button")
    expect(use).to_be_focused()
    key(False)
    use.click()
    expect(dialog.get_by_role("alert")).to_contain_text(refused)
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(name).to_have_value("The typed name")
    assert not ApiToken.objects.exists()

    key(True)
    name.press("Enter")
    dialog.get_by_role("button", name=PASSKEY[language]).click()
    use.click()
    page.locator(".receipt code.digest").wait_for()
    assert ApiToken.objects.get().name == "The typed name"


def test_a_form_that_stood_open_for_too_long_is_confirmed_above_itself_and_sent_as_typed(
    page: Page, cast: Cast
) -> None:
    sign_in(page, cast)
    secret = add_app(cast.sven)
    page.goto("/workspace/tokens/create/")
    name = page.get_by_label("Name", exact=True)
    name.fill("The typed name")
    page.locator("input[value=read]").check()
    let_ten_minutes_pass(cast)
    dialog = page.get_by_role("dialog", name="Confirm that it is you")

    name.press("Enter")
    expect(dialog.get_by_label("Password")).to_be_focused()
    page.keyboard.press("Escape")
    expect(dialog).to_be_hidden()
    expect(name).to_have_value("The typed name")
    expect(name).to_be_focused()

    page.get_by_role("button", name="Create a token").click()
    dialog.get_by_label("Password").fill("wrong")
    dialog.get_by_role("button", name="Confirm and send").click()
    expect(dialog).to_contain_text("Wrong password")
    dialog.get_by_role("button", name="Use a code").click()
    dialog.get_by_label("code").fill(app_code(secret))
    dialog.get_by_role("button", name="Confirm and send").click()

    expect(page.get_by_role("heading", name="Your token")).to_be_visible()
    assert ApiToken.objects.get().name == "The typed name"
