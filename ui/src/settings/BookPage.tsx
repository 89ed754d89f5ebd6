// A price book's next version: written here, kept on this laptop, published when what it changes has been looked at.
import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type BookDraft, type BookDraftView, type BookEdit, type BookItemText, useAction, useCommand } from "../api";
import { Badge, Dialog, Failure, Field, FormButtons, Status, TextField, Waiting } from "../components";
import { href, to } from "../paths";
import { QUOTE_STATUS } from "../quotes/words";
import { go } from "../route";
import { words } from "../texts/codes";
import { BOOK_STATUS } from "./words";

const CHARGES: [BookItemText["charge_type"], string][] = [
  ["recurring", "monthly"],
  ["one_off", "once"],
  ["usage", "usage"],
];

export function BookPage({ id }: { id: string }) {
  const queries = useQueryClient();
  const { data, error } = useCommand("book_draft", { price_book_id: id, edit: null });
  const edit = useAction("book_draft", (view) => {
    queries.setQueryData(["book_draft", { price_book_id: id, edit: null }], view);
    setTyped(undefined);
    void queries.invalidateQueries({ queryKey: ["book_impact"] });
  });
  const withdraw = useAction("withdraw_book");
  const publish = useAction("publish_book", () => go(to.settings));
  const [typed, setTyped] = useState<BookDraft>();
  const [tool, setTool] = useState<"raise" | "paste" | "publish">();
  if (error) return <Waiting error={error} />;
  if (!data) return <Waiting error={null} />;
  const draft = typed ?? data.draft;
  const editable = data.may_publish && data.base.status === "published";
  const send = (change: BookEdit) => edit.mutate({ price_book_id: id, edit: change });
  const keep = () => {
    if (typed) send({ op: "set", draft: typed });
  };
  const setItem = (index: number, part: Partial<BookItemText>) =>
    setTyped({ ...draft, items: draft.items.map((item, at) => (at === index ? { ...item, ...part } : item)) });
  const add = () =>
    send({
      op: "set",
      draft: {
        ...draft,
        items: [
          ...draft.items,
          {
            code: "NEW",
            name: "New item",
            family: "service",
            charge_type: "recurring",
            unit_dp: 2,
            list_price: "0.00",
            cost: "",
            volume_eligible: false,
            term_eligible: false,
            tax_code: draft.items[0]?.tax_code ?? "",
            pos_rule: "installation",
            installation_code: "",
            includes: "",
          },
        ],
      },
    });
  const whole = data.problems.filter((problem) => problem.item === null);
  return (
    <div className="page">
      <div className="row wrap">
        <a href={href(to.settings)}>Settings</a>
        <h1 className="grow">
          {data.base.name} v{data.base.version}: the next version
        </h1>
        <Status words={BOOK_STATUS} value={data.base.status} />
        {data.kept && <Badge word={["Not published", "info"]} />}
        {editable && (
          <>
            <button className="button" type="button" onClick={() => setTool("raise")}>
              Raise…
            </button>
            <button className="button" type="button" onClick={() => setTool("paste")}>
              Paste prices…
            </button>
            <button className="button" type="button" onClick={add}>
              Add an item
            </button>
            {data.kept && (
              <button className="button" type="button" onClick={() => send({ op: "discard" })}>
                Begin again
              </button>
            )}
            <button
              className="button"
              type="button"
              disabled={withdraw.isPending}
              onClick={() => withdraw.mutate({ id })}
            >
              Withdraw v{data.base.version}
            </button>
            <button
              className="button primary"
              type="button"
              data-testid="look-at-impact"
              disabled={!data.kept || typed !== undefined}
              onClick={() => setTool("publish")}
            >
              What would change
            </button>
          </>
        )}
      </div>
      <p className="muted">
        {editable
          ? "What is typed is kept on this laptop. Open quotes stay on their version until it is withdrawn."
          : data.may_publish
            ? "This version was withdrawn; its prices stay readable."
            : "A director or administrator writes the next version."}
      </p>
      <Failure error={edit.error ?? withdraw.error ?? publish.error} />
      {data.unused_rows.length > 0 && (
        <p className="notice" role="status">
          {data.unused_rows.length} pasted rows were not used, because their code or price is not known here:{" "}
          {data.unused_rows.slice(0, 5).join(", ")}
        </p>
      )}
      {whole.map((problem) => (
        <p key={problem.field} className="notice">
          {words({ code: problem.code, params: {} })}
        </p>
      ))}
      <div className="row wrap" onBlur={keep}>
        <TextField
          label="Name"
          readOnly={!editable}
          maxLength={200}
          value={draft.name}
          onText={(typed) => setTyped({ ...draft, name: typed })}
        />
        <TextField
          label="For new quotes from"
          type="date"
          readOnly={!editable}
          value={draft.valid_from}
          onText={(typed) => setTyped({ ...draft, valid_from: typed })}
        />
        {data.gone.length > 0 && <span className="muted">Left out: {data.gone.join(", ")}</span>}
      </div>
      <div style={{ overflow: "auto", flex: 1 }} onBlur={keep}>
        <table className="totals compare" aria-label="Items">
          <thead>
            <tr>
              {["Code", "Name", "Charge", "List price", "Was", "Cost", "Comes with", "Includes", ""].map((title, n) => (
                <th
                  key={n}
                  scope="col"
                  className={n > 2 && n < 6 ? "num" : ""}
                  style={n > 2 && n < 6 ? undefined : { textAlign: "left" }}
                >
                  {title || <span className="visually-hidden">Remove</span>}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {draft.items.map((item, index) => (
              <Item
                key={index}
                view={data}
                item={item}
                index={index}
                editable={editable}
                set={setItem}
                remove={() =>
                  send({ op: "set", draft: { ...draft, items: draft.items.filter((_, at) => at !== index) } })
                }
              />
            ))}
          </tbody>
        </table>
      </div>
      {tool === "raise" && (
        <Raise
          onClose={() => setTool(undefined)}
          send={(change) => {
            setTool(undefined);
            send(change);
          }}
        />
      )}
      {tool === "paste" && (
        <Paste
          onClose={() => setTool(undefined)}
          send={(change) => {
            setTool(undefined);
            send(change);
          }}
        />
      )}
      {tool === "publish" && (
        <Impact
          id={id}
          ready={data.problems.length === 0}
          pending={publish.isPending}
          onPublish={() => publish.mutate({ id })}
          onClose={() => setTool(undefined)}
        />
      )}
    </div>
  );
}

function Item({
  view,
  item,
  index,
  editable,
  set,
  remove,
}: {
  view: BookDraftView;
  item: BookItemText;
  index: number;
  editable: boolean;
  set: (index: number, part: Partial<BookItemText>) => void;
  remove: () => void;
}) {
  const was = view.was[item.code];
  const wrong = (field: string) => view.problems.find((problem) => problem.item === index && problem.field === field);
  const cell = (
    field: "code" | "name" | "list_price" | "cost" | "installation_code" | "includes",
    label: string,
    num?: boolean,
  ) => (
    <input
      className={`input ${num ? "num" : ""}`}
      readOnly={!editable}
      aria-label={`${label}, ${item.name}`}
      aria-invalid={wrong(field) ? true : undefined}
      title={wrong(field) ? words({ code: wrong(field)?.code, params: {} }) : undefined}
      value={item[field]}
      onChange={(e) => set(index, { [field]: e.target.value })}
    />
  );
  return (
    <tr className={was === undefined ? "" : "warn-cell"}>
      <td style={{ width: 130 }}>{cell("code", "Code")}</td>
      <td>
        {cell("name", "Name")}
        {["code", "name", "list_price", "cost", "installation_code", "includes", "unit_dp", "tax_code"]
          .map(wrong)
          .filter((problem) => problem !== undefined)
          .map((problem) => (
            <span key={problem.field} className="error">
              {words({ code: problem.code, params: {} })}{" "}
            </span>
          ))}
      </td>
      <td style={{ width: 110 }}>
        <select
          className="input"
          disabled={!editable}
          aria-label={`Charge, ${item.name}`}
          value={item.charge_type}
          onChange={(e) => set(index, { charge_type: e.target.value as BookItemText["charge_type"] })}
        >
          {CHARGES.map(([value, label]) => (
            <option key={value} value={value}>
              {label}
            </option>
          ))}
        </select>
      </td>
      <td style={{ width: 120 }}>{cell("list_price", "List price", true)}</td>
      <td className="num muted" style={{ width: 90 }}>
        {was === undefined ? "" : was || "new"}
      </td>
      <td style={{ width: 110 }}>{cell("cost", "Cost", true)}</td>
      <td style={{ width: 120 }}>{cell("installation_code", "Comes with")}</td>
      <td style={{ width: 180 }}>{cell("includes", "Includes, apart by semicolons")}</td>
      <td style={{ width: 80 }}>
        {editable && (
          <button className="button quiet" type="button" aria-label={`Remove ${item.name}`} onClick={remove}>
            Remove
          </button>
        )}
      </td>
    </tr>
  );
}

function Raise({ send, onClose }: { send: (edit: BookEdit) => void; onClose: () => void }) {
  const [pct, setPct] = useState("");
  const [charge, setCharge] = useState<BookItemText["charge_type"]>("recurring");
  return (
    <Dialog title="Raise or lower list prices" onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          send({ op: "raise", charge_type: charge, pct });
        }}
      >
        <Field label="Which">
          {(id) => (
            <select
              id={id}
              className="input"
              value={charge}
              onChange={(e) => setCharge(e.target.value as BookItemText["charge_type"])}
            >
              {CHARGES.map(([value, label]) => (
                <option key={value} value={value}>
                  All {label} prices
                </option>
              ))}
            </select>
          )}
        </Field>
        <Field
          label="Percent"
          help="6 raises, -3 lowers. Each price is rounded half away from zero to its own decimals."
        >
          {(id) => (
            <input
              id={id}
              className="input num"
              inputMode="decimal"
              value={pct}
              onChange={(e) => setPct(e.target.value)}
            />
          )}
        </Field>
        <FormButtons go="Change them" testid="confirm" disabled={!pct.trim()} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

function Paste({ send, onClose }: { send: (edit: BookEdit) => void; onClose: () => void }) {
  const [text, setText] = useState("");
  return (
    <Dialog title="Paste prices from a spreadsheet" onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          send({ op: "paste", text });
        }}
      >
        <Field label="Rows of code and price" help="The first cell is the code, the last one the list price.">
          {(id) => (
            <textarea id={id} className="input" rows={10} value={text} onChange={(e) => setText(e.target.value)} />
          )}
        </Field>
        <FormButtons go="Set the prices" testid="confirm" disabled={!text.trim()} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

function Impact({
  id,
  ready,
  pending,
  onPublish,
  onClose,
}: {
  id: string;
  ready: boolean;
  pending: boolean;
  onPublish: () => void;
  onClose: () => void;
}) {
  const { data, error } = useCommand("book_impact", { id });
  return (
    <Dialog wide title="What would change" onClose={onClose}>
      <Failure error={error} />
      {!data && !error && <span className="skeleton" />}
      {data && (
        <>
          <p data-testid="impact">
            {data.changed} open quotes would cost something else on the next version, {data.unchanged} would not.
            Together {data.now_text} a month now, {data.then_text} then ({data.difference_text}). Publishing changes
            none of them: each keeps its version until it is copied to a new quote.
          </p>
          {data.rows.length > 0 && (
            <div style={{ maxHeight: 320, overflow: "auto" }}>
              <table className="totals compare">
                <thead>
                  <tr>
                    {["Quote", "Account", "Status", "Now", "Then", "Difference"].map((title, n) => (
                      <th
                        key={title}
                        scope="col"
                        className={n > 2 ? "num" : ""}
                        style={n > 2 ? undefined : { textAlign: "left" }}
                      >
                        {title}
                      </th>
                    ))}
                  </tr>
                </thead>
                <tbody>
                  {data.rows.map((row) => (
                    <tr key={row.quote_id}>
                      <td>
                        <a href={href(to.quote(row.quote_id))}>{row.number}</a>
                      </td>
                      <td>{row.account}</td>
                      <td>
                        <Status words={QUOTE_STATUS} value={row.status} />
                        {row.missing > 0 && <span className="error"> {row.missing} items missing</span>}
                      </td>
                      <td className="num">{row.now_text}</td>
                      <td className="num">{row.then_text}</td>
                      <td className="num">{row.difference_text}</td>
                    </tr>
                  ))}
                </tbody>
              </table>
            </div>
          )}
        </>
      )}
      {!ready && <p className="notice">Some items cannot be published as they are; they are marked in the list.</p>}
      <div className="row" style={{ marginTop: 12 }}>
        <button
          className="button primary"
          type="button"
          data-testid="publish-book"
          disabled={!ready || pending || !data}
          onClick={onPublish}
        >
          Publish
        </button>
        <button className="button" type="button" onClick={onClose}>
          Not yet
        </button>
      </div>
    </Dialog>
  );
}
