// The Sync Centre: what waits, what was sent, what needs somebody, with base, mine and theirs beside each other.
import { useState } from "react";
import { type SkippedRow, type SyncChoice, type SyncItem, useAction, useCommand } from "../api";
import { Badge, Failure, Status } from "../components";
import { subject } from "../domains";
import { href } from "../paths";
import { QUOTE_STATUS } from "../quotes/words";
import { VERBS, words } from "../texts/codes";
import { CHANGE_STATUS, CHOICE } from "./words";

type Decide = (choice: SyncChoice, values?: Record<string, string>) => void;

// Base, mine and theirs side by side; the one that is chosen stands out.
function Differences({ item }: { item: SyncItem }) {
  return (
    <div className="sides">
      {item.differences.slice(0, 12).map((d, i) => (
        <div key={i} className="side-row">
          <div className="meta side-label">{d.label}</div>
          <div>
            <div className="meta">Before</div>
            <p>{d.base || "empty"}</p>
          </div>
          <div className="mine">
            <div className="meta">Yours, {item.made_at}</div>
            <p>{d.mine || "empty"}</p>
          </div>
          <div className="theirs">
            <div className="meta">{d.theirs_by ? `${d.theirs_by}, ${d.theirs_at}` : "On the server"}</div>
            <p>{d.theirs || "empty"}</p>
          </div>
        </div>
      ))}
    </div>
  );
}

function Edit({
  item,
  onSend,
  onCancel,
}: {
  item: SyncItem;
  onSend: (values: Record<string, string>) => void;
  onCancel: () => void;
}) {
  const [values, setValues] = useState<Record<string, string>>(() =>
    Object.fromEntries(item.differences.map((d) => [d.label, d.mine ?? ""])),
  );
  return (
    <form
      style={{ marginTop: 8 }}
      onSubmit={(e) => {
        e.preventDefault();
        onSend(values);
      }}
    >
      {Object.entries(values).map(([field, value]) => (
        <label key={field} style={{ display: "block", marginBottom: 8 }}>
          <span className="meta">{field}, as it shall be</span>
          <textarea
            className="input"
            rows={3}
            style={{ width: "100%", height: "auto" }}
            value={value}
            onChange={(e) => setValues({ ...values, [field]: e.target.value })}
          />
        </label>
      ))}
      <div className="row">
        <button className="button primary" type="submit">
          Send
        </button>
        <button className="button" type="button" onClick={onCancel}>
          Cancel
        </button>
      </div>
    </form>
  );
}

function Item({ item, onDecide }: { item: SyncItem; onDecide?: Decide }) {
  const [editing, setEditing] = useState(false);
  const [copied, setCopied] = useState(false);
  const place = subject(item.subject_kind);
  const copy = () => {
    void navigator.clipboard.writeText(item.support).then(() => setCopied(true));
  };
  return (
    <li style={{ display: "block" }}>
      <div className="row">
        <strong className="grow">
          {item.subject}, {VERBS[item.name].toLowerCase()}
          {item.outcome ? ` → ${item.outcome}` : ""}
        </strong>
        {item.outcome ? <Badge word={QUOTE_STATUS.converted} /> : <Status words={CHANGE_STATUS} value={item.status} />}
      </div>
      {item.made_at && (
        <div className="meta">
          {item.by}, {item.made_at}
          {item.answered_at ? `; answered ${item.answered_at}` : ""}
        </div>
      )}
      {item.code && <p style={{ margin: "4px 0" }}>{words({ code: item.code, params: item.params })}</p>}
      {item.differences.length > 0 && <Differences item={item} />}
      {onDecide && editing && (
        <Edit item={item} onCancel={() => setEditing(false)} onSend={(values) => onDecide("edit", values)} />
      )}
      {onDecide && !editing && (
        <div className="row" style={{ marginTop: 6 }}>
          {item.choices.map((choice, i) => (
            <button
              key={choice}
              className={`button ${i === 0 ? "primary" : ""}`}
              type="button"
              data-testid={choice}
              onClick={() => (choice === "edit" ? setEditing(true) : onDecide(choice))}
            >
              {CHOICE[choice]}
            </button>
          ))}
          {place && <a href={href(place.path(item.subject_id))}>{place.open}</a>}
          <button className="button quiet" type="button" onClick={copy}>
            {copied ? "Copied" : "Copy details for support"}
          </button>
        </div>
      )}
    </li>
  );
}

/** A row of the server's that could not be taken in: nothing can be done about it here but to tell support. */
function Skipped({ row }: { row: SkippedRow }) {
  const [copied, setCopied] = useState(false);
  return (
    <li style={{ display: "block" }}>
      <strong>A row of {row.table.replaceAll("_", " ")} that was left out</strong>
      <p className="meta">This laptop could not take it in. Everything else is here; copy the details for support.</p>
      <button
        className="button quiet"
        type="button"
        onClick={() => void navigator.clipboard.writeText(row.support).then(() => setCopied(true))}
      >
        {copied ? "Copied" : "Copy details for support"}
      </button>
    </li>
  );
}

export function SyncCentrePage() {
  const { data, error } = useCommand("sync_centre", {});
  const decide = useAction("resolve_attention");
  if (error)
    return (
      <div className="page">
        <Failure error={error} />
      </div>
    );
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <h1>Sync Centre</h1>
      <Failure error={decide.error} />
      <section className="panel">
        <h2>Needs you</h2>
        {data && data.needs_you.length + data.skipped.length > 0 ? (
          <ul className="list">
            {data.skipped.map((row) => (
              <Skipped key={`${row.table} ${row.id}`} row={row} />
            ))}
            {data.needs_you.map((item) => (
              <Item
                key={item.id}
                item={item}
                onDecide={(choice, values) => decide.mutate({ id: item.id, choice, values: values ?? {} })}
              />
            ))}
          </ul>
        ) : (
          <p className="muted">Nothing was refused and nothing is in conflict.</p>
        )}
      </section>
      <section className="panel">
        <h2>Waiting</h2>
        {data?.waiting.length ? (
          <ul className="list">
            {data.waiting.map((item) => (
              <Item key={item.id} item={item} />
            ))}
          </ul>
        ) : (
          <p className="muted">Everything made on this laptop is confirmed.</p>
        )}
      </section>
      <section className="panel">
        <h2>Confirmed, last 30 days</h2>
        {data?.confirmed.length ? (
          <ul className="list">
            {data.confirmed.map((item) => (
              <Item key={item.id} item={item} />
            ))}
          </ul>
        ) : (
          <p className="muted">Nothing yet.</p>
        )}
      </section>
    </div>
  );
}
