typedef struct fp_buffer fp_buffer;
typedef struct fp_call fp_call;
typedef struct fp_callback fp_callback;
typedef struct fp_client fp_client;
typedef struct fp_config fp_config;
typedef struct fp_fields fp_fields;
typedef struct fp_invoice_request fp_invoice_request;
typedef struct fp_pending fp_pending;
typedef struct fp_receipt fp_receipt;
typedef struct fp_result fp_result;
typedef struct fp_task fp_task;
typedef void (*fp_log_fn)(void *userdata, int32_t level, const char *message);
typedef int32_t (*fp_progress_fn)(void *userdata, const fp_result *latest);
const char *fp_code_name(int32_t code);
const char *fp_gateway_code_meaning(int32_t code);
const char *fp_version(void);
uint32_t fp_abi_version(void);
fp_config *fp_config_new(void);
void fp_config_free(fp_config *config);
int32_t fp_config_set_merchant_id(fp_config *config, int64_t merchant_id);
int32_t fp_config_set_secret_key(fp_config *config, const char *key);
int32_t fp_config_set_payout_key(fp_config *config, const char *key);
int32_t fp_config_allow_callback_field(fp_config *config, const char *name);
int32_t fp_config_set_base_url(fp_config *config, const char *url);
int32_t fp_config_set_body_format(fp_config *config, int32_t format);
int32_t fp_config_set_jws_claim(fp_config *config, int32_t claim);
int32_t fp_config_set_connect_timeout_ms(fp_config *config, int64_t ms);
int32_t fp_config_set_timeout_ms(fp_config *config, int64_t ms);
int32_t fp_config_set_poll_interval_ms(fp_config *config, int64_t ms);
int32_t fp_config_set_proxy(fp_config *config, const char *url);
int32_t fp_config_set_text_encoding(fp_config *config, const char *name);
int32_t fp_config_set_language(fp_config *config, const char *language);
int32_t fp_config_set_ca_file(fp_config *config, const char *path);
int32_t fp_config_set_app_info(fp_config *config, const char *name, const char *version);
int32_t fp_config_set_journal(fp_config *config, const char *path);
int32_t fp_config_set_log(fp_config *config, fp_log_fn log, void *userdata);
fp_client *fp_client_new(const fp_config *config);
void fp_client_free(fp_client *client);
fp_result *fp_client_check(const fp_client *client);
fp_invoice_request *fp_invoice_request_new(const char *order_id, const char *amount, const char *description);
void fp_invoice_request_free(fp_invoice_request *request);
int32_t fp_invoice_request_set_amount_minor(fp_invoice_request *request, int64_t minor, uint32_t exponent);
int32_t fp_invoice_request_set_currency(fp_invoice_request *request, const char *currency);
int32_t fp_invoice_request_set_method(fp_invoice_request *request, const char *methods);
int32_t fp_invoice_request_set_check_url(fp_invoice_request *request, const char *url);
int32_t fp_invoice_request_set_result_url(fp_invoice_request *request, const char *url);
int32_t fp_invoice_request_set_request_method(fp_invoice_request *request, const char *method);
fp_result *fp_invoice_init(const fp_client *client, const fp_invoice_request *request);
fp_result *fp_invoice_recover(const fp_client *client, const char *order_id);
fp_result *fp_invoice_status(const fp_client *client, int64_t invoice_id);
fp_result *fp_invoice_status_by_order(const fp_client *client, const char *order_id);
fp_result *fp_invoice_info(const fp_client *client, const char *customer);
fp_result *fp_invoice_pay(const fp_client *client,
                          const char *customer,
                          const char *user_id,
                          const char *card_token);
fp_result *fp_invoice_cancel(const fp_client *client, int64_t invoice_id);
fp_result *fp_invoice_refund(const fp_client *client, int64_t invoice_id, const char *amount);
fp_result *fp_invoice_wait(const fp_client *client,
                           int64_t invoice_id,
                           int64_t timeout_ms,
                           fp_progress_fn progress,
                           void *userdata);
fp_result *fp_payment_status(const fp_client *client, int64_t payment_id);
fp_result *fp_payment_status_by_order(const fp_client *client, const char *order_id);
fp_result *fp_payment_cancel(const fp_client *client, int64_t payment_id);
fp_result *fp_payment_capture(const fp_client *client, int64_t payment_id, const char *amount);
fp_result *fp_payment_refund(const fp_client *client,
                             int64_t payment_id,
                             const char *amount,
                             const char *refund_key);
fp_result *fp_refund_settle(const fp_client *client,
                            int64_t payment_id,
                            const char *refund_key,
                            int32_t was_made);
fp_fields *fp_fields_new(void);
void fp_fields_free(fp_fields *fields);
int32_t fp_fields_set(fp_fields *fields, const char *name, const char *value);
fp_result *fp_page_init(const fp_client *client,
                        const char *order_id,
                        const char *amount,
                        const char *description,
                        const fp_fields *more_fields);
fp_result *fp_payout_page(const fp_client *client,
                          const char *order_id,
                          const char *amount,
                          const char *description,
                          const fp_fields *more_fields);
fp_result *fp_payout_iban(const fp_client *client,
                          const char *order_id,
                          const char *amount,
                          const char *description,
                          const fp_fields *more_fields);
fp_result *fp_payout_token(const fp_client *client,
                           const char *order_id,
                           const char *amount,
                           const char *description,
                           const char *user_id,
                           const char *card_token,
                           const fp_fields *more_fields);
fp_result *fp_payout_balance(const fp_client *client);
fp_result *fp_payout_status(const fp_client *client, const char *order_id, int32_t question);
fp_result *fp_mobile_init(const fp_client *client,
                          const char *order_id,
                          const char *amount,
                          const char *description,
                          const fp_fields *more_fields);
fp_result *fp_mobile_pay(const fp_client *client,
                         int64_t payment_id,
                         const char *phone,
                         const char *system_code);
fp_result *fp_mobile_approve(const fp_client *client, int64_t payment_id, const char *code);
fp_result *fp_card_add(const fp_client *client,
                       const char *user_id,
                       const char *back_link,
                       const fp_fields *more_fields);
fp_result *fp_card_add_for_payout(const fp_client *client,
                                  const char *user_id,
                                  const char *back_link,
                                  const fp_fields *more_fields);
fp_result *fp_card_list(const fp_client *client, const char *user_id);
fp_result *fp_card_remove(const fp_client *client, const char *user_id, const char *card_token);
fp_result *fp_token_init(const fp_client *client,
                         const char *order_id,
                         const char *amount,
                         const char *description,
                         const char *user_id,
                         const char *card_token,
                         const fp_fields *more_fields);
fp_result *fp_token_pay(const fp_client *client, int64_t payment_id);
fp_result *fp_token_direct(const fp_client *client, int64_t payment_id);
void fp_result_free(fp_result *result);
int32_t fp_result_code(const fp_result *result);
const char *fp_result_message(const fp_result *result);
int32_t fp_result_sent(const fp_result *result);
int32_t fp_result_advice(const fp_result *result);
int32_t fp_result_from_journal(const fp_result *result);
int32_t fp_result_http_status(const fp_result *result);
int32_t fp_result_gateway_code(const fp_result *result);
const char *fp_result_gateway_message(const fp_result *result);
int64_t fp_result_invoice_id(const fp_result *result);
int32_t fp_result_invoice_status(const fp_result *result);
const char *fp_result_order_id(const fp_result *result);
const char *fp_result_amount(const fp_result *result);
const char *fp_result_currency(const fp_result *result);
const char *fp_result_description(const fp_result *result);
const char *fp_result_card_pan(const fp_result *result);
const char *fp_result_card_token(const fp_result *result);
const char *fp_result_date_time(const fp_result *result);
int64_t fp_result_unix_time(const fp_result *result);
const char *fp_result_qr_url(const fp_result *result);
const char *fp_result_field(const fp_result *result, const char *path);
size_t fp_result_field_count(const fp_result *result, const char *path);
const uint8_t *fp_result_body(const fp_result *result, size_t *len);
int64_t fp_result_payment_id(const fp_result *result);
int32_t fp_result_payment_status(const fp_result *result);
int32_t fp_result_paid(const fp_result *result);
int32_t fp_result_captured(const fp_result *result);
const char *fp_result_redirect_url(const fp_result *result);
const char *fp_result_balance(const fp_result *result);
const char *fp_result_clearing_amount(const fp_result *result);
const char *fp_result_refunded_amount(const fp_result *result);
int64_t fp_result_refund_id(const fp_result *result);
size_t fp_result_refund_len(const fp_result *result);
int64_t fp_result_refund_payment_id(const fp_result *result, size_t index);
const char *fp_result_refund_amount(const fp_result *result, size_t index);
int32_t fp_result_refund_status(const fp_result *result, size_t index);
const char *fp_result_refund_date_time(const fp_result *result, size_t index);
fp_callback *fp_callback_parse(const fp_client *client,
                               const char *url,
                               const char *content_type,
                               const uint8_t *body,
                               size_t len);
int32_t fp_callback_code(const fp_callback *callback);
const char *fp_callback_message(const fp_callback *callback);
int32_t fp_callback_kind(const fp_callback *callback);
int32_t fp_callback_paid(const fp_callback *callback);
const char *fp_callback_field(const fp_callback *callback, const char *name);
fp_result *fp_callback_confirm(const fp_client *client, const fp_callback *callback);
fp_buffer *fp_callback_reply(const fp_callback *callback, int32_t reply, const char *description);
void fp_callback_free(fp_callback *callback);
fp_call *fp_call_new(const char *path);
void fp_call_free(fp_call *call);
int32_t fp_call_set(fp_call *call, const char *name, const char *value);
int32_t fp_call_set_number(fp_call *call, const char *name, const char *digits);
int32_t fp_call_set_scheme(fp_call *call, int32_t scheme);
fp_result *fp_call_send(const fp_client *client, const fp_call *call);
fp_buffer *fp_qr_png(const fp_result *result, uint32_t pixels_per_module);
fp_buffer *fp_qr_bmp(const fp_result *result, uint32_t pixels_per_module);
fp_buffer *fp_qr_svg(const fp_result *result);
fp_buffer *fp_qr_text(const fp_result *result);
fp_buffer *fp_qr_escpos(const fp_result *result, uint32_t paper_dots);
fp_buffer *fp_qr_escpos_native(const fp_result *result, uint32_t paper_dots);
fp_buffer *fp_qr_zpl(const fp_result *result, uint32_t dots_per_module);
fp_buffer *fp_qr_matrix(const fp_result *result);
fp_buffer *fp_qr_data_uri(const fp_result *result, uint32_t pixels_per_module);
fp_buffer *fp_qr_receipt(const fp_result *result, const fp_receipt *receipt);
fp_buffer *fp_qr_picture(const fp_result *result);
const char *fp_qr_picture_type(const fp_result *result);
fp_receipt *fp_receipt_new(void);
void fp_receipt_free(fp_receipt *receipt);
int32_t fp_receipt_set_paper_dots(fp_receipt *receipt, uint32_t paper_dots);
int32_t fp_receipt_set_code_page(fp_receipt *receipt, const char *code_page, uint32_t selector);
int32_t fp_receipt_add_line(fp_receipt *receipt, const char *line);
int32_t fp_receipt_set_labels(fp_receipt *receipt, const char *amount, const char *order_id);
int32_t fp_receipt_set_native_code(fp_receipt *receipt, int32_t native);
int32_t fp_receipt_set_cut(fp_receipt *receipt, int32_t cut);
int32_t fp_buffer_code(const fp_buffer *buffer);
const uint8_t *fp_buffer_data(const fp_buffer *buffer);
size_t fp_buffer_len(const fp_buffer *buffer);
const char *fp_buffer_message(const fp_buffer *buffer);
void fp_buffer_free(fp_buffer *buffer);
fp_task *fp_task_invoice_init(const fp_client *client, const fp_invoice_request *request);
fp_task *fp_task_invoice_wait(const fp_client *client, int64_t invoice_id, int64_t timeout_ms);
int32_t fp_task_done(const fp_task *task);
int32_t fp_task_join(const fp_task *task, int64_t timeout_ms);
void fp_task_cancel(fp_task *task);
fp_result *fp_task_take(fp_task *task);
int32_t fp_task_fd(const fp_task *task);
void fp_task_free(fp_task *task);
fp_pending *fp_client_pending(const fp_client *client);
fp_pending *fp_client_pending_refunds(const fp_client *client);
fp_pending *fp_client_pending_payouts(const fp_client *client);
int32_t fp_pending_code(const fp_pending *pending);
const char *fp_pending_message(const fp_pending *pending);
size_t fp_pending_len(const fp_pending *pending);
const char *fp_pending_order_id(const fp_pending *pending, size_t index);
int64_t fp_pending_invoice_id(const fp_pending *pending, size_t index);
const char *fp_pending_amount(const fp_pending *pending, size_t index);
void fp_pending_free(fp_pending *pending);
