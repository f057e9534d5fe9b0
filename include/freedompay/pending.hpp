// What the journal has not heard the end of.
#ifndef FREEDOMPAY_PENDING_HPP
#define FREEDOMPAY_PENDING_HPP

#include "result.hpp"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// A sale whose end is not known yet.
struct PendingSale {
    std::string order_id;
    /// 0: the answer was lost.
    std::int64_t invoice_id = 0;
    /// As it was asked for.
    std::string amount;
};

/// A refund whose end is not known yet: the same refund again finds out.
struct PendingRefund {
    std::int64_t payment_id = 0;
    /// As it was asked for; nothing: all that was left.
    std::optional<std::string> amount;
    std::optional<std::string> refund_key;
};

/// A payout whose end is not known yet: the same payout again finds out.
struct PendingPayout {
    std::string order_id;
    std::string amount;
};

namespace detail {

inline std::optional<std::string> copied(const char *text)
{
    return text ? std::optional<std::string>(text) : std::nullopt;
}

inline PendingSale read(const fp_pending *list, std::size_t i, const PendingSale *)
{
    return {copied(fp_pending_order_id(list, i)).value_or(""), fp_pending_invoice_id(list, i),
        copied(fp_pending_amount(list, i)).value_or("")};
}

inline PendingRefund read(const fp_pending *list, std::size_t i, const PendingRefund *)
{
    return {fp_pending_invoice_id(list, i), copied(fp_pending_amount(list, i)), copied(fp_pending_order_id(list, i))};
}

inline PendingPayout read(const fp_pending *list, std::size_t i, const PendingPayout *)
{
    return {copied(fp_pending_order_id(list, i)).value_or(""), copied(fp_pending_amount(list, i)).value_or("")};
}

/// The entries of a list, or its error; takes the list over.
template <class Entry>
Result<std::vector<Entry>> listed(fp_pending *list)
{
    if (fp_pending_code(list) != FP_OK)
        return Error(list);
    const Owned<fp_pending, fp_pending_free> owner(list);
    std::vector<Entry> entries;
    for (std::size_t i = 0; i < fp_pending_len(list); i++)
        entries.push_back(read(list, i, static_cast<const Entry *>(nullptr)));
    return entries;
}

}  // namespace detail
}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
