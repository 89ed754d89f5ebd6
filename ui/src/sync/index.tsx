import { type SyncStatus, useAction, useCommand } from "../api";
import { words } from "../texts/codes";

export function syncWords(s: SyncStatus): string {
  const waiting = s.waiting === 1 ? "1 change waiting" : `${s.waiting} changes waiting`;
  const parts: string[] = [];
  if (s.connection === "demo") return "Demo on this laptop · nothing is sent";
  if (s.connection === "offline") parts.push(s.offline_since ? `Offline since ${s.offline_since}` : "Offline", waiting);
  else if (s.connection === "signed_out") parts.push("Sign in again", waiting);
  else if (s.connection === "syncing")
    parts.push(
      s.progress?.total
        ? `Syncing ${s.progress.done.toLocaleString("en")} of ${s.progress.total.toLocaleString("en")}`
        : "Syncing",
      waiting,
    );
  else parts.push("Online", s.waiting ? waiting : "all confirmed");
  if (s.needs_you) parts.push(s.needs_you === 1 ? "1 needs you" : `${s.needs_you} need you`);
  parts.push(`${s.stale ? "stale, " : ""}data as of ${s.data.text}`);
  return parts.join(" · ");
}

export function SyncLine() {
  const { data } = useCommand("sync_status", {});
  const sync = useAction("sync_now");
  if (!data) return null;
  const tone = {
    online: "var(--good)",
    syncing: "var(--info)",
    offline: "var(--stale)",
    signed_out: "var(--warn)",
    demo: "var(--ink-2)",
  }[data.connection];
  return (
    <button
      type="button"
      className="button quiet meta"
      style={{ color: tone, fontSize: 12 }}
      onClick={() => sync.mutate({})}
      title={data.last_error ? words({ code: data.last_error, params: {} }) : data.data.source}
      data-testid="sync-line"
    >
      <span className={`dot ${data.connection === "online" ? "on" : ""}`} aria-hidden="true" />
      <span role="status">{syncWords(data)}</span>
    </button>
  );
}
