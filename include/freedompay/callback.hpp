// What the gateway sends to the merchant.
#ifndef FREEDOMPAY_CALLBACK_HPP
#define FREEDOMPAY_CALLBACK_HPP

#include "buffer.hpp"
#include "config.hpp"

#include <cstdint>
#include <memory>
#include <utility>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// A callback whose signature is right. It is a hint that something has happened; the proof is Client::callback_confirm. One
/// thread at a time.
class Callback {
public:
    Callback() noexcept = default;

    CallbackKind kind() const noexcept { return static_cast<CallbackKind>(fp_callback_kind(get())); }

    /// Whether it says that the payment was made, if only held. No proof.
    bool says_paid() const noexcept { return fp_callback_paid(get()) == 1; }

    /// "pg_order_id"; borrowed from the callback.
    std::optional<std::string_view> field(std::string_view name) const
    {
        return detail::borrowed(fp_callback_field(get(), detail::Text(name).get()));
    }

    /// What to answer, as text/xml under HTTP 200; description is what the payer reads of a rejection. Empty where there is
    /// nothing that may be answered so: code() and message() of the buffer say why, and an HTTP error is the answer.
    Buffer reply(CallbackReply reply, std::optional<std::string_view> description = std::nullopt) const
    {
        return Buffer(fp_callback_reply(get(), static_cast<std::int32_t>(reply), detail::MaybeText(description).get()));
    }

    /// For functions of freedompay.h; stays the callback's.
    const fp_callback *get() const noexcept { return callback_.get(); }

private:
    friend class Client;
    using FreeCallback = detail::FreeLogged<fp_callback, fp_callback_free>;

    Callback(fp_callback *callback, std::shared_ptr<LogFunction> log) noexcept
        : callback_(callback, FreeCallback{std::move(log)})
    {
    }

    std::unique_ptr<fp_callback, FreeCallback> callback_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
