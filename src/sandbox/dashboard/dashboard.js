// The dashboard: which list and which thing are shown stands in the address, and what they show is asked for anew
// whenever the sandbox says that something has changed.

import { describe } from "./details.js";
import { ruleForm } from "./faults.js";
import { LISTS, gather } from "./lists.js";
import { act, ask, keep, make, write } from "./page.js";
import { isNow, money, say, sayAll } from "./words.js";

const part = (id) => document.getElementById(id);
const rows = part("rows");
const detail = part("detail");

/** `#/sales/1000001` is the list of sales with one of them open. */
function place() {
    const [, view, id] = location.hash.match(/^#\/(\w+)(?:\/(\d+))?$/) ?? [];
    return view in LISTS ? { view, id } : { view: "sales", id: undefined };
}

let shown = place();
/** What each sale was when it was last seen. */
let standings;

async function showList() {
    const { view } = shown;
    const query = new URLSearchParams({ find: part("find").value, wrong: part("wrong").checked ? "1" : "0" });
    const list = await ask(`/sandbox/view/${view}?${query}`);
    if (view !== shown.view) {
        return;
    }
    isNow(list.now);
    const items = view === "requests" ? gather(list.rows) : list.rows;
    keep(rows, items, LISTS[view].key, LISTS[view].draw);
    mark();
    const more = list.total > list.rows.length;
    write(part("more"), more ? say("more", { shown: list.rows.length, total: list.total }) : "");
    showEmpty(view, list, query.get("find") !== "" || query.get("wrong") === "1");
    if (view === "sales" && query.get("find") === "" && query.get("wrong") === "0") {
        tell(list.rows);
    }
}

function showEmpty(view, { total, merchant_id: merchant }, narrowed) {
    const empty = total === 0;
    const box = part("empty");
    box.hidden = !empty;
    if (!empty) {
        return;
    }
    const text = make("p", { className: "empty-title" }, narrowed ? say("nothing_found") : say(`no_${view}`));
    if (narrowed || view !== "sales") {
        box.replaceChildren(text);
        return;
    }
    const command = `freedompay pay 1042 10.50 Coffee \\\n    --base-url ${location.origin} --merchant-id ${merchant}`;
    box.replaceChildren(text, make("p", {}, say("first_sale")), make("pre", { className: "wire", tabIndex: 0 }, command));
}

/** Tells a screen reader what has become of the sales. */
function tell(sales) {
    const now = new Map(sales.map((sale) => [sale.payment_id, sale.standing]));
    const changed = standings === undefined ? [] : sales.filter((sale) => standings.get(sale.payment_id) !== sale.standing);
    const one = (sale) =>
        standings.has(sale.payment_id)
            ? say("news_now", { name: sale.order_id, state: say(sale.standing) })
            : say("news_new", { name: sale.order_id, amount: money(sale.amount, sale.currency) });
    if (changed.length > 0) {
        write(part("news"), changed.length > 3 ? say("news_many", { count: changed.length }) : changed.map(one).join(". "));
    }
    standings = now;
}

/** Marks where one is, for the eye and for a screen reader. */
function mark() {
    for (const link of document.querySelectorAll("header nav a")) {
        link.setAttribute("aria-current", link.hash === `#/${shown.view}` ? "page" : "false");
    }
    for (const link of rows.querySelectorAll("a")) {
        link.setAttribute("aria-current", link.hash === `#/${shown.view}/${shown.id}` ? "true" : "false");
    }
}

async function showDetail(arrived) {
    const { view, id } = shown;
    document.body.classList.toggle("has-detail", id !== undefined);
    detail.hidden = id === undefined;
    if (id === undefined) {
        detail.replaceChildren();
        delete detail.dataset.content;
        return;
    }
    const about = await ask(`/sandbox/view/${view}/${id}`);
    if (view !== shown.view || id !== shown.id) {
        return;
    }
    const content = JSON.stringify([view, about]);
    if (detail.dataset.content !== content) {
        detail.dataset.content = content;
        draw(view, about);
    }
    if (arrived) {
        part("detail-title").focus();
        detail.scrollIntoView({ block: "start" });
    }
}

function draw(view, about) {
    const { title, parts } = about === null ? { title: say("gone"), parts: [] } : describe(view, about);
    const focus = focused();
    const typed = detail.querySelector("input")?.value;
    detail.replaceChildren(
        make(
            "div",
            { className: "detail-head" },
            make("a", { href: `#/${view}`, className: "back" }, `← ${say("back")}`),
            make("h2", { id: "detail-title", tabIndex: -1 }, title),
            make("p", { id: "refusal", className: "refusal", role: "alert" }),
        ),
        ...parts,
    );
    const input = detail.querySelector("input");
    if (input && typed !== undefined && focus === "input") {
        input.value = typed;
    }
    if (focus !== undefined) {
        (detail.querySelector(focus) ?? part("detail-title")).focus();
    }
}

/** How to find again what has the focus in the detail; undefined when the focus is elsewhere. */
function focused() {
    const element = document.activeElement;
    if (!detail.contains(element)) {
        return undefined;
    }
    const [name, value] = ["data-post", "href", "name"].map((name) => [name, element.getAttribute(name)]).find(([, value]) => value) ?? [];
    if (element.tagName === "INPUT") {
        return "input";
    }
    return name ? `[${name}="${CSS.escape(value)}"]` : "#detail-title";
}

/** One refresh at a time, and one more where something has changed meanwhile. */
let running = false;
let again = false;

async function refresh() {
    if (running) {
        again = true;
        return;
    }
    running = true;
    do {
        again = false;
        try {
            await showList();
            await showDetail(false);
        } catch {
            // The sandbox is away: the line says so, and what is shown is what was last known.
        }
        // A till that asks every second changes something every second; a busy sandbox does so all the time.
        await new Promise((done) => setTimeout(done, 150));
    } while (again);
    running = false;
}

async function go() {
    const before = shown;
    shown = place();
    if (before.view !== shown.view) {
        rows.replaceChildren();
        delete rows.dataset.filled;
        part("find").value = "";
        part("wrong").checked = false;
    }
    write(part("list-title"), say(shown.view));
    part("search").hidden = shown.view === "faults";
    part("make-rule").hidden = shown.view !== "faults";
    write(part("rule-refusal"), "");
    document.title = `${say(shown.view)} – ${say("sandbox")}`;
    mark();
    const arrived = shown.id !== undefined && (before.id !== shown.id || before.view !== shown.view);
    const left = before.id !== undefined && shown.id === undefined && before.view === shown.view;
    try {
        // First, because it says what day it is.
        await showList();
        await showDetail(arrived);
    } catch {
        return;
    }
    if (left) {
        // Back where one came from.
        rows.querySelector(`a[href="#/${before.view}/${before.id}"]`)?.focus();
    }
}

async function press(element, path) {
    element.setAttribute("aria-busy", "true");
    write(part("refusal"), "");
    try {
        await act(path);
    } catch (error) {
        write(part("refusal"), say("failed", { text: error.message }));
    }
    element.removeAttribute("aria-busy");
    await refresh();
}

/** Makes a rule or ends one. */
async function rule(path, method, text) {
    write(part("rule-refusal"), "");
    try {
        await act(path, method, text);
    } catch (error) {
        write(part("rule-refusal"), say("failed", { text: error.message }));
    }
    await refresh();
}

document.addEventListener("click", (event) => {
    const end = event.target.closest("button[data-end]");
    if (end) {
        rule(end.dataset.end, "DELETE").then(() => part("make-rule").querySelector("button").focus());
    }

    const element = event.target.closest("button[data-post]");
    if (element && !element.hasAttribute("aria-busy")) {
        press(element, element.dataset.post);
    }
});

document.addEventListener("submit", (event) => {
    event.preventDefault();
    const path = event.target.dataset.post;
    if (path) {
        const query = new URLSearchParams(new FormData(event.target));
        press(event.target.querySelector("button"), `${path}?${query}`);
    }
});

part("search").addEventListener("input", refresh);
window.addEventListener("hashchange", go);

let source;

function follow() {
    source?.close();
    source = undefined;
    // A browser has few connections to one host: a page that nobody sees keeps none.
    if (document.hidden) {
        return;
    }
    source = new EventSource("/sandbox/events");
    source.addEventListener("change", refresh);
    source.addEventListener("open", () => line("live"));
    source.addEventListener("error", () => line("away"));
}

function line(state) {
    write(part("line"), say(state));
    part("line").dataset.state = state;
}

sayAll(document);
part("make-rule").append(ruleForm((text) => rule("/sandbox/rules", "POST", text)));
document.addEventListener("visibilitychange", follow);
go().then(follow);
