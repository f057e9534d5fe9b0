"""The payer's slip, printed by a printer that refuses what it does not know."""

import pytest

import scan
from printer import Printer
from till import Receipt

LINK = "https://customer.freedompay.kz/pay.html?customer=kzobd2vgp17214143761774775392946"


@pytest.fixture
def invoice(till):
    return till.invoice(LINK.encode())


def slip(invoice, receipt, paper=384, encoding="cp866"):
    content, message = invoice.receipt(receipt)
    assert content, message
    return Printer(paper, encoding).print(content)


@pytest.mark.parametrize("page, selector, encoding", [("cp866", 17, "cp866"), ("windows-1251", 46, "cp1251")])
@pytest.mark.parametrize("paper", [384, 576])
def test_a_slip_has_everything(till, invoice, page, selector, encoding, paper):
    receipt = Receipt(till).set("set_paper_dots", paper).set("set_code_page", page, selector)
    receipt.set("add_line", "ТОО «Чайхана»").set("add_line", "Алматы, пр. Абая, 10").set("add_line", "")
    receipt.set("set_labels", "К оплате:", "Заказ №").set("set_cut", 1)
    assert set(receipt.codes) == {0}
    printer = slip(invoice, receipt, paper, encoding)
    quoted = "ТОО «Чайхана»" if page != "cp866" else 'ТОО "Чайхана"'
    expected = [quoted, "Алматы, пр. Абая, 10", "", "К оплате:", "10.50 KZT", "Заказ № 00102"]
    assert printer.texts() == expected and printer.selectors == [selector]
    [raster] = [strip[1] for strip in printer.strips if strip[0] == "raster"]
    assert scan.scan(raster) == LINK
    assert scan.scan_with_zbar(printer.paper()) in (LINK, None)
    assert printer.strips[-1] == ("cut",)


def test_every_character_of_a_code_page_is_printed_as_itself(till, invoice):
    for page, encoding in [("cp866", "cp866"), ("windows-1251", "cp1251"), ("kz-1048", "kz1048")]:
        text = bytes(range(0xA1, 0x100)).decode(encoding, "ignore").replace("\xa0", "").replace("\xad", "")
        receipt = Receipt(till).set("set_code_page", page, 0).set("add_line", text)
        assert "".join(slip(invoice, receipt, encoding=encoding).texts()[:-2]) == text


def test_control_bytes_never_reach_the_printer(till, invoice):
    evil = "a" + "".join(map(chr, range(1, 32))) + "\x7f\x85\x9b\u200e\u202e茶" + "b"
    receipt = Receipt(till).set("add_line", evil).set("set_labels", evil, evil)
    texts = slip(invoice, receipt).texts()
    assert texts[0] == "a ???b"


def test_long_texts_are_wrapped_within_the_paper(till, invoice):
    receipt = Receipt(till).set("add_line", "Спасибо за покупку, приходите ещё " * 5).set("add_line", "я" * 100)
    printer = slip(invoice, receipt)
    printer.paper()
    assert all(len(text) <= 32 for text in printer.texts())


def test_the_printers_own_code(till, invoice):
    printer = slip(invoice, Receipt(till).set("set_native_code", 1))
    [code] = [strip[1] for strip in printer.strips if strip[0] == "code"]
    assert code["text"] == LINK
    assert [strip for strip in printer.strips if strip[0] == "text"] == [
        ("text", "10.50 KZT", 1, 2),
        ("text", "00102", 1, 1),
    ]


@pytest.mark.parametrize(
    "setter, values, reason",
    [
        ("set_paper_dots", (100,), "paper_dots 100 is not"),
        ("set_code_page", ("utf-8", 0), 'code_page "utf-8" is not one of'),
        ("set_code_page", ("cp866", 256), "selector 256"),
        ("set_cut", (2,), "cut 2 is neither 0 nor 1"),
        ("add_line", ("я" * 501,), "line has 501 characters"),
        ("add_line", (None,), "line is NULL"),
    ],
)
def test_a_refused_value_is_remembered(till, invoice, setter, values, reason):
    receipt = Receipt(till).set(setter, *values).set("set_cut", 1)
    assert receipt.codes == [1, 0]
    content, message = invoice.receipt(receipt)
    assert content == b"" and message.startswith(reason)


def test_bytes_that_are_no_text_are_refused_once_the_encoding_is_known(till, invoice):
    receipt = Receipt(till).set("add_line", b"\xff")
    assert receipt.codes == [0]
    assert invoice.receipt(receipt) == (b"", "line is not UTF-8: the byte at position 0 does not fit")
