// A till: creates an invoice, shows its QR in the terminal and waits until it is known how the sale ended.
//
//   mcs Till.cs FreedomPay.cs && mono Till.exe ORDER_ID AMOUNT DESCRIPTION
//
// FREEDOMPAY_MERCHANT_ID is the merchant, FREEDOMPAY_SECRET_FILE a file whose first line is the secret key, FREEDOMPAY_BASE_URL the
// gateway, FREEDOMPAY_CA_FILE an authority of its own to trust, FREEDOMPAY_JOURNAL the journal, FREEDOMPAY_WAIT_S how many seconds
// to wait for the payer (300).
// Exit code: 0 paid, 10 still open, 20 refused, failed or expired, 30 unknown, 40 input or configuration, 50 not sent.

using System;
using System.IO;
using System.Runtime.InteropServices;
using System.Text;
using FreedomPay;
using static FreedomPay.Native;

internal static class Till
{
    private static int Main(string[] words)
    {
        if (words.Length != 3 || Setting("FREEDOMPAY_MERCHANT_ID") == null || Setting("FREEDOMPAY_SECRET_FILE") == null)
        {
            Console.Error.WriteLine("usage: Till ORDER_ID AMOUNT DESCRIPTION");
            Console.Error.WriteLine("FREEDOMPAY_MERCHANT_ID and FREEDOMPAY_SECRET_FILE must be set.");
            return 40;
        }
        Console.OutputEncoding = new UTF8Encoding(false);
        IntPtr client = MakeClient();
        IntPtr request = fp_invoice_request_new(Text.In(words[0]), Text.In(words[1]), Text.In(words[2]));
        try
        {
            return Sell(client, request, 1000 * long.Parse(Setting("FREEDOMPAY_WAIT_S") ?? "300"));
        }
        finally
        {
            fp_invoice_request_free(request);
            fp_client_free(client);
        }
    }

    private static string Setting(string name)
    {
        return Environment.GetEnvironmentVariable(name);
    }

    // What a setter refuses the first call reports, and sends nothing.
    private static IntPtr MakeClient()
    {
        IntPtr config = fp_config_new();
        long merchant;
        long.TryParse(Setting("FREEDOMPAY_MERCHANT_ID"), out merchant);
        fp_config_set_merchant_id(config, merchant);
        using (StreamReader secret = new StreamReader(Setting("FREEDOMPAY_SECRET_FILE")))
            fp_config_set_secret_key(config, Text.In(secret.ReadLine()));
        if (Setting("FREEDOMPAY_BASE_URL") != null)
            fp_config_set_base_url(config, Text.In(Setting("FREEDOMPAY_BASE_URL")));
        if (Setting("FREEDOMPAY_CA_FILE") != null)
            fp_config_set_ca_file(config, Text.In(Setting("FREEDOMPAY_CA_FILE")));
        if (Setting("FREEDOMPAY_JOURNAL") != null)
            fp_config_set_journal(config, Text.In(Setting("FREEDOMPAY_JOURNAL")));
        IntPtr client = fp_client_new(config);
        fp_config_free(config);
        return client;
    }

    private static int Sell(IntPtr client, IntPtr request, long waitMs)
    {
        IntPtr answer = fp_invoice_init(client, request);
        int verdict = NotCreated(answer);
        if (fp_result_code(answer) == FP_OK)
        {
            Show(answer);
            long invoiceId = fp_result_invoice_id(answer);
            fp_result_free(answer);
            int shown = FP_INVOICE_NONE;
            // Called after every poll, also after one that failed; any answer but 0 gives up waiting.
            fp_progress_fn progress = (userdata, latest) =>
            {
                int status = fp_result_invoice_status(latest);
                if (fp_result_code(latest) == FP_OK && status != shown && status == FP_INVOICE_PROCESS)
                    Console.WriteLine("... the payer is paying");
                shown = status;
                return 0;
            };
            answer = fp_invoice_wait(client, invoiceId, waitMs, progress, IntPtr.Zero);
            GC.KeepAlive(progress);
            verdict = Waited(answer);
        }
        Console.WriteLine(verdict == 0 ? "PAID" : verdict == 10 ? "STILL OPEN: ask for its status before selling again"
            : verdict == 30 ? "UNKNOWN: ask for the status of this order id" : "NOT PAID");
        Console.WriteLine(Text.Out(fp_result_message(answer)));
        fp_result_free(answer);
        return verdict;
    }

    private static void Show(IntPtr invoice)
    {
        IntPtr code = fp_qr_text(invoice);
        byte[] bytes = new byte[(int)fp_buffer_len(code)];
        if (bytes.Length > 0)
            Marshal.Copy(fp_buffer_data(code), bytes, 0, bytes.Length);
        fp_buffer_free(code);
        Console.WriteLine(Encoding.UTF8.GetString(bytes));
        Console.WriteLine("Invoice " + fp_result_invoice_id(invoice));
    }

    // Before the invoice exists: only what certainly did nothing may be repeated.
    private static int NotCreated(IntPtr invoice)
    {
        switch (fp_result_code(invoice))
        {
            case FP_ERR_ARGUMENT: case FP_ERR_CONFIG: return 40;
            case FP_ERR_NOT_SENT: return 50;
            // Refused for the sake of an earlier attempt, perhaps, and that one may be paid.
            case FP_ERR_REFUSED: return fp_result_advice(invoice) == FP_ADVICE_ASK_STATUS ? 30 : 20;
            default: return 30;
        }
    }

    // After waiting: an invoice exists, so whatever is not known for certain may still be paid.
    private static int Waited(IntPtr last)
    {
        int status = fp_result_invoice_status(last);
        if (fp_result_code(last) == FP_ERR_TIMEOUT && status != FP_INVOICE_NONE)
            return 10;
        if (fp_result_code(last) != FP_OK)
            return 30;
        return status == FP_INVOICE_OK ? 0 : status == FP_INVOICE_FAILED || status == FP_INVOICE_INCOMPLETE ? 20 : 30;
    }
}
