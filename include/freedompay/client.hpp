// A merchant's way to the gateway.
#ifndef FREEDOMPAY_CLIENT_HPP
#define FREEDOMPAY_CLIENT_HPP

#include "call.hpp"
#include "callback.hpp"
#include "config.hpp"
#include "fields.hpp"
#include "invoice.hpp"
#include "pending.hpp"
#include "reply.hpp"
#include "task.hpp"

#include <chrono>
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
    Result<void> check() const { return done(fp_client_check(get())); }

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
        return detail::answered(fp_invoice_status_by_order(get(), Text(order_id).get()));
    }

    /// What a payer's app shows. customer: the value in the payer's link, or the whole link.
    Result<Invoice> invoice_info(std::string_view customer) const
    {
        return detail::answered(fp_invoice_info(get(), Text(customer).get()));
    }

    /// Pays with a card that was stored for user_id before. It is sent once.
    Result<Invoice> invoice_pay(std::string_view customer, std::string_view user_id, std::string_view card_token) const
    {
        return detail::answered(fp_invoice_pay(get(), Text(customer).get(), Text(user_id).get(),
            Text(card_token).get()));
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
        return detail::answered(fp_invoice_recover(get(), Text(order_id).get()));
    }

    /// Every sale in the journal whose end is not known, the oldest first. Sends nothing.
    Result<std::vector<PendingSale>> pending() const { return detail::listed<PendingSale>(fp_client_pending(get())); }
    /// The same of refunds, and of payouts.
    Result<std::vector<PendingRefund>> pending_refunds() const
    {
        return detail::listed<PendingRefund>(fp_client_pending_refunds(get()));
    }
    Result<std::vector<PendingPayout>> pending_payouts() const
    {
        return detail::listed<PendingPayout>(fp_client_pending_payouts(get()));
    }

    // ---- what follows a payment

    /// Asks where a payment stands, with its refunds.
    Result<Payment> payment_status(std::int64_t payment_id) const
    {
        return detail::answered(fp_payment_status(get(), payment_id));
    }

    Result<Payment> payment_status_by_order(std::string_view order_id) const
    {
        return detail::answered(fp_payment_status_by_order(get(), Text(order_id).get()));
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

    /// Writes into the journal how a refund ended, as a person has seen it in the merchant's account; for one whose end no question
    /// can find out. refund_key is the one that it was asked for with. Sends nothing.
    Result<void> refund_settle(std::int64_t payment_id, std::optional<std::string_view> refund_key, bool was_made) const
    {
        return done(fp_refund_settle(get(), payment_id, detail::MaybeText(refund_key).get(), was_made ? 1 : 0));
    }

    // ---- other ways to pay: what each takes in its fields, and how it is kept from happening twice, is in freedompay.h

    /// Begins a payment on the gateway's page, at redirect_url().
    Result<Payment> page_init(std::string_view order_id, const Amount &amount, std::string_view description,
        const Fields &more = Fields()) const
    {
        return detail::answered(fp_page_init(get(), Text(order_id).get(), Text(amount.text()).get(), Text(description).get(),
            more.get()));
    }

    /// Begins a payment from the balance of a phone.
    Result<Payment> mobile_init(std::string_view order_id, const Amount &amount, std::string_view description,
        const Fields &more = Fields()) const
    {
        return detail::answered(fp_mobile_init(get(), Text(order_id).get(), Text(amount.text()).get(), Text(description).get(),
            more.get()));
    }

    /// Asks the operator of a phone for it.
    Result<Payment> mobile_pay(std::int64_t payment_id, std::string_view phone,
        std::optional<std::string_view> system_code = std::nullopt) const
    {
        return detail::answered(fp_mobile_pay(get(), payment_id, Text(phone).get(), detail::MaybeText(system_code).get()));
    }

    /// Gives the code that the payer got.
    Result<Payment> mobile_approve(std::int64_t payment_id, std::string_view code) const
    {
        return detail::answered(fp_mobile_approve(get(), payment_id, Text(code).get()));
    }

    /// Begins adding a card of a user, on the page at redirect_url().
    Result<Reply> card_add(std::string_view user_id, std::string_view back_link, const Fields &more = Fields()) const
    {
        return detail::answered(fp_card_add(get(), Text(user_id).get(), Text(back_link).get(), more.get()));
    }

    Result<Reply> card_add_for_payout(std::string_view user_id, std::string_view back_link, const Fields &more) const
    {
        return detail::answered(fp_card_add_for_payout(get(), Text(user_id).get(), Text(back_link).get(), more.get()));
    }

    /// The stored cards of a user: field_count("card"), field("card[0]/pg_card_token").
    Result<Reply> card_list(std::string_view user_id) const
    {
        return detail::answered(fp_card_list(get(), Text(user_id).get()));
    }

    Result<Reply> card_remove(std::string_view user_id, std::string_view card_token) const
    {
        return detail::answered(fp_card_remove(get(), Text(user_id).get(), Text(card_token).get()));
    }

    /// Begins a payment with a stored card; token_pay or token_direct charges it.
    Result<Payment> token_init(std::string_view order_id, const Amount &amount, std::string_view description,
        std::string_view user_id, std::string_view card_token, const Fields &more = Fields()) const
    {
        return detail::answered(fp_token_init(get(), Text(order_id).get(), Text(amount.text()).get(), Text(description).get(),
            Text(user_id).get(), Text(card_token).get(), more.get()));
    }

    /// The page on which the payer gives the card's CVC: body() is HTML.
    Result<Payment> token_pay(std::int64_t payment_id) const { return detail::answered(fp_token_pay(get(), payment_id)); }

    /// Charges a stored card without the payer.
    Result<Payment> token_direct(std::int64_t payment_id) const
    {
        return detail::answered(fp_token_direct(get(), payment_id));
    }

    // ---- payouts: with a journal the order id is the payout's name for ever

    /// To a card that its owner gives on the page at redirect_url().
    Result<Payment> payout_page(std::string_view order_id, const Amount &amount, std::string_view description,
        const Fields &more) const
    {
        return detail::answered(fp_payout_page(get(), Text(order_id).get(), Text(amount.text()).get(), Text(description).get(),
            more.get()));
    }

    /// To a bank account.
    Result<Payment> payout_iban(std::string_view order_id, const Amount &amount, std::string_view description,
        const Fields &more) const
    {
        return detail::answered(fp_payout_iban(get(), Text(order_id).get(), Text(amount.text()).get(), Text(description).get(),
            more.get()));
    }

    /// To a card that was stored for payouts.
    Result<Payment> payout_token(std::string_view order_id, const Amount &amount, std::string_view description,
        std::string_view user_id, std::string_view card_token, const Fields &more) const
    {
        return detail::answered(fp_payout_token(get(), Text(order_id).get(), Text(amount.text()).get(), Text(description).get(),
            Text(user_id).get(), Text(card_token).get(), more.get()));
    }

    /// What is left to pay out: balance().
    Result<Reply> payout_balance() const { return detail::answered(fp_payout_balance(get())); }

    Result<Payment> payout_status(std::string_view order_id, PayoutQuestion question = PayoutQuestion::v2) const
    {
        return detail::answered(fp_payout_status(get(), Text(order_id).get(), static_cast<std::int32_t>(question)));
    }

    // ---- callbacks

    /// Reads and verifies what the merchant's web server has received: its own address with the query, the content type, the
    /// body. Code::signature when the signature is missing or wrong: answer that with an HTTP error and nothing else.
    Result<Callback> callback_parse(std::string_view url, std::optional<std::string_view> content_type, std::string_view body) const
    {
        fp_callback *callback = fp_callback_parse(get(), Text(url).get(), detail::MaybeText(content_type).get(),
            reinterpret_cast<const std::uint8_t *>(body.data()), body.size());
        if (fp_callback_code(callback) != FP_OK)
            return Error(callback);
        return Callback(callback, client_.get_deleter().log);
    }

    /// Asks the gateway about what a callback speaks of: the proof that the callback is not.
    Result<Payment> callback_confirm(const Callback &callback) const
    {
        return detail::answered(fp_callback_confirm(get(), callback.get()));
    }

    // ---- anything else

    /// Sends a call of any path, once.
    Result<Reply> send(const Call &call) const { return detail::answered(fp_call_send(get(), call.get())); }

    // ---- in the background

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
    using Text = detail::Text;

    /// The end of a call that has nothing to tell.
    static Result<void> done(fp_result *result)
    {
        if (fp_result_code(result) != FP_OK)
            return Error(result);
        fp_result_free(result);
        return {};
    }

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
