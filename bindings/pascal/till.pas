{ A till: creates an invoice, shows its QR in the terminal and waits until it is known how the sale ended.

    till ORDER_ID AMOUNT DESCRIPTION

  FREEDOMPAY_MERCHANT_ID is the merchant, FREEDOMPAY_SECRET_FILE a file whose first line is the secret key, FREEDOMPAY_BASE_URL the
  gateway, FREEDOMPAY_CA_FILE an authority of its own to trust, FREEDOMPAY_JOURNAL the journal, FREEDOMPAY_WAIT_S how many seconds
  to wait for the payer (300).
  Exit code: 0 paid, 10 still open, 20 refused, failed or expired, 30 unknown, 40 input or configuration, 50 not sent. }
program till;

{$IFDEF FPC}{$MODE DELPHI}{$ENDIF}
{$APPTYPE CONSOLE}

uses
  SysUtils,
  freedompay;

function Setting(const Name: string): AnsiString;
begin
  Result := AnsiString(GetEnvironmentVariable(Name));
end;

{ A word of the command line as UTF-8, which it is already where it is not Windows'. }
function Argument(Number: Integer): {$IFDEF UNIX}RawByteString{$ELSE}UTF8String{$ENDIF};
begin
  Result := {$IFDEF UNIX}ParamStr(Number){$ELSE}UTF8Encode(WideString(ParamStr(Number))){$ENDIF};
end;

function FirstLine(const Path: string): AnsiString;
var
  Source: TextFile;
begin
  AssignFile(Source, Path);
  Reset(Source);
  try
    ReadLn(Source, Result);
  finally
    CloseFile(Source);
  end;
end;

{ What a setter refuses the first call reports, and sends nothing. }
function MakeClient: Pfp_client;
var
  Config: Pfp_config;
begin
  Config := fp_config_new;
  fp_config_set_merchant_id(Config, StrToInt64Def(string(Setting('FREEDOMPAY_MERCHANT_ID')), 0));
  fp_config_set_secret_key(Config, PAnsiChar(FirstLine(string(Setting('FREEDOMPAY_SECRET_FILE')))));
  if Setting('FREEDOMPAY_BASE_URL') <> '' then
    fp_config_set_base_url(Config, PAnsiChar(Setting('FREEDOMPAY_BASE_URL')));
  if Setting('FREEDOMPAY_CA_FILE') <> '' then
    fp_config_set_ca_file(Config, PAnsiChar(Setting('FREEDOMPAY_CA_FILE')));
  if Setting('FREEDOMPAY_JOURNAL') <> '' then
    fp_config_set_journal(Config, PAnsiChar(Setting('FREEDOMPAY_JOURNAL')));
  Result := fp_client_new(Config);
  fp_config_free(Config);
end;

{ Called after every poll, also after one that failed; any answer but 0 gives up waiting. }
function Progress(Shown: Pointer; Latest: Pfp_result): LongInt; cdecl;
var
  Status: LongInt;
begin
  Result := 0;
  Status := fp_result_invoice_status(Latest);
  if (fp_result_code(Latest) <> FP_OK) or (Status = PLongInt(Shown)^) then
    Exit;
  PLongInt(Shown)^ := Status;
  if Status = FP_INVOICE_PROCESS then
    WriteLn('... the payer is paying');
end;

procedure ShowInvoice(Invoice: Pfp_result);
var
  Code: Pfp_buffer;
  Text: AnsiString;
begin
  Code := fp_qr_text(Invoice);
  SetString(Text, PAnsiChar(fp_buffer_data(Code)), fp_buffer_len(Code));
  fp_buffer_free(Code);
  WriteLn(Text);
  WriteLn('Invoice ', fp_result_invoice_id(Invoice));
end;

{ Before the invoice exists: only what certainly did nothing may be repeated. }
function NotCreated(Invoice: Pfp_result): Integer;
begin
  case fp_result_code(Invoice) of
    FP_ERR_ARGUMENT, FP_ERR_CONFIG: Result := 40;
    FP_ERR_NOT_SENT: Result := 50;
    { Refused for the sake of an earlier attempt, perhaps, and that one may be paid. }
    FP_ERR_REFUSED: if fp_result_advice(Invoice) = FP_ADVICE_ASK_STATUS then Result := 30 else Result := 20;
  else
    Result := 30;
  end;
end;

{ After waiting: an invoice exists, so whatever is not known for certain may still be paid. }
function Waited(Last: Pfp_result): Integer;
begin
  Result := 30;
  if (fp_result_code(Last) = FP_ERR_TIMEOUT) and (fp_result_invoice_status(Last) <> FP_INVOICE_NONE) then
    Result := 10
  else if fp_result_code(Last) = FP_OK then
    case fp_result_invoice_status(Last) of
      FP_INVOICE_OK: Result := 0;
      FP_INVOICE_FAILED, FP_INVOICE_INCOMPLETE: Result := 20;
    end;
end;

function Sell(Client: Pfp_client; Request: Pfp_invoice_request; WaitMs: Int64): Integer;
var
  Answer: Pfp_result;
  InvoiceId: Int64;
  Shown: LongInt;
begin
  Shown := FP_INVOICE_NONE;
  Answer := fp_invoice_init(Client, Request);
  Result := NotCreated(Answer);
  if fp_result_code(Answer) = FP_OK then
  begin
    ShowInvoice(Answer);
    InvoiceId := fp_result_invoice_id(Answer);
    fp_result_free(Answer);
    Answer := fp_invoice_wait(Client, InvoiceId, WaitMs, Progress, @Shown);
    Result := Waited(Answer);
  end;
  case Result of
    0: WriteLn('PAID');
    10: WriteLn('STILL OPEN: ask for its status before selling again');
    30: WriteLn('UNKNOWN: ask for the status of this order id');
  else
    WriteLn('NOT PAID');
  end;
  WriteLn(fp_result_message(Answer));
  fp_result_free(Answer);
end;

var
  Client: Pfp_client;
  Request: Pfp_invoice_request;
begin
  if (ParamCount <> 3) or (Setting('FREEDOMPAY_MERCHANT_ID') = '') or (Setting('FREEDOMPAY_SECRET_FILE') = '') then
  begin
    WriteLn('usage: till ORDER_ID AMOUNT DESCRIPTION');
    WriteLn('FREEDOMPAY_MERCHANT_ID and FREEDOMPAY_SECRET_FILE must be set.');
    Halt(40);
  end;
  Client := MakeClient;
  Request := fp_invoice_request_new(PAnsiChar(Argument(1)), PAnsiChar(Argument(2)), PAnsiChar(Argument(3)));
  ExitCode := Sell(Client, Request, 1000 * StrToInt64Def(string(Setting('FREEDOMPAY_WAIT_S')), 300));
  fp_invoice_request_free(Request);
  fp_client_free(Client);
end.
