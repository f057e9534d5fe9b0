// A call in the background, for programs that must not block.
#ifndef FREEDOMPAY_TASK_HPP
#define FREEDOMPAY_TASK_HPP

#include "config.hpp"
#include "reply.hpp"

#include <chrono>
#include <memory>
#include <optional>
#include <utility>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// A call under way. It may be asked and given up from any thread; it is moved and destroyed by one, and then given up without
/// waiting.
class Task {
public:
    Task() noexcept = default;

    /// Never blocks. An empty task is done.
    bool done() const noexcept { return fp_task_done(task_.get()) != 0; }

    /// Waits until the call has ended, so long at most; whether it has.
    bool join(std::chrono::milliseconds timeout) const noexcept
    {
        return fp_task_join(task_.get(), static_cast<std::int64_t>(timeout.count())) == FP_OK;
    }

    /// The call ends within 100 ms, with Code::cancelled unless it had ended already.
    void cancel() noexcept { fp_task_cancel(task_.get()); }

    /// What the call answered, once; nothing before it has ended and after it was taken.
    std::optional<Result<Invoice>> take()
    {
        fp_result *result = fp_task_take(task_.get());
        if (!result)
            return std::nullopt;
        return detail::answered(result);
    }

    /// Becomes readable when the call has ended, for poll and event loops: neither read from it nor close it. -1: none.
    std::int32_t fd() const noexcept { return fp_task_fd(task_.get()); }

    /// For functions of freedompay.h; stays the task's.
    fp_task *get() const noexcept { return task_.get(); }

private:
    friend class Client;

    using FreeTask = detail::FreeLogged<fp_task, fp_task_free>;

    Task(fp_task *task, std::shared_ptr<LogFunction> log) noexcept : task_(task, FreeTask{std::move(log)}) {}

    std::unique_ptr<fp_task, FreeTask> task_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
