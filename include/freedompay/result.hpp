// What a call gives: what was asked for, or why not.
#ifndef FREEDOMPAY_RESULT_HPP
#define FREEDOMPAY_RESULT_HPP

#include "error.hpp"

#include <utility>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// Like std::expected<T, Error>, and total: where there is no value, `*` and `->` give an empty T, whose getters answer nothing
/// and which is not paid.
template <class T>
class [[nodiscard]] Result {
public:
    Result(T value) noexcept : value_(std::move(value)) {}
    Result(Error error) noexcept : error_(std::move(error)) {}

    bool has_value() const noexcept { return error_.code() == Code::ok; }
    explicit operator bool() const noexcept { return has_value(); }

    const T &operator*() const & noexcept { return value_; }
    T &operator*() & noexcept { return value_; }
    T operator*() && noexcept { return std::move(value_); }
    const T *operator->() const noexcept { return &value_; }
    T *operator->() noexcept { return &value_; }

    /// Its code is ok where there is a value.
    const Error &error() const noexcept { return error_; }
    Code code() const noexcept { return error_.code(); }

#if FREEDOMPAY_EXCEPTIONS
    /// The value; throws the error's class where there is none.
    const T &value() const &
    {
        check();
        return value_;
    }
    T &value() &
    {
        check();
        return value_;
    }
    T value() &&
    {
        check();
        return std::move(value_);
    }

private:
    void check() const
    {
        if (!has_value())
            throw_error(error_);
    }
#endif

private:
    T value_;
    Error error_;
};

/// Of a call that has nothing to give.
template <>
class [[nodiscard]] Result<void> {
public:
    Result() noexcept = default;
    Result(Error error) noexcept : error_(std::move(error)) {}

    bool has_value() const noexcept { return error_.code() == Code::ok; }
    explicit operator bool() const noexcept { return has_value(); }
    const Error &error() const noexcept { return error_; }
    Code code() const noexcept { return error_.code(); }

#if FREEDOMPAY_EXCEPTIONS
    /// Throws the error's class where there is one.
    void value() const
    {
        if (!has_value())
            throw_error(error_);
    }
#endif

private:
    Error error_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
