"""The settings page as a browser gets it: previews, conflicts, the zone's second look, what is not run."""

import io

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.urls import reverse
from PIL import Image

from alliance.enums import Role, TextKind
from alliance.models import Site, SiteText
from alliance.services.texts import write_text
from tests.factories import Cast, actor_of, make_person, read_charter
from tests.support.pages import signed_in, words_of

pytestmark = pytest.mark.django_db
SETTINGS = "/secretariat/settings/"
WRITE = "/secretariat/settings/texts/privacy/write/"
WICKED = (
    "Hello <script>alert(1)</script>\n\n[go](javascript:alert(2)) ![](data:image/png;base64,AAAA)\n\n"
    '<b onclick="alert(3)">bold</b> [file](ftp://x.example/)'
)


def typed(en: str, number: int = 0, **more: str) -> dict[str, str]:
    return {"text_en": en, "text_ru": "Мало.", "expected_version": str(number), **more}


def test_a_preview_shows_what_becomes_of_a_script_and_saves_nothing(cast: Cast) -> None:
    page = signed_in(cast.mona).post(WRITE, typed(WICKED, preview="1"))

    words = page.content.decode()
    assert page.status_code == 200
    assert [evil in words for evil in ("<script>alert", 'href="javascript', 'src="data', "<b onclick")] == [
        False
    ] * 4
    assert "HTML is not run; it is shown as text: &lt;script&gt;" in words
    assert "This address cannot be a link here: javascript:alert(2)" in words
    assert "This picture is left out: data:image/png;base64,AAAA" in words
    assert not SiteText.objects.exists()


def test_a_saved_script_is_harmless_on_the_public_page_and_its_writer_is_warned(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    page = words_of(mona.post(WRITE, typed(WICKED), follow=True))
    public = mona.get("/en/about/privacy/").content.decode()

    assert page.count("This address cannot be a link here: javascript:alert(2)") == 1
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in public
    assert [
        evil in public for evil in ("<script>alert", 'href="javascript', '="data:image', "<b onclick")
    ] == [False] * 4


def test_while_a_test_e_mail_is_queued_the_page_says_to_reload_it(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    assert "Reload the page" not in words_of(mona.get(SETTINGS))

    page = words_of(mona.post(f"{SETTINGS}test-mail/", follow=True))

    assert "Reload the page in a few seconds." in page


def test_the_slower_of_two_managers_sees_both_texts_and_may_then_save(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    write_text(cast.actor("mona"), TextKind.PRIVACY, {"en": "Theirs.", "ru": "Их."}, expected_revision=0)

    conflict = mona.post(WRITE, typed("Mine.", number=1))
    again = mona.post(WRITE, typed("Mine.", number=conflict.context["form"]["expected_version"].value()))

    assert conflict.status_code == 409
    assert all(
        text in words_of(conflict) for text in ("Theirs.", "Mine.", "You changed this in another window")
    )
    assert (again.status_code, SiteText.objects.latest("revision").text_en) == (302, "Mine.")


def test_a_missing_language_is_named_to_the_manager(cast: Cast) -> None:
    write_text(cast.actor("mona"), TextKind.TERMS, {"en": "Terms.", "ru": ""}, expected_revision=0)
    assert "missing: Russian; readers see another language" in words_of(signed_in(cast.mona).get(SETTINGS))


def test_starting_texts_wait_for_a_review(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    before = words_of(mona.get(SETTINGS)).count("Not yet reviewed by you")
    mona.post(WRITE, typed("Little is kept."))
    assert words_of(mona.get(SETTINGS)).count("Not yet reviewed by you") == before - 1


def test_an_earlier_revision_stays_readable(cast: Cast) -> None:
    mona = signed_in(cast.mona)
    for seen, words in enumerate(("First.", "Second."), 1):
        mona.post(WRITE, typed(words, number=seen))
    page = words_of(signed_in(cast.rita).get("/secretariat/settings/texts/privacy/2/"))
    assert "First." in page
    assert "This revision is not the current one." in page


def test_choosing_a_zone_changes_nothing_until_it_is_confirmed(cast: Cast) -> None:
    mona, url = signed_in(cast.mona), "/secretariat/settings/time-zone/"
    assert "There is a problem Time zone:" in words_of(mona.get(url, {"zone": ""}))
    looked = mona.get(url, {"zone": "Asia/Omsk"})
    assert not Site.objects.exclude(time_zone="").exists()

    mona.post(
        url,
        {"zone": "Asia/Omsk", "expected_version": looked.context["confirm_form"]["expected_version"].value()},
    )

    assert Site.objects.get().time_zone == "Asia/Omsk"


def test_no_such_zone_is_no_zone(cast: Cast) -> None:
    page = signed_in(cast.mona).post(
        "/secretariat/settings/time-zone/", {"zone": "Mars/North", "expected_version": "1"}
    )
    assert page.status_code == 422


def test_names_saved_by_two_at_once_are_shown_side_by_side(cast: Cast) -> None:
    mona, url = signed_in(cast.mona), "/secretariat/settings/names/"
    names = {
        "name_en": "One",
        "name_ru": "Один",
        "short_name_en": "1",
        "short_name_ru": "1",
        "expected_version": "1",
    }
    mona.post(url, names)

    conflict = mona.post(url, {**names, "name_en": "Another"})

    assert (conflict.status_code, Site.objects.get().name_en) == (409, "One")
    assert "You changed this in another window or on another device on " in words_of(conflict)
    assert "correct them if needed and save again. Name (English) One" in words_of(conflict)


def test_a_logo_that_somebody_has_set_meanwhile_is_neither_replaced_nor_removed_unseen(cast: Cast) -> None:
    nora, mona = signed_in(make_person("Nora", cast.secretariat, Role.MANAGER)), signed_in(cast.mona)
    url = "/secretariat/settings/logo/"
    seen = mona.get(url).context["form"]["expected_version"].value()
    assert nora.post(url, {"file": logo("navy"), "expected_version": seen}).status_code == 302
    theirs = Site.objects.get().logo

    answers = [
        mona.post(url, {"file": logo("red"), "expected_version": seen}),
        mona.post(url, {"remove": "1", "expected_version": seen}),
    ]

    for refused in answers:
        assert refused.status_code == 409
        assert "Nora changed this on " in words_of(refused)
        assert theirs in refused.content.decode()
    assert Site.objects.get().logo == theirs
    now = answers[-1].context["form"]["expected_version"].value()
    assert mona.post(url, {"remove": "1", "expected_version": now}).status_code == 302
    assert Site.objects.get().logo == ""


def logo(colour: str) -> SimpleUploadedFile:
    picture = io.BytesIO()
    Image.new("RGB", (128, 128), colour).save(picture, "PNG")
    return SimpleUploadedFile("logo.png", picture.getvalue())


def test_conflicts_of_the_settings_name_the_other_manager(cast: Cast) -> None:
    nora = make_person("Nora", cast.secretariat, Role.MANAGER)
    charter, url = read_charter(), reverse("secretariat:supporters-charter")
    signed_in(nora).post(url, {"key": charter.key, "expected_version": "1"})
    write_text(actor_of(nora), TextKind.PRIVACY, {"en": "Theirs.", "ru": "Их."}, expected_revision=0)
    mona = signed_in(cast.mona)

    chosen = mona.post(url, {"key": "", "expected_version": "1"})
    written = mona.post(WRITE, typed("Mine.", number=1))

    for conflict in (chosen, written):
        assert conflict.status_code == 409
        assert "Nora changed this on " in words_of(conflict)
    assert f"Chosen now: {charter.title}. Saving again replaces it." in words_of(chosen)
    assert mona.post(
        url, {"key": "", "expected_version": chosen.context["form"].data["expected_version"]}
    ).url
    assert Site.objects.get().supporters_charter == ""
