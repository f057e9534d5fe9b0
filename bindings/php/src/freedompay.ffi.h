typedef struct fp_buffer fp_buffer;
typedef struct fp_client fp_client;
typedef struct fp_config fp_config;
typedef struct fp_invoice_request fp_invoice_request;
typedef struct fp_result fp_result;
typedef void (*fp_log_fn)(void *userdata, int32_t level, const char *message);
typedef int32_t (*fp_progress_fn)(void *userdata, const fp_result *latest);
const char *fp_code_name(int32_t code);
const char *fp_version(void);
uint32_t fp_abi_version(void);
fp_config *fp_config_new(void);
void fp_config_free(fp_config *config);
int32_t fp_config_set_merchant_id(fp_config *config, int64_t merchant_id);
int32_t fp_config_set_secret_key(fp_config *config, const char *key);
int32_t fp_config_set_base_url(fp_config *config, const char *url);
int32_t fp_config_set_body_format(fp_config *config, int32_t format);
int32_t fp_config_set_jws_claim(fp_config *config, int32_t claim);
int32_t fp_config_set_connect_timeout_ms(fp_config *config, int64_t ms);
int32_t fp_config_set_timeout_ms(fp_config *config, int64_t ms);
int32_t fp_config_set_poll_interval_ms(fp_config *config, int64_t ms);
int32_t fp_config_set_proxy(fp_config *config, const char *url);
int32_t fp_config_set_ca_file(fp_config *config, const char *path);
int32_t fp_config_set_app_info(fp_config *config, const char *name, const char *version);
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
fp_result *fp_invoice_status(const fp_client *client, int64_t invoice_id);
fp_result *fp_invoice_status_by_order(const fp_client *client, const char *order_id);
fp_result *fp_invoice_info(const fp_client *client, const char *customer);
fp_result *fp_invoice_pay(const fp_client *client,
                          const char *customer,
                          const char *user_id,
                          const char *card_token);
fp_result *fp_invoice_wait(const fp_client *client,
                           int64_t invoice_id,
                           int64_t timeout_ms,
                           fp_progress_fn progress,
                           void *userdata);
void fp_result_free(fp_result *result);
int32_t fp_result_code(const fp_result *result);
const char *fp_result_message(const fp_result *result);
int32_t fp_result_sent(const fp_result *result);
int32_t fp_result_advice(const fp_result *result);
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
const uint8_t *fp_result_body(const fp_result *result, size_t *len);
fp_buffer *fp_qr_text(const fp_result *result);
const uint8_t *fp_buffer_data(const fp_buffer *buffer);
size_t fp_buffer_len(const fp_buffer *buffer);
void fp_buffer_free(fp_buffer *buffer);
