// How a merchant's slips look.
#ifndef FREEDOMPAY_RECEIPT_HPP
#define FREEDOMPAY_RECEIPT_HPP

#include "text.hpp"

#include <cstdint>

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// Made once and used for every sale. What a setter refuses is remembered, and Answer::receipt tells it in its message.
class Receipt {
public:
    Receipt() : receipt_(fp_receipt_new()) {}

    /// 384 for 58 mm paper, 576 for 80 mm.
    Receipt &set_paper_dots(std::uint32_t paper_dots)
    {
        fp_receipt_set_paper_dots(get(), paper_dots);
        return *this;
    }

    /// "cp866", "windows-1251" or "kz-1048", and the printer's own number for it.
    Receipt &set_code_page(std::string_view code_page, std::uint32_t selector)
    {
        fp_receipt_set_code_page(get(), detail::Text(code_page).get(), selector);
        return *this;
    }

    Receipt &add_line(std::string_view line)
    {
        fp_receipt_add_line(get(), detail::Text(line).get());
        return *this;
    }

    Receipt &set_labels(std::string_view amount, std::string_view order_id)
    {
        fp_receipt_set_labels(get(), detail::Text(amount).get(), detail::Text(order_id).get());
        return *this;
    }

    /// Whether the printer draws the code itself.
    Receipt &set_native_code(bool native)
    {
        fp_receipt_set_native_code(get(), native ? 1 : 0);
        return *this;
    }

    Receipt &set_cut(bool cut)
    {
        fp_receipt_set_cut(get(), cut ? 1 : 0);
        return *this;
    }

    /// For functions of freedompay.h; stays the receipt's.
    fp_receipt *get() const noexcept { return receipt_.get(); }

private:
    detail::Owned<fp_receipt, fp_receipt_free> receipt_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
