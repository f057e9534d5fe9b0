Attribute VB_Name = "FreedomPay"
' A payment from Visual Basic 6, over the declarations of FreedomPayDeclarations.bas.
'
' This file was not run: there was no Visual Basic at hand. The functions under it, fps_..., were, from C.
' Texts cross as the bytes of the machine's code page: Encoding names it to the library.
' A progress function is a Public Function of a module: (ByVal userdata As Long, ByVal latest As Long) As Long.
Option Explicit

' The code page of a Russian Windows; kz-1048 where the letters are Kazakh.
Private Const Encoding As String = "windows-1251"

Private Declare Function lstrlenA Lib "kernel32" (ByVal text As Long) As Long
Private Declare Sub RtlMoveMemory Lib "kernel32" (ByRef into As Any, ByVal from As Long, ByVal length As Long)

' A text of the library; "" where there is none.
Public Function TextOf(ByVal text As Long) As String
    Dim bytes() As Byte, length As Long
    If text = 0 Then Exit Function
    length = lstrlenA(text)
    If length = 0 Then Exit Function
    ReDim bytes(length - 1)
    RtlMoveMemory bytes(0), text, length
    TextOf = StrConv(bytes, vbUnicode)
End Function

' A whole number as 64 bits: a Currency is one, counted in ten-thousandths.
Public Function Whole(ByVal number As Double) As Currency
    Whole = CCur(number) / 10000
End Function

' Takes a payment. True: it was paid. state: 0 paid, 10 still open, 20 refused, failed or expired, 30 unknown (ask, never sell
' again), 40 input or configuration, 50 not sent.
Public Function TakePayment(ByVal merchant As Double, ByVal key As String, ByVal journal As String, _
        ByVal orderId As String, ByVal amount As String, ByVal description As String, _
        ByVal pictureFile As String, ByRef state As Long, ByRef message As String) As Boolean
    Dim config As Long, client As Long, request As Long, answer As Long, invoiceId As Currency
    config = fps_config_new()
    fps_config_set_text_encoding config, Encoding
    fps_config_set_merchant_id config, Whole(merchant)
    fps_config_set_secret_key config, key
    fps_config_set_journal config, journal
    client = fps_client_new(config)
    fps_config_free config
    request = fps_invoice_request_new(orderId, amount, description)
    answer = fps_invoice_init(client, request)
    fps_invoice_request_free request
    state = StateBefore(answer)
    If fps_result_code(answer) = FP_OK Then
        SaveCode answer, pictureFile
        invoiceId = fps_result_invoice_id(answer)
        fps_result_free answer
        answer = fps_invoice_wait(client, invoiceId, Whole(300000), 0, 0)
        state = StateAfter(answer)
    End If
    message = TextOf(fps_result_message(answer))
    fps_result_free answer
    fps_client_free client
    TakePayment = (state = 0)
End Function

' Before the invoice exists: only what certainly did nothing may be repeated.
Private Function StateBefore(ByVal answer As Long) As Long
    Select Case fps_result_code(answer)
        Case FP_ERR_ARGUMENT, FP_ERR_CONFIG: StateBefore = 40
        Case FP_ERR_NOT_SENT: StateBefore = 50
        ' Refused for the sake of an earlier attempt, perhaps, and that one may be paid.
        Case FP_ERR_REFUSED: StateBefore = IIf(fps_result_advice(answer) = FP_ADVICE_ASK_STATUS, 30, 20)
        Case Else: StateBefore = 30
    End Select
End Function

' After waiting: an invoice exists, so whatever is not known for certain may still be paid.
Private Function StateAfter(ByVal answer As Long) As Long
    Dim status As Long
    status = fps_result_invoice_status(answer)
    StateAfter = 30
    If fps_result_code(answer) = FP_ERR_TIMEOUT And status <> FP_INVOICE_NONE Then StateAfter = 10
    If fps_result_code(answer) <> FP_OK Then Exit Function
    If status = FP_INVOICE_OK Then StateAfter = 0
    If status = FP_INVOICE_FAILED Or status = FP_INVOICE_INCOMPLETE Then StateAfter = 20
End Function

' The code as a bitmap, for LoadPicture.
Private Sub SaveCode(ByVal invoice As Long, ByVal file As String)
    Dim code As Long, bytes() As Byte, number As Integer
    code = fps_qr_bmp(invoice, 6)
    If fps_buffer_len(code) > 0 Then
        ReDim bytes(fps_buffer_len(code) - 1)
        RtlMoveMemory bytes(0), fps_buffer_data(code), fps_buffer_len(code)
        number = FreeFile
        Open file For Binary Access Write As #number
        Put #number, , bytes
        Close #number
    End If
    fps_buffer_free code
End Sub
