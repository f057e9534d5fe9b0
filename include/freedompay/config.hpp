// A merchant's settings.
#ifndef FREEDOMPAY_CONFIG_HPP
#define FREEDOMPAY_CONFIG_HPP

#include "text.hpp"

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <utility>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// Takes a line of the log; the text is valid during the call only.
using LogFunction = std::function<void(LogLevel, std::string_view)>;

namespace detail {

/// Frees a handle whose calls write to a log, and the log after it.
template <class Handle, void (*free)(Handle *)>
struct FreeLogged {
    std::shared_ptr<LogFunction> log;
    void operator()(Handle *handle) const noexcept { free(handle); }
};

}  // namespace detail

/// Copied by the client that is made from it. What a setter refuses is remembered, and every call of that client answers it and
/// sends nothing. One thread at a time.
class Config {
public:
    Config() : config_(fp_config_new()) {}

    /// Required.
    Config &set_merchant_id(std::int64_t merchant_id)
    {
        fp_config_set_merchant_id(get(), merchant_id);
        return *this;
    }
    /// The key that requests are signed with.
    Config &set_secret_key(std::string_view key) { return set(fp_config_set_secret_key, key); }
    /// The key that payouts are signed with.
    Config &set_payout_key(std::string_view key) { return set(fp_config_set_payout_key, key); }
    /// https://api.freedompay.uz unless set.
    Config &set_base_url(std::string_view url) { return set(fp_config_set_base_url, url); }
    Config &set_body_format(BodyFormat format)
    {
        fp_config_set_body_format(get(), static_cast<std::int32_t>(format));
        return *this;
    }
    Config &set_jws_claim(JwsClaim claim)
    {
        fp_config_set_jws_claim(get(), static_cast<std::int32_t>(claim));
        return *this;
    }
    /// 10 s unless set.
    Config &set_connect_timeout(std::chrono::milliseconds time) { return set(fp_config_set_connect_timeout_ms, time); }
    /// Of a whole call; 30 s unless set.
    Config &set_timeout(std::chrono::milliseconds time) { return set(fp_config_set_timeout_ms, time); }
    /// Between two polls of a wait; 1 s unless set.
    Config &set_poll_interval(std::chrono::milliseconds time) { return set(fp_config_set_poll_interval_ms, time); }
    /// None unless set; the environment is not read.
    Config &set_proxy(std::string_view url) { return set(fp_config_set_proxy, url); }
    /// PEM certificates to trust besides the built-in ones.
    Config &set_ca_file(std::string_view path) { return set(fp_config_set_ca_file, path); }
    /// The encoding of the program's texts, "windows-1251" and so on; UTF-8 unless set. Set it before any other text. It is also
    /// that of everything that this wrapper gives back.
    Config &set_text_encoding(std::string_view name) { return set(fp_config_set_text_encoding, name); }
    /// The language of messages: "en", which it is unless set, or "ru".
    Config &set_language(std::string_view language) { return set(fp_config_set_language, language); }
    Config &set_app_info(std::string_view name, std::string_view version)
    {
        fp_config_set_app_info(get(), detail::Text(name).get(), detail::Text(version).get());
        return *this;
    }
    /// The file that keeps every sale over a power cut; none unless set.
    Config &set_journal(std::string_view path) { return set(fp_config_set_journal, path); }

    /// A field of callbacks that begins with pg_ and is none of those that the protocol names; may be called several times.
    Config &allow_callback_field(std::string_view name) { return set(fp_config_allow_callback_field, name); }

    /// Where log lines go; an empty function: nowhere. It is called on the thread that is inside a call, by several at once when
    /// several use the client, and lives as long as the clients and tasks that have it. What it throws is dropped: it must not
    /// cost the caller the answer of the call.
    Config &set_log(LogFunction log)
    {
        log_ = log ? std::make_shared<LogFunction>(std::move(log)) : nullptr;
        fp_config_set_log(get(), log_ ? write_log : nullptr, log_.get());
        return *this;
    }

    /// For functions of freedompay.h; stays the configuration's.
    fp_config *get() const noexcept { return config_.get(); }

private:
    friend class Client;

    Config &set(std::int32_t (*setter)(fp_config *, const char *), std::string_view value)
    {
        setter(get(), detail::Text(value).get());
        return *this;
    }
    Config &set(std::int32_t (*setter)(fp_config *, std::int64_t), std::chrono::milliseconds time)
    {
        setter(get(), static_cast<std::int64_t>(time.count()));
        return *this;
    }

    static void write_log(void *userdata, std::int32_t level, const char *message) noexcept
    {
        const LogFunction &log = *static_cast<const LogFunction *>(userdata);
#if FREEDOMPAY_EXCEPTIONS
        try {
            log(static_cast<LogLevel>(level), message);
        } catch (...) {
        }
#else
        log(static_cast<LogLevel>(level), message);
#endif
    }

    detail::Owned<fp_config, fp_config_free> config_;
    std::shared_ptr<LogFunction> log_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
