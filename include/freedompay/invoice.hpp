// What a till asks for.
#ifndef FREEDOMPAY_INVOICE_HPP
#define FREEDOMPAY_INVOICE_HPP

#include "amount.hpp"
#include "text.hpp"

#include <cstdint>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// A sale, before it is an invoice. It may be used for several calls, on one thread at a time. What a setter refuses is
/// remembered, and the call that would send it answers Code::argument and sends nothing.
class InvoiceRequest {
public:
    InvoiceRequest(std::string_view order_id, const Amount &amount, std::string_view description)
        : request_(fp_invoice_request_new(detail::Text(order_id).get(), detail::Text(amount.text()).get(),
              detail::Text(description).get()))
    {
    }

    /// Three capital letters, such as KZT; the shop's own unless set.
    InvoiceRequest &set_currency(std::string_view currency) { return set(fp_invoice_request_set_currency, currency); }
    /// The ways to pay, separated by commas; "qr" unless set.
    InvoiceRequest &set_method(std::string_view methods) { return set(fp_invoice_request_set_method, methods); }
    InvoiceRequest &set_check_url(std::string_view url) { return set(fp_invoice_request_set_check_url, url); }
    InvoiceRequest &set_result_url(std::string_view url) { return set(fp_invoice_request_set_result_url, url); }
    /// How the gateway calls the two URLs: "GET", "POST" or "XML".
    InvoiceRequest &set_request_method(std::string_view method) { return set(fp_invoice_request_set_request_method, method); }

    /// For functions of freedompay.h; stays the request's.
    fp_invoice_request *get() const noexcept { return request_.get(); }

private:
    InvoiceRequest &set(std::int32_t (*setter)(fp_invoice_request *, const char *), std::string_view value)
    {
        setter(get(), detail::Text(value).get());
        return *this;
    }

    detail::Owned<fp_invoice_request, fp_invoice_request_free> request_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
