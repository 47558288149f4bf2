"""The Russian of every text, by its English."""

RUSSIAN: dict[str, str] = {
    # --- commands and options ---
    "File reports with an Alliance Portal, and follow its public record.":
        "Подача отчётов на портал альянса и лента его публикаций.",
    "Exit codes: 0 done; 1 unexpected; 2 usage; 3 sign in; 4 not permitted; 5 not found; 6 conflict or not now; "
    "7 refused or incomplete; 8 unavailable; 9 damaged; 10 versions do not fit.":
        "Коды завершения: 0 — сделано; 1 — неожиданная ошибка; 2 — неверный вызов; 3 — нужно войти; 4 — нет прав; "
        "5 — не найдено; 6 — конфликт или сейчас нельзя; 7 — отклонено или не заполнено; 8 — портал недоступен; "
        "9 — файл повреждён; 10 — версии не подходят друг другу.",
    "Show the version.": "Показать версию.",
    "Which sign-in to use.": "Под каким именем сохранён вход.",
    "The language of messages.": "Язык сообщений.",
    "Write JSON.": "Выводить JSON.",
    "The folder.": "Папка.",
    "Write over files that are there.": "Перезаписывать существующие файлы.",
    "Print the completion for a shell: eval \"$(alliance completion bash)\"":
        "Вывести автодополнение для оболочки: eval \"$(alliance completion bash)\"",
    "Sign in to a portal with a token: make one in your workspace, under “API access”. The token is asked for, "
    "or read from standard input; never give it as an argument, where other programs could read it.":
        "Войти на портал по токену: создайте его в рабочей области, в разделе «Доступ к API». Токен спрашивается "
        "или читается со стандартного ввода; не передавайте его аргументом: там его увидят другие программы.",
    "Forget the token on this computer. It holds until you revoke it in the portal.":
        "Удалить токен с этого компьютера. Он действует, пока вы не отзовёте его на портале.",
    "Whose token is used, what it opens, and the versions of portal and client.":
        "Чей токен используется, что он открывает и какие версии у портала и клиента.",
    "What your organisation has to file, until when, and what is missing.":
        "Что и до какого дня должна подать ваша организация и чего не хватает.",
    "Also what is filed.": "Показать и поданное.",
    "What is missing in a report before it can be signed. Ends with 7 while something is.":
        "Чего не хватает в отчёте до подписания. Пока чего-то нет, код завершения — 7.",
    "Save the form of a report (XLSX) and its figures (CSV), to be filled in. REPORT is its cycle or number; "
    "without it, the report that is due.":
        "Сохранить форму отчёта (XLSX) и таблицу показателей (CSV) для заполнения. REPORT — цикл или номер отчёта; "
        "без него — отчёт, который пора подавать.",
    "The language of the form; `none` for no form.": "Язык формы; `none` — без формы.",
    "Whether to save the table of figures.": "Сохранять ли таблицу показателей.",
    "With a row in the table for each part of a figure.": "В таблице — строка для каждой части показателя.",
    "Bring answers from a file: the form of the report (XLSX), or figures (CSV). Shows what would change, asks, "
    "and saves all of it or nothing. An empty cell never empties an answer.":
        "Внести ответы из файла: формы отчёта (XLSX) или таблицы показателей (CSV). Показывает, что изменится, "
        "спрашивает и сохраняет всё или ничего. Пустая ячейка никогда не стирает ответ.",
    "Save without asking, if everything can be saved.": "Сохранить без вопроса, если можно сохранить всё.",
    "With --yes: save the rest of a file that has faults.":
        "Вместе с --yes: если в файле есть ошибки, сохранить остальное.",
    "Show what would change, and save nothing.": "Показать, что изменится, и ничего не сохранять.",
    "Also save what is left out otherwise: over what somebody else has changed since (`conflicts`), what needs a "
    "note (`warnings`), rows that are hidden in the file (`hidden`).":
        "Сохранить и то, что иначе пропускается: поверх чужих более новых изменений (`conflicts`), то, что требует "
        "пояснения (`warnings`), скрытые строки файла (`hidden`).",
    "Sign the statement of a report and file it, in your name. Says first what is missing; then shows the "
    "statement and asks you to type the short name of your organisation. REPORT is its cycle or number.":
        "Подписать заявление отчёта и подать его от вашего имени. Сначала говорит, чего не хватает; затем показывает "
        "заявление и просит ввести краткое имя вашей организации. REPORT — цикл или номер отчёта.",
    "The short name of your organisation, instead of typing it: you sign the statement as it stands.":
        "Краткое имя вашей организации, чтобы не вводить его: вы подписываете заявление как оно есть.",
    "Do not sign: pass the complete report to the signatories.":
        "Не подписывать, а передать заполненный отчёт подписантам.",
    "With --ask-signatory: what they should know.": "Вместе с --ask-signatory: что им следует знать.",
    "Documents of reports and of the public record. What is saved is compared with its digest.":
        "Документы отчётов и публичного реестра. Сохранённое сверяется с контрольной суммой.",
    "The documents of reports that you have asked for, newest first.":
        "Документы отчётов, которые вы запрашивали, сначала новые.",
    "Have a document of a report made, and save it. NAME is `pdf`, `xlsx` or `json`; with `working.` before it as "
    "it is being written, with `filed.` as it was submitted; `form.xlsx` is the form.":
        "Создать документ отчёта и сохранить его. NAME — `pdf`, `xlsx` или `json`; с `working.` впереди — черновик, "
        "с `filed.` — как подано; `form.xlsx` — форма.",
    "Save a document by its key, as `alliance documents list` shows it.":
        "Сохранить документ по ключу, который показывает `alliance documents list`.",
    "Save the exact bytes of a report’s last submission: those of the digest on its receipt.":
        "Сохранить точные байты последней подачи отчёта — те, контрольная сумма которых стоит в квитанции.",
    "Save the exact bytes of a publication, by its number in the public record.":
        "Сохранить точные байты публикации по её номеру в публичном реестре.",
    "Show what becomes public, a line for each, until you stop it. It begins with what comes next; `--since 0` "
    "begins with the first. With --json, each line is JSON.":
        "Показывать новые публикации, по строке на каждую, пока вы не остановите. Начинает со следующей; "
        "`--since 0` — с первой. С --json каждая строка — JSON.",
    "Begin after this place, as it was shown last.": "Начать после этого места, как оно было показано в последний раз.",
    "Keep the place in this file, and go on from it the next time.":
        "Хранить место в этом файле и в следующий раз продолжить с него.",
    "Show what there is, and end.": "Показать, что есть, и закончить.",
    "Ask again after seconds.": "Спрашивать снова через столько секунд.",
    # --- signing in ---
    "Address of the portal": "Адрес портала",
    "Token": "Токен",
    "Give the address of the portal, such as https://portal.example.":
        "Укажите адрес портала, например https://portal.example.",
    "The token would be readable on the way: use an address that begins with https://.":
        "Токен можно было бы прочитать по пути: укажите адрес, который начинается с https://.",
    "Signed in to {origin} as {person}, {organisation}. Kept in {path}, for you alone.":
        "Вы вошли на {origin} как {person}, {organisation}. Сохранено в {path}, только для вас.",
    "Forgotten here. The token itself holds until you revoke it in the portal, under “API access”.":
        "Здесь удалено. Сам токен действует, пока вы не отзовёте его на портале, в разделе «Доступ к API».",
    "No token was given.": "Токен не указан.",
    "This is no token: one has Latin letters, digits, “_” and “-” alone. Copy it whole.": (
        "Это не токен: в нём только латинские буквы, цифры, «_» и «-». Скопируйте его целиком."
    ),
    "You were not signed in.": "Вы и не входили.",
    "Then sign in again: alliance login": "Затем войдите заново: alliance login",
    "The token is that of {variable}, which comes before what is stored.":
        "Токен взят из переменной {variable}: она имеет приоритет над сохранённым входом.",
    "Sign in first: alliance login": "Сначала войдите: alliance login",
    "{path} cannot be read. Delete it and sign in again.": "{path} не читается. Удалите его и войдите снова.",
    "Token “{name}”, until {day}: {scopes}": "Токен «{name}», до {day}: {scopes}",
    "{origin}, API {portal}; client {client}, for API {known}":
        "{origin}, API {portal}; клиент {client}, для API {known}",
    # --- reports ---
    "Your organisation has no reports.": "У вашей организации нет отчётов.",
    "Say which report, by its cycle or number: {names}": "Укажите отчёт — циклом или номером: {names}",
    "Nothing is due.": "Подавать нечего.",
    "due on {day} ({wait}), {done} of {asked} answers given":
        "срок {day} ({wait}), ответов дано {done} из {asked}",
    "{days} days left": "осталось дней: {days}",
    "{days} days late": "просрочено дней: {days}",
    "and {count} more: alliance check {report}": "и ещё {count}: alliance check {report}",
    "{report}: {count} places stop sign-off.": "{report}: мест, которые мешают подписать: {count}.",
    "{report}: nothing stops sign-off.": "{report}: подписать ничто не мешает.",
    "draft": "черновик",
    "awaiting sign-off": "ждёт подписи",
    "submitted": "подан",
    "in review": "на проверке",
    "changes requested": "запрошены исправления",
    "review concluded": "проверка завершена",
    "published": "опубликован",
    "exempt": "не требуется",
    "not filed": "не подан",
    # --- files ---
    "The form is being made: {percent} %": "Форма создаётся: {percent} %",
    "The file is being read: {done} of {rows} rows": "Файл читается: строк {done} из {rows}",
    "{file} cannot be taken: {reason}": "{file} нельзя принять: {reason}",
    "{changes} differ, {same} are the same, {empty} empty":
        "отличаются: {changes}, совпадают: {same}, пусты: {empty}",
    "conflict": "конфликт",
    "refused": "отклонено",
    "changed": "изменено",
    "new": "новое",
    "row {row}, column {column}": "строка {row}, столбец {column}",
    "Left out, unless you add --also {group}.": "Пропускается, если не добавить --also {group}.",
    "Save {count} answers?": "Сохранить ответы ({count})?",
    "Save {count} answers, and leave {rest} out?": "Сохранить ответы ({count}), а остальные ({rest}) пропустить?",
    "Saved: {count} answers.": "Сохранено ответов: {count}.",
    "Nothing was saved.": "Ничего не сохранено.",
    "There is nobody to ask. Give {option}.": "Спросить некого. Укажите {option}.",
    "There are none.": "Их нет.",
    "Nothing was filed for {cycle} yet.": "За {cycle} ещё ничего не подано.",
    "The document is not finished ({state}).": "Документ не готов ({state}).",
    "{path} was not saved: {reason}. Make room, or choose another place; then run the same command again.":
        "Файл {path} не сохранён: {reason}. Освободите место или выберите другое и повторите команду.",
    "{path} is there already. Add --force to write over it.":
        "{path} уже есть. Чтобы перезаписать его, добавьте --force.",
    "{name} arrived damaged: its digest is not the one that the portal names. Nothing was saved.":
        "{name} пришёл повреждённым: контрольная сумма не та, которую называет портал. Ничего не сохранено.",
    # --- signing ---
    "{person} signs for {organisation}, {cycle}:": "{person} подписывает за {organisation}, {cycle}:",
    "To sign, type: {name}": "Чтобы подписать, введите: {name}",
    "That is not {name}. Nothing was sent.": "Это не {name}. Ничего не отправлено.",
    "Nothing was sent.": "Ничего не отправлено.",
    "{reason} Nothing was sent.": "{reason} Ничего не отправлено.",
    "This token does not open signing ({scope}). Nothing was sent. Make another token in the portal.":
        "Этот токен не даёт подписывать ({scope}). Ничего не отправлено. Создайте на портале другой токен.",
    "You are not one of the signatories. Nothing was sent. Pass it to them: --ask-signatory":
        "Вы не подписант. Ничего не отправлено. Передайте отчёт подписантам: --ask-signatory",
    "You cannot take this step. Nothing was sent.": "Этот шаг вам недоступен. Ничего не отправлено.",
    "Nothing can be filed for {cycle} now.": "За {cycle} сейчас ничего нельзя подать.",
    "Filed already.": "Уже подано.",
    "{cycle}: submission {number} of {at}, signed by {person}, SHA-256 {sha256}":
        "{cycle}: подача {number} от {at}, подписал(а) {person}, SHA-256 {sha256}",
    # --- supporters ---
    "Supporters of the charter, for managers of the secretariat.":
        "Сторонники хартии, для менеджеров секретариата.",
    "In this state.": "В этом состоянии.",
    "Of this kind, such as `school`.": "Этого вида, например `school`.",
    "Of this region.": "Из этого региона.",
    "With these words in name or place.": "С этими словами в названии или месте.",
    "Entries in every state, the newest first, without e-mail addresses.":
        "Записи во всех состояниях, сначала новые, без адресов почты.",
    "Save the list as a table (CSV), without e-mail addresses.":
        "Сохранить список таблицей (CSV), без адресов почты.",
    "{count} rows": "Строк: {count}",
    "{file}: {count} rows": "{file}: строк — {count}",
    "Bring supporters from a file (XLSX or CSV). Shows what would be imported, asks, and imports all of it or "
    "nothing. Each is asked by e-mail to confirm, unless you vouch for all of them.":
        "Внести сторонников из файла (XLSX или CSV). Показывает, что будет внесено, спрашивает и вносит всё или "
        "ничего. Каждого просят подтвердить письмом, если вы не поручились за всех.",
    "Import without asking, if no row stays out.": "Внести без вопроса, если ни одна строка не остаётся в стороне.",
    "With --yes: import the rest of a file with rows that stay out.":
        "Вместе с --yes: внести остальное из файла, часть строк которого остаётся в стороне.",
    "Show what would be imported, and import nothing.": "Показать, что будет внесено, и ничего не вносить.",
    "You vouch in writing for each of them: public at once, without an e-mail.":
        "Вы письменно ручаетесь за каждого: запись сразу открыта, письма нет.",
    "The file is being checked: {done} of {rows} rows": "Файл проверяется: строк {done} из {rows}",
    "Being imported: {done} of {rows} rows": "Вносится: строк {done} из {rows}",
    "Import {count} supporters?": "Внести сторонников ({count})?",
    "Imported: {count} supporters.": "Внесено сторонников: {count}.",
    "Nothing was imported.": "Ничего не внесено.",
    "The portal is still at work on import {number}, which goes on. See on its page what becomes of it; "
    "do not send the file again.":
        "Портал ещё обрабатывает импорт № {number}, и обработка продолжается. Что с ним стало, видно на его странице; "
        "не отправляйте файл повторно.",
    "{new} new, {unclear} may be here already, {known} are here, {repeated} twice in the file, {faulty} faulty":
        "новых {new}, возможно уже есть {unclear}, уже есть {known}, дважды в файле {repeated}, с ошибкой {faulty}",
    "Columns that were not recognised: {names}": "Неизвестные столбцы: {names}",
    "  row {row}, {column}: {fault}": "  строка {row}, {column}: {fault}",
    "and {count} more faulty rows: --json": "и ещё строк с ошибкой: {count}, смотрите --json",
    "{count} rows stay out until somebody decides on the page what they are.":
        "Строк, которые останутся в стороне, пока кто-нибудь не решит о них на странице: {count}.",
    "Remove every entry that an import has brought, by its number, for a week.":
        "Убрать все записи, которые внёс импорт, по его номеру; возможно в течение недели.",
    "Without asking.": "Без вопроса.",
    "Remove what “{file}” has brought?": "Убрать то, что внёс файл «{file}»?",
    "Taken back: {file}": "Убрано: {file}",
    # --- webhooks ---
    "Webhooks of your organisation, for those who administer them. They are made, tried and given new secrets on "
    "the portal’s pages alone: no program gives itself access.":
        "Вебхуки вашей организации, для тех, кто ими управляет. Создают их, проверяют и меняют им секрет только на "
        "страницах портала: программа не даёт доступ сама себе.",
    "Say which webhook, by its name or number: {names}": "Укажите вебхук по названию или номеру: {names}",
    "All of them, with their state, and since when they fail.": "Все, с состоянием и временем, с которого не отвечают.",
    "fails since {at}": "не отвечает с {at}",
    "What was sent to a webhook in the last 30 days, latest first. WEBHOOK is its name or number.":
        "Что отправлено вебхуку за последние 30 дней, сначала новое. WEBHOOK — название или номер.",
    "What has not arrived alone.": "Только недоставленное.",
    "Send again under the same numbers: one message by its number, or with --since all that have not arrived at a "
    "webhook since then. TARGET is the message, or with --since the webhook.":
        "Отправить ещё раз под теми же номерами: одно сообщение по номеру или, с --since, все недоставленные вебхуку с "
        "этого времени. TARGET — сообщение, а с --since — вебхук.",
    "A day or moment in UTC, such as 2026-09-01 or 2026-09-01T12:30.":
        "День или время по UTC, например 2026-09-01 или 2026-09-01T12:30.",
    "Sent again: {message}": "Отправлено ещё раз: {message}",
    "Sent again: {count} messages": "Отправлено ещё раз сообщений: {count}",
    # --- what goes wrong ---
    "Stopped.": "Остановлено.",
    "Request {id}": "Запрос {id}",
    "{reason} Trying again in {seconds} s.": "{reason} Новая попытка через {seconds} с.",
    "{origin} cannot be reached ({error}).": "{origin} не отвечает ({error}).",
    "{url} does not answer as the API of a portal ({answer}). Check the address.":
        "{url} отвечает не так, как API портала ({answer}). Проверьте адрес.",
    "{path} will go away. Update this client.": "{path} скоро исчезнет. Обновите клиент.",
    "{path} will go away on {day}. Update this client.": "{path} исчезнет {day}. Обновите клиент.",
    "The portal is still at work after {seconds} s. Try again later: what was begun goes on.":
        "Портал ещё работает, прошло {seconds} с. Повторите позже: начатое продолжается.",
    "The portal’s answer is no list: its version and that of this client do not fit.":
        "Ответ портала — не список: его версия и версия клиента не подходят друг другу.",
    "The portal’s answer cannot be read at “{path}”. Its version and that of this client do not fit: "
    "`alliance whoami` shows both.":
        "Ответ портала не читается в месте «{path}». Его версия и версия клиента не подходят друг другу: "
        "`alliance whoami` покажет обе.",
    "The portal’s API ({portal}) is newer than this client knows ({known}): update it.":
        "API портала ({portal}) более новой версии, чем знает этот клиент ({known}): обновите клиент.",
    "The portal’s API ({portal}) is older than this client ({known}).":
        "API портала ({portal}) более ранней версии, чем у этого клиента ({known}).",
    "This portal’s API is {portal}; what you asked for needs {needed}. Its operator can update it.":
        "API этого портала — {portal}; для того, что вы просите, нужна {needed}. Обновить его может оператор портала.",
    "“{cursor}” is no place in the record: use the one that was shown last.":
        "«{cursor}» — не место в реестре: возьмите то, что было показано последним.",
}  # fmt: skip
