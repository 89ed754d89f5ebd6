// What was agreed with an account in place of the list: asked for by one, decided by another.
import { useState } from "react";
import {
  type AccountView,
  type AgreedPriceView,
  type AgreedTermsArgs,
  useAction,
  useCommand,
  type VolumeRowText,
} from "../api";
import { Dialog, Failure, Field, FormButtons, Status, TextField } from "../components";
import { words } from "../texts/codes";
import { PRICE_KIND, PRICE_STATE } from "./words";

type Doing = { what: "approve" | "refuse" | "end"; price: AgreedPriceView };

export function PricesOfAccount({ account }: { account: AccountView }) {
  const accountId = account.row.id;
  const list = useCommand("list_agreed_prices", { id: accountId });
  const [asking, setAsking] = useState(false);
  const [doing, setDoing] = useState<Doing>();
  const may = (price: AgreedPriceView, action: string) => price.allowed.find((a) => a.action === action);
  return (
    <section aria-label="Agreed prices" style={{ overflow: "auto" }}>
      <div className="row">
        <p className="muted grow">
          What is in force here replaces the list in every quote from its next edit on; sent quotes keep their prices.
        </p>
        <button className="button" type="button" data-testid="ask-price" onClick={() => setAsking(true)}>
          Ask for a price
        </button>
      </div>
      <Failure error={list.error} />
      {list.data?.length === 0 && <p className="empty">List prices apply. Nothing else was agreed.</p>}
      <ul className="list">
        {list.data?.map((price) => (
          <li key={price.id} data-testid="agreed-price" style={{ alignItems: "flex-start" }}>
            <span className="grow" style={{ minWidth: 0 }}>
              <strong>{price.what}</strong> {price.terms_text}
              <br />
              <span className="meta">
                {price.valid_text}
                {price.reason ? `. ${price.reason}` : ""}
                {price.proposed_text ? `. Asked by ${price.proposed_text}` : ""}
                {price.decided_text ? `. Decided by ${price.decided_text}` : ""}
                {price.decision_note ? `: ${price.decision_note}` : ""}
              </span>
            </span>
            <Status words={PRICE_STATE} value={price.state} />
            {may(price, "decide")?.allowed && (
              <>
                <button className="button primary" type="button" onClick={() => setDoing({ what: "approve", price })}>
                  Agree
                </button>
                <button className="button" type="button" onClick={() => setDoing({ what: "refuse", price })}>
                  Refuse
                </button>
              </>
            )}
            {price.state === "proposed" && !may(price, "decide")?.allowed && (
              <span className="meta" style={{ maxWidth: 160 }}>
                {words({ code: may(price, "decide")?.reason_code, params: {} })}
              </span>
            )}
            {may(price, "end")?.allowed && price.state !== "ended" && (
              <button className="button" type="button" onClick={() => setDoing({ what: "end", price })}>
                End
              </button>
            )}
          </li>
        ))}
      </ul>
      {asking && <Ask accountId={accountId} currency={account.currency} onClose={() => setAsking(false)} />}
      {doing && <Decide accountId={accountId} doing={doing} onClose={() => setDoing(undefined)} />}
    </section>
  );
}

function Decide({ accountId, doing, onClose }: { accountId: string; doing: Doing; onClose: () => void }) {
  const { what, price } = doing;
  const decide = useAction("decide_price", onClose);
  const end = useAction("end_price", onClose);
  const [text, setText] = useState("");
  const title = { approve: "Agree to this price", refuse: "Refuse this price", end: "End this agreement" }[what];
  return (
    <Dialog title={title} onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (what === "end") end.mutate({ account_id: accountId, id: price.id, last_day: text });
          else decide.mutate({ account_id: accountId, id: price.id, approve: what === "approve", note: text });
        }}
      >
        <p>
          {price.what}: {price.terms_text}
          <br />
          <span className="meta">{price.valid_text}</span>
        </p>
        <TextField
          label={what === "end" ? "Last day, inclusive" : what === "refuse" ? "Reason" : "Note (optional)"}
          type={what === "end" ? "date" : "text"}
          maxLength={500}
          value={text}
          onText={(typed) => setText(typed)}
        />
        <Failure error={decide.error ?? end.error} />
        <FormButtons
          go={{ approve: "Agree", refuse: "Refuse", end: "End it" }[what]}
          testid="confirm"
          disabled={decide.isPending || end.isPending || (what === "end" && !text)}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}

function Ask({ accountId, currency, onClose }: { accountId: string; currency: string; onClose: () => void }) {
  const books = useCommand("list_price_books", {});
  const own = (books.data ?? []).filter((book) => book.currency === currency);
  const items = own.find((book) => book.status === "published")?.items ?? [];
  const [kind, setKind] = useState("contract");
  const [contract, setContract] = useState({ item_code: "", price: "", stacks: false });
  const [rows, setRows] = useState<VolumeRowText[]>([{ min: "1", max: "", pct: "" }]);
  const [book, setBook] = useState("");
  const [form, setForm] = useState({ valid_from: "", valid_to: "", reason: "" });
  const ask = useAction("propose_price", onClose);
  const terms = (): AgreedTermsArgs =>
    kind === "volume"
      ? { kind: "volume", rows }
      : kind === "lock"
        ? { kind: "lock", price_book_id: book || own[0]?.id || "" }
        : { kind: "contract", ...contract, item_code: contract.item_code || items[0]?.code || "" };
  const setRow = (index: number, part: Partial<VolumeRowText>) =>
    setRows(rows.map((row, at) => (at === index ? { ...row, ...part } : row)));
  return (
    <Dialog title="Ask for a price" onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          ask.mutate({ account_id: accountId, terms: terms(), ...form });
        }}
      >
        <Field label="What is agreed">
          {(id) => (
            <select id={id} className="input" value={kind} onChange={(e) => setKind(e.target.value)}>
              {Object.entries(PRICE_KIND).map(([key, text]) => (
                <option key={key} value={key}>
                  {text}
                </option>
              ))}
            </select>
          )}
        </Field>
        {kind === "contract" && (
          <>
            <Field label="Package, installation or usage item">
              {(id) => (
                <select
                  id={id}
                  className="input"
                  value={contract.item_code || items[0]?.code}
                  onChange={(e) => setContract({ ...contract, item_code: e.target.value })}
                >
                  {items.map((item) => (
                    <option key={item.code} value={item.code}>
                      {item.name}, list {item.list_price_text}
                    </option>
                  ))}
                </select>
              )}
            </Field>
            <Field label={`Price, ${currency}, per unit before tax`}>
              {(id) => (
                <input
                  id={id}
                  className="input num"
                  inputMode="decimal"
                  value={contract.price}
                  onChange={(e) => setContract({ ...contract, price: e.target.value })}
                />
              )}
            </Field>
            <label className="row" style={{ marginBottom: 12 }}>
              <input
                type="checkbox"
                checked={contract.stacks}
                onChange={(e) => setContract({ ...contract, stacks: e.target.checked })}
              />
              Volume and term discounts come on top
            </label>
          </>
        )}
        {kind === "volume" && (
          <fieldset style={{ border: 0, padding: 0, margin: "0 0 12px" }}>
            <legend className="meta">
              Rows: from, to (empty = open), percent. Where rows overlap the higher percentage applies.
            </legend>
            {rows.map((row, index) => (
              <div key={index} className="row" style={{ marginTop: 4 }}>
                <input
                  className="input num"
                  aria-label={`From sites, row ${index + 1}`}
                  value={row.min}
                  onChange={(e) => setRow(index, { min: e.target.value })}
                />
                <input
                  className="input num"
                  aria-label={`To sites, row ${index + 1}`}
                  value={row.max}
                  onChange={(e) => setRow(index, { max: e.target.value })}
                />
                <input
                  className="input num"
                  aria-label={`Percent, row ${index + 1}`}
                  value={row.pct}
                  onChange={(e) => setRow(index, { pct: e.target.value })}
                />
                <button
                  className="button quiet"
                  type="button"
                  disabled={rows.length === 1}
                  onClick={() => setRows(rows.filter((_, at) => at !== index))}
                >
                  Remove
                </button>
              </div>
            ))}
            <button
              className="button"
              type="button"
              style={{ marginTop: 4 }}
              onClick={() => setRows([...rows, { min: "", max: "", pct: "" }])}
            >
              Another row
            </button>
          </fieldset>
        )}
        {kind === "lock" && (
          <Field
            label="Price book that stays"
            help="New quotes of this account are made on it, whatever is published or withdrawn meanwhile."
          >
            {(id) => (
              <select id={id} className="input" value={book || own[0]?.id} onChange={(e) => setBook(e.target.value)}>
                {own.map((one) => (
                  <option key={one.id} value={one.id}>
                    {one.name} v{one.version}, {one.status}
                  </option>
                ))}
              </select>
            )}
          </Field>
        )}
        <div className="fields">
          <TextField
            label="From"
            type="date"
            required
            value={form.valid_from}
            onText={(typed) => setForm({ ...form, valid_from: typed })}
          />
          <TextField
            label={kind === "lock" ? "Until, inclusive" : "Until, inclusive (optional)"}
            type="date"
            required={kind === "lock"}
            value={form.valid_to}
            onText={(typed) => setForm({ ...form, valid_to: typed })}
          />
        </div>
        <Field label="Why">
          {(id) => (
            <textarea
              id={id}
              className="input"
              rows={2}
              maxLength={500}
              value={form.reason}
              onChange={(e) => setForm({ ...form, reason: e.target.value })}
            />
          )}
        </Field>
        <Failure error={ask.error} />
        <p className="meta">It prices nothing until a sales manager or director has agreed.</p>
        <FormButtons go="Ask" testid="confirm" disabled={ask.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
