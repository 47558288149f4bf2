"""`manage.py init`: the first manager, once."""

import shutil
from io import StringIO
from pathlib import Path
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.core.management.base import SystemCheckError
from PIL import Image

from alliance.enums import TextKind
from alliance.management.commands.init import QUESTIONS
from alliance.models import Membership, Organisation, Person, Site, SiteText
from alliance.services.open_data import release_folder
from portal.kernel import clock, search
from portal.kernel.files import ReadRefused
from portal.kernel.files.backends.folder import FolderStorage
from tests.factories import make_cast

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("empty_database")]
ANSWERS = {
    "site_name": "The Alliance",
    "name": "Mona Manager",
    "email": "Mona@Secretariat.example",
    "password": "a long enough password",
}


@pytest.fixture(autouse=True)
def storage_folder(settings: Any, tmp_path: Path) -> Path:
    """The storage of a new portal, which is not there yet."""
    chosen = {**settings.STORAGES["default"], "OPTIONS": {"location": tmp_path / "files"}}
    settings.STORAGES = {**settings.STORAGES, "default": chosen}
    return tmp_path / "files"


def init(**changes: str) -> str:
    out = StringIO()
    call_command("init", no_input=True, stdout=out, **(ANSWERS | changes))
    return out.getvalue()


def test_init_makes_site_secretariat_and_manager() -> None:
    output = init()
    membership = Membership.objects.get()
    assert membership.person.email == "mona@secretariat.example"
    assert membership.person.check_password(ANSWERS["password"])
    assert (membership.organisation.kind, membership.organisation.state) == ("secretariat", "active")
    assert membership.roles == ["auditor", "reviewer", "manager"]
    assert (Site.objects.get().name_en, Site.objects.get().name_ru) == ("The Alliance", "The Alliance")
    assert output.endswith("/accounts/login/ as Mona@Secretariat.example.\n")


def test_a_new_portal_finds_its_own_pages() -> None:
    init()

    hits_of_words = [search.find(words).hits for words in ("API", "методика")]

    for hits, route in zip(hits_of_words, ("public:data", "public:method"), strict=True):
        documents = search.documents_by_id([hit.id for hit in hits])
        assert route in [document.route for document in documents.values()]


@pytest.mark.parametrize("marker", [".restoring", ".restored"])
def test_init_makes_no_portal_over_a_restore_that_has_not_ended(marker: str, storage_folder: Path) -> None:
    """Its files would be there without rows, and the next restore would empty the storage of the new portal."""
    storage_folder.mkdir()
    (storage_folder / marker).touch()

    for command in ("init", "load_demo"):
        with pytest.raises(CommandError, match="A restore into the storage of files has not ended"):
            call_command(command, stdout=StringIO())

    assert not Organisation.objects.exists()


def test_init_makes_no_portal_over_the_files_of_another_one(storage_folder: Path) -> None:
    """Its scrub and its backups would take them for its own, and two portals would discard each other's files."""
    for name in ("evidence/a1", "evidence/b2", "logos/c3", "practices/d4"):
        (storage_folder / name).parent.mkdir(parents=True, exist_ok=True)
        (storage_folder / name).write_bytes(b"another portal's")

    with pytest.raises(CommandError) as refusal:
        init()

    assert not Organisation.objects.exists()
    assert not Site.objects.exists()
    assert (
        str(refusal.value)
        .splitlines()[0]
        .startswith(
            f"There are files in the folder {storage_folder}: evidence/a1, evidence/b2, logos/c3 and more."
        )
    )
    assert "set PORTAL_DATA_DIR to a place of its own" in str(refusal.value)
    shutil.rmtree(storage_folder)
    init()  # the way on
    assert storage_folder.is_dir()


def test_a_file_of_this_database_is_no_other_portals(storage_folder: Path, tmp_path: Path) -> None:
    data_file = storage_folder / release_folder() / "csv"  # a worker has begun before there is a manager
    data_file.parent.mkdir(parents=True)
    data_file.write_bytes(b"member\n")
    Image.new("RGB", (128, 128), "navy").save(tmp_path / "logo.png")
    init(logo=str(tmp_path / "logo.png"))
    Membership.objects.update(ended_at=clock.now())  # nobody runs it any more

    init(email="second@secretariat.example")

    assert Membership.objects.filter(ended_at=None).count() == 1


def test_init_says_why_the_storage_cannot_be_read(
    storage_folder: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(storage: FolderStorage, name: str) -> bool:
        raise ReadRefused from PermissionError(13, "Permission denied")

    monkeypatch.setattr(FolderStorage, "exists", refuse)

    with pytest.raises(CommandError) as refusal:
        init()

    assert str(refusal.value).startswith(
        f"Uploads and documents cannot be read in the folder {storage_folder}: [Errno 13] Permission denied. "
        "Nothing was made. Put PORTAL_DATA_DIR right, or what is there"
    )


def test_init_asks_for_what_the_settings_page_asks_for() -> None:
    answers = {"short_name_en": "TA", "contact": "hello@x.example", "time_zone": "Asia/Omsk",
            "sender_name_en": "The Alliance", "sender_address": "portal@x.example"}  # fmt: skip
    init(**{name.removesuffix("_en"): answer for name, answer in answers.items()})
    site = Site.objects.get()
    assert {name: getattr(site, name) for name in answers} == answers


def test_init_takes_names_texts_and_a_logo_in_files(tmp_path: Path) -> None:
    Image.new("RGB", (128, 128), "navy").save(tmp_path / "logo.png")
    (tmp_path / "home.md").write_text("## Обещание\n", encoding="utf-8")
    init(
        site_name_ru="Альянс", organisation_ru="Секретариат", logo=str(tmp_path / "logo.png"),
        home_ru=str(tmp_path / "home.md"),
    )  # fmt: skip

    site, manager = Site.objects.get(), Membership.objects.get()
    home = SiteText.objects.filter(kind=TextKind.HOME).latest("revision")
    assert (site.name_en, site.name_ru, site.short_name_ru) == ("The Alliance", "Альянс", "Альянс")
    assert (manager.organisation.name_ru, site.logo.endswith(".png")) == ("Секретариат", True)
    assert (home.text_en, home.text_ru, home.written_by) == ("", "## Обещание", manager.person)


@pytest.mark.parametrize(
    ("option", "content", "message"),
    [
        ("logo", b"<svg/>", "--logo: The file’s content does not match its name. Save it again as PNG."),
        ("home_en", b"\xff\xfe", "--home-en: {path} is no text in UTF-8."),
        ("about_ru", b"x" * 20_001, "--about-ru: {path} is longer than 20000 characters."),
        ("about_en", None, "--about-en: {path} cannot be read: No such file or directory."),
    ],
)
def test_init_refuses_a_file_that_will_not_do(
    tmp_path: Path, option: str, content: bytes | None, message: str
) -> None:
    path = tmp_path / "given.png"
    if content is not None:
        path.write_bytes(content)
    with pytest.raises(CommandError) as refusal:
        init(**{option: str(path)})
    assert str(refusal.value) == message.format(path=path)
    assert not Site.objects.exists()


def test_init_begins_with_honest_drafts_in_both_languages() -> None:
    init()
    texts = {text.kind: text for text in SiteText.objects.all()}
    assert set(texts) == set(TextKind)
    required = [text for kind, text in texts.items() if kind != TextKind.HOME]
    assert [text.kind for text in required if not (text.text_en and text.text_ru)] == []
    assert [text.kind for text in required if text.is_reviewed] == []


def test_init_takes_its_answers_from_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, answer in ANSWERS.items():
        monkeypatch.setenv(f"PORTAL_INIT_{name.upper()}", answer)
    call_command("init", no_input=True, stdout=StringIO())
    assert Person.objects.get().name == "Mona Manager"


def test_init_refuses_when_the_secretariat_has_a_manager() -> None:
    make_cast()
    with pytest.raises(CommandError, match="already has a manager"):
        init()


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"email": ""}, "Not given: --email."),
        ({"name": "", "password": ""}, "Not given: --name, --password."),
        (
            {"password": "short"},
            "--password: This password is too short. It must contain at least 12 characters.",
        ),
        ({"email": "no address"}, "--email: Enter a valid email address."),
        ({"language": "xx"}, "--language: Not one of the portal's languages: en, ru."),
        (
            {"name": "Mona\u200b"},
            "--name: There is an invisible character here (U+200B): type the text instead of pasting it.",
        ),
    ],
)
def test_init_writes_nothing_when_an_answer_is_wrong(changes: dict[str, str], message: str) -> None:
    with pytest.raises(CommandError) as refusal:
        init(**changes)
    assert str(refusal.value) == message
    assert not Organisation.objects.exists()
    assert not Person.objects.exists()


class Typed:
    """Somebody at a terminal who types these lines, then nothing more."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch, *lines: str) -> None:
        self.lines = list(lines)
        monkeypatch.setattr("sys.stdin.isatty", lambda: True)
        monkeypatch.setattr("builtins.input", self.answer)
        monkeypatch.setattr("alliance.management.commands.init.getpass", self.answer)

    def answer(self, question: str) -> str:
        del question
        if not self.lines:
            raise EOFError
        return self.lines.pop(0)


def test_init_asks_again_for_what_was_wrong_and_for_nothing_else(monkeypatch: pytest.MonkeyPatch) -> None:
    long = "a long enough password"
    Typed(
        monkeypatch,
        *[""] * 4,  # names
        "nowhere.png",
        "",
        "no address",
        "",
        "Mars/North",
        "Asia/Omsk",
        "",
        "",
        *[""] * 4,  # texts
        *[""] * 3,  # the body that runs it, and a name
        "Мария",
        "xx",
        "ru",
        "",
        "nowhere",
        "m@x.example",
        "short",
        long,
        "x",
        long,
        long,
        "perhaps",
        "yes",
    )
    out, err = StringIO(), StringIO()
    call_command("init", stdout=out, stderr=err)

    person = Person.objects.get()
    assert (person.name, person.language, person.email) == ("Мария", "ru", "m@x.example")
    assert Site.objects.get().time_zone == "Asia/Omsk"
    assert "The secretariat: the body that runs the portal" in out.getvalue()
    assert (
        "In which time zone do days end? Asia/Omsk"
        in out.getvalue().partition("This is what will be made:")[2]
    )
    assert long not in out.getvalue()
    assert err.getvalue().splitlines() == [
        "nowhere.png cannot be read: No such file or directory.",
        "Enter a valid email address.",
        "Not a time zone of the IANA list, such as Europe/Moscow.",
        "Enter a name.",
        "Not one of the portal's languages: en, ru.",
        "Enter a valid email address.",
        "This password is too short. It must contain at least 12 characters.",
        "The two passwords differ.",
    ]


def stopped(monkeypatch: pytest.MonkeyPatch, *lines: str) -> str:
    """What is said after somebody has typed these lines, and no more."""
    typed = Typed(monkeypatch, *lines)
    with pytest.raises(CommandError) as refusal:
        call_command("init", stdout=StringIO(), stderr=StringIO())
    assert (typed.lines, Site.objects.exists(), Person.objects.exists()) == ([], False, False)
    return str(refusal.value)


def test_init_that_is_broken_off_makes_nothing_and_says_how_to_go_on(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.argv", ["/srv/portal/bin/portal", "init"])

    assert stopped(monkeypatch) == "\nStopped; nothing was made."
    assert stopped(monkeypatch, "The Alliance", "", "Al's") == (
        "\nStopped; nothing was made. To go on from here:\n"
        "    portal init --site-name='The Alliance' --short-name='Al'\"'\"'s'"
    )


def test_what_init_would_make_is_shown_and_may_be_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    password = "a long enough password"
    answers = [""] * len([option for option, *_ in QUESTIONS])
    names = [option for option, *_ in QUESTIONS]
    answers[names.index("name")], answers[names.index("email")] = "Mona", "mona@x.example"

    assert "--name=Mona" in stopped(monkeypatch, *answers, password, password, "no")


def test_init_offers_to_look_at_a_real_installation_first(
    monkeypatch: pytest.MonkeyPatch, settings: Any
) -> None:
    settings.SECURE = True
    asked: list[dict[str, object]] = []

    def refuse(name: str, **options: object) -> None:
        asked.append({"name": name, "deploy": options["deploy"], "databases": options["databases"]})
        raise SystemCheckError("The data folder is missing.")

    monkeypatch.setattr("alliance.management.commands.init.call_command", refuse)

    assert stopped(monkeypatch, "", "") == "\nStopped; nothing was made."
    assert stopped(monkeypatch, "yes", "no") == "\nStopped; nothing was made."
    assert "--site-name=A" in stopped(monkeypatch, "yes", "yes", "A")
    assert "--site-name=B" in stopped(monkeypatch, "no", "B")
    assert asked == [{"name": "check", "deploy": True, "databases": ["default"]}] * 3
