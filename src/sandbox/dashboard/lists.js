// The rows of the lists.

import { faults } from "./faults.js";
import { make } from "./page.js";
import { money, say, time } from "./words.js";

/** Which of the few looks a state has. */
const LOOKS = {
    new: "open",
    process: "open",
    held: "open",
    paid: "good",
    refunded: "over",
    part_refunded: "good",
    error: "bad",
    incomplete: "over",
    canceled: "over",
    rejected: "bad",
    payout_process: "open",
    payout_success: "good",
    payout_error: "bad",
};

/** A state as a word in a coloured field. */
export function chip(state) {
    return make("span", { className: `chip ${LOOKS[state] ?? "open"}` }, say(state));
}

/** An HTTP status, or that there was none. */
export function statusChip(status, wrong, missing = "lost") {
    const look = status === null || wrong ? "bad" : "plain";
    return make("span", { className: `chip ${look}` }, status === null ? say(missing) : String(status));
}

function row(href, name, right, small, state) {
    return make(
        "li",
        {},
        make(
            "a",
            { href, className: "row" },
            make("span", { className: "name" }, name),
            make("span", { className: "right" }, right),
            make("span", { className: "small" }, small),
            make("span", { className: "state" }, state),
        ),
    );
}

function dotted(...parts) {
    return parts.filter(Boolean).join(" · ");
}

const sales = {
    view: "sales",
    key: (sale) => sale.payment_id,
    draw: (sale) =>
        row(
            `#/sales/${sale.payment_id}`,
            sale.order_id,
            money(sale.amount, sale.currency),
            dotted(time(sale.created_at), sale.shop),
            chip(sale.standing),
        ),
};

const payouts = {
    view: "payouts",
    key: (payout) => payout.payment_id,
    draw: (payout) =>
        row(
            `#/payouts/${payout.payment_id}`,
            payout.order_id,
            money(payout.amount),
            dotted(time(payout.created_at), payout.shop),
            chip(`payout_${payout.status}`),
        ),
};

export const callbacks = {
    view: "callbacks",
    key: (callback) => callback.number,
    draw: (callback) =>
        row(
            `#/callbacks/${callback.number}`,
            dotted(callback.kind, callback.reply_status && `→ ${callback.reply_status}`),
            callback.attempt > 1 ? say("attempt", { number: callback.attempt }) : "",
            dotted(time(callback.date), callback.url),
            statusChip(callback.status, callback.wrong, "unanswered"),
        ),
};

export const requests = {
    view: "requests",
    key: (request) => request.first ?? request.sequence,
    draw: (request) =>
        row(
            `#/requests/${request.sequence}`,
            `${request.method} ${request.path}`,
            request.times > 1 ? `× ${request.times}` : "",
            dotted(time(request.date), request.order_id, say(`signed_${request.signed}`)),
            statusChip(request.status, request.wrong),
        ),
};

export const LISTS = { sales, payouts, callbacks, requests, faults };

/**
 * The same question again and again, as a till asks while it waits, as one row: the newest, with how often. The oldest
 * names the row, so that it stays the same row.
 */
export function gather(rows) {
    const gathered = [];
    const same = ["method", "path", "order_id", "status", "signed", "wrong"];
    for (const row of rows) {
        const last = gathered.at(-1);
        if (last && same.every((name) => last[name] === row[name])) {
            last.times += 1;
            last.first = row.sequence;
        } else {
            gathered.push({ ...row, times: 1, first: row.sequence });
        }
    }
    return gathered;
}
