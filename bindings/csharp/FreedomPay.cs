// libfreedompay for .NET: Framework 4 and newer, .NET, Mono. Made by bindings/declare.py from include/freedompay.h; not to be edited.
//
// Texts go in as the zero-terminated UTF-8 that Text.In makes and come out as what Text.Out reads; handles are IntPtr. What each
// function does, and who frees what, stands in freedompay.h. A log or progress function must be kept alive by the program for as
// long as the library may call it.

using System;
using System.Runtime.InteropServices;
using System.Text;

namespace FreedomPay
{
    /// <summary>Texts as the library takes and gives them.</summary>
    public static class Text
    {
        // Half a character is refused, and not made a question mark of.
        private static readonly Encoding Strict = new UTF8Encoding(false, true);

        /// <summary>A text for the library; null stays null. An ArgumentException for one with a zero in it, which would be
        /// cut there, and for one that is no text.</summary>
        public static byte[] In(string text)
        {
            if (text == null)
                return null;
            if (text.IndexOf('\0') >= 0)
                throw new ArgumentException("the text has a zero in it, at " + text.IndexOf('\0'));
            return Strict.GetBytes(text + "\0");
        }

        /// <summary>A text of the library, copied; null where there is none.</summary>
        public static string Out(IntPtr text)
        {
            if (text == IntPtr.Zero)
                return null;
            int length = 0;
            while (Marshal.ReadByte(text, length) != 0)
                length++;
            byte[] bytes = new byte[length];
            Marshal.Copy(text, bytes, 0, length);
            return Encoding.UTF8.GetString(bytes);
        }
    }

    /// <summary>The functions and numbers of freedompay.h, under their names.</summary>
    public static class Native
    {
        private const string Library = "freedompay";

        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        public delegate void fp_log_fn(IntPtr userdata, int level, IntPtr message);
        [UnmanagedFunctionPointer(CallingConvention.Cdecl)]
        public delegate int fp_progress_fn(IntPtr userdata, IntPtr latest);

        public const int FP_OK = 0;
        public const int FP_ERR_ARGUMENT = 1;
        public const int FP_ERR_CONFIG = 2;
        public const int FP_ERR_NOT_SENT = 3;
        public const int FP_ERR_UNKNOWN = 4;
        public const int FP_ERR_REFUSED = 5;
        public const int FP_ERR_ANSWER = 6;
        public const int FP_ERR_TIMEOUT = 7;
        public const int FP_ERR_CANCELLED = 8;
        public const int FP_ERR_SIGNATURE = 9;
        public const int FP_ERR_CONFLICT = 10;
        public const int FP_ERR_JOURNAL = 11;
        public const int FP_ERR_INTERNAL = 12;
        public const int FP_SENT_NO = 0;
        public const int FP_SENT_MAYBE = 1;
        public const int FP_SENT_YES = 2;
        public const int FP_ADVICE_NONE = 0;
        public const int FP_ADVICE_RETRY = 1;
        public const int FP_ADVICE_ASK_STATUS = 2;
        public const int FP_ADVICE_FIX = 3;
        public const int FP_ADVICE_WAIT = 4;
        public const int FP_INVOICE_NONE = 0;
        public const int FP_INVOICE_NEW = 1;
        public const int FP_INVOICE_PROCESS = 2;
        public const int FP_INVOICE_OK = 3;
        public const int FP_INVOICE_FAILED = 4;
        public const int FP_INVOICE_INCOMPLETE = 5;
        public const int FP_INVOICE_OTHER = 6;
        public const int FP_PAYMENT_NONE = 0;
        public const int FP_PAYMENT_NEW = 1;
        public const int FP_PAYMENT_PROCESS = 2;
        public const int FP_PAYMENT_PENDING = 3;
        public const int FP_PAYMENT_PARTIAL = 4;
        public const int FP_PAYMENT_SUCCESS = 5;
        public const int FP_PAYMENT_ERROR = 6;
        public const int FP_PAYMENT_FAILED = 7;
        public const int FP_PAYMENT_INCOMPLETE = 8;
        public const int FP_PAYMENT_REVOKED = 9;
        public const int FP_PAYMENT_REFUNDED = 10;
        public const int FP_PAYMENT_CANCELED = 11;
        public const int FP_PAYMENT_REJECTED = 12;
        public const int FP_PAYMENT_EXPIRED = 13;
        public const int FP_PAYMENT_OTHER = 14;
        public const int FP_PAYOUT_STATUS_V2 = 0;
        public const int FP_PAYOUT_STATUS_V1 = 1;
        public const int FP_PAYOUT_STATUS_BY_ORDER = 2;
        public const int FP_BODY_AUTO = 0;
        public const int FP_BODY_MULTIPART = 1;
        public const int FP_BODY_JSON = 2;
        public const int FP_JWS_URI = 0;
        public const int FP_JWS_PATH = 1;
        public const int FP_CALLBACK_UNKNOWN = 0;
        public const int FP_CALLBACK_CHECK = 1;
        public const int FP_CALLBACK_RESULT = 2;
        public const int FP_CALLBACK_PAYOUT = 3;
        public const int FP_CALLBACK_REDIRECT = 4;
        public const int FP_REPLY_OK = 0;
        public const int FP_REPLY_REJECTED = 1;
        public const int FP_REPLY_ERROR = 2;
        public const int FP_SCHEME_AUTO = 0;
        public const int FP_SCHEME_JWS = 1;
        public const int FP_SCHEME_PG_SIG = 2;
        public const int FP_SCHEME_PG_SIG_PAYOUT = 3;
        public const int FP_LOG_ERROR = 1;
        public const int FP_LOG_WARN = 2;
        public const int FP_LOG_INFO = 3;
        public const int FP_LOG_DEBUG = 4;

        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_code_name(int code);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_gateway_code_meaning(int code);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_version();
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern uint fp_abi_version();
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_config_new();
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_config_free(IntPtr config);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_merchant_id(IntPtr config, long merchant_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_secret_key(IntPtr config, byte[] key);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_payout_key(IntPtr config, byte[] key);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_allow_callback_field(IntPtr config, byte[] name);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_base_url(IntPtr config, byte[] url);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_body_format(IntPtr config, int format);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_jws_claim(IntPtr config, int claim);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_connect_timeout_ms(IntPtr config, long ms);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_timeout_ms(IntPtr config, long ms);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_poll_interval_ms(IntPtr config, long ms);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_proxy(IntPtr config, byte[] url);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_text_encoding(IntPtr config, byte[] name);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_language(IntPtr config, byte[] language);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_ca_file(IntPtr config, byte[] path);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_app_info(IntPtr config, byte[] name, byte[] version);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_journal(IntPtr config, byte[] path);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_config_set_log(IntPtr config, fp_log_fn log, IntPtr userdata);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_client_new(IntPtr config);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_client_free(IntPtr client);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_client_check(IntPtr client);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_request_new(byte[] order_id, byte[] amount, byte[] description);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_invoice_request_free(IntPtr request);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_invoice_request_set_amount_minor(IntPtr request, long minor, uint exponent);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_invoice_request_set_currency(IntPtr request, byte[] currency);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_invoice_request_set_method(IntPtr request, byte[] methods);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_invoice_request_set_check_url(IntPtr request, byte[] url);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_invoice_request_set_result_url(IntPtr request, byte[] url);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_invoice_request_set_request_method(IntPtr request, byte[] method);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_init(IntPtr client, IntPtr request);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_recover(IntPtr client, byte[] order_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_status(IntPtr client, long invoice_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_status_by_order(IntPtr client, byte[] order_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_info(IntPtr client, byte[] customer);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_pay(IntPtr client, byte[] customer, byte[] user_id, byte[] card_token);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_cancel(IntPtr client, long invoice_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_refund(IntPtr client, long invoice_id, byte[] amount);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_invoice_wait(IntPtr client, long invoice_id, long timeout_ms, fp_progress_fn progress, IntPtr userdata);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payment_status(IntPtr client, long payment_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payment_status_by_order(IntPtr client, byte[] order_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payment_cancel(IntPtr client, long payment_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payment_capture(IntPtr client, long payment_id, byte[] amount);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payment_refund(IntPtr client, long payment_id, byte[] amount, byte[] refund_key);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_refund_settle(IntPtr client, long payment_id, byte[] refund_key, int was_made);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_fields_new();
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_fields_free(IntPtr fields);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_fields_set(IntPtr fields, byte[] name, byte[] value);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_page_init(IntPtr client, byte[] order_id, byte[] amount, byte[] description, IntPtr more_fields);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payout_page(IntPtr client, byte[] order_id, byte[] amount, byte[] description, IntPtr more_fields);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payout_iban(IntPtr client, byte[] order_id, byte[] amount, byte[] description, IntPtr more_fields);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payout_token(IntPtr client, byte[] order_id, byte[] amount, byte[] description, byte[] user_id, byte[] card_token, IntPtr more_fields);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payout_balance(IntPtr client);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_payout_status(IntPtr client, byte[] order_id, int question);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_mobile_init(IntPtr client, byte[] order_id, byte[] amount, byte[] description, IntPtr more_fields);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_mobile_pay(IntPtr client, long payment_id, byte[] phone, byte[] system_code);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_mobile_approve(IntPtr client, long payment_id, byte[] code);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_card_add(IntPtr client, byte[] user_id, byte[] back_link, IntPtr more_fields);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_card_add_for_payout(IntPtr client, byte[] user_id, byte[] back_link, IntPtr more_fields);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_card_list(IntPtr client, byte[] user_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_card_remove(IntPtr client, byte[] user_id, byte[] card_token);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_token_init(IntPtr client, byte[] order_id, byte[] amount, byte[] description, byte[] user_id, byte[] card_token, IntPtr more_fields);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_token_pay(IntPtr client, long payment_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_token_direct(IntPtr client, long payment_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_result_free(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_code(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_message(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_sent(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_advice(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_from_journal(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_http_status(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_gateway_code(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_gateway_message(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern long fp_result_invoice_id(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_invoice_status(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_order_id(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_amount(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_currency(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_description(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_card_pan(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_card_token(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_date_time(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern long fp_result_unix_time(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_qr_url(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_field(IntPtr result, byte[] path);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern UIntPtr fp_result_field_count(IntPtr result, byte[] path);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_body(IntPtr result, out UIntPtr len);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern long fp_result_payment_id(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_payment_status(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_paid(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_captured(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_redirect_url(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_balance(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_clearing_amount(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_refunded_amount(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern long fp_result_refund_id(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern UIntPtr fp_result_refund_len(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern long fp_result_refund_payment_id(IntPtr result, UIntPtr index);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_refund_amount(IntPtr result, UIntPtr index);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_result_refund_status(IntPtr result, UIntPtr index);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_result_refund_date_time(IntPtr result, UIntPtr index);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_callback_parse(IntPtr client, byte[] url, byte[] content_type, byte[] body, UIntPtr len);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_callback_code(IntPtr callback);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_callback_message(IntPtr callback);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_callback_kind(IntPtr callback);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_callback_paid(IntPtr callback);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_callback_field(IntPtr callback, byte[] name);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_callback_confirm(IntPtr client, IntPtr callback);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_callback_reply(IntPtr callback, int reply, byte[] description);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_callback_free(IntPtr callback);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_call_new(byte[] path);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_call_free(IntPtr call);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_call_set(IntPtr call, byte[] name, byte[] value);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_call_set_number(IntPtr call, byte[] name, byte[] digits);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_call_set_scheme(IntPtr call, int scheme);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_call_send(IntPtr client, IntPtr call);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_png(IntPtr result, uint pixels_per_module);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_bmp(IntPtr result, uint pixels_per_module);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_svg(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_text(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_escpos(IntPtr result, uint paper_dots);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_escpos_native(IntPtr result, uint paper_dots);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_zpl(IntPtr result, uint dots_per_module);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_matrix(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_data_uri(IntPtr result, uint pixels_per_module);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_receipt(IntPtr result, IntPtr receipt);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_picture(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_qr_picture_type(IntPtr result);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_receipt_new();
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_receipt_free(IntPtr receipt);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_receipt_set_paper_dots(IntPtr receipt, uint paper_dots);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_receipt_set_code_page(IntPtr receipt, byte[] code_page, uint selector);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_receipt_add_line(IntPtr receipt, byte[] line);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_receipt_set_labels(IntPtr receipt, byte[] amount, byte[] order_id);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_receipt_set_native_code(IntPtr receipt, int native);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_receipt_set_cut(IntPtr receipt, int cut);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_buffer_code(IntPtr buffer);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_buffer_data(IntPtr buffer);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern UIntPtr fp_buffer_len(IntPtr buffer);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_buffer_message(IntPtr buffer);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_buffer_free(IntPtr buffer);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_task_invoice_init(IntPtr client, IntPtr request);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_task_invoice_wait(IntPtr client, long invoice_id, long timeout_ms);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_task_done(IntPtr task);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_task_join(IntPtr task, long timeout_ms);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_task_cancel(IntPtr task);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_task_take(IntPtr task);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_task_fd(IntPtr task);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_task_free(IntPtr task);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_client_pending(IntPtr client);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_client_pending_refunds(IntPtr client);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_client_pending_payouts(IntPtr client);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern int fp_pending_code(IntPtr pending);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_pending_message(IntPtr pending);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern UIntPtr fp_pending_len(IntPtr pending);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_pending_order_id(IntPtr pending, UIntPtr index);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern long fp_pending_invoice_id(IntPtr pending, UIntPtr index);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern IntPtr fp_pending_amount(IntPtr pending, UIntPtr index);
        [DllImport(Library, CallingConvention = CallingConvention.Cdecl)]
        public static extern void fp_pending_free(IntPtr pending);
    }
}
