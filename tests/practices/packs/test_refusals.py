"""What people are told of packs that are wrong, on the pages where they have sent them."""

from base64 import encodebytes

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from portal.kernel.access import SYSTEM, acting_as
from practices.enums import Label
from practices.models import Attachment
from practices.packs import test_sets
from tests.factories import Cast
from tests.factories.practices import make_draft
from tests.practices.packs.test_markings import WHITE_OF_TLP_1, bundle, policy
from tests.practices.packs.test_packs import POLICY
from tests.support.pack_imports import CASES, CHALLENGES, prepared
from tests.support.pages import words_of

pytestmark = pytest.mark.django_db

MD5 = "9e107d9d372bb6826bd81d3542a419d6"
PICTURE = b"\x89PNG\r\n\x1a\n" + bytes(range(256)) * 4
TAGGED = b"title: x\nlogsource:\n  product: chat\ndetection: !!python/object/apply:os.system [id]\n"


@pytest.mark.parametrize(
    ("kind", "name", "raw", "sentence"),
    [
        ("hash_list", "a.txt", MD5[:-1].encode(), "Line 1: A hash of MD5 has 32 digits, this one 31."),
        ("hash_list", "a.txt", f"{MD5}\n{MD5}{MD5}".encode(), "Line 2: This hash has the length of SHA-256"),
        ("hash_list", "a.txt", PICTURE, "This is a file and no list. Never upload the material itself"),
        ("hash_list", "a.txt", encodebytes(PICTURE), "This is no hash in hexadecimal digits. Never upload"),
        (
            "keyword_list",
            "a.txt",
            encodebytes(PICTURE),
            "This looks like a file and not like words about it.",
        ),
        (
            "rules",
            "a.yml",
            TAGGED,
            "Line 4: Tags (“tag:yaml.org,2002:python/object/apply:os.system”) are not allowed",
        ),
    ],
)
def test_wrong_signals_are_refused_on_the_form_in_words(
    cast: Cast, client: Client, kind: str, name: str, raw: bytes, sentence: str
) -> None:
    practice = make_draft(cast)
    client.force_login(cast.alice)

    answer = client.post(
        f"/workspace/practices/{practice.key}/files/",
        {"kind": kind, "algorithm": "md5", "file": SimpleUploadedFile(name, raw)},
    )

    assert answer.status_code == 422
    assert sentence in words_of(answer)
    with acting_as(SYSTEM):
        assert not Attachment.objects.exists()


def test_what_is_wrong_in_a_folder_stands_on_the_page_before(cast: Cast, client: Client) -> None:
    other = CHALLENGES.replace("DC", "GR").replace("Dangerous challenges", "Grooming in comments")
    practice_import = prepared(
        cast,
        {
            "two/a.md": other,
            "two/b.md": CHALLENGES,
            "two/cases.csv": CASES,
            "two/README.md": "# How to\n\nRun it with your model.\n",
            "amber/policy.md": policy(Label.AMBER),
            "amber/stix.json": bundle(WHITE_OF_TLP_1),
            "amber/cut.txt": f"{MD5[:-1]}\n{MD5[1:]}\n",
            "amber/rules.yml": TAGGED,
        },
    )
    client.force_login(cast.alice)

    words = words_of(client.get(f"/workspace/practices/imports/{practice_import.key}/"))

    assert "For which policy? Grooming in comments Dangerous challenges" in words
    assert "Class “pii” is not in the policy: 1 row" in words
    assert "No policy was found in it. Choose “Practice” if it is one." in words
    assert "“A lure” is marked TLP:CLEAR, which is wider than TLP:AMBER, the label of the practice." in words
    assert (
        "Line 1: A hash of MD5 has 32 digits, this one 31." in words or "has 32 digits, this one 31" in words
    )
    assert "Tags (“tag:yaml.org,2002:python/object/apply:os.system”) are not allowed" in words


def test_all_classes_that_a_policy_lacks_are_counted(cast: Cast, client: Client) -> None:
    """The first twenty are named, with what is to become of them; the others are no secret."""
    rows = "id,text,class\na,A dare,DC1\n" + "".join(f"n{n},Text {n},other-{n}\n" for n in range(25))
    practice_import = prepared(cast, {"policy.md": CHALLENGES, "cases.csv": rows})
    client.force_login(cast.alice)

    page = words_of(client.get(f"/workspace/practices/imports/{practice_import.key}/"))
    form = client.post(
        f"/workspace/practices/{make_draft(cast, **POLICY).key}/files/",
        {"kind": "test_set", "file": SimpleUploadedFile("cases.csv", rows.encode()), "hold_back": "0"},
    )

    assert page.count("is not in the policy: 1 row") == 20
    assert "Further classes that are not in the policy: 5, with rows: 5. All of these are left out." in page
    assert "is not in the policy: 1 rows, the first on line 2. And 25 more." in words_of(form)


def test_a_test_set_of_too_many_rows_says_how_many_there_may_be(
    cast: Cast, client: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(test_sets, "MAX_ROWS", 3)
    rows = "id,text,class\n" + "".join(f"{n},A dare on roof {n},harm\n" for n in range(4))
    practice = make_draft(cast, **POLICY)
    client.force_login(cast.alice)

    practice_import = prepared(cast, {"policy.md": CHALLENGES, "cases.csv": rows.replace("harm", "DC1")})
    page = client.get(f"/workspace/practices/imports/{practice_import.key}/")
    form = client.post(
        f"/workspace/practices/{practice.key}/files/",
        {"kind": "test_set", "file": SimpleUploadedFile("cases.csv", rows.encode()), "hold_back": "0"},
    )

    assert "There are more than 3 rows." in words_of(page)
    assert (form.status_code, "There are more than 3 rows." in words_of(form)) == (422, True)
