import { type SyncItem, type SyncStatus, useAction, useCommand } from "../api";
import { Badge, Failure } from "../components";
import { VERBS, words } from "../texts/codes";

export function syncWords(s: SyncStatus): string {
  const waiting = s.waiting === 1 ? "1 change waiting" : `${s.waiting} changes waiting`;
  const parts: string[] = [];
  if (s.connection === "demo") return "Demo on this laptop · nothing is sent";
  if (s.connection === "offline") parts.push(s.offline_since ? `Offline since ${s.offline_since}` : "Offline", waiting);
  else if (s.connection === "signed_out") parts.push("Sign in again", waiting);
  else if (s.connection === "syncing") parts.push("Syncing", waiting);
  else parts.push("Online", s.waiting ? waiting : "all confirmed");
  if (s.needs_you) parts.push(s.needs_you === 1 ? "1 needs you" : `${s.needs_you} need you`);
  parts.push(`data as of ${s.data.text}`);
  return parts.join(" · ");
}

export function SyncLine() {
  const { data } = useCommand("sync_status", {});
  const sync = useAction("sync_now");
  if (!data) return null;
  const tone = { online: "var(--good)", syncing: "var(--info)", offline: "var(--stale)", signed_out: "var(--warn)", demo: "var(--ink-2)" }[data.connection];
  return (
    <button type="button" className="button quiet meta" style={{ color: tone, fontSize: 12 }} onClick={() => sync.mutate({})} title={data.last_error ? words({ code: data.last_error, params: {} }) : data.data.source} data-testid="sync-line">
      <span className={`dot ${data.connection === "online" ? "on" : ""}`} aria-hidden="true" />
      <span role="status">{syncWords(data)}</span>
    </button>
  );
}

function Item({ item, onDecide }: { item: SyncItem; onDecide?: (choice: string) => void }) {
  return (
    <li style={{ display: "block" }}>
      <div className="row">
        <strong className="grow">{item.subject}, {(VERBS[item.name] ?? item.name).toLowerCase()}{item.outcome ? ` → ${item.outcome}` : ""}</strong>
        <Badge status={item.outcome ? "converted" : item.status} />
      </div>
      <div className="meta">{item.by}, {item.made_at}{item.answered_at ? `; answered ${item.answered_at}` : ""}</div>
      {item.code && <p style={{ margin: "4px 0" }}>{words({ code: item.code, params: item.params })}</p>}
      {item.differences.length > 0 && (
        <table className="totals"><thead><tr className="meta"><th scope="col" align="left">What</th><th scope="col" align="left">Before</th><th scope="col" align="left">Yours</th><th scope="col" align="left">Theirs</th></tr></thead><tbody>
          {item.differences.slice(0, 12).map((d, i) => <tr key={i}><td>{d.label}</td><td>{d.base ?? "–"}</td><td><strong>{d.mine ?? "–"}</strong></td><td>{d.theirs ?? "–"}</td></tr>)}
        </tbody></table>
      )}
      {onDecide && <div className="row" style={{ marginTop: 6 }}><button className="button primary" type="button" onClick={() => onDecide("send_again")}>Send again</button><button className="button" type="button" onClick={() => onDecide("dismiss")}>Leave it</button>{item.subject_kind === "quote" && <a href={`#/quotes/${item.subject_id}`}>Open the quote</a>}</div>}
    </li>
  );
}

export function SyncCentrePage() {
  const { data, error } = useCommand("sync_centre", {});
  const decide = useAction("resolve_attention");
  if (error) return <div className="page"><Failure error={error} /></div>;
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <h1>Sync Centre</h1>
      <Failure error={decide.error} />
      <section className="panel"><h2>Needs you</h2>{data?.needs_you.length ? <ul className="list">{data.needs_you.map((item) => <Item key={item.id} item={item} onDecide={(choice) => decide.mutate({ id: item.id, choice })} />)}</ul> : <p className="muted">Nothing was refused and nothing is in conflict.</p>}</section>
      <section className="panel"><h2>Waiting</h2>{data?.waiting.length ? <ul className="list">{data.waiting.map((item) => <Item key={item.id} item={item} />)}</ul> : <p className="muted">Everything made on this laptop is confirmed.</p>}</section>
      <section className="panel"><h2>Confirmed, last 30 days</h2>{data?.confirmed.length ? <ul className="list">{data.confirmed.map((item) => <Item key={item.id} item={item} />)}</ul> : <p className="muted">Nothing yet.</p>}</section>
    </div>
  );
}
