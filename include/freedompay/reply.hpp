// What the gateway replied, owned.
#ifndef FREEDOMPAY_REPLY_HPP
#define FREEDOMPAY_REPLY_HPP

#include "result.hpp"

#include <utility>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// What a call that went well was answered. Moved, not copied. One thread at a time.
class Reply : public Answer {
public:
    /// Empty: it has no id and is not paid.
    Reply() noexcept = default;
    /// Takes the result over.
    explicit Reply(fp_result *result) noexcept : Answer(result), owner_(result) {}
    Reply(Reply &&other) noexcept : Answer(std::exchange(other.result_, nullptr)), owner_(std::move(other.owner_)) {}
    Reply &operator=(Reply &&other) noexcept
    {
        owner_ = std::move(other.owner_);
        result_ = std::exchange(other.result_, nullptr);
        return *this;
    }
    ~Reply() = default;

private:
    detail::Owned<fp_result, fp_result_free> owner_;
};

/// What a reply is about, where that says more.
using Invoice = Reply;
using Payment = Reply;

namespace detail {

/// The reply of a result, or its error; takes the result over.
inline Result<Reply> answered(fp_result *result)
{
    if (fp_result_code(result) == FP_OK)
        return Reply(result);
    return Error(result);
}

}  // namespace detail
}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
