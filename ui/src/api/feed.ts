// The engine's events on their way into the queries: what was asked before, while or after something changed ends up as it is now.
import { type QueryClient, replaceEqualDeep } from "@tanstack/react-query";
import { answerOf } from "./early";
import { type EngineEvent, READS, type SyncStatus, type TableName, type WorkspaceState } from "./generated";
import { invoke, subscribe } from "./transport";

// Longer than a frame: the answer is painted before the questions it raises are asked.
const GATHER_MS = 100;

const STATUS = ["sync_status", {}];

/** Of two answers to where sync stands the one begun later, in whatever order they arrive. */
export function newer(kept: unknown, next: unknown): unknown {
  const [before, after] = [kept as SyncStatus | undefined, next as SyncStatus];
  if (before && before.revision > after.revision) return before;
  return replaceEqualDeep(before, after);
}

/** What an event makes stale. */
export function staleAfter(event: EngineEvent): (name: string) => boolean {
  if (event.kind !== "changed") return () => false;
  if (event.tables.includes("*")) return () => true;
  const reads: Partial<Record<string, readonly TableName[]>> = READS;
  return (name) => (reads[name] ?? []).some((table) => event.tables.includes(table));
}

/** Asks again what `stale` names. What was asked for the first time and is still under way may have been read before the change:
 * that is asked anew too. */
export function renew(queries: QueryClient, stale: (name: string) => boolean): Promise<void> {
  const named = ({ queryKey: [name] }: { queryKey: readonly unknown[] }) => stale(String(name));
  for (const query of queries.getQueryCache().findAll({ fetchStatus: "fetching", predicate: named }))
    if (query.state.data === undefined) void query.cancel({ silent: true });
  return queries.invalidateQueries({ predicate: named });
}

/** What was read before the line stood and changed meanwhile is asked again; after a break that is everything. */
async function catchUp(queries: QueryClient, again: boolean) {
  if (again) {
    // Another engine may answer now: its counts begin anew.
    await queries.resetQueries({ queryKey: STATUS });
    return renew(queries, () => true);
  }
  // What was asked before the page's script was there, if anything was. No workspace is open yet: nothing was read.
  const early = () => answerOf("sync_status", {}) as Promise<SyncStatus>;
  const before = await queries.fetchQuery({ queryKey: STATUS, queryFn: early }).catch(() => undefined);
  const now = before && (await (invoke("sync_status", {}) as Promise<SyncStatus>).catch(() => undefined));
  if (!now) return;
  queries.setQueryData(STATUS, now);
  if (now.changes !== before.changes) await renew(queries, (name) => name !== "sync_status");
}

/** Follows the engine's events for as long as the window stands; gives what ends it. */
export function follow(queries: QueryClient): () => void {
  // A command's own answer goes before the questions its change raises: those wait a moment and are asked together.
  let changes: EngineEvent[] = [];
  let timer: ReturnType<typeof setTimeout> | undefined;
  const ask = () => {
    const stale = changes.map(staleAfter);
    changes = [];
    timer = undefined;
    void renew(queries, (name) => name === "sync_status" || stale.some((is) => is(name)));
  };
  const onEvent = (event: EngineEvent) => {
    if (event.kind === "sync") queries.setQueryData(STATUS, event.status);
    if (event.kind === "workspace") {
      const before = queries.getQueryData<WorkspaceState>(["workspace_state", {}]);
      queries.setQueryData(["workspace_state", {}], event.state);
      const person = (state: WorkspaceState | undefined) =>
        state?.kind === "ready" ? `${state.workspace.org_id}/${state.workspace.user.id}` : "";
      // Another person may do other things: everything on the screen is asked anew.
      if (event.state.kind === "ready" && person(before) !== person(event.state))
        void renew(queries, (name) => name !== "workspace_state");
    }
    if (event.kind === "changed") {
      changes.push(event);
      timer ??= setTimeout(ask, GATHER_MS);
    }
  };
  let stood = false;
  const stop = subscribe(onEvent, () => {
    void catchUp(queries, stood);
    stood = true;
  });
  return () => {
    stop();
    clearTimeout(timer);
  };
}
