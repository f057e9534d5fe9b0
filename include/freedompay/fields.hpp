// The optional fields of a request.
#ifndef FREEDOMPAY_FIELDS_HPP
#define FREEDOMPAY_FIELDS_HPP

#include "text.hpp"

namespace freedompay {
inline namespace FREEDOMPAY_VARIANT {

/// What set() refuses is remembered, and the call that would send it answers Code::argument and sends nothing. It may be used for
/// several calls, on one thread at a time.
class Fields {
public:
    Fields() : fields_(fp_fields_new()) {}

    /// The gateway's name, such as "pg_success_url", or one of the merchant's own. The same name again replaces its value.
    Fields &set(std::string_view name, std::string_view value)
    {
        fp_fields_set(get(), detail::Text(name).get(), detail::Text(value).get());
        return *this;
    }

    /// For functions of freedompay.h; stays the fields'.
    fp_fields *get() const noexcept { return fields_.get(); }

private:
    detail::Owned<fp_fields, fp_fields_free> fields_;
};

}  // namespace FREEDOMPAY_VARIANT
}  // namespace freedompay

#endif
