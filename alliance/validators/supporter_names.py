"""Names of supporters as keys: for finding the same body twice, and words in whichever alphabet they are typed."""

import re
import unicodedata
from urllib.parse import urlsplit

_LETTERS = "абвгдеёжзийклмнопрстуфхцчшщъыьэюяіїєґў"
_SOUNDS = "a b v g d e e zh z i i k l m n o p r s t u f kh ts ch sh shch - y - e yu ya i i e g u"
_TO_LATIN = str.maketrans(dict(zip(_LETTERS, _SOUNDS.replace("-", "").split(" "), strict=True)))
_LONGEST_KEY = 400
_SIGNS = re.compile(r"[^a-z0-9]+")
# legal forms, as they stand in Latin letters in a key
_LEGAL_FORM_WORDS = (
    "mbou mbdou mboudod maou madou mou mdou gbou gbdou gbpou gaou gou fgbou fgaou chou chdou ano anoo nou noo nko"
    " ooo ao pao zao oao ip mbuk muk gbuk mbu mau gbu gau mku gku fgbuk roo moo oo gup mup"
    " ltd llc llp inc plc gmbh ag corp co ngo"
)
_LEGAL_FORMS = frozenset(_LEGAL_FORM_WORDS.split())
# one sort of body or word written in full and in short, as they stand in a key
_SHORTER = (
    (re.compile(r"\b(?:(?:srednyaya|osnovnaya|nachalnaya) )?obshcheobrazovatelnaya shkola\b"), "shkola"),
    (re.compile(r"\b(?:sosh|oosh|nosh|osh)\b"), "shkola"),
    (re.compile(r"\bdetskii sad\b"), "detsad"),
    (re.compile(r"\b(?:imeni|im)\b"), "im"),
    (re.compile(r"\b(?:goroda|gorod|gor|g)\b"), "g"),
)
_SORTS_OF_PLACE = frozenset(
    ["g", "gor", "gorod", "pos", "p", "posyolok", "poselok", "selo", "s", "derevnya", "d", "pgt", "rp"]
)
# one sort of body under several names; what is typed for one finds the others too
_SYNONYMS = (
    ("school", "shkola", "gimnaziya", "gymnasium", "litsei", "lyceum"),
    ("kindergarten", "detskii sad", "detsad", "nursery"),
    ("library", "biblioteka"),
    ("university", "universitet", "institut", "institute", "college", "kolledzh"),
    ("museum", "muzei"),
    ("club", "klub"),
)
# addresses at these say nothing of whose they are
_MAILBOX_PROVIDER_DOMAINS = (
    "gmail.com googlemail.com outlook.com hotmail.com live.com yahoo.com icloud.com proton.me protonmail.com"
    " mail.ru bk.ru inbox.ru list.ru internet.ru yandex.ru ya.ru yandex.com rambler.ru gmx.com gmx.de"
)
_MAILBOX_PROVIDERS = frozenset(_MAILBOX_PROVIDER_DOMAINS.split())


def in_latin(text: str) -> str:
    """The text in small Latin letters and digits with single spaces; Cyrillic letters as they sound."""
    plain = unicodedata.normalize("NFKD", text.lower().replace("№", " ").translate(_TO_LATIN))
    return _SIGNS.sub(" ", plain).strip()


def name_key(name: str) -> str:
    """The name by which a body is found again: without legal form, quotation marks and alphabet, abbreviated alike.

    A name that consists of a legal form alone is its own key. At most four hundred characters: a Cyrillic letter may be
    four Latin ones. Where this changes, `manage.py supporter_keys` makes anew what is stored.
    """
    words = in_latin(name).split()
    key = " ".join(word for word in words if word not in _LEGAL_FORMS) or " ".join(words)
    for long, short in _SHORTER:
        key = long.sub(short, key)
    return key[:_LONGEST_KEY]


def place_key(place: str) -> str:
    """A region or a town for comparison: in either alphabet, without the word or letter for what it is."""
    words = in_latin(place).split()
    return " ".join(word for word in words if word not in _SORTS_OF_PLACE) or " ".join(words)


def plain_name(name: str) -> str:
    """The name from its first word on that is no legal form; by it lists are sorted."""
    for match in re.finditer(r"\w+", name):
        if in_latin(match[0]) not in _LEGAL_FORMS:
            return name[match.start() :]
    return name


def skeleton(key: str) -> str:
    """A name's key without vowels and doubled letters: alike for two spellings, while every number still counts."""
    return re.sub(r"([a-z])\1+", r"\1", re.sub(r"[aeiouy]", "", key))


def initial_of(name: str) -> str:
    """The capital letter under which a name stands in a list, its legal form left out; "#" for a digit."""
    letter = plain_name(name)[:1].upper().replace("Ё", "Е")
    return letter if letter.isalpha() and in_latin(name) not in _LEGAL_FORMS else "#"


def search_terms(words: str) -> list[tuple[str, ...]]:
    """What each typed word is searched as: itself, and other names for the same sort of body."""
    return [_synonyms_of(word) for word in in_latin(words).split()]


def _synonyms_of(word: str) -> tuple[str, ...]:
    for group in _SYNONYMS:
        if word in group:
            return (word, *(other for other in group if other != word))
    return (word,)


def domain_of(address: str) -> str:
    """The domain of a website or an e-mail address, without "www."; empty for one that many share."""
    host = address.rpartition("@")[2] if "@" in address and "//" not in address else _host(address)
    domain = host.lower().removeprefix("www.").rstrip(".")
    return "" if domain in _MAILBOX_PROVIDERS else domain


def _host(address: str) -> str:
    try:
        return urlsplit(address).hostname or ""
    except ValueError:
        return ""
