// Letting things go wrong: the rules that stand, and a form that makes one.

import { make } from "./page.js";
import { say } from "./words.js";

/** Every fault, and the value that it begins with where it takes one. */
const FAULTS = [
    ["lost-answer"],
    ["lost-request"],
    ["http", "502"],
    ["rate-limit", "1"],
    ["delay", "5s"],
    ["cut", "100"],
    ["garbage", "html"],
    ["duplicate"],
    ["wrong-signature"],
    ["no-signature"],
    ["failed-refund"],
    ["unlisted-refunds"],
    ["clock-skew", "+10m"],
    ["idle-close", "1s"],
];

const ENDPOINTS = ["init", "status", "info", "pay", "init_payment.php", "get_status3.php", "do_capture.php", "cancel.php", "revoke.php"];

export const faults = {
    view: "faults",
    key: (rule) => rule.number,
    draw: (rule) =>
        make(
            "li",
            { className: "rule" },
            make("p", { className: "name" }, say(`fault_${rule.fault}`)),
            make("p", { className: "small" }, make("code", {}, rule.rule)),
            make(
                "p",
                { className: "small" },
                say("struck", { count: rule.struck }),
                " · ",
                rule.left === null ? say("for_ever") : say("left", { count: rule.left }),
            ),
            make("button", { type: "button", "data-end": `/sandbox/rules/${rule.number}`, "aria-label": `${say("end")}: ${rule.rule}` }, say("end")),
        ),
};

function field(name, input) {
    return make("label", {}, make("span", {}, say(name)), input);
}

/** The form; `send` takes the rule as it is written. */
export function ruleForm(send) {
    const value = make("input", { name: "value", autocomplete: "off" });
    const valueField = field("fault_value", value);
    const fault = make("select", { name: "fault" }, ...FAULTS.map(([word]) => make("option", { value: word }, say(`fault_${word}`))));
    const endpoint = make("input", { name: "endpoint", autocomplete: "off", spellcheck: false, placeholder: say("any_request") });
    endpoint.setAttribute("list", "endpoints");
    const times = make("input", { name: "times", inputMode: "numeric", autocomplete: "off", value: "1", placeholder: say("for_ever") });
    const choose = () => {
        const [, first] = FAULTS.find(([word]) => word === fault.value);
        valueField.hidden = first === undefined;
        value.value = first ?? "";
    };
    fault.addEventListener("change", choose);
    choose();
    const form = make(
        "form",
        { className: "make-rule" },
        field("what_goes_wrong", fault),
        valueField,
        field("which_request", endpoint),
        field("how_often", times),
        make("button", { type: "submit", className: "main" }, say("let_it_go_wrong")),
        make("datalist", { id: "endpoints" }, ...ENDPOINTS.map((name) => make("option", { value: name }))),
    );
    form.addEventListener("submit", (event) => {
        event.preventDefault();
        event.stopPropagation();
        const what = value.value === "" ? fault.value : `${fault.value}=${value.value.trim()}`;
        const where = endpoint.value.trim() === "" ? "" : `:${endpoint.value.trim()}`;
        const often = times.value.trim() === "" ? "" : `,times=${times.value.trim()}`;
        send(`${what}${where}${often}`);
    });
    return form;
}
