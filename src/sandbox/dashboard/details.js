// Everything about one sale, payout, callback or request.

import { callbacks, chip, gather, requests, statusChip } from "./lists.js";
import { make } from "./page.js";
import { money, say } from "./words.js";

/** What is known, by name; what is not is left out. */
function facts(...pairs) {
    const known = pairs.filter(([, value]) => value !== null && value !== undefined && value !== "");
    return make("dl", { className: "facts" }, ...known.map(([name, value]) => make("div", {}, make("dt", {}, say(name)), make("dd", {}, value))));
}

function part(title, ...children) {
    return make("section", { className: "part" }, make("h3", {}, say(title)), ...children);
}

function rows(list, items) {
    return make("ol", { className: "rows" }, ...items.map((item) => list.draw(item)));
}

/** The requests and callbacks that were about it. */
function traffic(about) {
    const parts = [];
    if (about.callbacks.rows.length > 0) {
        parts.push(part("callbacks", rows(callbacks, about.callbacks.rows)));
    }
    if (about.requests.rows.length > 0) {
        parts.push(part("requests", rows(requests, gather(about.requests.rows))));
    }
    return parts;
}

function button(verb, path, main = false) {
    return make("button", { type: "button", className: main ? "main" : "", "data-post": path }, say(verb));
}

function saleButtons(sale) {
    const at = (verb) => `/sandbox/payments/${sale.payment_id}/${verb}`;
    const buttons = [];
    if (["new", "process"].includes(sale.standing)) {
        buttons.push(button("pay", at("pay"), true), button("decline", at("decline")), button("expire", at("expire")));
    }
    if (sale.standing === "held") {
        buttons.push(button("clear", at("clear"), true), button("cancel", at("cancel")));
    }
    if (["paid", "part_refunded"].includes(sale.standing)) {
        buttons.push(refundForm(sale, at("refund")));
    }
    if (!["new", "process"].includes(sale.standing) && sale.terms.result_url) {
        buttons.push(button("notify", at("notify")));
    }
    return buttons.length > 0 ? make("div", { className: "buttons" }, ...buttons) : null;
}

function refundForm(sale, path) {
    const label = say("refund_amount", { amount: money(sale.refundable) });
    const amount = make("input", {
        name: "amount",
        value: sale.refundable,
        inputMode: "decimal",
        autocomplete: "off",
        "aria-label": label,
        title: label,
    });
    return make("form", { className: "refund", "data-post": path }, amount, make("button", { type: "submit" }, say("refund")));
}

function history(steps) {
    const step = ({ date, event, amount, id, text }) => {
        const what = [say(event), amount && money(amount), id && `(${id})`].filter(Boolean).join(" ");
        return make("li", {}, make("time", {}, date), make("span", {}, what), text ? make("span", { className: "quiet" }, text) : null);
    };
    return part("history", make("ol", { className: "history" }, ...steps.map(step)));
}

function payersPage(about) {
    const picture = make("img", {
        src: `/sandbox/payments/${about.payment_id}/qr.png`,
        alt: say("code"),
        width: 132,
        height: 132,
    });
    return make("div", { className: "payers" }, picture, link(about, "open_page"));
}

function link(about, words) {
    return make("a", { href: about.link, target: "_blank", rel: "noopener" }, say(words));
}

function sale(about) {
    const open = ["new", "process"].includes(about.standing);
    return {
        title: about.order_id,
        parts: [
            make(
                "div",
                { className: "sum" },
                make("p", { className: "amount" }, money(about.amount, about.currency)),
                chip(about.standing),
            ),
            about.description ? make("p", { className: "description" }, about.description) : null,
            saleButtons(about),
            open ? payersPage(about) : null,
            facts(
                ["number", String(about.payment_id)],
                ["merchant", `${about.shop} (${about.merchant_id})`],
                ["kind", about.kind],
                ["card", about.now.card?.pan],
                ["failure", about.now.failure && `${about.now.failure.code} ${about.now.failure.text}`],
                ["check_url", about.terms.check_url],
                ["result_url", about.terms.result_url],
                ["payers_page", open ? null : link(about, "open")],
            ),
            history(about.history),
            ...traffic(about),
        ],
    };
}

function payout(about) {
    const at = (verb) => `/sandbox/payouts/${about.payment_id}/${verb}`;
    const moving = about.status === "process" && about.started;
    return {
        title: about.order_id,
        parts: [
            make(
                "div",
                { className: "sum" },
                make("p", { className: "amount" }, money(about.amount)),
                chip(`payout_${about.status}`),
            ),
            make("p", { className: "description" }, about.description),
            moving ? make("div", { className: "buttons" }, button("succeed", at("succeed"), true), button("fail", at("fail"))) : null,
            facts(
                ["number", String(about.payment_id)],
                ["merchant", `${about.shop} (${about.merchant_id})`],
                ["kind", about.kind],
                ["target", about.target],
                ["failure", about.failure && `${about.failure.code} ${about.failure.text}`],
                ["created", about.created_at],
                ["payers_page", about.link ? link(about, "open") : null],
            ),
            ...traffic(about),
        ],
    };
}

/** A message with its first line, its headers and its body, as it was. */
function wire(first, headers, body, note) {
    const lines = headers.map(([name, value]) => make("span", { className: "header" }, make("b", {}, `${name}: `), value, "\n"));
    return make(
        "pre",
        { className: "wire", tabIndex: 0 },
        make("b", { className: "first" }, first),
        "\n",
        ...lines,
        "\n",
        body ? body : make("i", {}, say("no_body")),
        note ? make("i", {}, `\n${note}`) : null,
    );
}

/** The way to the requests before and after: in the list the same ones stand as one row. */
function neighbours(about) {
    const to = (number, word) => make("a", { href: `#/requests/${number}` }, say(word));
    return make(
        "nav",
        { className: "neighbours", "aria-label": say("neighbours") },
        about.sequence > 1 ? to(about.sequence - 1, "earlier") : null,
        make("span", { className: "quiet" }, String(about.sequence)),
        to(about.sequence + 1, "later"),
    );
}

/** What was wrong, and the string that should have been signed apart from it. */
function problem(text) {
    if (!text) {
        return null;
    }
    const [what, expected] = text.split(/; (?=expected )/s);
    return make(
        "div",
        { className: "problem" },
        make("h3", {}, say("what_was_wrong")),
        make("p", {}, what),
        expected ? make("h4", {}, say("expected")) : null,
        expected ? make("p", { className: "expected" }, expected.replace(/^expected /, "")) : null,
    );
}

function request(about) {
    const address = about.query === null ? about.path : `${about.path}?${about.query}`;
    const answer = about.answer;
    const note = () => {
        if (answer.body_bytes === null) {
            return say("not_kept");
        }
        const shown = 65536;
        return answer.body_bytes > shown ? say("cut_off", { shown, total: answer.body_bytes }) : null;
    };
    return {
        title: `${about.method} ${about.path}`,
        parts: [
            make(
                "div",
                { className: "sum" },
                statusChip(answer?.status ?? null, about.problem !== null),
                make("span", { className: `chip ${about.signed === "wrong" ? "bad" : "plain"}` }, say(`signed_${about.signed}`)),
                make("span", { className: "quiet" }, `${about.date} · ${say("took", { ms: about.took_ms })}`),
            ),
            problem(about.problem),
            about.invoice_id ? make("p", {}, make("a", { href: `#/sales/${about.invoice_id}` }, `${say("of_sale")} ${about.order_id ?? about.invoice_id}`)) : null,
            neighbours(about),
            part("request", wire(`${about.method} ${address} ${about.version}`, about.headers, about.body)),
            part(
                "answer",
                answer
                    ? wire(`${about.version} ${answer.status}`, answer.headers, answer.body, note())
                    : make("p", { className: "note" }, say("no_answer")),
            ),
        ],
    };
}

function callback(about) {
    const signed = about.kind === "payout" ? null : say(`signed_${about.reply_signed}`);
    return {
        title: `${about.kind} ${about.number}`,
        parts: [
            make(
                "div",
                { className: "sum" },
                statusChip(about.http_status, about.problem !== null, "unanswered"),
                make("span", { className: "quiet" }, about.date),
            ),
            problem(about.problem),
            make("div", { className: "buttons" }, button("resend", `/sandbox/callbacks/${about.number}/resend`)),
            facts(
                ["of_sale", make("a", { href: `#/${about.kind === "payout" ? "payouts" : "sales"}/${about.payment_id}` }, String(about.payment_id))],
                ["attempt", say("attempt", { number: about.attempt })],
                ["repeats", about.repeats && say("repeats", { number: about.repeats })],
                ["reply_signed", about.http_status === null ? null : signed],
            ),
            part("request", wire(`${about.method} ${about.url}`, about.headers, about.body)),
            part(
                "answer",
                about.http_status === null
                    ? make("p", { className: "note" }, say("nobody"))
                    : wire(String(about.http_status), about.reply_headers, about.reply),
            ),
        ],
    };
}

const DETAILS = { sales: sale, payouts: payout, callbacks: callback, requests: request };

/** The title of a thing and the parts that tell about it. */
export function describe(view, about) {
    const { title, parts } = DETAILS[view](about);
    return { title, parts: parts.filter(Boolean) };
}
