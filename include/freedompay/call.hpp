// A call of any path of the gateway.
#ifndef FREEDOMPAY_CALL_HPP
#define FREEDOMPAY_CALL_HPP

#include "amount.hpp"
#include "text.hpp"

#include <cstdint>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// What a setter refuses is remembered, and Client::send answers it and sends nothing. It may be sent several times, and each
/// time is one more order. One thread at a time.
class Call {
public:
    /// "/revoke.php", "/v1/merchant/7/card/init".
    explicit Call(std::string_view path) : call_(fp_call_new(detail::Text(path).get())) {}

    /// "pg_receipt_positions[0][count]" nests.
    Call &set(std::string_view name, std::string_view value)
    {
        fp_call_set(get(), detail::Text(name).get(), detail::Text(value).get());
        return *this;
    }

    /// A field that a JSON body writes as a number, digit for digit.
    Call &set_number(std::string_view name, const Amount &digits)
    {
        fp_call_set_number(get(), detail::Text(name).get(), detail::Text(digits.text()).get());
        return *this;
    }

    Call &set_scheme(Scheme scheme)
    {
        fp_call_set_scheme(get(), static_cast<std::int32_t>(scheme));
        return *this;
    }

    /// For functions of freedompay.h; stays the call's.
    fp_call *get() const noexcept { return call_.get(); }

private:
    detail::Owned<fp_call, fp_call_free> call_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
