// What a call answered: every getter of fp_result, and every form of its QR code.
#ifndef FREEDOMPAY_ANSWER_HPP
#define FREEDOMPAY_ANSWER_HPP

#include "buffer.hpp"
#include "receipt.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <ctime>
#include <vector>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// A text that an answer may have; borrowed from it.
using OptionalText = std::optional<std::string_view>;

/// One refund of a payment; its texts are borrowed from the answer.
struct Refund {
    /// 0: none.
    std::int64_t payment_id;
    /// Decimal digits as the gateway wrote them, negative.
    OptionalText amount;
    PaymentStatus status;
    OptionalText date_time;
};

/// The base of Reply and Error, and what a progress function is shown of a poll. It does not own the answer: its texts are
/// valid for as long as the Reply or the Error, or until the progress function returns. One thread at a time.
class Answer {
public:
    Code code() const noexcept { return static_cast<Code>(fp_result_code(result_)); }
    /// One sentence for a person; "" when the code is ok.
    std::string_view message() const noexcept { return detail::borrowed(fp_result_message(result_)).value_or(""); }
    Sent sent() const noexcept { return static_cast<Sent>(fp_result_sent(result_)); }
    Advice advice() const noexcept { return static_cast<Advice>(fp_result_advice(result_)); }
    /// Answered from the journal: nothing was sent now.
    bool from_journal() const noexcept { return fp_result_from_journal(result_) != 0; }
    /// 0: no answer.
    std::int32_t http_status() const noexcept { return fp_result_http_status(result_); }
    /// 0: none.
    std::int32_t gateway_code() const noexcept { return fp_result_gateway_code(result_); }
    OptionalText gateway_message() const noexcept { return detail::borrowed(fp_result_gateway_message(result_)); }

    /// 0: none.
    std::int64_t invoice_id() const noexcept { return fp_result_invoice_id(result_); }
    InvoiceStatus invoice_status() const noexcept { return static_cast<InvoiceStatus>(fp_result_invoice_status(result_)); }
    /// Is the money certain? Only a status that was answered says so, of an invoice or of a payment.
    bool paid() const noexcept
    {
        return code() == Code::ok && (invoice_status() == InvoiceStatus::ok || fp_result_paid(result_) == 1);
    }
    OptionalText order_id() const noexcept { return detail::borrowed(fp_result_order_id(result_)); }
    /// Decimal digits, as the gateway wrote them.
    OptionalText amount() const noexcept { return detail::borrowed(fp_result_amount(result_)); }
    OptionalText currency() const noexcept { return detail::borrowed(fp_result_currency(result_)); }
    OptionalText description() const noexcept { return detail::borrowed(fp_result_description(result_)); }
    OptionalText card_pan() const noexcept { return detail::borrowed(fp_result_card_pan(result_)); }
    OptionalText card_token() const noexcept { return detail::borrowed(fp_result_card_token(result_)); }
    OptionalText date_time() const noexcept { return detail::borrowed(fp_result_date_time(result_)); }

    /// The moment of the answer; nothing when there is none, or when it cannot be read.
    std::optional<std::chrono::system_clock::time_point> time() const noexcept
    {
        const std::int64_t seconds = fp_result_unix_time(result_);
        if (seconds == 0)
            return std::nullopt;
        return std::chrono::system_clock::from_time_t(static_cast<std::time_t>(seconds));
    }

    /// The link that the payer's phone opens.
    OptionalText qr_url() const noexcept { return detail::borrowed(fp_result_qr_url(result_)); }

    /// Any field of the answer by its path: "invoice_methods/qr", "items/item[1]/name".
    OptionalText field(std::string_view path) const { return detail::borrowed(fp_result_field(result_, detail::Text(path).get())); }

    /// How many fields stand at a path.
    std::size_t field_count(std::string_view path) const { return fp_result_field_count(result_, detail::Text(path).get()); }

    /// The answer's bytes as they came; empty when no answer came.
    std::string_view body() const noexcept
    {
        std::size_t len = 0;
        const std::uint8_t *bytes = fp_result_body(result_, &len);
        return bytes ? std::string_view(reinterpret_cast<const char *>(bytes), len) : std::string_view();
    }

    /// Of a payment. 0: none.
    std::int64_t payment_id() const noexcept { return fp_result_payment_id(result_); }
    PaymentStatus payment_status() const noexcept { return static_cast<PaymentStatus>(fp_result_payment_status(result_)); }

    /// Whether the money was taken, and not only held; nothing where the answer does not say.
    std::optional<bool> captured() const noexcept
    {
        const std::int32_t captured = fp_result_captured(result_);
        return captured < 0 ? std::nullopt : std::optional<bool>(captured != 0);
    }

    /// Where to send the payer's browser.
    OptionalText redirect_url() const noexcept { return detail::borrowed(fp_result_redirect_url(result_)); }
    /// What is left to pay out.
    OptionalText balance() const noexcept { return detail::borrowed(fp_result_balance(result_)); }
    OptionalText clearing_amount() const noexcept { return detail::borrowed(fp_result_clearing_amount(result_)); }
    OptionalText refunded_amount() const noexcept { return detail::borrowed(fp_result_refunded_amount(result_)); }
    /// Of the refund that was made, or found. 0: none.
    std::int64_t refund_id() const noexcept { return fp_result_refund_id(result_); }

    /// Every refund of the payment, those that failed included.
    std::vector<Refund> refunds() const
    {
        std::vector<Refund> refunds;
        for (std::size_t i = 0; i < fp_result_refund_len(result_); i++)
            refunds.push_back({fp_result_refund_payment_id(result_, i), detail::borrowed(fp_result_refund_amount(result_, i)),
                static_cast<PaymentStatus>(fp_result_refund_status(result_, i)),
                detail::borrowed(fp_result_refund_date_time(result_, i))});
        return refunds;
    }

    /// The forms of the QR code; an empty buffer, with a message, when there is no code or a size is out of range.
    Buffer qr_png(std::uint32_t pixels_per_module = 4) const { return Buffer(fp_qr_png(result_, pixels_per_module)); }
    Buffer qr_bmp(std::uint32_t pixels_per_module = 4) const { return Buffer(fp_qr_bmp(result_, pixels_per_module)); }
    Buffer qr_svg() const { return Buffer(fp_qr_svg(result_)); }
    Buffer qr_text() const { return Buffer(fp_qr_text(result_)); }
    Buffer qr_data_uri(std::uint32_t pixels_per_module = 4) const { return Buffer(fp_qr_data_uri(result_, pixels_per_module)); }
    Buffer qr_escpos(std::uint32_t paper_dots = 384) const { return Buffer(fp_qr_escpos(result_, paper_dots)); }
    Buffer qr_escpos_native(std::uint32_t paper_dots = 384) const { return Buffer(fp_qr_escpos_native(result_, paper_dots)); }
    Buffer qr_zpl(std::uint32_t dots_per_module) const { return Buffer(fp_qr_zpl(result_, dots_per_module)); }
    /// One byte a module, row by row, 1 is dark; the side is the square root of the size. There is no quiet zone.
    Buffer qr_matrix() const { return Buffer(fp_qr_matrix(result_)); }
    /// A slip for the payer as one ESC/POS block.
    Buffer receipt(const Receipt &receipt) const { return Buffer(fp_qr_receipt(result_, receipt.get())); }
    /// The picture that the gateway sent instead of the link, and its kind, such as "image/png".
    Buffer qr_picture() const { return Buffer(fp_qr_picture(result_)); }
    OptionalText qr_picture_type() const noexcept { return detail::borrowed(fp_qr_picture_type(result_)); }

    /// For functions of freedompay.h; stays the answer's.
    const fp_result *get() const noexcept { return result_; }

protected:
    Answer() noexcept = default;
    explicit Answer(const fp_result *result) noexcept : result_(result) {}
    Answer(const Answer &) noexcept = default;
    Answer &operator=(const Answer &) noexcept = default;
    ~Answer() = default;

    const fp_result *result_ = nullptr;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
