import { useAction, useCommand } from "../api";
import { Failure } from "../components";

const some = (n: number, one: string, many: string) => `${n.toLocaleString("en")} ${n === 1 ? one : many}`;

/** Imports made on this laptop, each of which can be taken back. */
export function Runs({ accountId }: { accountId: string }) {
  const runs = useCommand("list_imports", { id: accountId });
  const undo = useAction("undo_import");
  const done = undo.data;
  if (!runs.data || runs.data.length === 0) return <p className="muted">No site list was imported on this laptop.</p>;
  return (
    <>
      <Failure error={undo.error} />
      {done && (
        <p className="nudge" role="status" data-testid="undone">
          Taken back: {some(done.removed, "site", "sites")} removed, {some(done.restored, "site", "sites")} as before
          {done.lines ? `, ${some(done.lines, "line", "lines")} off the quote` : ""}.
          {done.kept
            ? ` ${some(done.kept, "site stays", "sites stay")}: something was built on ${done.kept === 1 ? "it" : "them"}.`
            : ""}
          {done.changed_since ? ` ${some(done.changed_since, "field stays", "fields stay")}: changed since.` : ""}
        </p>
      )}
      <ul className="list">
        {runs.data.map((run) => (
          <li key={run.id}>
            <span>
              {run.file_name}{" "}
              <span className="meta">
                {run.at_text}: {run.added} added, {run.changed} changed
                {run.undone_text ? `; taken back ${run.undone_text}` : ""}
              </span>
            </span>
            {!run.undone_text && (
              <button
                className="button"
                type="button"
                disabled={undo.isPending}
                onClick={() => undo.mutate({ run_id: run.id })}
              >
                Take back
              </button>
            )}
          </li>
        ))}
      </ul>
    </>
  );
}
