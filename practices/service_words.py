"""What people call the kinds of service: the words by which a registered service is known as one of them.

Compared by their stems, so that endings do not matter; of several phrases in one place the longest counts, so that
social media are no media.
"""

from collections.abc import Mapping, Sequence

from practices.enums import ServiceKind

SERVICE_WORDS: Mapping[ServiceKind, Sequence[str]] = {
    ServiceKind.MESSENGER: ("messenger", "messages", "messaging", "chat app", "мессенджер", "сообщения"),
    ServiceKind.SOCIAL_NETWORK: ("social network", "social media", "социальная сеть", "соцсеть"),
    ServiceKind.VIDEO_HOSTING: (
        *("video", "live broadcasts", "streaming"),
        *("видео", "видеохостинг", "прямые эфиры", "стриминг"),
    ),
    ServiceKind.SEARCH: ("search", "поиск", "поисковик", "поисковая система"),
    ServiceKind.GAME: ("game", "gaming", "игра", "игровая"),
    ServiceKind.MARKETPLACE: ("marketplace", "classifieds", "online shop", "маркетплейс", "объявления"),
    ServiceKind.FORUM: ("forum", "comments", "форум", "комментарии"),
    ServiceKind.MEDIA: (
        *("media", "news", "television", "radio", "cinema"),
        *("медиа", "СМИ", "новости", "новостной", "телевидение", "телеканал", "радио", "кинотеатр"),
    ),
    ServiceKind.TELECOM: (
        *("telecom", "mobile network", "home internet", "internet provider"),
        *("оператор связи", "мобильная связь", "домашний интернет", "интернет провайдер"),
    ),
    ServiceKind.STORAGE: (
        *("cloud storage", "file storage"),
        *("облачное хранилище", "хранение файлов", "облако"),
    ),
    ServiceKind.APP_STORE: ("app store", "магазин приложений"),
    ServiceKind.SECURITY: (
        *("security software", "antivirus", "protection of devices", "parental control"),
        *("антивирус", "защита устройств", "родительский контроль"),
    ),
}
