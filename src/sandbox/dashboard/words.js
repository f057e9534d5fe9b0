// What the dashboard says, in English and Russian. What came from a request is never translated.

const ENGLISH = {
    sandbox: "Sandbox",
    views: "Views",
    sales: "Sales",
    payouts: "Payouts",
    callbacks: "Callbacks",
    requests: "Requests",
    faults: "Faults",
    find: "Find",
    only_wrong: "Only what went wrong",
    no_money: "Sandbox: no money moves here.",
    live: "Live",
    away: "Reconnecting…",
    more: "The newest {shown} of {total}",
    nothing_found: "Nothing fits.",
    no_sales: "No sale yet",
    first_sale: "Make one from a terminal, with the key of this merchant in FREEDOMPAY_SECRET_KEY:",
    no_payouts: "No payout yet",
    no_callbacks: "No callback yet. They go to the check_url and result_url of a sale.",
    no_requests: "No request yet",
    no_faults: "Everything goes right. Let something go wrong, and see how the till bears it.",
    back: "Back to the list",
    gone: "This is not kept any more.",
    failed: "That did not work: {text}",

    new: "Waiting",
    process: "Opened",
    paid: "Paid",
    held: "Held",
    refunded: "Refunded",
    part_refunded: "Partly refunded",
    error: "Declined",
    incomplete: "Expired",
    canceled: "Cancelled",
    rejected: "Refused by the shop",
    payout_process: "On its way",
    payout_success: "Arrived",
    payout_error: "Failed",

    news_new: "New sale {name}, {amount}",
    news_now: "Sale {name}: {state}",
    news_many: "{count} sales have changed",

    pay: "Pay",
    decline: "Decline",
    expire: "Expire",
    refund: "Refund",
    refund_amount: "Amount to refund, at most {amount}",
    clear: "Take the held money",
    cancel: "Let the held money go",
    notify: "Resend callback",
    resend: "Resend callback",
    succeed: "Let it arrive",
    fail: "Let it fail",
    open_page: "Open the payer's page",
    payers_page: "Payer's page",
    open: "Open",
    earlier: "Earlier",
    later: "Later",
    neighbours: "The requests before and after",
    code: "The payer's link as a QR code",

    history: "History",
    created: "Created",
    opened: "Opened by the payer",
    cleared: "Taken",
    declined: "Declined",
    expired: "Expired",
    refund_failed: "Refund failed",
    cancelled: "Held money let go",

    description: "Description",
    merchant: "Shop",
    number: "Number",
    kind: "Begun as",
    target: "To",
    failure: "Why",
    card: "Card",
    check_url: "check_url",
    result_url: "result_url",
    told_at: "Told at",
    attempt: "Attempt {number}",
    repeats: "Repeats number {number}",
    of_sale: "Sale",
    took: "{ms} ms",

    what_was_wrong: "What was wrong",
    expected: "What was expected",
    request: "Request",
    answer: "Answer",
    no_answer: "The connection ended without an answer",
    lost: "Lost",
    nobody: "Nobody answered",
    unanswered: "No answer",
    not_kept: "The body had no known length and was not kept.",
    cut_off: "The first {shown} of {total} bytes",
    no_body: "No body",
    signed_no: "Not signed",
    signed_valid: "Signature valid",
    signed_wrong: "Signature wrong",
    reply_signed: "Answer's signature",

    what_goes_wrong: "What goes wrong",
    fault_value: "How much",
    which_request: "For which request",
    any_request: "any",
    how_often: "How often",
    for_ever: "again and again",
    let_it_go_wrong: "Let it go wrong",
    end: "End",
    struck: "struck {count} times",
    left: "{count} left",
    "fault_lost-answer": "The answer is lost, everything was done",
    "fault_lost-request": "The request is lost, nothing was done",
    fault_http: "An HTTP status instead of an answer",
    "fault_rate-limit": "Too many requests in a second",
    fault_delay: "The answer comes late",
    fault_cut: "The answer is cut after so many bytes",
    fault_garbage: "Garbage instead of the answer",
    fault_duplicate: "The request arrives twice",
    "fault_wrong-signature": "The answer's signature is wrong",
    "fault_no-signature": "The answer's signature is missing",
    "fault_failed-refund": "A refund fails afterwards",
    "fault_unlisted-refunds": "The status counts refunds and does not list them",
    "fault_clock-skew": "The gateway's clock is off",
    "fault_idle-close": "An idle connection is closed",
};

const RUSSIAN = {
    sandbox: "Песочница",
    views: "Разделы",
    sales: "Продажи",
    payouts: "Выплаты",
    callbacks: "Уведомления",
    requests: "Запросы",
    faults: "Сбои",
    find: "Найти",
    only_wrong: "Только с ошибкой",
    no_money: "Песочница: деньги здесь не ходят.",
    live: "На связи",
    away: "Связь восстанавливается…",
    more: "Последние {shown} из {total}",
    nothing_found: "Ничего не найдено.",
    no_sales: "Продаж ещё нет",
    first_sale: "Сделайте первую из терминала, с ключом этого продавца в FREEDOMPAY_SECRET_KEY:",
    no_payouts: "Выплат ещё нет",
    no_callbacks: "Уведомлений ещё нет. Они идут на check_url и result_url продажи.",
    no_requests: "Запросов ещё нет",
    no_faults: "Всё идёт как надо. Устройте сбой и посмотрите, как его перенесёт касса.",
    back: "К списку",
    gone: "Этого больше нет.",
    failed: "Не получилось: {text}",

    new: "Ждёт",
    process: "Открыта",
    paid: "Оплачена",
    held: "Удержана",
    refunded: "Возвращена",
    part_refunded: "Частично возвращена",
    error: "Отклонена",
    incomplete: "Истекла",
    canceled: "Отменена",
    rejected: "Не принята магазином",
    payout_process: "В пути",
    payout_success: "Дошла",
    payout_error: "Не дошла",

    news_new: "Новая продажа {name}, {amount}",
    news_now: "Продажа {name}: {state}",
    news_many: "Изменилось продаж: {count}",

    pay: "Оплатить",
    decline: "Отклонить",
    expire: "Истечь",
    refund: "Вернуть",
    refund_amount: "Сумма возврата, не больше {amount}",
    clear: "Списать удержанное",
    cancel: "Отпустить удержанное",
    notify: "Уведомить ещё раз",
    resend: "Уведомить ещё раз",
    succeed: "Пусть дойдёт",
    fail: "Пусть не дойдёт",
    open_page: "Открыть страницу плательщика",
    payers_page: "Страница плательщика",
    open: "Открыть",
    earlier: "Раньше",
    later: "Позже",
    neighbours: "Запросы до и после",
    code: "Ссылка плательщика в виде QR-кода",

    history: "История",
    created: "Создана",
    opened: "Открыта плательщиком",
    cleared: "Списано",
    declined: "Отклонена",
    expired: "Истекла",
    refund_failed: "Возврат не удался",
    cancelled: "Удержанное отпущено",

    description: "Описание",
    merchant: "Магазин",
    number: "Номер",
    kind: "Начата как",
    target: "Куда",
    failure: "Почему",
    card: "Карта",
    told_at: "Когда",
    attempt: "Попытка {number}",
    repeats: "Повторяет номер {number}",
    of_sale: "Продажа",
    took: "{ms} мс",

    what_was_wrong: "Что не так",
    expected: "Что ожидалось",
    request: "Запрос",
    answer: "Ответ",
    no_answer: "Соединение оборвалось без ответа",
    lost: "Потерян",
    nobody: "Никто не ответил",
    unanswered: "Нет ответа",
    not_kept: "Длина тела неизвестна, оно не сохранено.",
    cut_off: "Первые {shown} из {total} байт",
    no_body: "Без тела",
    signed_no: "Без подписи",
    signed_valid: "Подпись верна",
    signed_wrong: "Подпись неверна",
    reply_signed: "Подпись ответа",

    what_goes_wrong: "Что сломается",
    fault_value: "Сколько",
    which_request: "Для какого запроса",
    any_request: "любого",
    how_often: "Сколько раз",
    for_ever: "всё время",
    let_it_go_wrong: "Устроить сбой",
    end: "Прекратить",
    struck: "сработало: {count}",
    left: "осталось: {count}",
    "fault_lost-answer": "Ответ потерян, всё сделано",
    "fault_lost-request": "Запрос потерян, ничего не сделано",
    fault_http: "Статус HTTP вместо ответа",
    "fault_rate-limit": "Слишком много запросов в секунду",
    fault_delay: "Ответ опаздывает",
    fault_cut: "Ответ обрывается после стольких байт",
    fault_garbage: "Мусор вместо ответа",
    fault_duplicate: "Запрос приходит дважды",
    "fault_wrong-signature": "Подпись ответа неверна",
    "fault_no-signature": "Ответ без подписи",
    "fault_failed-refund": "Возврат потом не проходит",
    "fault_unlisted-refunds": "Возвраты в сумме есть, а в списке нет",
    "fault_clock-skew": "Часы шлюза врут",
    "fault_idle-close": "Простаивающее соединение закрывается",
};

const words = document.documentElement.lang === "ru" ? { ...ENGLISH, ...RUSSIAN } : ENGLISH;

/** The words of this name, with `{values}` in their places; the name itself where there are none. */
export function say(name, values = {}) {
    const text = words[name] ?? String(name);
    return text.replace(/\{(\w+)\}/g, (_, value) => values[value] ?? "");
}

/** Gives the page's own parts their words. */
export function sayAll(root) {
    for (const part of root.querySelectorAll("[data-say]")) {
        part.textContent = say(part.dataset.say);
    }
    for (const part of root.querySelectorAll("[data-say-label]")) {
        part.setAttribute("aria-label", say(part.dataset.sayLabel));
    }
    for (const part of root.querySelectorAll("[data-say-placeholder]")) {
        part.placeholder = say(part.dataset.sayPlaceholder);
    }
}

/** `1 250 000.50 UZS`, with blanks at which no line breaks. */
export function money(amount, currency = "") {
    const [whole, decimals] = String(amount).split(".");
    const grouped = whole.replace(/\B(?=(\d{3})+$)/g, "\u00a0");
    const number = decimals === undefined ? grouped : `${grouped}.${decimals}`;
    return currency ? `${number}\u00a0${currency}` : number;
}

let today = "";

/** The day on the sandbox's clock, out of a `YYYY-MM-DD HH:MM:SS`. */
export function isNow(date) {
    today = date.split(" ")[0];
}

/** The time of a `YYYY-MM-DD HH:MM:SS`, with the day where that is another than today. */
export function time(date) {
    const [day, clock] = date.split(" ");
    return day === today ? clock : `${day} ${clock}`;
}
