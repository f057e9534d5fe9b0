Attribute VB_Name = "FreedomPayDeclarations"
' libfreedompay for Visual Basic 6 and 32-bit VBA. Made by bindings/declare.py from include/freedompay.h; not to be edited.
'
' The functions fps_... of freedompay.dll are those of freedompay.h in the convention that Declare wants. Handles are Long. An
' id or a time of 64 bits is a Currency: 123456 is CCur(123456) / 10000, see FreedomPay.bas, which also reads texts.
Option Explicit

Public Const FP_OK As Long = 0
Public Const FP_ERR_ARGUMENT As Long = 1
Public Const FP_ERR_CONFIG As Long = 2
Public Const FP_ERR_NOT_SENT As Long = 3
Public Const FP_ERR_UNKNOWN As Long = 4
Public Const FP_ERR_REFUSED As Long = 5
Public Const FP_ERR_ANSWER As Long = 6
Public Const FP_ERR_TIMEOUT As Long = 7
Public Const FP_ERR_CANCELLED As Long = 8
Public Const FP_ERR_SIGNATURE As Long = 9
Public Const FP_ERR_CONFLICT As Long = 10
Public Const FP_ERR_JOURNAL As Long = 11
Public Const FP_ERR_INTERNAL As Long = 12
Public Const FP_SENT_NO As Long = 0
Public Const FP_SENT_MAYBE As Long = 1
Public Const FP_SENT_YES As Long = 2
Public Const FP_ADVICE_NONE As Long = 0
Public Const FP_ADVICE_RETRY As Long = 1
Public Const FP_ADVICE_ASK_STATUS As Long = 2
Public Const FP_ADVICE_FIX As Long = 3
Public Const FP_ADVICE_WAIT As Long = 4
Public Const FP_INVOICE_NONE As Long = 0
Public Const FP_INVOICE_NEW As Long = 1
Public Const FP_INVOICE_PROCESS As Long = 2
Public Const FP_INVOICE_OK As Long = 3
Public Const FP_INVOICE_FAILED As Long = 4
Public Const FP_INVOICE_INCOMPLETE As Long = 5
Public Const FP_INVOICE_OTHER As Long = 6
Public Const FP_PAYMENT_NONE As Long = 0
Public Const FP_PAYMENT_NEW As Long = 1
Public Const FP_PAYMENT_PROCESS As Long = 2
Public Const FP_PAYMENT_PENDING As Long = 3
Public Const FP_PAYMENT_PARTIAL As Long = 4
Public Const FP_PAYMENT_SUCCESS As Long = 5
Public Const FP_PAYMENT_ERROR As Long = 6
Public Const FP_PAYMENT_FAILED As Long = 7
Public Const FP_PAYMENT_INCOMPLETE As Long = 8
Public Const FP_PAYMENT_REVOKED As Long = 9
Public Const FP_PAYMENT_REFUNDED As Long = 10
Public Const FP_PAYMENT_CANCELED As Long = 11
Public Const FP_PAYMENT_REJECTED As Long = 12
Public Const FP_PAYMENT_EXPIRED As Long = 13
Public Const FP_PAYMENT_OTHER As Long = 14
Public Const FP_PAYOUT_STATUS_V2 As Long = 0
Public Const FP_PAYOUT_STATUS_V1 As Long = 1
Public Const FP_PAYOUT_STATUS_BY_ORDER As Long = 2
Public Const FP_BODY_AUTO As Long = 0
Public Const FP_BODY_MULTIPART As Long = 1
Public Const FP_BODY_JSON As Long = 2
Public Const FP_JWS_URI As Long = 0
Public Const FP_JWS_PATH As Long = 1
Public Const FP_CALLBACK_UNKNOWN As Long = 0
Public Const FP_CALLBACK_CHECK As Long = 1
Public Const FP_CALLBACK_RESULT As Long = 2
Public Const FP_CALLBACK_PAYOUT As Long = 3
Public Const FP_CALLBACK_REDIRECT As Long = 4
Public Const FP_REPLY_OK As Long = 0
Public Const FP_REPLY_REJECTED As Long = 1
Public Const FP_REPLY_ERROR As Long = 2
Public Const FP_SCHEME_AUTO As Long = 0
Public Const FP_SCHEME_JWS As Long = 1
Public Const FP_SCHEME_PG_SIG As Long = 2
Public Const FP_SCHEME_PG_SIG_PAYOUT As Long = 3
Public Const FP_LOG_ERROR As Long = 1
Public Const FP_LOG_WARN As Long = 2
Public Const FP_LOG_INFO As Long = 3
Public Const FP_LOG_DEBUG As Long = 4

Public Declare Function fps_code_name Lib "freedompay.dll" (ByVal code As Long) As Long
Public Declare Function fps_gateway_code_meaning Lib "freedompay.dll" (ByVal code As Long) As Long
Public Declare Function fps_version Lib "freedompay.dll" () As Long
Public Declare Function fps_abi_version Lib "freedompay.dll" () As Long
Public Declare Function fps_config_new Lib "freedompay.dll" () As Long
Public Declare Sub fps_config_free Lib "freedompay.dll" (ByVal config As Long)
Public Declare Function fps_config_set_merchant_id Lib "freedompay.dll" (ByVal config As Long, ByVal merchant_id As Currency) As Long
Public Declare Function fps_config_set_secret_key Lib "freedompay.dll" (ByVal config As Long, ByVal key As String) As Long
Public Declare Function fps_config_set_payout_key Lib "freedompay.dll" (ByVal config As Long, ByVal key As String) As Long
Public Declare Function fps_config_allow_callback_field Lib "freedompay.dll" (ByVal config As Long, ByVal name As String) As Long
Public Declare Function fps_config_set_base_url Lib "freedompay.dll" (ByVal config As Long, ByVal url As String) As Long
Public Declare Function fps_config_set_body_format Lib "freedompay.dll" (ByVal config As Long, ByVal format As Long) As Long
Public Declare Function fps_config_set_jws_claim Lib "freedompay.dll" (ByVal config As Long, ByVal claim As Long) As Long
Public Declare Function fps_config_set_connect_timeout_ms Lib "freedompay.dll" (ByVal config As Long, ByVal ms As Currency) As Long
Public Declare Function fps_config_set_timeout_ms Lib "freedompay.dll" (ByVal config As Long, ByVal ms As Currency) As Long
Public Declare Function fps_config_set_poll_interval_ms Lib "freedompay.dll" (ByVal config As Long, ByVal ms As Currency) As Long
Public Declare Function fps_config_set_proxy Lib "freedompay.dll" (ByVal config As Long, ByVal url As String) As Long
Public Declare Function fps_config_set_text_encoding Lib "freedompay.dll" (ByVal config As Long, ByVal name As String) As Long
Public Declare Function fps_config_set_language Lib "freedompay.dll" (ByVal config As Long, ByVal language As String) As Long
Public Declare Function fps_config_set_ca_file Lib "freedompay.dll" (ByVal config As Long, ByVal path As String) As Long
Public Declare Function fps_config_set_app_info Lib "freedompay.dll" (ByVal config As Long, ByVal name As String, ByVal version As String) As Long
Public Declare Function fps_config_set_journal Lib "freedompay.dll" (ByVal config As Long, ByVal path As String) As Long
Public Declare Function fps_client_new Lib "freedompay.dll" (ByVal config As Long) As Long
Public Declare Sub fps_client_free Lib "freedompay.dll" (ByVal client As Long)
Public Declare Function fps_client_check Lib "freedompay.dll" (ByVal client As Long) As Long
Public Declare Function fps_invoice_request_new Lib "freedompay.dll" (ByVal order_id As String, ByVal amount As String, ByVal description As String) As Long
Public Declare Sub fps_invoice_request_free Lib "freedompay.dll" (ByVal request As Long)
Public Declare Function fps_invoice_request_set_amount_minor Lib "freedompay.dll" (ByVal request As Long, ByVal minor As Currency, ByVal exponent As Long) As Long
Public Declare Function fps_invoice_request_set_currency Lib "freedompay.dll" (ByVal request As Long, ByVal of_currency As String) As Long
Public Declare Function fps_invoice_request_set_method Lib "freedompay.dll" (ByVal request As Long, ByVal methods As String) As Long
Public Declare Function fps_invoice_request_set_check_url Lib "freedompay.dll" (ByVal request As Long, ByVal url As String) As Long
Public Declare Function fps_invoice_request_set_result_url Lib "freedompay.dll" (ByVal request As Long, ByVal url As String) As Long
Public Declare Function fps_invoice_request_set_request_method Lib "freedompay.dll" (ByVal request As Long, ByVal method As String) As Long
Public Declare Function fps_invoice_init Lib "freedompay.dll" (ByVal client As Long, ByVal request As Long) As Long
Public Declare Function fps_invoice_recover Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String) As Long
Public Declare Function fps_invoice_status Lib "freedompay.dll" (ByVal client As Long, ByVal invoice_id As Currency) As Long
Public Declare Function fps_invoice_status_by_order Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String) As Long
Public Declare Function fps_invoice_info Lib "freedompay.dll" (ByVal client As Long, ByVal customer As String) As Long
Public Declare Function fps_invoice_pay Lib "freedompay.dll" (ByVal client As Long, ByVal customer As String, ByVal user_id As String, ByVal card_token As String) As Long
Public Declare Function fps_invoice_cancel Lib "freedompay.dll" (ByVal client As Long, ByVal invoice_id As Currency) As Long
Public Declare Function fps_invoice_refund Lib "freedompay.dll" (ByVal client As Long, ByVal invoice_id As Currency, ByVal amount As String) As Long
Public Declare Function fps_invoice_wait Lib "freedompay.dll" (ByVal client As Long, ByVal invoice_id As Currency, ByVal timeout_ms As Currency, ByVal progress As Long, ByVal userdata As Long) As Long
Public Declare Function fps_payment_status Lib "freedompay.dll" (ByVal client As Long, ByVal payment_id As Currency) As Long
Public Declare Function fps_payment_status_by_order Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String) As Long
Public Declare Function fps_payment_cancel Lib "freedompay.dll" (ByVal client As Long, ByVal payment_id As Currency) As Long
Public Declare Function fps_payment_capture Lib "freedompay.dll" (ByVal client As Long, ByVal payment_id As Currency, ByVal amount As String) As Long
Public Declare Function fps_payment_refund Lib "freedompay.dll" (ByVal client As Long, ByVal payment_id As Currency, ByVal amount As String, ByVal refund_key As String) As Long
Public Declare Function fps_refund_settle Lib "freedompay.dll" (ByVal client As Long, ByVal payment_id As Currency, ByVal refund_key As String, ByVal was_made As Long) As Long
Public Declare Function fps_fields_new Lib "freedompay.dll" () As Long
Public Declare Sub fps_fields_free Lib "freedompay.dll" (ByVal fields As Long)
Public Declare Function fps_fields_set Lib "freedompay.dll" (ByVal fields As Long, ByVal name As String, ByVal value As String) As Long
Public Declare Function fps_page_init Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String, ByVal amount As String, ByVal description As String, ByVal more_fields As Long) As Long
Public Declare Function fps_payout_page Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String, ByVal amount As String, ByVal description As String, ByVal more_fields As Long) As Long
Public Declare Function fps_payout_iban Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String, ByVal amount As String, ByVal description As String, ByVal more_fields As Long) As Long
Public Declare Function fps_payout_token Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String, ByVal amount As String, ByVal description As String, ByVal user_id As String, ByVal card_token As String, ByVal more_fields As Long) As Long
Public Declare Function fps_payout_balance Lib "freedompay.dll" (ByVal client As Long) As Long
Public Declare Function fps_payout_status Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String, ByVal question As Long) As Long
Public Declare Function fps_mobile_init Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String, ByVal amount As String, ByVal description As String, ByVal more_fields As Long) As Long
Public Declare Function fps_mobile_pay Lib "freedompay.dll" (ByVal client As Long, ByVal payment_id As Currency, ByVal phone As String, ByVal system_code As String) As Long
Public Declare Function fps_mobile_approve Lib "freedompay.dll" (ByVal client As Long, ByVal payment_id As Currency, ByVal code As String) As Long
Public Declare Function fps_card_add Lib "freedompay.dll" (ByVal client As Long, ByVal user_id As String, ByVal back_link As String, ByVal more_fields As Long) As Long
Public Declare Function fps_card_add_for_payout Lib "freedompay.dll" (ByVal client As Long, ByVal user_id As String, ByVal back_link As String, ByVal more_fields As Long) As Long
Public Declare Function fps_card_list Lib "freedompay.dll" (ByVal client As Long, ByVal user_id As String) As Long
Public Declare Function fps_card_remove Lib "freedompay.dll" (ByVal client As Long, ByVal user_id As String, ByVal card_token As String) As Long
Public Declare Function fps_token_init Lib "freedompay.dll" (ByVal client As Long, ByVal order_id As String, ByVal amount As String, ByVal description As String, ByVal user_id As String, ByVal card_token As String, ByVal more_fields As Long) As Long
Public Declare Function fps_token_pay Lib "freedompay.dll" (ByVal client As Long, ByVal payment_id As Currency) As Long
Public Declare Function fps_token_direct Lib "freedompay.dll" (ByVal client As Long, ByVal payment_id As Currency) As Long
Public Declare Sub fps_result_free Lib "freedompay.dll" (ByVal result As Long)
Public Declare Function fps_result_code Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_message Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_sent Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_advice Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_from_journal Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_http_status Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_gateway_code Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_gateway_message Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_invoice_id Lib "freedompay.dll" (ByVal result As Long) As Currency
Public Declare Function fps_result_invoice_status Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_order_id Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_amount Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_currency Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_description Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_card_pan Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_card_token Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_date_time Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_unix_time Lib "freedompay.dll" (ByVal result As Long) As Currency
Public Declare Function fps_result_qr_url Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_field Lib "freedompay.dll" (ByVal result As Long, ByVal path As String) As Long
Public Declare Function fps_result_field_count Lib "freedompay.dll" (ByVal result As Long, ByVal path As String) As Long
Public Declare Function fps_result_body Lib "freedompay.dll" (ByVal result As Long, ByRef of_len As Long) As Long
Public Declare Function fps_result_payment_id Lib "freedompay.dll" (ByVal result As Long) As Currency
Public Declare Function fps_result_payment_status Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_paid Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_captured Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_redirect_url Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_balance Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_clearing_amount Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_refunded_amount Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_refund_id Lib "freedompay.dll" (ByVal result As Long) As Currency
Public Declare Function fps_result_refund_len Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_result_refund_payment_id Lib "freedompay.dll" (ByVal result As Long, ByVal index As Long) As Currency
Public Declare Function fps_result_refund_amount Lib "freedompay.dll" (ByVal result As Long, ByVal index As Long) As Long
Public Declare Function fps_result_refund_status Lib "freedompay.dll" (ByVal result As Long, ByVal index As Long) As Long
Public Declare Function fps_result_refund_date_time Lib "freedompay.dll" (ByVal result As Long, ByVal index As Long) As Long
Public Declare Function fps_callback_parse Lib "freedompay.dll" (ByVal client As Long, ByVal url As String, ByVal content_type As String, ByRef body As Byte, ByVal of_len As Long) As Long
Public Declare Function fps_callback_code Lib "freedompay.dll" (ByVal callback As Long) As Long
Public Declare Function fps_callback_message Lib "freedompay.dll" (ByVal callback As Long) As Long
Public Declare Function fps_callback_kind Lib "freedompay.dll" (ByVal callback As Long) As Long
Public Declare Function fps_callback_paid Lib "freedompay.dll" (ByVal callback As Long) As Long
Public Declare Function fps_callback_field Lib "freedompay.dll" (ByVal callback As Long, ByVal name As String) As Long
Public Declare Function fps_callback_confirm Lib "freedompay.dll" (ByVal client As Long, ByVal callback As Long) As Long
Public Declare Function fps_callback_reply Lib "freedompay.dll" (ByVal callback As Long, ByVal reply As Long, ByVal description As String) As Long
Public Declare Sub fps_callback_free Lib "freedompay.dll" (ByVal callback As Long)
Public Declare Function fps_call_new Lib "freedompay.dll" (ByVal path As String) As Long
Public Declare Sub fps_call_free Lib "freedompay.dll" (ByVal of_call As Long)
Public Declare Function fps_call_set Lib "freedompay.dll" (ByVal of_call As Long, ByVal name As String, ByVal value As String) As Long
Public Declare Function fps_call_set_number Lib "freedompay.dll" (ByVal of_call As Long, ByVal name As String, ByVal digits As String) As Long
Public Declare Function fps_call_set_scheme Lib "freedompay.dll" (ByVal of_call As Long, ByVal scheme As Long) As Long
Public Declare Function fps_call_send Lib "freedompay.dll" (ByVal client As Long, ByVal of_call As Long) As Long
Public Declare Function fps_qr_png Lib "freedompay.dll" (ByVal result As Long, ByVal pixels_per_module As Long) As Long
Public Declare Function fps_qr_bmp Lib "freedompay.dll" (ByVal result As Long, ByVal pixels_per_module As Long) As Long
Public Declare Function fps_qr_svg Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_qr_text Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_qr_escpos Lib "freedompay.dll" (ByVal result As Long, ByVal paper_dots As Long) As Long
Public Declare Function fps_qr_escpos_native Lib "freedompay.dll" (ByVal result As Long, ByVal paper_dots As Long) As Long
Public Declare Function fps_qr_zpl Lib "freedompay.dll" (ByVal result As Long, ByVal dots_per_module As Long) As Long
Public Declare Function fps_qr_matrix Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_qr_data_uri Lib "freedompay.dll" (ByVal result As Long, ByVal pixels_per_module As Long) As Long
Public Declare Function fps_qr_receipt Lib "freedompay.dll" (ByVal result As Long, ByVal receipt As Long) As Long
Public Declare Function fps_qr_picture Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_qr_picture_type Lib "freedompay.dll" (ByVal result As Long) As Long
Public Declare Function fps_receipt_new Lib "freedompay.dll" () As Long
Public Declare Sub fps_receipt_free Lib "freedompay.dll" (ByVal receipt As Long)
Public Declare Function fps_receipt_set_paper_dots Lib "freedompay.dll" (ByVal receipt As Long, ByVal paper_dots As Long) As Long
Public Declare Function fps_receipt_set_code_page Lib "freedompay.dll" (ByVal receipt As Long, ByVal code_page As String, ByVal selector As Long) As Long
Public Declare Function fps_receipt_add_line Lib "freedompay.dll" (ByVal receipt As Long, ByVal line As String) As Long
Public Declare Function fps_receipt_set_labels Lib "freedompay.dll" (ByVal receipt As Long, ByVal amount As String, ByVal order_id As String) As Long
Public Declare Function fps_receipt_set_native_code Lib "freedompay.dll" (ByVal receipt As Long, ByVal native As Long) As Long
Public Declare Function fps_receipt_set_cut Lib "freedompay.dll" (ByVal receipt As Long, ByVal cut As Long) As Long
Public Declare Function fps_buffer_code Lib "freedompay.dll" (ByVal buffer As Long) As Long
Public Declare Function fps_buffer_data Lib "freedompay.dll" (ByVal buffer As Long) As Long
Public Declare Function fps_buffer_len Lib "freedompay.dll" (ByVal buffer As Long) As Long
Public Declare Function fps_buffer_message Lib "freedompay.dll" (ByVal buffer As Long) As Long
Public Declare Sub fps_buffer_free Lib "freedompay.dll" (ByVal buffer As Long)
Public Declare Function fps_task_invoice_init Lib "freedompay.dll" (ByVal client As Long, ByVal request As Long) As Long
Public Declare Function fps_task_invoice_wait Lib "freedompay.dll" (ByVal client As Long, ByVal invoice_id As Currency, ByVal timeout_ms As Currency) As Long
Public Declare Function fps_task_done Lib "freedompay.dll" (ByVal task As Long) As Long
Public Declare Function fps_task_join Lib "freedompay.dll" (ByVal task As Long, ByVal timeout_ms As Currency) As Long
Public Declare Sub fps_task_cancel Lib "freedompay.dll" (ByVal task As Long)
Public Declare Function fps_task_take Lib "freedompay.dll" (ByVal task As Long) As Long
Public Declare Function fps_task_fd Lib "freedompay.dll" (ByVal task As Long) As Long
Public Declare Sub fps_task_free Lib "freedompay.dll" (ByVal task As Long)
Public Declare Function fps_client_pending Lib "freedompay.dll" (ByVal client As Long) As Long
Public Declare Function fps_client_pending_refunds Lib "freedompay.dll" (ByVal client As Long) As Long
Public Declare Function fps_client_pending_payouts Lib "freedompay.dll" (ByVal client As Long) As Long
Public Declare Function fps_pending_code Lib "freedompay.dll" (ByVal pending As Long) As Long
Public Declare Function fps_pending_message Lib "freedompay.dll" (ByVal pending As Long) As Long
Public Declare Function fps_pending_len Lib "freedompay.dll" (ByVal pending As Long) As Long
Public Declare Function fps_pending_order_id Lib "freedompay.dll" (ByVal pending As Long, ByVal index As Long) As Long
Public Declare Function fps_pending_invoice_id Lib "freedompay.dll" (ByVal pending As Long, ByVal index As Long) As Currency
Public Declare Function fps_pending_amount Lib "freedompay.dll" (ByVal pending As Long, ByVal index As Long) As Long
Public Declare Sub fps_pending_free Lib "freedompay.dll" (ByVal pending As Long)
