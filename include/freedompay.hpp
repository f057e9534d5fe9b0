// libfreedompay for C++17 and newer, header-only over freedompay.h. Builds with and without exceptions and RTTI.
//
//     freedompay::Config config;
//     config.set_merchant_id(123456).set_secret_key(key).set_journal("sales.db");
//     const freedompay::Client client(config);
//
//     const auto invoice = client.invoice_init(freedompay::InvoiceRequest("order-1", "10.50", "Coffee"));
//     if (!invoice) {
//         std::cerr << invoice.error().message() << '\n';    // sent() and advice() say what to do
//         return 1;
//     }
//     std::cout << invoice->qr_text().view();
//     const auto end = client.invoice_wait(invoice->invoice_id(), std::chrono::minutes(5));
//     std::cout << (end && end->paid() ? "PAID" : "not paid") << '\n';
//
// - Handles are moved, not copied, and free themselves, in any order. One that was moved from is empty: its getters answer
//   nothing and its calls are refused.
// - Texts come in as std::string_view in UTF-8 and are copied. Texts go out as std::optional<std::string_view>, borrowed from
//   their handle; std::nullopt is C's NULL. Numbers are as in C.
// - Calls answer a Result: test it, then use `*` and `->`, or ask its error(). Where exceptions are on, value() throws what went
//   wrong as a FreedomPayError.
// - What a function does, its units and limits, is said once, at the function of its name in freedompay.h.
#ifndef FREEDOMPAY_HPP
#define FREEDOMPAY_HPP

#include "freedompay/amount.hpp"
#include "freedompay/answer.hpp"
#include "freedompay/buffer.hpp"
#include "freedompay/call.hpp"
#include "freedompay/callback.hpp"
#include "freedompay/client.hpp"
#include "freedompay/codes.hpp"
#include "freedompay/config.hpp"
#include "freedompay/error.hpp"
#include "freedompay/fields.hpp"
#include "freedompay/invoice.hpp"
#include "freedompay/pending.hpp"
#include "freedompay/receipt.hpp"
#include "freedompay/reply.hpp"
#include "freedompay/result.hpp"
#include "freedompay/task.hpp"

#endif
