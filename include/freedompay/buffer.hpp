// Bytes that the library made: pictures, printer commands, modules.
#ifndef FREEDOMPAY_BUFFER_HPP
#define FREEDOMPAY_BUFFER_HPP

#include "text.hpp"

#include <cstddef>
#include <cstdint>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// Bytes, moved and not copied. One thread at a time.
class Buffer {
public:
    Buffer() noexcept = default;
    /// Takes the buffer over.
    explicit Buffer(fp_buffer *buffer) noexcept : buffer_(buffer) {}

    const std::uint8_t *data() const noexcept { return fp_buffer_data(buffer_.get()); }
    std::size_t size() const noexcept { return fp_buffer_len(buffer_.get()); }
    bool empty() const noexcept { return size() == 0; }
    const std::uint8_t *begin() const noexcept { return data(); }
    const std::uint8_t *end() const noexcept { return empty() ? data() : data() + size(); }

    /// The same bytes as characters, for streams and files.
    std::string_view view() const noexcept
    {
        return empty() ? std::string_view() : std::string_view(reinterpret_cast<const char *>(data()), size());
    }

    /// Why it is empty; ok when it has what was asked for.
    Code code() const noexcept { return static_cast<Code>(fp_buffer_code(buffer_.get())); }
    /// The same in one sentence; "" when it has what was asked for.
    std::string_view message() const noexcept { return detail::borrowed(fp_buffer_message(buffer_.get())).value_or(""); }

    /// For functions of freedompay.h; stays the buffer's.
    const fp_buffer *get() const noexcept { return buffer_.get(); }

private:
    detail::Owned<fp_buffer, fp_buffer_free> buffer_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
