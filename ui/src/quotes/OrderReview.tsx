// The last step of an order: everything on one page, what is still to fill in, and who accepted it.
import { useState } from "react";
import { type OrderFormView, type QuoteView, useAction } from "../api";
import { Failure, TextField } from "../components";
import { href, type OrderStep, to } from "../paths";
import { words } from "../texts/codes";
import { Preview } from "./Preview";
import { TotalRows } from "./Totals";
import { PAYMENT_TERMS } from "./words";

/** A field's words and the step it is typed in. */
export const LABELS: Record<string, [string, OrderStep]> = {
  legal_name: ["Legal name", "company"],
  company_type: ["Kind of company", "company"],
  registration_number: ["Registration number", "company"],
  tax_number: ["Tax number", "company"],
  industry: ["Industry", "company"],
  billing_name: ["Billing contact", "billing"],
  billing_email: ["Billing e-mail", "billing"],
  billing_phone: ["Billing phone", "billing"],
  technical_name: ["Technical contact", "billing"],
  technical_email: ["Technical e-mail", "billing"],
  technical_phone: ["Technical phone", "billing"],
  billing_method: ["Invoices", "billing"],
  po_number: ["Purchase order number", "billing"],
  po_date: ["Purchase order date", "billing"],
  start: ["First day of the contract", "billing"],
  remarks: ["Remarks for the office", "billing"],
};

export function OrderReview({ id, quote, form }: { id: string; quote: QuoteView; form: OrderFormView }) {
  const [who, setWho] = useState({ name: "", title: "" });
  const [printing, setPrinting] = useState(false);
  const sendQuote = useAction("send_quote");
  const accept = useAction("accept_quote");
  const ask = useAction("request_quote_approval");
  const allowed = (action: string) => quote.allowed.find((a) => a.action === action);
  const pending = sendQuote.isPending || accept.isPending;
  async function submit() {
    try {
      if (allowed("send")?.allowed) await sendQuote.mutateAsync({ quote_id: id });
      await accept.mutateAsync({
        quote_id: id,
        name: who.name,
        title: who.title,
        po_number: form.inputs.po_number || null,
      });
    } catch {
      /* shown below, by the action that failed */
    }
  }
  const done = ["accepted", "converted"].includes(quote.row.status);
  const blocked = allowed("send")?.allowed || allowed("accept")?.allowed ? undefined : allowed("send");
  const facts: [string, string][] = [
    ["Company", form.inputs.legal_name],
    [
      "Registration, tax number",
      [form.inputs.registration_number, form.inputs.tax_number].filter(Boolean).join(", ") || "–",
    ],
    ["Sites", String(form.sites)],
    ["Term", `${quote.term_months} months${form.contract_end_text ? `, until ${form.contract_end_text}` : ""}`],
    ["Payment", PAYMENT_TERMS[quote.payment_terms]],
    ["Invoices", form.inputs.billing_method === "per_site" ? "One per site" : "One for all sites"],
    [
      "Billing contact",
      [form.inputs.billing_name, form.inputs.billing_email, form.inputs.billing_phone].filter(Boolean).join(", "),
    ],
    [
      "Technical contact",
      [form.inputs.technical_name, form.inputs.technical_phone].filter(Boolean).join(", ") || "each site's own",
    ],
    [
      "Purchase order",
      form.inputs.po_number
        ? `${form.inputs.po_number}${form.inputs.po_date ? ` of ${form.inputs.po_date}` : ""}`
        : "none",
    ],
  ];
  return (
    <div className="cards">
      <section className="panel">
        <h2>Contract</h2>
        <ul className="list">
          {facts.map(([label, text]) => (
            <li key={label}>
              <span className="muted">{label}</span>
              <span style={{ textAlign: "right", overflowWrap: "anywhere" }}>{text}</span>
            </li>
          ))}
        </ul>
        <p className="meta">
          Every site with its price is in the quote;{" "}
          <a href={href(to.quote(id))}>look at the lines and why they cost what they cost</a>.
        </p>
        <button
          className="button"
          type="button"
          data-testid="order-pdf"
          disabled={!form.kept}
          onClick={() => setPrinting(true)}
        >
          Order summary PDF
        </button>
        {printing && <Preview quoteId={id} what="order" onClose={() => setPrinting(false)} />}
      </section>
      <section className="panel">
        <h2>Price</h2>
        <p className="hero">{quote.totals.monthly_text}</p>
        <TotalRows rows={quote.totals.monthly_rows} label="Monthly" />
        <hr />
        <TotalRows rows={quote.totals.contract_rows} label="Contract" />
      </section>
      <section className="panel" aria-label="Submit">
        <h2>Submit</h2>
        {done ? (
          <p role="status" data-testid="submitted">
            {quote.row.order_number
              ? `Order ${quote.row.order_number} was made.`
              : "Accepted. The order is made by the server, exactly once; offline it waits on this laptop."}
          </p>
        ) : (
          <>
            {form.problems.length > 0 && (
              <div className="notice">
                <p>Still to fill in:</p>
                <ul>
                  {form.problems.map((problem) => (
                    <li key={problem.field}>
                      <a href={href(to.quoteOrder(id, LABELS[problem.field]?.[1] ?? "company"))}>
                        {LABELS[problem.field]?.[0] ?? problem.field}
                      </a>
                      : {words({ code: problem.code, params: {} })}
                    </li>
                  ))}
                </ul>
              </div>
            )}
            {form.problems.length === 0 && blocked?.reason_code && (
              <p className="notice">{words({ code: blocked.reason_code, params: blocked.reason_params })}</p>
            )}
            {allowed("request_approval")?.allowed && (
              <button
                className="button"
                type="button"
                disabled={ask.isPending}
                onClick={() => ask.mutate({ quote_id: id, note: "" })}
              >
                Ask for approval
              </button>
            )}
            <TextField
              label="Accepted for the customer by"
              data-testid="order-name"
              maxLength={200}
              value={who.name}
              onText={(typed) => setWho({ ...who, name: typed })}
            />
            <TextField
              label="Title (optional)"
              maxLength={200}
              value={who.title}
              onText={(typed) => setWho({ ...who, title: typed })}
            />
            <Failure error={sendQuote.error ?? accept.error ?? ask.error} />
            <button
              className="button primary"
              type="button"
              data-testid="submit-order"
              disabled={pending || !form.kept || form.problems.length > 0 || blocked !== undefined || !who.name.trim()}
              onClick={() => void submit()}
            >
              {pending ? "Submitting…" : "Submit the order"}
            </button>
            <p className="meta">
              The price is bound from then on. Offline the order waits on this laptop and goes out by itself.
            </p>
          </>
        )}
      </section>
    </div>
  );
}
