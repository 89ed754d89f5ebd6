// A business order in five steps over a draft: everything typed is kept with it at once, so it goes on after a restart.
import { useEffect, useMemo, useRef, useState } from "react";
import {
  type OrderFormInputs,
  type OrderFormView,
  type PaymentTerms,
  type QuoteEditArgs,
  type QuoteLineRow,
  type QuoteView,
  useAction,
  useCommand,
  useSend,
} from "../api";
import { Files } from "../attachments";
import { Badge, Failure, Field, Status, TextField, Waiting } from "../components";
import { Table } from "../components/DataTable";
import { href, type OrderStep, to } from "../paths";
import { go } from "../route";
import { words } from "../texts/codes";
import { AddSites } from "./AddSites";
import { lineColumns } from "./lines";
import { LABELS, OrderReview } from "./OrderReview";
import { PAYMENT_TERMS, QUOTE_STATUS, TERMS } from "./words";

const STEPS: [OrderStep, string][] = [
  ["company", "Company"],
  ["locations", "Locations"],
  ["packages", "Packages"],
  ["billing", "Contacts and billing"],
  ["review", "Review"],
];
const TYPES: [string, string][] = [
  ["", "Choose…"],
  ["pty_ltd", "Company (Pty) Ltd, Pvt Ltd"],
  ["cc", "Close corporation"],
  ["ngo", "Non-profit"],
  ["government", "Government"],
  ["other", "Other"],
];
const ALL = "*";
type Part = {
  form: OrderFormView;
  inputs: OrderFormInputs;
  set: (part: Partial<OrderFormInputs>) => void;
  touched: Set<string>;
  touch: (field: string) => void;
};

export function OrderWizard({ id, step }: { id: string; step: string | undefined }) {
  const quote = useCommand("get_quote", { quote_id: id });
  const kept = useCommand("quote_order_form", { quote_id: id, inputs: null });
  const [typed, setTyped] = useState<OrderFormInputs>();
  const live = useCommand("quote_order_form", { quote_id: id, inputs: typed ?? null }, typed !== undefined);
  const save = useAction("save_quote_order_form");
  const [touched, setTouched] = useState(new Set<string>());
  const latest = useRef<OrderFormInputs | undefined>(undefined);
  const { mutate } = save;
  // What is missing is said where somebody was, and everywhere once the whole was looked at.
  useEffect(() => {
    if (step === "review") setTouched((before) => new Set([...before, ALL]));
  }, [step]);
  useEffect(
    () => () => {
      if (latest.current) mutate({ quote_id: id, inputs: latest.current });
    },
    [id, mutate],
  );
  const inputs = typed ?? kept.data?.inputs;
  const form = live.data && !live.error ? live.data : kept.data;
  const at = Math.max(
    0,
    STEPS.findIndex(([name]) => name === step),
  );
  if (quote.error ?? kept.error) return <Waiting error={quote.error ?? kept.error} />;
  if (!quote.data || !inputs || !form) return <Waiting error={null} />;
  const editable = quote.data.allowed.find((a) => a.action === "edit")?.allowed ?? false;
  const part: Part = {
    form,
    inputs,
    touched,
    touch: (field) => setTouched(new Set([...touched, field])),
    set: (change) => {
      if (!editable) return;
      latest.current = { ...inputs, ...change };
      setTyped(latest.current);
    },
  };
  const keep = () => {
    if (latest.current) mutate({ quote_id: id, inputs: latest.current });
  };
  const turn = (n: number) => {
    keep();
    go(to.quoteOrder(id, STEPS[n]?.[0] ?? "company"));
  };
  const missing = (name: string) => form.problems.filter((problem) => LABELS[problem.field]?.[1] === name).length;
  return (
    <div className="page" style={{ overflow: "auto" }} onBlur={keep}>
      <div className="row wrap">
        <a href={href(to.quote(id))}>
          {quote.data.row.number} v{quote.data.row.version}
        </a>
        <h1 className="grow">Order of {quote.data.row.account}</h1>
        <Status words={QUOTE_STATUS} value={quote.data.row.status} label={quote.data.row.order_number ?? undefined} />
        <span className="meta" role="status">
          {save.isPending ? "Saving…" : form.kept ? "Saved on this laptop" : ""}
        </span>
      </div>
      <ol className="steps">
        {STEPS.map(([name, label], n) => (
          <li key={name}>
            <button
              type="button"
              className={`button ${n === at ? "" : "quiet"}`}
              aria-current={n === at ? "step" : undefined}
              onClick={() => turn(n)}
            >
              {n + 1} {label}
              {missing(name) > 0 && touched.has(ALL) ? <Badge word={[`${missing(name)} to fill in`, "warn"]} /> : null}
            </button>
          </li>
        ))}
      </ol>
      <Failure error={save.error ?? live.error} />
      {at === 0 && <Company {...part} editable={editable} />}
      {at === 1 && <Lines id={id} quote={quote.data} form={form} editable={editable} adding />}
      {at === 2 && <Lines id={id} quote={quote.data} form={form} editable={editable} />}
      {at === 3 && <Billing {...part} quote={quote.data} editable={editable} />}
      {at === 4 && <OrderReview id={id} quote={quote.data} form={form} />}
      <div className="row">
        <button className="button" type="button" disabled={at === 0} onClick={() => turn(at - 1)}>
          Back
        </button>
        {at < STEPS.length - 1 && (
          <button className="button primary" type="button" data-testid="next" onClick={() => turn(at + 1)}>
            Next: {STEPS[at + 1]?.[1]}
          </button>
        )}
      </div>
    </div>
  );
}

function Text({
  form,
  inputs,
  set,
  touched,
  touch,
  field,
  editable,
  type,
  help,
}: Part & { field: keyof OrderFormInputs; editable: boolean; type?: string; help?: string }) {
  const problem = form.problems.find((one) => one.field === field);
  const shown =
    problem && (touched.has(field) || touched.has(ALL)) ? words({ code: problem.code, params: {} }) : undefined;
  return (
    <TextField
      label={LABELS[field]?.[0] ?? field}
      error={shown}
      help={help}
      type={type ?? "text"}
      maxLength={200}
      readOnly={!editable}
      aria-invalid={shown ? true : undefined}
      value={inputs[field]}
      onBlur={() => touch(field)}
      onText={(typed) => set({ [field]: typed })}
    />
  );
}

function Company(part: Part & { editable: boolean }) {
  const { form } = part;
  const missing = part.touched.has(ALL) && form.problems.some((one) => one.field === "company_type");
  return (
    <section className="panel">
      <div className="fields">
        <Text {...part} field="legal_name" />
      </div>
      {!form.consumer && <CompanyFacts {...part} missing={missing} />}
      {form.consumer && (
        <p className="muted">A private person: no registration or tax number is asked for, and prices are with tax.</p>
      )}
    </section>
  );
}

function CompanyFacts({ missing, ...part }: Part & { editable: boolean; missing: boolean }) {
  const { inputs, set, form } = part;
  return (
    <div className="fields">
      <Field label="Kind of company" error={missing ? words({ code: "order.missing", params: {} }) : undefined}>
        {(id) => (
          <select
            id={id}
            className="input"
            disabled={!part.editable}
            value={inputs.company_type}
            onChange={(e) => set({ company_type: e.target.value })}
          >
            {TYPES.map(([value, label]) => (
              <option key={value} value={value}>
                {label}
              </option>
            ))}
          </select>
        )}
      </Field>
      <Text {...part} field="registration_number" help={form.country === "ZA" ? "2011/012345/07" : undefined} />
      <Text
        {...part}
        field="tax_number"
        help={
          form.country === "IN"
            ? "GSTIN, 15 characters"
            : form.country === "ZA"
              ? "VAT number, 10 digits; empty when not registered"
              : undefined
        }
      />
      <Text {...part} field="industry" />
    </div>
  );
}

function Lines({
  id,
  quote,
  form,
  editable,
  adding,
}: {
  id: string;
  quote: QuoteView;
  form: OrderFormView;
  editable: boolean;
  adding?: boolean;
}) {
  const books = useCommand("list_price_books", {});
  const send = useSend("edit_quote");
  const [open, setOpen] = useState(false);
  const [selected, setSelected] = useState(new Set<string>());
  const items = useMemo(
    () => books.data?.find((book) => book.id === quote.price_book_id)?.items ?? [],
    [books.data, quote.price_book_id],
  );
  const apply = useMemo(() => (edits: QuoteEditArgs[]) => void send({ quote_id: id, edits }), [id, send]);
  const columns = useMemo(
    () => lineColumns(items, editable && !adding, apply, () => undefined),
    [items, editable, adding, apply],
  );
  const recurring = items.filter((item) => item.charge_type === "recurring");
  const over = form.site_limit !== null && form.sites > form.site_limit;
  return (
    <>
      <div className="row wrap">
        <span className={over ? "error" : "muted"}>
          {form.sites} sites count
          {form.site_limit === null ? "" : ` of at most ${form.site_limit} for a small customer`}
        </span>
        <span className="grow" />
        {adding && editable && (
          <>
            <button className="button" type="button" onClick={() => setOpen(true)}>
              Add sites
            </button>
            <button className="button" type="button" onClick={() => go(to.quoteImport(id))}>
              Import list
            </button>
          </>
        )}
        {adding && editable && selected.size > 0 && (
          <button
            className="button"
            type="button"
            onClick={() => {
              apply([{ op: "remove_lines", line_ids: [...selected] }]);
              setSelected(new Set());
            }}
          >
            Remove {selected.size} lines
          </button>
        )}
        {!adding && editable && selected.size > 0 && (
          <select
            className="input"
            style={{ width: "auto" }}
            aria-label={`Package of ${selected.size} lines`}
            value=""
            onChange={(e) => apply([{ op: "set_item", line_ids: [...selected], item_id: e.target.value }])}
          >
            <option value="">Package of {selected.size} lines…</option>
            {recurring.map((item) => (
              <option key={item.id} value={item.id}>
                {item.name}
              </option>
            ))}
          </select>
        )}
        <strong className="num">{quote.totals.monthly_text} a month</strong>
      </div>
      <div style={{ display: "flex", minHeight: 320, flex: 1 }}>
        <Table<QuoteLineRow, "list_quote_lines">
          label="Lines"
          command="list_quote_lines"
          args={(list) => ({ quote_id: id, list })}
          rowKey={(line) => line.id}
          selected={selected}
          onSelect={setSelected}
          columns={columns}
          empty="No site yet. Add sites of the account, or import the customer's list."
        />
      </div>
      {open && (
        <AddSites
          quote={quote}
          items={items}
          onClose={() => setOpen(false)}
          onAdd={(edits) => {
            setOpen(false);
            apply(edits);
          }}
        />
      )}
    </>
  );
}

function Billing(part: Part & { quote: QuoteView; editable: boolean }) {
  const { inputs, set, form, quote, editable } = part;
  const send = useSend("edit_quote");
  const apply = (edits: QuoteEditArgs[]) => void send({ quote_id: quote.row.id, edits });
  return (
    <div className="cards">
      <section className="panel">
        <h2>Billing contact</h2>
        <Text {...part} field="billing_name" />
        <Text {...part} field="billing_email" type="email" />
        <Text {...part} field="billing_phone" type="tel" />
      </section>
      <section className="panel">
        <h2>Technical contact</h2>
        <p className="meta">Empty: each site's own contact is called.</p>
        <Text {...part} field="technical_name" />
        <Text {...part} field="technical_email" type="email" />
        <Text {...part} field="technical_phone" type="tel" />
      </section>
      <section className="panel">
        <h2>Contract</h2>
        <Field label="Term">
          {(id) => (
            <select
              id={id}
              className="input"
              disabled={!editable}
              value={quote.term_months}
              onChange={(e) => apply([{ op: "set_term", term_months: Number(e.target.value) }])}
            >
              {quote.term_choices.map((term) => (
                <option key={term} value={term}>
                  {term} months
                </option>
              ))}
            </select>
          )}
        </Field>
        <Text
          {...part}
          field="start"
          type="date"
          help={
            form.contract_end_text
              ? `The last day is ${form.contract_end_text}.`
              : "The last day follows from the term."
          }
        />
        <Field label="Payment terms">
          {(id) => (
            <select
              id={id}
              className="input"
              disabled={!editable}
              value={quote.payment_terms}
              onChange={(e) => apply([{ op: "set_payment_terms", payment_terms: e.target.value as PaymentTerms }])}
            >
              {TERMS.map((terms) => (
                <option key={terms} value={terms}>
                  {PAYMENT_TERMS[terms]}
                  {terms === quote.account_payment_terms ? ", as the account" : ""}
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field label="Invoices">
          {(id) => (
            <select
              id={id}
              className="input"
              disabled={!editable}
              value={inputs.billing_method}
              onChange={(e) => set({ billing_method: e.target.value })}
            >
              <option value="">Choose…</option>
              <option value="centralized">One for all sites</option>
              <option value="per_site">One per site</option>
            </select>
          )}
        </Field>
      </section>
      <section className="panel">
        <h2>Purchase order</h2>
        <Text {...part} field="po_number" />
        <Text {...part} field="po_date" type="date" />
        <Field label="Remarks for the office">
          {(id) => (
            <textarea
              id={id}
              className="input"
              rows={3}
              maxLength={2000}
              readOnly={!editable}
              value={inputs.remarks}
              onChange={(e) => set({ remarks: e.target.value })}
            />
          )}
        </Field>
      </section>
      <section className="panel">
        <Files kind="quote" id={quote.row.id} />
      </section>
    </div>
  );
}
