import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import {
  type CommandError,
  type QuoteEditArgs,
  type QuoteLineRow,
  type QuoteView,
  useAction,
  useCommand,
  useSend,
} from "../api";
import { go } from "../app/route";
import { Badge, Failure, Waiting } from "../components";
import { Table } from "../components/DataTable";
import { AddSites } from "./AddSites";
import { Decide, type Step } from "./Decide";
import { lineColumns } from "./lines";
import { parseManual } from "./manual";
import { PasteLines } from "./PasteLines";
import { Present } from "./Present";
import { Preview } from "./Preview";
import { Roi } from "./Roi";
import { Totals } from "./Totals";
import { Why } from "./Why";

/** Edits go out one after the other, in the order typed; a refused one says why and does not hold the next. */
function useEdits(quoteId: string) {
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const [error, setError] = useState<CommandError | null>(null);
  const send = useSend("edit_quote");
  const apply = useCallback(
    (edits: QuoteEditArgs[]) => {
      const next = queue.current.then(() => send({ quote_id: quoteId, edits }).then(() => setError(null), setError));
      queue.current = next;
      return next;
    },
    [quoteId, send],
  );
  return { apply, error };
}

/** The quote under a new number; what could not be taken along is said before the copy is opened. */
function useCopy() {
  const [left, setLeft] = useState<string>();
  const copy = useAction("copy_quote", (made) => {
    if (made.missing_items.length === 0 && made.missing_sites === 0) return go(`/quotes/${made.quote_id}`);
    setLeft(
      `${made.number} has ${made.lines} lines. Left out: ${[...made.missing_items, ...(made.missing_sites ? [`lines of ${made.missing_sites} sites that are gone`] : [])].join(", ")}.`,
    );
  });
  return { copy, left };
}

export function QuotePage({ id }: { id: string }) {
  const { data, error } = useCommand("get_quote", { quote_id: id });
  const books = useCommand("list_price_books", {});
  const { apply, error: editError } = useEdits(id);
  const [selected, setSelected] = useState(new Set<string>());
  const [current, setCurrent] = useState<QuoteLineRow>();
  const [why, setWhy] = useState<string>();
  const [pasting, setPasting] = useState(false);
  const [adding, setAdding] = useState(false);
  const [step, setStep] = useState<Step>();
  const [preview, setPreview] = useState(false);
  const [presenting, setPresenting] = useState(false);
  const [roi, setRoi] = useState(false);
  const [text, setText] = useState("");
  const send = useAction("send_quote");
  const revise = useAction("revise_quote", (next) => go(`/quotes/${next.row.id}`));
  const { copy, left } = useCopy();
  const may = (action: string) => data?.allowed.find((a) => a.action === action)?.allowed ?? false;
  const maySend = may("send");
  const sendNow = send.mutate;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (document.querySelector("[role=dialog]")) return;
      if (event.key === "F5") {
        event.preventDefault();
        return setPresenting(true);
      }
      // Never out of a field: what is being typed there is not saved yet.
      if ((event.target as HTMLElement).matches("input, select, textarea")) return;
      if (event.ctrlKey && event.key === "Enter" && maySend) sendNow({ quote_id: id });
      if (event.key === "w" && current) setWhy(current.id);
      if (event.key === "p") setPreview(true);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [id, maySend, sendNow, current]);
  const book = books.data?.find((one) => one.id === data?.price_book_id);
  const items = useMemo(() => book?.items ?? [], [book]);
  const editable = may("edit");
  // The same columns as long as nothing in them changed: a row is drawn again only for its own sake.
  const columns = useMemo(() => lineColumns(items, editable, apply, setWhy), [items, editable, apply]);
  if (error) return <Waiting error={error} />;
  if (!data) return <Waiting error={null} />;
  return (
    <div className="split">
      <div className="page">
        <Head
          quote={data}
          editable={editable}
          apply={apply}
          onStep={setStep}
          onSend={() => send.mutate({ quote_id: id })}
          onRevise={() => revise.mutate({ quote_id: id })}
          onPdf={() => setPreview(true)}
          onPresent={() => setPresenting(true)}
          onRoi={() => setRoi(true)}
          onCopy={() => copy.mutate({ quote_id: id, title: `${data.row.title}, copy`.slice(0, 200) })}
        />
        <Failure error={editError ?? send.error ?? revise.error ?? copy.error} />
        {left && copy.data && (
          <p className="notice info" role="status">
            {left} <a href={`#/quotes/${copy.data.quote_id}`}>Open it</a>
          </p>
        )}
        <div className="row wrap">
          <input
            className="input"
            style={{ width: 180 }}
            aria-label="Find on this quote"
            placeholder="Find on this quote"
            value={text}
            onChange={(e) => setText(e.target.value)}
          />
          <span className="grow" />
          {selected.size > 0 && editable && (
            <Bulk
              items={items}
              selected={[...selected]}
              apply={(edits) => void apply(edits).then(() => setSelected(new Set()))}
            />
          )}
          {editable && (
            <>
              <button className="button" type="button" onClick={() => setAdding(true)}>
                Add sites
              </button>
              <button className="button" type="button" onClick={() => go(`/quotes/${id}/import`)}>
                Import list
              </button>
              <button className="button" type="button" data-testid="paste-lines" onClick={() => setPasting(true)}>
                Paste lines
              </button>
            </>
          )}
        </div>
        <Table<QuoteLineRow, "list_quote_lines">
          label="Lines"
          command="list_quote_lines"
          args={(list) => ({ quote_id: id, list })}
          text={text}
          rowKey={(l) => l.id}
          selected={selected}
          onSelect={setSelected}
          onCurrent={setCurrent}
          onOpen={(l) => setWhy(l.id)}
          empty={
            editable
              ? "Nothing on this quote yet. Add sites of the account, or import the customer's list."
              : "Nothing on this quote."
          }
          columns={columns}
        />
        <div className="row meta">
          <span className="grow">
            {data.site_count} sites, {data.line_count} lines{selected.size ? `, ${selected.size} selected` : ""}
          </span>
          <span className="num">List {data.totals.list_text}</span>
          <strong className="num">{data.totals.monthly_text}</strong>
        </div>
      </div>
      <Totals quote={data} />
      {why && <Why quoteId={id} lineId={why} onClose={() => setWhy(undefined)} />}
      {adding && (
        <AddSites
          quote={data}
          items={items}
          onClose={() => setAdding(false)}
          onAdd={(edits) => {
            setAdding(false);
            void apply(edits);
          }}
        />
      )}
      {pasting && <PasteLines quoteId={id} onClose={() => setPasting(false)} />}
      {step && <Decide quoteId={id} step={step} onClose={() => setStep(undefined)} />}
      {roi && <Roi quoteId={id} editable={editable} onClose={() => setRoi(false)} />}
      {presenting && <Present quoteId={id} onClose={() => setPresenting(false)} />}
      {preview && <Preview quoteId={id} onClose={() => setPreview(false)} />}
    </div>
  );
}

function Head(props: {
  quote: QuoteView;
  editable: boolean;
  apply: (edits: QuoteEditArgs[]) => void;
  onStep: (step: Step) => void;
  onSend: () => void;
  onRevise: () => void;
  onPdf: () => void;
  onPresent: () => void;
  onRoi: () => void;
  onCopy: () => void;
}) {
  const { quote, editable, apply, onStep } = props;
  const may = (action: string) => quote.allowed.find((a) => a.action === action);
  const step = (name: Step, label: string, primary = false) =>
    may(name)?.allowed ? (
      <button
        key={name}
        type="button"
        data-testid={name}
        className={`button ${primary ? "primary" : ""}`}
        onClick={() => onStep(name)}
      >
        {label}
      </button>
    ) : null;
  return (
    <>
      <div className="row wrap">
        <input
          className="input grow"
          style={{
            fontSize: 18,
            fontWeight: 600,
            border: "1px solid transparent",
            background: "transparent",
            padding: 0,
            minWidth: 200,
          }}
          aria-label="Title"
          defaultValue={quote.row.title}
          key={quote.row.title}
          readOnly={!editable}
          onBlur={(e) => e.target.value !== quote.row.title && apply([{ op: "set_title", title: e.target.value }])}
        />
        <Badge
          status={quote.row.status}
          label={
            quote.row.order_number
              ? quote.orders > 1
                ? `${quote.orders} orders from ${quote.row.order_number}`
                : `Order ${quote.row.order_number}`
              : undefined
          }
        />
        {quote.row.status === "draft" && (
          <Badge
            status={quote.approval.state}
            label={quote.approval.state === "needed" ? `Needs ${quote.approval.approvers.join(" and ")}` : undefined}
          />
        )}
        {step("request_approval", "Ask for approval")}
        {step("approve", "Approve", true)}
        {step("reject_approval", "Refuse")}
        <button className="button" type="button" data-testid="roi" onClick={props.onRoi}>
          ROI
        </button>
        <button className="button" type="button" data-testid="present" onClick={props.onPresent}>
          Present <kbd>F5</kbd>
        </button>
        <button className="button" type="button" data-testid="pdf" onClick={props.onPdf}>
          PDF <kbd>p</kbd>
        </button>
        {quote.row.status === "draft" && (
          <button
            className="button primary"
            type="button"
            data-testid="send"
            disabled={!may("send")?.allowed}
            title={may("send")?.reason_code ?? undefined}
            onClick={props.onSend}
          >
            Send quote <kbd>Ctrl ⏎</kbd>
          </button>
        )}
        {step("accept", "Record acceptance", true)}
        <details
          className="menu"
          onKeyDown={(e) => {
            if (e.key === "Escape") {
              e.stopPropagation();
              e.currentTarget.open = false;
              e.currentTarget.querySelector("summary")?.focus();
            }
          }}
          onBlur={(e) => {
            if (!e.currentTarget.contains(e.relatedTarget)) e.currentTarget.open = false;
          }}
        >
          <summary className="button" data-testid="more">
            More
          </summary>
          <div>
            <button className="button" type="button" onClick={() => go(`/quotes/${quote.row.id}/proposal`)}>
              Proposal
            </button>
            <button className="button" type="button" onClick={() => go(`/quotes/${quote.row.id}/order`)}>
              Order form
            </button>
            <button
              className="button"
              type="button"
              onClick={() =>
                go(
                  `/quotes/${quote.row.id}/compare/${(quote.versions.find((v) => v.id !== quote.row.id) ?? quote.row).id}`,
                )
              }
            >
              Compare
            </button>
            <button className="button" type="button" onClick={props.onCopy}>
              Copy to a new quote
            </button>
            {may("revise")?.allowed && (
              <button className="button" type="button" onClick={props.onRevise}>
                Revise
              </button>
            )}
            {step("reject", "Rejected")}
            {step("lose", "Give up")}
          </div>
        </details>
      </div>
      <div className="row wrap muted">
        <strong>
          {quote.row.number} v{quote.row.version}
        </strong>
        <a href={`#/accounts/${quote.row.account_id}`}>{quote.row.account}</a>
        <span>{quote.tier.n} sites count</span>
        <label>
          Term{" "}
          <select
            className="input"
            style={{ width: "auto" }}
            aria-label="Term"
            disabled={!editable}
            value={quote.term_months}
            onChange={(e) => apply([{ op: "set_term", term_months: Number(e.target.value) }])}
          >
            {quote.term_choices.map((t) => (
              <option key={t} value={t}>
                {t} months
              </option>
            ))}
          </select>
        </label>
        <label>
          Payment{" "}
          <select
            className="input"
            style={{ width: "auto" }}
            aria-label="Payment terms"
            disabled={!editable}
            value={quote.payment_terms}
            onChange={(e) => apply([{ op: "set_payment_terms", payment_terms: e.target.value }])}
          >
            {["prepaid", "net_30", "net_60", "net_90"].map((t) => (
              <option key={t} value={t}>
                {t.replace("_", " ")}
              </option>
            ))}
          </select>
        </label>
        <label>
          Orders{" "}
          <select
            className="input"
            style={{ width: "auto" }}
            aria-label="Orders"
            disabled={!editable}
            value={quote.order_per_site ? "site" : "one"}
            onChange={(e) => apply([{ op: "set_order_split", per_site: e.target.value === "site" }])}
          >
            <option value="one">one</option>
            <option value="site">one per site</option>
          </select>
        </label>
        <span>{quote.row.valid_until_text ? `Valid until ${quote.row.valid_until_text}` : "Not sent yet"}</span>
        <span>{quote.price_book}</span>
        {quote.versions.length > 1 && (
          <select
            className="input"
            style={{ width: "auto" }}
            aria-label="Version"
            value={quote.row.id}
            onChange={(e) => go(`/quotes/${e.target.value}`)}
          >
            {quote.versions.map((v) => (
              <option key={v.id} value={v.id}>
                v{v.version} {v.status} {v.tcv_text}
              </option>
            ))}
          </select>
        )}
      </div>
    </>
  );
}

function Bulk({
  items,
  selected,
  apply,
}: {
  items: { id: string; name: string }[];
  selected: string[];
  apply: (edits: QuoteEditArgs[]) => void;
}) {
  const n = selected.length;
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  // One value for all of them: `=650` or `6 %` is a discount, a bare number of pieces is a quantity.
  function set(event: React.FormEvent) {
    event.preventDefault();
    const text = typed.trim();
    const pieces = /^(x|\u00d7)\s*\d+([.,]\d+)?$/i.test(text);
    const manual = pieces ? undefined : parseManual(text);
    if (!pieces && !manual) return setProblem("Type 2.5 %, R50 off, =650, or x3 for a quantity.");
    setProblem("");
    setTyped("");
    apply([
      pieces
        ? { op: "set_qty", line_ids: selected, qty: text.slice(1).trim() }
        : { op: "set_manual", line_ids: selected, manual: manual ?? { type: "none" } },
    ]);
  }
  return (
    <div className="row wrap">
      <span className="meta">{n} lines:</span>
      <form className="row" onSubmit={set}>
        <input
          className="input"
          style={{ width: 132 }}
          aria-label={`Discount or quantity of ${n} lines`}
          placeholder="6 %, =650, x3"
          aria-invalid={problem ? true : undefined}
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
        />
        {typed && (
          <button className="button" type="submit">
            Set
          </button>
        )}
        {problem && (
          <span className="error" role="alert">
            {problem}
          </span>
        )}
      </form>
      <select
        className="input"
        style={{ width: "auto" }}
        aria-label={`Package of ${n} lines`}
        value=""
        onChange={(e) => apply([{ op: "set_item", line_ids: selected, item_id: e.target.value }])}
      >
        <option value="">Set package…</option>
        {items.map((i) => (
          <option key={i.id} value={i.id}>
            {i.name}
          </option>
        ))}
      </select>
      <button
        className="button"
        type="button"
        onClick={() => apply([{ op: "set_status", line_ids: selected, status: "optional" }])}
      >
        Optional
      </button>
      <button
        className="button"
        type="button"
        onClick={() => apply([{ op: "set_status", line_ids: selected, status: "selected" }])}
      >
        Selected
      </button>
      <button className="button" type="button" onClick={() => apply([{ op: "duplicate_lines", line_ids: selected }])}>
        Duplicate
      </button>
      <button className="button" type="button" onClick={() => apply([{ op: "remove_lines", line_ids: selected }])}>
        Remove
      </button>
    </div>
  );
}
