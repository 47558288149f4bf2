"""Supporters: acceding by a link in a letter, changing one's entry, and what the secretariat decides."""

from datetime import date, timedelta
from io import StringIO

import pytest
from django.core.management import call_command

from alliance.enums import SupporterState
from alliance.models import Charter, Site, Supporter, SupporterContact
from alliance.queries.site import read_site
from alliance.queries.supporters import SupporterFilter, narrow
from alliance.services import supporters as services
from alliance.services.retention import RETENTION_RULES
from alliance.services.supporter_links import contact_of_link, link_token_of
from alliance.services.supporters import Signatory, SupporterFacts
from alliance.validators.supporter_names import domain_of, initial_of, name_key, search_terms
from portal.kernel import clock
from portal.kernel.access import ANYONE, SYSTEM, acting_as
from portal.kernel.errors import DomainError, Forbidden, WrongState
from portal.kernel.publishing import touch_public_revision
from tests.factories import Cast
from tests.support.jobs import run_all_jobs
from tests.support.pages import signed_in, words_of
from tests.support.world_supporters import make_supporter

pytestmark = pytest.mark.django_db

SCHOOL = SupporterFacts("Школа № 12", "school", "Eastport", "Harbour", "https://school12.example")
HEAD = Signatory("head@school12.example", "Vera Orlova", "Head teacher", "en")


@pytest.fixture(autouse=True)
def open_charter(charter: Charter) -> None:
    Site.objects.update_or_create(id=1, defaults={"supporters_charter": charter.key})
    read_site.forget()


def accede(facts: SupporterFacts = SCHOOL, signatory: Signatory = HEAD) -> None:
    services.accede(facts, signatory, consent_revision=1)


def token_of(name: str = SCHOOL.name) -> str:
    with acting_as(SYSTEM):
        return link_token_of(SupporterContact.objects.get(supporter__name=name)) or ""


def public_names() -> list[str]:
    return list(Supporter.objects.visible_to(ANYONE).values_list("name", flat=True))


def test_an_entry_is_public_once_its_link_is_used(mailoutbox: list) -> None:
    accede()
    run_all_jobs()
    assert public_names() == []
    assert [(letter.to, token_of() in letter.body) for letter in mailoutbox] == [([HEAD.email], True)]
    services.confirm_supporter(token_of())
    assert public_names() == [SCHOOL.name]
    assert services.confirm_supporter(token_of()).state == SupporterState.LISTED  # pressed twice


def test_asked_twice_there_is_one_entry_and_the_last_link_counts(mailoutbox: list) -> None:
    accede()
    first = token_of()
    accede(SupporterFacts("МБОУ «Школа № 12»", "school", "Eastport"))
    assert contact_of_link(first) is None
    services.confirm_supporter(token_of("МБОУ «Школа № 12»"))
    accede()  # it is in the directory: the link to change it is sent
    with acting_as(SYSTEM):
        assert Supporter.objects.count() == 1
    run_all_jobs()
    assert [letter.subject.partition(": ")[2] for letter in mailoutbox] == ["the link to your entry"]


def test_an_expired_link_is_refused_and_its_entry_removed_later() -> None:
    accede()
    with acting_as(SYSTEM):
        SupporterContact.objects.update(link_expires_at=clock.now() - timedelta(days=31))
        (rule,) = (rule for rule in RETENTION_RULES if rule.name == "unconfirmed-supporters")
        assert [row.name for row in rule.rows[0](clock.now())] == [SCHOOL.name]
    with pytest.raises(WrongState):
        services.confirm_supporter(token_of())


def test_without_an_open_charter_nobody_accedes() -> None:
    Site.objects.update(supporters_charter="")
    read_site.forget()
    with pytest.raises(DomainError):
        accede()


def test_a_link_is_asked_for_by_the_e_mail_and_changes_or_ends_the_entry(charter: Charter) -> None:
    entry = make_supporter(charter, "Harbour School", email="office@harbour.example")
    services.ask_for_link("nobody@harbour.example")
    services.ask_for_link("OFFICE@harbour.example")
    token = token_of("Harbour School")
    changed = services.change_by_link(token, SupporterFacts("Harbour Lyceum", "school", "Eastport"))
    assert (changed.name, changed.name_key) == ("Harbour Lyceum", "harbour lyceum")
    services.end_by_link(token)
    entry.refresh_from_db()
    assert (entry.state, contact_of_link(token)) == (SupporterState.ENDED, None)
    with acting_as(SYSTEM):
        assert not SupporterContact.objects.filter(pk=entry.pk).exists()


def test_a_second_entry_of_the_same_body_is_found_and_merged(cast: Cast, charter: Charter) -> None:
    first = make_supporter(charter, "Школа № 12", name_key=name_key("Школа № 12"))
    accede(SupporterFacts("МБОУ «Школа №12»", "school", "Eastport"), Signatory("other@post.example"))
    services.confirm_supporter(token_of("МБОУ «Школа №12»"))
    with acting_as(cast.actor("mona")) as mona:
        twin = Supporter.objects.get(likely_twin=first)
        with pytest.raises(Forbidden):
            services.merge_supporter(cast.actor("rita"), twin)
        merged = services.merge_supporter(mona, twin)
        assert (merged.state, merged.merged_into) == (SupporterState.ENDED, first)
        with pytest.raises(WrongState):
            services.merge_supporter(mona, twin)
    assert public_names() == ["Школа № 12"]


@pytest.mark.parametrize("state", [SupporterState.HIDDEN, SupporterState.UNCONFIRMED])
def test_an_entry_is_not_merged_into_one_that_is_not_in_the_directory(
    cast: Cast, charter: Charter, state: str
) -> None:
    first = make_supporter(charter, "Lighthouse Club", state=state)
    second = make_supporter(charter, "Lighthouse", likely_twin=first)
    with acting_as(cast.actor("mona")) as mona, pytest.raises(WrongState, match="is not in the directory"):
        services.merge_supporter(mona, second)
    assert public_names() == ["Lighthouse"]


def test_an_entry_is_merged_with_what_its_twin_has_become(cast: Cast, charter: Charter) -> None:
    last = make_supporter(charter, "Lighthouse Club of Eastport")
    middle = make_supporter(charter, "Lighthouse Club", likely_twin=last)
    first = make_supporter(charter, "Lighthouse", likely_twin=middle)
    with acting_as(cast.actor("mona")) as mona:
        services.merge_supporter(mona, first)
        services.merge_supporter(mona, middle)
    with acting_as(SYSTEM):
        assert Supporter.objects.get(pk=first.pk).merged_into == last


def test_an_ended_entry_is_in_no_question(charter: Charter) -> None:
    first, second = make_supporter(charter, "Lighthouse Club"), make_supporter(charter, "Lantern Club")
    make_supporter(charter, "Lighthouse", likely_twin=first, state=SupporterState.ENDED)
    asked = make_supporter(charter, "Lantern", likely_twin=second)
    with acting_as(SYSTEM):
        assert list(narrow(Supporter.objects.all(), SupporterFilter(twins=True))) == [asked]


def test_two_organisations_stay_apart(cast: Cast, charter: Charter) -> None:
    first = make_supporter(charter, "Lighthouse Club")
    second = make_supporter(charter, "Lighthouse", likely_twin=first)
    with acting_as(cast.actor("mona")) as mona:
        assert services.keep_apart(mona, second).likely_twin is None
        with pytest.raises(WrongState, match="You changed this in another window"):
            services.keep_apart(mona, second)


def test_a_second_decision_on_a_duplicate_is_refused_with_the_first(cast: Cast, charter: Charter) -> None:
    first = make_supporter(charter, "Lighthouse Club")
    second = make_supporter(charter, "Lighthouse", likely_twin=first)
    with acting_as(cast.actor("mona")) as mona:
        services.merge_supporter(mona, second)
        with pytest.raises(WrongState, match="the state is “Ended”"):
            services.keep_apart(mona, second)
    address = f"/secretariat/supporters/{second.pk}/"

    late = signed_in(cast.mona).post(f"{address}merge/", follow=True)

    assert late.redirect_chain[0][0] == address
    assert "the state is “Ended”" in words_of(late)


def test_hiding_takes_a_reason_which_the_supporter_is_sent(
    cast: Cast, charter: Charter, mailoutbox: list
) -> None:
    entry = make_supporter(charter, "Harbour School")
    with acting_as(cast.actor("mona")) as mona:
        with pytest.raises(DomainError):
            services.hide_supporter(mona, entry, " ")
        services.hide_supporter(mona, entry, "Its letters came back.")
        assert public_names() == []
    run_all_jobs()
    assert "Its letters came back." in mailoutbox[0].body
    with acting_as(cast.actor("mona")) as mona:
        services.show_supporter(mona, entry)
    assert public_names() == ["Harbour School"]


@pytest.mark.parametrize("act", ["hide", "end", "show"])
def test_the_page_before_a_decision_says_whether_anybody_is_notified(
    cast: Cast, charter: Charter, act: str
) -> None:
    entry = make_supporter(charter, "Harbour School")
    if act == "show":
        Supporter.objects.update(state=SupporterState.HIDDEN)
    mona, url = signed_in(cast.mona), f"/secretariat/supporters/{entry.pk}/step/{act}/"
    before = words_of(mona.get(url))
    SupporterContact.objects.all().delete()
    after, nobody = words_of(mona.get(url)), "Nobody is notified: the entry has no e-mail."

    assert ("The supporter is notified by e-mail" in before, nobody in before) == (True, False)
    assert ("The supporter is notified by e-mail" in after, nobody in after) == (False, True)
    assert "its e-mail and signatory are deleted" not in after


def test_a_word_finds_both_alphabets_and_the_same_sort_of_body(charter: Charter) -> None:
    accede()
    make_supporter(charter, "Evening School of Navigation")
    make_supporter(charter, "Lake Library", kind="library")
    with acting_as(SYSTEM):
        schools = narrow(Supporter.objects.all(), SupporterFilter(words="школа"))
        assert {row.name for row in schools} == {SCHOOL.name, "Evening School of Navigation"}
        assert not narrow(Supporter.objects.all(), SupporterFilter(words="школа lake")).exists()


@pytest.mark.parametrize(
    ("name", "key", "initial"),
    [
        ("МБОУ «Школа № 12»", "shkola 12", "Ш"),
        ("ООО «Ёлка»", "elka", "Е"),
        ("Lighthouse Parents’ Union", "lighthouse parents union", "L"),
        ("12th School", "12th school", "#"),
        ("АНО", "ano", "#"),
    ],
)
def test_a_name_has_a_key_without_legal_form_and_quotes(name: str, key: str, initial: str) -> None:
    assert (name_key(name), initial_of(name)) == (key, initial)


def test_keys_that_an_earlier_rule_has_stored_are_made_anew_by_one_command(charter: Charter) -> None:
    with acting_as(SYSTEM):
        stale, long = (make_supporter(charter, name) for name in ("ООО Школа № 12", "Щ" * 200))
    output = StringIO()

    for _time in range(2):
        call_command("supporter_keys", stdout=output)

    assert output.getvalue().splitlines() == [
        "2 of 2 supporters have other keys now.", "0 of 2 supporters have other keys now.",
    ]  # fmt: skip
    stale.refresh_from_db()
    long.refresh_from_db()
    assert (stale.name_key, stale.initial) == ("shkola 12", "Ш")
    assert "shkola" in stale.search
    assert len(long.name_key) == 400


def test_domains_that_many_share_say_nothing() -> None:
    assert (domain_of("https://www.school.example/a"), domain_of("a@School.example")) == (
        "school.example",
    ) * 2
    assert (domain_of("a@gmail.com"), domain_of("http://["), domain_of("")) == ("", "", "")
    assert search_terms("лицей")[0][:2] == ("litsei", "school")


def test_merging_keeps_the_earlier_date(cast: Cast, charter: Charter) -> None:
    later = make_supporter(charter, "Lake School", acceded_on=date(2026, 5, 1))
    earlier = make_supporter(charter, "Lake School", acceded_on=date(2025, 5, 1), likely_twin=later)
    with acting_as(cast.actor("mona")) as mona:
        services.merge_supporter(mona, earlier)
        later.refresh_from_db()
        assert later.acceded_on == date(2025, 5, 1)


@pytest.mark.parametrize(
    ("name", "other"),
    [
        ("МБОУ СОШ № 15", "Школа № 15"),
        ("МБОУ «Средняя общеобразовательная школа № 15»", "Школа 15"),
        ("Школа № 15 имени И. Иванова города Озёрска", "СОШ 15 им. И. Иванова г. Озерска"),
        ("Детский сад «Солнышко»", "МДОУ детсад Солнышко"),
    ],
)
def test_a_name_in_short_is_the_name_in_full(name: str, other: str) -> None:
    assert name_key(name) == name_key(other)


def test_a_school_of_the_same_number_is_a_twin_in_its_own_town_alone() -> None:
    for number, (town, name) in enumerate(
        [("г. Озёрск", "МБОУ СОШ № 15"), ("Озерск", "Школа № 15"), ("Гавань", "Школа № 15")]
    ):
        email = f"head@school-{number}.example"
        accede(SupporterFacts(name, "school", "Озёрный край", town), Signatory(email, "V", "Head", "ru"))
        with acting_as(SYSTEM):
            services.confirm_supporter(link_token_of(SupporterContact.objects.get(email=email)) or "")

    with acting_as(SYSTEM):
        twins = {row.town: row.likely_twin for row in Supporter.objects.select_related("likely_twin")}
    assert {town: twin and twin.town for town, twin in twins.items()} == {
        "г. Озёрск": None,
        "Озерск": "г. Озёрск",
        "Гавань": None,
    }


def test_a_region_is_written_as_the_directory_writes_it() -> None:
    accede(SupporterFacts("Школа № 1", "school", "Озёрный край"))
    services.confirm_supporter(token_of("Школа № 1"))
    touch_public_revision()
    accede(SupporterFacts("Школа № 2", "school", "озерный  край"))

    with acting_as(SYSTEM):
        assert Supporter.objects.get(name="Школа № 2").region == "Озёрный край"


def test_of_two_entries_that_waited_together_the_one_confirmed_last_finds_the_other(
    cast: Cast, charter: Charter
) -> None:
    again = SupporterFacts("МБОУ «Школа №12»", "school", "Eastport")
    accede()
    accede(again, Signatory("other@post.example"))
    services.confirm_supporter(token_of(again.name))
    services.confirm_supporter(token_of())
    with acting_as(cast.actor("mona")):
        (twin,) = narrow(Supporter.objects.all(), SupporterFilter(twins=True))
        assert (twin.name, getattr(twin.likely_twin, "name", "")) == (SCHOOL.name, again.name)
