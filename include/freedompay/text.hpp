// Texts on their way into C and out of it, and the ownership of handles.
#ifndef FREEDOMPAY_TEXT_HPP
#define FREEDOMPAY_TEXT_HPP

#include "codes.hpp"

#include <memory>
#include <optional>
#include <string>
#include <string_view>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {
namespace detail {

/// A text as C takes it, with a NUL behind it.
class Text {
public:
    explicit Text(std::string_view text) : copy_(text)
    {
        // C would cut the text at a NUL, and what is left might pass for the whole. These bytes pass for nothing: the library
        // refuses them, and says where.
        const auto nul = copy_.find('\0');
        if (nul != std::string::npos)
            copy_.replace(nul, 1, "\x01\xff");
    }

    const char *get() const noexcept { return copy_.c_str(); }

private:
    std::string copy_;
};

/// A text that may be left out, which is NULL.
class MaybeText {
public:
    explicit MaybeText(std::optional<std::string_view> text)
    {
        if (text)
            text_.emplace(*text);
    }

    const char *get() const noexcept { return text_ ? text_->get() : nullptr; }

private:
    std::optional<Text> text_;
};

inline std::optional<std::string_view> borrowed(const char *text) noexcept
{
    return text ? std::optional<std::string_view>(text) : std::nullopt;
}

template <class Handle, void (*free)(Handle *)>
struct Free {
    void operator()(Handle *handle) const noexcept { free(handle); }
};

/// A handle that frees itself. Empty after it was moved from: every function of C takes that.
template <class Handle, void (*free)(Handle *)>
using Owned = std::unique_ptr<Handle, Free<Handle, free>>;

}  // namespace detail
}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
