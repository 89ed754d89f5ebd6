// What changed about an account, a quote or a task: who, when, which fields; what waits to be sent says so.
import { type AccountView, type HistoryEntry, type RecordKind, useCommand } from "../api";
import { Failure, Waits } from "../components";
import { href, type Path, to } from "../paths";
import { VERBS } from "../texts/codes";
import { counted, DID, FIELD, valueWords } from "./words";

/** Where an entry's record is found. */
const PATH: Record<string, (id: string) => Path> = { quotes: to.quote, tasks: to.task };

/** A tab of an account. */
export function HistoryOfAccount({ account: { row } }: { account: AccountView }) {
  return (
    <div style={{ overflow: "auto", maxWidth: 760 }}>
      <History kind="account" id={row.id} />
    </div>
  );
}

/** `bare` where what stands around it says what it is. */
export function History({ kind, id, bare = false }: { kind: RecordKind; id: string; bare?: boolean }) {
  const history = useCommand("record_history", { kind, id });
  return (
    <section className={bare ? "" : "panel"} aria-label="History" data-testid="history">
      {!bare && <h2>History</h2>}
      <Failure error={history.error} />
      {history.isPending && <p className="muted">Looking it up…</p>}
      {history.data?.length === 0 && <p className="muted">Nothing has been changed yet.</p>}
      <ul className="list">
        {(history.data ?? []).map((entry) => (
          <Entry key={entry.id} entry={entry} />
        ))}
      </ul>
      {kind === "account" && <p className="meta">What changed about a site or a ticket stands on its own page.</p>}
    </section>
  );
}

function Entry({ entry }: { entry: HistoryEntry }) {
  const { about } = entry;
  const path = about ? PATH[about.table] : undefined;
  return (
    <li>
      <div className="grow anywhere">
        <div>
          {DID[entry.intent] ?? VERBS[entry.intent]}
          {entry.by_customer && " by the customer"}
          {about?.text && <>: {path ? <a href={href(path(about.id))}>{about.text}</a> : about.text}</>}
        </div>
        {entry.fields.map((field) => (
          <div key={field.field}>
            {FIELD[field.field] ?? field.field}: <span className="muted">{valueWords(field.field, field.before)}</span>{" "}
            → {valueWords(field.field, field.after)}
          </div>
        ))}
        {entry.counts.length > 0 && <div>{entry.counts.map((count) => counted(count.kind, count.n)).join(", ")}</div>}
        {entry.note && <div className="typed">{entry.note}</div>}
        <span className="meta">
          {entry.at_text}, {entry.by || "somebody who is not on this laptop"}
        </span>
      </div>
      {entry.waiting && <Waits />}
    </li>
  );
}
