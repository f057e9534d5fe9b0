// Amounts of money: decimal digits, never a floating point number.
#ifndef FREEDOMPAY_AMOUNT_HPP
#define FREEDOMPAY_AMOUNT_HPP

#include "codes.hpp"

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <type_traits>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// An amount in units of the currency, such as "10" or "10.50". It holds the text that it was made from: whether that is an
/// amount is for the library to say, in the call that would send it.
class Amount {
public:
    template <class Text, std::enable_if_t<std::is_convertible_v<const Text &, std::string_view>, int> = 0>
    Amount(const Text &text) : text_(std::string_view(text))
    {
    }

    /// NULL is no amount.
    Amount(const char *text) : text_(text ? text : "") {}
    Amount(std::nullptr_t) = delete;

    /// A double has no exact decimal digits, and an integer does not say its unit: write "10", or from_minor(1000, 2).
    template <class Number, std::enable_if_t<std::is_arithmetic_v<Number>, int> = 0>
    Amount(Number) = delete;

    /// An integer count of minor units: from_minor(1050, 2) is 10.50. The exponent is 0, 1 or 2.
    static Amount from_minor(std::int64_t minor, std::uint32_t exponent)
    {
        std::string digits = std::to_string(minor);
        if (exponent > 2)
            return Amount(digits + "e-" + std::to_string(exponent));    // no amount, and the library says so
        const std::size_t sign = minor < 0 ? 1 : 0;
        if (digits.size() <= sign + exponent)
            digits.insert(sign, sign + exponent + 1 - digits.size(), '0');
        if (exponent > 0)
            digits.insert(digits.size() - exponent, 1, '.');
        return Amount(digits);
    }

    /// The text that it was made from.
    std::string_view text() const noexcept { return text_; }

private:
    std::string text_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
