"""Words to write practices with: those of the trade, and a long tail of rare ones, in English and in Russian."""

from collections.abc import Sequence
from itertools import accumulate
from random import Random

_TRADE_EN = (
    "child children account message messages report reports moderator moderators review queue harm "
    "grooming adult contact stranger friend profile image video voice text link group server game player "
    "chat comment search term keyword hash match model score threshold false alarm signal pattern age "
    "sign warning pause question answer help hotline parent teacher school language slang euphemism list "
    "word context label rule policy appeal error risk urgent encrypted messenger platform service user "
    "block restrict remove hide limit delay notice explain decide person human automatic classifier test "
    "sample precision recall share week month night weekend team training evidence result before after "
    "measure safety privacy right consent data record metadata pace rate volume change first "
)
_TRADE_RU = (
    "ребёнок дети аккаунт сообщение сообщения жалоба жалобы модератор модераторы проверка очередь вред "
    "груминг взрослый контакт незнакомец друг профиль изображение видео голос текст ссылка группа сервер "
    "игра игрок чат комментарий поиск запрос слово совпадение модель оценка порог ложное срабатывание "
    "сигнал признак возраст предупреждение пауза вопрос ответ помощь линия родитель учитель школа язык "
    "сленг список контекст метка правило политика обжалование ошибка риск срочно шифрование мессенджер "
    "платформа сервис пользователь блокировать ограничить удалить скрыть задержка уведомление объяснить "
    "решать человек автоматически классификатор проверять выборка точность полнота доля неделя месяц ночь "
    "смена доказательство результат мера безопасность приватность право согласие данные запись темп "
    "частота объём изменение "
)
_TRADE = {"en": _TRADE_EN.split(), "ru": _TRADE_RU.split()}
_PARTS_EN = "ba de fi lo mu ra ne ti so ku pa ve li mo ru ta se ni do gu al er in or un st br tr cl pl"
_PARTS_RU = "ба де фи ло му ра не ти со ку па ве ли мо ру та се ни до гу ал ер ин ор ун ст бр тр кл пл"
_SYLLABLES = {"en": _PARTS_EN.split(), "ru": _PARTS_RU.split()}
_ENDINGS = {"en": ("", "s", "ing", "ed", "er"), "ru": ("", "а", "ы", "ами", "ого", "ать")}
_RARE = 12_000


class Vocabulary:
    """Words of one language, the n-th of which comes up about 1/n as often as the first."""

    def __init__(self, language: str, chance: Random) -> None:
        endings = _ENDINGS[language]
        tail = {
            "".join(chance.choices(_SYLLABLES[language], k=chance.randint(2, 4))) + chance.choice(endings)
            for _ in range(_RARE)
        }
        trade = list(_TRADE[language])
        chance.shuffle(trade)
        self._words: Sequence[str] = (*trade, *sorted(tail))
        self._weights = list(accumulate(1 / (place + 8) for place in range(len(self._words))))
        self._chance = chance

    def sentence(self, length: int) -> str:
        return (
            " ".join(self._chance.choices(self._words, cum_weights=self._weights, k=length)).capitalize()
            + "."
        )

    def text(self, number: int) -> str:
        return " ".join(self.sentence(12) for _ in range(max(1, number // 12)))
