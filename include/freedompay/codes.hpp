// The numbers of freedompay.h as types, and what the library says of itself. A number that this version does not know is kept.
#ifndef FREEDOMPAY_CODES_HPP
#define FREEDOMPAY_CODES_HPP

// Microsoft's __cplusplus is that of 1998 unless it is told otherwise.
#if (defined(_MSVC_LANG) && _MSVC_LANG < 201703L) || (!defined(_MSVC_LANG) && __cplusplus < 201703L)
#error "freedompay.hpp is for C++17 and newer: ask the compiler for that, or include freedompay.h, which is for any"
#endif

#include "../freedompay.h"

#include <cstdint>
#include <optional>
#include <string_view>

// Two parts of a program may be built differently: their classes have different members, and so different names.
#if defined(__cpp_exceptions) || defined(_CPPUNWIND)
#define FREEDOMPAY_EXCEPTIONS 1
#define FREEDOMPAY_VARIANT with_exceptions
#else
#define FREEDOMPAY_EXCEPTIONS 0
#define FREEDOMPAY_VARIANT without_exceptions
#endif

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// What happened.
enum class Code : std::int32_t {
    ok = FP_OK,
    argument = FP_ERR_ARGUMENT,
    config = FP_ERR_CONFIG,
    not_sent = FP_ERR_NOT_SENT,
    unknown = FP_ERR_UNKNOWN,
    refused = FP_ERR_REFUSED,
    answer = FP_ERR_ANSWER,
    timeout = FP_ERR_TIMEOUT,
    cancelled = FP_ERR_CANCELLED,
    signature = FP_ERR_SIGNATURE,
    conflict = FP_ERR_CONFLICT,
    journal = FP_ERR_JOURNAL,
    internal = FP_ERR_INTERNAL,
};

/// Did the request reach the gateway?
enum class Sent : std::int32_t { no = FP_SENT_NO, maybe = FP_SENT_MAYBE, yes = FP_SENT_YES };

/// What to do next.
enum class Advice : std::int32_t {
    none = FP_ADVICE_NONE,
    retry = FP_ADVICE_RETRY,
    ask_status = FP_ADVICE_ASK_STATUS,
    fix = FP_ADVICE_FIX,
    wait = FP_ADVICE_WAIT,
};

/// Where an invoice stands. Only `ok` is paid.
enum class InvoiceStatus : std::int32_t {
    none = FP_INVOICE_NONE,
    new_ = FP_INVOICE_NEW,
    process = FP_INVOICE_PROCESS,
    ok = FP_INVOICE_OK,
    failed = FP_INVOICE_FAILED,
    incomplete = FP_INVOICE_INCOMPLETE,
    other = FP_INVOICE_OTHER,
};

/// Where a payment stands. `success` is paid, or held where Answer::captured() is false.
enum class PaymentStatus : std::int32_t {
    none = FP_PAYMENT_NONE,
    new_ = FP_PAYMENT_NEW,
    process = FP_PAYMENT_PROCESS,
    pending = FP_PAYMENT_PENDING,
    partial = FP_PAYMENT_PARTIAL,
    success = FP_PAYMENT_SUCCESS,
    error = FP_PAYMENT_ERROR,
    failed = FP_PAYMENT_FAILED,
    incomplete = FP_PAYMENT_INCOMPLETE,
    revoked = FP_PAYMENT_REVOKED,
    refunded = FP_PAYMENT_REFUNDED,
    canceled = FP_PAYMENT_CANCELED,
    rejected = FP_PAYMENT_REJECTED,
    expired = FP_PAYMENT_EXPIRED,
    other = FP_PAYMENT_OTHER,
};

/// Which of the gateway's three questions about a payout.
enum class PayoutQuestion : std::int32_t {
    v2 = FP_PAYOUT_STATUS_V2,
    v1 = FP_PAYOUT_STATUS_V1,
    by_order = FP_PAYOUT_STATUS_BY_ORDER,
};

/// What a callback is about.
enum class CallbackKind : std::int32_t {
    unknown = FP_CALLBACK_UNKNOWN,
    check = FP_CALLBACK_CHECK,
    result = FP_CALLBACK_RESULT,
    payout = FP_CALLBACK_PAYOUT,
    redirect = FP_CALLBACK_REDIRECT,
};

/// What a merchant answers to a callback.
enum class CallbackReply : std::int32_t { ok = FP_REPLY_OK, rejected = FP_REPLY_REJECTED, error = FP_REPLY_ERROR };

/// How request fields are written.
enum class BodyFormat : std::int32_t { automatic = FP_BODY_AUTO, multipart = FP_BODY_MULTIPART, json = FP_BODY_JSON };

/// Which form the header of the signature takes.
enum class JwsClaim : std::int32_t { uri = FP_JWS_URI, path = FP_JWS_PATH };

/// How a call of any path is signed.
enum class Scheme : std::int32_t {
    automatic = FP_SCHEME_AUTO,
    jws = FP_SCHEME_JWS,
    pg_sig = FP_SCHEME_PG_SIG,
    pg_sig_payout = FP_SCHEME_PG_SIG_PAYOUT,
};

/// How much a line of the log matters.
enum class LogLevel : std::int32_t { error = FP_LOG_ERROR, warn = FP_LOG_WARN, info = FP_LOG_INFO, debug = FP_LOG_DEBUG };

/// "FP_ERR_NOT_SENT", for a log; "unknown code" for a number that has no name.
inline std::string_view code_name(Code code) noexcept
{
    return fp_code_name(static_cast<std::int32_t>(code));
}

/// What an error code of the gateway means, in a few words; nothing for one that this version does not know.
inline std::optional<std::string_view> gateway_code_meaning(std::int32_t code) noexcept
{
    const char *meaning = fp_gateway_code_meaning(code);
    return meaning ? std::optional<std::string_view>(meaning) : std::nullopt;
}

/// The library's version, such as "0.1.0".
inline std::string_view version() noexcept
{
    return fp_version();
}

/// The number of the ABI, 1.
inline std::uint32_t abi_version() noexcept
{
    return fp_abi_version();
}

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
