// A merchant's way to the gateway.
#ifndef FREEDOMPAY_CLIENT_HPP
#define FREEDOMPAY_CLIENT_HPP

#include "call.hpp"
#include "config.hpp"
#include "invoice.hpp"
#include "reply.hpp"
#include "task.hpp"

#include <chrono>
#include <cstddef>
#include <cstdint>
#if FREEDOMPAY_EXCEPTIONS
#include <exception>
#endif
#include <memory>
#include <optional>
#include <type_traits>
#include <vector>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// What a progress function answers.
enum class Waiting { go_on, give_up };

/// Many threads may use a client at once, and after a fork the child as well as the parent.
class Client {
public:
    /// What is wrong with the configuration is the answer of every call.
    explicit Client(const Config &config) : client_(fp_client_new(config.get()), FreeClient{config.log_}) {}

    /// Whether the client can be used. Sends nothing.
    Result<void> check() const
    {
        fp_result *result = fp_client_check(get());
        if (fp_result_code(result) != FP_OK)
            return Error(result);
        fp_result_free(result);
        return {};
    }

    /// Creates an invoice; the one call that makes a sale. It is sent once: after Code::unknown and Code::answer the invoice may
    /// exist. With a journal the same order id gives the same invoice again.
    Result<Invoice> invoice_init(const InvoiceRequest &request) const
    {
        return detail::answered(fp_invoice_init(get(), request.get()));
    }

    Result<Invoice> invoice_status(std::int64_t invoice_id) const
    {
        return detail::answered(fp_invoice_status(get(), invoice_id));
    }

    /// The way to find a sale whose answer was lost.
    Result<Invoice> invoice_status_by_order(std::string_view order_id) const
    {
        return detail::answered(fp_invoice_status_by_order(get(), detail::Text(order_id).get()));
    }

    /// What a payer's app shows. customer: the value in the payer's link, or the whole link.
    Result<Invoice> invoice_info(std::string_view customer) const
    {
        return detail::answered(fp_invoice_info(get(), detail::Text(customer).get()));
    }

    /// Pays with a card that was stored for user_id before. It is sent once.
    Result<Invoice> invoice_pay(std::string_view customer, std::string_view user_id, std::string_view card_token) const
    {
        return detail::answered(fp_invoice_pay(get(), detail::Text(customer).get(), detail::Text(user_id).get(),
            detail::Text(card_token).get()));
    }

    /// Polls until the invoice is paid, failed or expired: then that state, which is no error.
    Result<Invoice> invoice_wait(std::int64_t invoice_id, std::chrono::milliseconds timeout) const
    {
        return detail::answered(fp_invoice_wait(get(), invoice_id, static_cast<std::int64_t>(timeout.count()), nullptr, nullptr));
    }

    /// The same; progress(const Answer &) is called on this thread after every poll, also after one that failed. It answers
    /// nothing, or a Waiting. What it throws gives the waiting up and comes out here.
    template <class Progress>
    Result<Invoice> invoice_wait(std::int64_t invoice_id, std::chrono::milliseconds timeout, Progress &&progress) const
    {
        Polls<std::remove_reference_t<Progress>> polls{progress};
        fp_result *result = fp_invoice_wait(get(), invoice_id, static_cast<std::int64_t>(timeout.count()), polls.seen, &polls);
        Result<Invoice> answer = detail::answered(result);
#if FREEDOMPAY_EXCEPTIONS
        if (polls.thrown)
            std::rethrow_exception(polls.thrown);
#endif
        return answer;
    }

    /// Lets go of the money that an invoice holds.
    Result<Payment> invoice_cancel(std::int64_t invoice_id) const
    {
        return detail::answered(fp_invoice_cancel(get(), invoice_id));
    }

    /// Gives a paid invoice back; without an amount all that is left of it.
    Result<Payment> invoice_refund(std::int64_t invoice_id, const std::optional<Amount> &amount = std::nullopt) const
    {
        return detail::answered(fp_invoice_refund(get(), invoice_id, digits(amount).get()));
    }

    /// Asks about a sale in the journal until the gateway knows it.
    Result<Invoice> invoice_recover(std::string_view order_id) const
    {
        return detail::answered(fp_invoice_recover(get(), detail::Text(order_id).get()));
    }

    /// Every sale in the journal whose end is not known, the oldest first. Sends nothing.
    Result<std::vector<PendingSale>> pending() const
    {
        fp_pending *list = fp_client_pending(get());
        if (fp_pending_code(list) != FP_OK)
            return Error(list);
        const detail::Owned<fp_pending, fp_pending_free> owner(list);
        std::vector<PendingSale> sales;
        for (std::size_t i = 0; i < fp_pending_len(list); i++)
            sales.push_back({fp_pending_order_id(list, i), fp_pending_invoice_id(list, i), fp_pending_amount(list, i)});
        return sales;
    }

    /// Asks where a payment stands, with its refunds.
    Result<Payment> payment_status(std::int64_t payment_id) const
    {
        return detail::answered(fp_payment_status(get(), payment_id));
    }

    Result<Payment> payment_status_by_order(std::string_view order_id) const
    {
        return detail::answered(fp_payment_status_by_order(get(), detail::Text(order_id).get()));
    }

    /// Lets a hold go. Sent once.
    Result<Payment> payment_cancel(std::int64_t payment_id) const
    {
        return detail::answered(fp_payment_cancel(get(), payment_id));
    }

    /// Takes a hold; without an amount all of it. Sent once.
    Result<Payment> payment_capture(std::int64_t payment_id, const std::optional<Amount> &amount = std::nullopt) const
    {
        return detail::answered(fp_payment_capture(get(), payment_id, digits(amount).get()));
    }

    /// Gives a payment back; without an amount all that is left of it. refund_key is the caller's own name for this refund: with
    /// a journal the same key again gives the same refund again. Sent once.
    Result<Payment> payment_refund(std::int64_t payment_id, const std::optional<Amount> &amount = std::nullopt,
        std::optional<std::string_view> refund_key = std::nullopt) const
    {
        return detail::answered(
            fp_payment_refund(get(), payment_id, digits(amount).get(), detail::MaybeText(refund_key).get()));
    }

    /// Sends a call of any path, once.
    Result<Reply> send(const Call &call) const { return detail::answered(fp_call_send(get(), call.get())); }

    /// invoice_init in the background.
    Task start_invoice_init(const InvoiceRequest &request) const
    {
        return Task(fp_task_invoice_init(get(), request.get()), client_.get_deleter().log);
    }

    /// invoice_wait in the background.
    Task start_invoice_wait(std::int64_t invoice_id, std::chrono::milliseconds timeout) const
    {
        return Task(fp_task_invoice_wait(get(), invoice_id, static_cast<std::int64_t>(timeout.count())), client_.get_deleter().log);
    }

    /// For functions of freedompay.h; stays the client's.
    fp_client *get() const noexcept { return client_.get(); }

private:
    static detail::MaybeText digits(const std::optional<Amount> &amount)
    {
        return detail::MaybeText(amount ? std::optional<std::string_view>(amount->text()) : std::nullopt);
    }

    /// A progress function during one wait, and what it threw: no exception crosses the library.
    template <class Progress>
    struct Polls {
        Progress &progress;
#if FREEDOMPAY_EXCEPTIONS
        std::exception_ptr thrown = nullptr;
#endif

        struct Poll : Answer {
            explicit Poll(const fp_result *latest) noexcept : Answer(latest) {}
        };

        static std::int32_t seen(void *userdata, const fp_result *latest) noexcept
        {
            Polls &polls = *static_cast<Polls *>(userdata);
#if FREEDOMPAY_EXCEPTIONS
            try {
                return polls.ask(Poll(latest));
            } catch (...) {
                polls.thrown = std::current_exception();
                return 1;
            }
#else
            return polls.ask(Poll(latest));
#endif
        }

        std::int32_t ask(const Answer &latest)
        {
            using Said = std::invoke_result_t<Progress &, const Answer &>;
            static_assert(std::is_void_v<Said> || std::is_same_v<Said, Waiting>,
                "a progress function answers nothing or a freedompay::Waiting");
            if constexpr (std::is_void_v<Said>) {
                progress(latest);
                return 0;
            } else {
                return progress(latest) == Waiting::give_up ? 1 : 0;
            }
        }
    };

    using FreeClient = detail::FreeLogged<fp_client, fp_client_free>;

    std::unique_ptr<fp_client, FreeClient> client_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
