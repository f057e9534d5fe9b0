#!/usr/bin/env python3
"""The runner of the table of behaviours for Python. README.md says what it reads and what it answers.

    runner.py [--asyncio]

With --asyncio an invoice is created and waited for in an event loop, wherever that can be. The package `freedompay` must
be on the path.
"""

import asyncio
import json
import os
import sys
from decimal import Decimal

from freedompay import (
    BodyFormat,
    Client,
    FreedomPayError,
    Invoice,
    InvoiceRequest,
    JwsClaim,
    Payment,
    PayoutQuestion,
    Receipt,
    Reply,
    Scheme,
    gateway_code_meaning,
)

SETTINGS = (
    "base_url", "merchant_id", "secret_key", "payout_key", "connect_timeout_ms", "timeout_ms", "poll_interval_ms", "proxy", "ca_file",
    "journal",
    "language",
)
REQUEST = ("order_id", "description", "currency", "method", "check_url", "result_url", "request_method")
TEXTS = ("order_id", "currency", "description", "card_pan", "card_token", "date_time")


def facts(call):
    """What a call answers, or the exception that it throws; and the answer itself."""
    try:
        answer = call()
    except FreedomPayError as error:
        state = error.result.status if error.result else 0
        return {
            "code": error.code,
            "message": error.message,
            "invoice_id": error.invoice_id or 0,
            "payment_id": error.payment_id or 0,
            "order_id": error.order_id,
            "http_status": error.http_status or 0,
            "sent": error.sent,
            "advice": error.advice,
            "gateway_code": error.gateway_code or 0,
            "gateway_message": error.gateway_message,
            "invoice_status": state,
        }, None
    told = {"code": 0, "message": "", "invoice_id": 0, "order_id": None, "http_status": 0}
    if answer is not None:
        told.update({name: getattr(answer, name) for name in TEXTS})
        told.update(
            http_status=answer.http_status or 0,
            from_journal=int(answer.from_journal),
            amount=answer.amount_text,
            unix_time=answer.unix_time or 0,
        )
    if isinstance(answer, Invoice):
        told.update(invoice_id=answer.invoice_id, invoice_status=answer.status, qr_url=answer.qr_url)
        told.update(paid=int(answer.paid))
    if isinstance(answer, Payment):
        told.update(payment_facts(answer))
    return told, answer


def payment_facts(payment):
    return {
        "payment_id": payment.payment_id or 0,
        "payment_status": payment.status,
        "paid": int(payment.paid),
        "captured": -1 if payment.captured is None else int(payment.captured),
        "redirect_url": payment.redirect_url,
        "balance": decimal_text(payment.balance),
        "clearing_amount": decimal_text(payment.clearing_amount),
        "refunded_amount": decimal_text(payment.refunded_amount),
        "refund_id": payment.refund_id or 0,
        "refunds": [
            {
                "payment_id": refund.payment_id or 0,
                "amount": decimal_text(refund.amount),
                "status": refund.status,
                "date_time": refund.date_time,
            }
            for refund in payment.refunds
        ],
    }


def decimal_text(number):
    return None if number is None else str(number)


class Runner:
    def __init__(self, in_loop):
        self.in_loop = in_loop
        self.client = None
        self.task = None
        self.callback = None    # the last one, or the exception in its place
        self.last = None

    def tell(self, call):
        told, answer = facts(call)
        self.last = answer or self.last
        return told

    # ---- the client

    def do_client(self, step):
        settings = {name: step[name] for name in SETTINGS if name in step}
        if "body_format" in step:
            settings["body_format"] = BodyFormat(step["body_format"])
        if "jws_claim" in step:
            settings["jws_claim"] = JwsClaim(step["jws_claim"])
        if "app_name" in step:
            settings["app_info"] = step["app_name"], step["app_version"]
        if "allow_callback_field" in step:
            settings["allowed_callback_fields"] = [step["allow_callback_field"]]
        if self.client:
            self.client.close()

        def make():
            self.client = Client(**settings)
            self.client.check()

        return self.tell(make)

    def do_check(self, step):
        return self.tell(self.client.check)

    # ---- the calls

    def do_init(self, step):
        if self.in_loop:
            return self.tell(lambda: asyncio.run(self.client.invoice_init_async(request(step))))
        return self.tell(lambda: self.client.invoice_init(request(step)))

    def do_status(self, step):
        return self.tell(lambda: self.client.invoice_status(step["invoice_id"]))

    def do_status_by_order(self, step):
        return self.tell(lambda: self.client.invoice_status_by_order(step["order_id"]))

    def do_recover(self, step):
        return self.tell(lambda: self.client.invoice_recover(step["order_id"]))

    def do_info(self, step):
        return self.tell(lambda: self.client.invoice_info(step["customer"]))

    def do_pay(self, step):
        return self.tell(lambda: self.client.invoice_pay(step["customer"], step["user_id"], step["card_token"]))

    def do_wait(self, step):
        arguments = step["invoice_id"], step["timeout_ms"]
        if "give_up_after" not in step:
            if self.in_loop:
                return self.tell(lambda: asyncio.run(self.client.invoice_wait_async(*arguments)))
            return self.tell(lambda: self.client.invoice_wait(*arguments))
        polls = []

        def progress(latest):
            polls.append(latest)
            return len(polls) == step["give_up_after"]

        return {**self.tell(lambda: self.client.invoice_wait(*arguments, progress)), "polls": len(polls)}

    # ---- what the last answer has

    def do_field(self, step):
        return {"text": self.last.field(step["path"])}

    def do_qr(self, step):
        form = step["form"]
        draw = getattr(self.last, f"qr_{form}")
        if form == "matrix":
            drawn = bytes(module for row in draw() for module in row)
        elif form in ("svg", "text", "picture"):
            drawn = draw()
        else:
            drawn = draw(step["size"])
        drawn = drawn.encode() if isinstance(drawn, str) else drawn
        return {"bytes.hex": (drawn or b"").hex()}

    def do_receipt(self, step):
        settings = {}
        if "line" in step:
            settings["lines"] = [step["line"]]
        if "amount_label" in step:
            settings["labels"] = step["amount_label"], step["order_label"]
        if "paper_dots" in step:
            settings["paper_dots"] = step["paper_dots"]
        if "code_page" in step:
            settings["code_page"] = step["code_page"], step["selector"]
        if "cut" in step:
            settings["cut"] = bool(step["cut"])
        return {"bytes.hex": self.last.receipt(Receipt(**settings)).hex()}

    def do_field_count(self, step):
        return {"count": self.last.count(step["path"])}

    # ---- what is open

    def listed(self, name, call, tell):
        try:
            entries = call()
        except FreedomPayError as error:
            return {"code": error.code, "message": error.message, name: []}
        return {"code": 0, "message": "", name: [tell(entry) for entry in entries]}

    def do_pending(self, step):
        return self.listed("sales", self.client.pending, lambda sale: {
            "order_id": sale.order_id, "invoice_id": sale.invoice_id or 0, "amount": str(sale.amount),
        })

    def do_pending_refunds(self, step):
        return self.listed("refunds", self.client.pending_refunds, lambda refund: {
            "refund_key": refund.refund_key, "payment_id": refund.payment_id, "amount": decimal_text(refund.amount),
        })

    def do_pending_payouts(self, step):
        return self.listed("payouts", self.client.pending_payouts, lambda payout: {
            "order_id": payout.order_id, "amount": str(payout.amount),
        })

    # ---- what follows a payment, and the other ways to pay

    def do_plain(self, step):
        """A call whose arguments have the names of the step's."""
        given = {name: value for name, value in step.items() if name != "do" and "." not in name}
        if step["do"] in WITH_FIELDS:
            given["more"] = fields(step)
        return self.tell(lambda: getattr(self.client, step["do"])(**given))

    def do_refund_settle(self, step):
        made, key = bool(step["was_made"]), step.get("refund_key")
        return self.tell(lambda: self.client.refund_settle(step["payment_id"], was_made=made, refund_key=key))

    def do_mobile_approve(self, step):
        return self.tell(lambda: self.client.mobile_approve(step["payment_id"], step["approval_code"]))

    def do_payout_status(self, step):
        return self.tell(lambda: self.client.payout_status(step["order_id"], PayoutQuestion(step["question"])))

    def do_send(self, step):
        scheme = Scheme(step.get("scheme", Scheme.AUTO))
        return self.tell(lambda: self.client.call_send(step["path"], fields(step), scheme=scheme))

    def do_meaning(self, step):
        return {"text": gateway_code_meaning(step["gateway_code"])}

    # ---- callbacks

    def do_callback(self, step):
        try:
            self.callback = self.client.callback_parse(
                step["url"], step.get("content_type"), step.get("body", "").encode("utf-8", "surrogateescape")
            )
        except FreedomPayError as error:
            self.callback = error
            return {"code": error.code, "message": error.message, "kind": 0, "says_paid": 0}
        return {"code": 0, "message": "", "kind": self.callback.kind, "says_paid": int(self.callback.paid)}

    def do_callback_field(self, step):
        return {"text": self.callback.field(step["name"])}

    def do_callback_confirm(self, step):
        return self.tell(lambda: self.client.callback_confirm(self.callback))

    def do_callback_reply(self, step):
        try:
            if isinstance(self.callback, FreedomPayError):
                raise self.callback  # a program has nothing to answer with
            answer = self.callback.reply(Reply(step["reply"]), step.get("description"))
        except FreedomPayError as error:
            return {"code": error.code, "message": error.message, "text": ""}
        return {"code": 0, "message": "", "text": answer.decode("utf-8")}

    # ---- in the background

    def do_start_init(self, step):
        return self.start(self.client.invoice_init_task(request(step)))

    def do_start_wait(self, step):
        return self.start(self.client.invoice_wait_task(step["invoice_id"], step["timeout_ms"]))

    def start(self, task):
        if self.task:
            self.task.close()
        self.task = task
        return {}

    def do_cancel(self, step):
        self.task.cancel()
        return {}

    def do_take(self, step):
        if not self.task.join(50_000):
            return {"error": "the task does not end"}
        return self.tell(self.task.result)

    # ---- another process

    def do_fork(self, step):
        child = os.fork()
        if child == 0:
            return {}
        # The judge speaks with the child now; nothing of what it says is read here before "join".
        status = os.waitpid(child, 0)[1]
        return {"exit": os.WEXITSTATUS(status) if os.WIFEXITED(status) else -1}

    def do_join(self, step):
        os._exit(0)


PLAIN = (
    "invoice_cancel", "invoice_refund", "payment_status", "payment_cancel", "payment_status_by_order", "payment_capture",
    "payment_refund", "token_pay", "token_direct", "mobile_pay", "card_list", "card_remove", "payout_balance",
)
WITH_FIELDS = (
    "page_init", "mobile_init", "payout_page", "payout_iban", "token_init", "payout_token", "card_add", "card_add_for_payout",
)
for verb in PLAIN + WITH_FIELDS:
    setattr(Runner, f"do_{verb}", Runner.do_plain)


def fields(step):
    """Those whose names begin with "field.", and with "number." where a number is meant."""
    texts = [(name[len("field."):], value) for name, value in step.items() if name.startswith("field.")]
    return texts + [
        (name[len("number."):], Decimal(value)) for name, value in step.items() if name.startswith("number.")
    ]


def request(step):
    given = {name: step[name] for name in REQUEST if name in step}
    if "amount_minor" in step:
        given["amount"] = Decimal(step["amount_minor"]).scaleb(-step["exponent"])
    else:
        given["amount"] = step["amount"]
    return InvoiceRequest(**given)


def read(line):
    """A step. Bytes that are no text become one that has no form in UTF-8."""
    step = json.loads(line)
    for name in [name for name in step if name.endswith(".hex")]:
        step[name[: -len(".hex")]] = bytes.fromhex(step.pop(name)).decode("utf-8", "surrogateescape")
    return step


def main():
    runner = Runner("--asyncio" in sys.argv[1:])
    # Line by line: a forked child reads on where its parent stopped.
    for line in iter(sys.stdin.readline, ""):
        step = read(line)
        deed = getattr(runner, f"do_{step['do']}", None)
        if deed is None:
            answer = {"unsupported": step["do"]}
        else:
            try:
                answer = deed(step)
            except Exception as error:
                answer = {"error": f"{type(error).__name__}: {error}"}
        print(json.dumps(answer), flush=True)


if __name__ == "__main__":
    main()
