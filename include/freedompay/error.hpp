// What went wrong: as a value, and as an exception for programs that have them.
#ifndef FREEDOMPAY_ERROR_HPP
#define FREEDOMPAY_ERROR_HPP

#include "answer.hpp"

#include <memory>
#if FREEDOMPAY_EXCEPTIONS
#include <stdexcept>
#include <string>
#endif

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// Why a call did not succeed. sent() says whether the request may have reached the gateway, advice() what to do next; what the
/// gateway said, and the last known state of an invoice, are in the getters of Answer. Copies share one answer.
class Error : public Answer {
public:
    /// No error: code() is ok.
    Error() noexcept = default;
    Error(const Error &) noexcept = default;
    Error &operator=(const Error &) noexcept = default;
    ~Error() = default;

    /// Takes the result over.
    explicit Error(fp_result *result)
        : Answer(result), owner_(result, fp_result_free), code_(Answer::code()), message_(Answer::message())
    {
    }

    /// Takes the list over.
    explicit Error(fp_pending *list)
        : owner_(list, fp_pending_free), code_(static_cast<Code>(fp_pending_code(list))),
          message_(detail::borrowed(fp_pending_message(list)).value_or(""))
    {
    }

    /// Takes the callback over.
    explicit Error(fp_callback *callback)
        : owner_(callback, fp_callback_free), code_(static_cast<Code>(fp_callback_code(callback))),
          message_(detail::borrowed(fp_callback_message(callback)).value_or(""))
    {
    }

    Code code() const noexcept { return code_; }
    std::string_view message() const noexcept { return message_; }
    /// Of lists and callbacks nothing was sent, so that there is only the input to correct.
    Advice advice() const noexcept { return result_ || code_ == Code::ok ? Answer::advice() : Advice::fix; }

private:
    std::shared_ptr<const void> owner_;
    Code code_ = Code::ok;
    std::string_view message_ = "";
};

#if FREEDOMPAY_EXCEPTIONS

/// The base of every exception of this library.
class FreedomPayError : public std::runtime_error {
public:
    explicit FreedomPayError(const Error &error) : std::runtime_error(std::string(error.message())), error_(error) {}

    /// All that is known of it.
    const Error &error() const noexcept { return error_; }
    Code code() const noexcept { return error_.code(); }
    Sent sent() const noexcept { return error_.sent(); }
    Advice advice() const noexcept { return error_.advice(); }

private:
    Error error_;
};

// clang-format off
/// An argument cannot be used. Nothing was sent.
class ArgumentError : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// The client's configuration is not complete. Nothing was sent.
class ConfigError : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// The gateway was not reached and has not seen the request. It may be repeated.
class NotSent : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// The gateway may have acted on the request. Ask for the status; do not repeat it.
class OutcomeUnknown : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// The gateway answered with an error: error().gateway_code() and gateway_message().
class Refused : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// The gateway answered something that is not the protocol. It may have acted on the request.
class BadAnswer : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// Waiting ended and the invoice is still open: it may yet be paid.
class WaitTimeout : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// The caller gave up. An invoice is as it was; an init may have arrived unless sent() is no.
class Cancelled : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// A signature does not match.
class SignatureError : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// The order id already belongs to a sale with another amount or currency. Nothing was sent.
class Conflict : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// The journal cannot be read or written. Nothing was sent.
class JournalError : public FreedomPayError { using FreedomPayError::FreedomPayError; };
/// A defect of the library.
class InternalError : public FreedomPayError { using FreedomPayError::FreedomPayError; };
// clang-format on

/// Throws the class of the error's code; FreedomPayError itself for a code that has none.
[[noreturn]] inline void throw_error(const Error &error)
{
    switch (error.code()) {
    case Code::argument: throw ArgumentError(error);
    case Code::config: throw ConfigError(error);
    case Code::not_sent: throw NotSent(error);
    case Code::unknown: throw OutcomeUnknown(error);
    case Code::refused: throw Refused(error);
    case Code::answer: throw BadAnswer(error);
    case Code::timeout: throw WaitTimeout(error);
    case Code::cancelled: throw Cancelled(error);
    case Code::signature: throw SignatureError(error);
    case Code::conflict: throw Conflict(error);
    case Code::journal: throw JournalError(error);
    case Code::internal: throw InternalError(error);
    case Code::ok: break;
    }
    throw FreedomPayError(error);
}

#endif

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
