import { useQueryClient } from "@tanstack/react-query";
import { useState } from "react";
import { type Filter, type ListRequest, useAction, useCommand } from "../api";

interface View {
  name: string;
  filters: Filter[];
  text: string;
}

const MAX_VIEWS = 12;
const same = (a: View, b: Omit<View, "name">) =>
  a.text === b.text && JSON.stringify(a.filters) === JSON.stringify(b.filters);

function stored(text: string | undefined): View[] {
  try {
    const list: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(list)
      ? (list as View[]).filter((view) => typeof view.name === "string" && Array.isArray(view.filters))
      : [];
  } catch {
    return [];
  }
}

/** Filters kept under a name, with how many rows each finds now. They belong to the person and stay on this laptop. */
export function SavedViews(props: {
  place: "sites";
  filters: Filter[];
  text: string;
  onView: (view: { filters: Filter[]; text: string }) => void;
}) {
  const queries = useQueryClient();
  const state = useCommand("workspace_state", {});
  const keep = useAction("set_preference", () => void queries.invalidateQueries({ queryKey: ["workspace_state"] }));
  const [naming, setNaming] = useState<string>();
  const key = `views.${props.place}`;
  const views = stored(state.data?.kind === "ready" ? state.data.workspace.preferences[key] : undefined);
  const now = { filters: props.filters, text: props.text };
  const filtered = props.filters.length > 0 || props.text !== "";
  const known = views.find((view) => same(view, now));
  const save = (list: View[]) => keep.mutate({ key, value: JSON.stringify(list) });
  if (views.length === 0 && !filtered) return null;
  return (
    <div className="row wrap" role="group" aria-label="Saved views">
      {views.map((view) => (
        <span key={view.name} className="row" style={{ gap: 0 }}>
          <button
            type="button"
            className={`button ${known === view ? "" : "quiet"}`}
            aria-pressed={known === view}
            onClick={() => props.onView(view)}
          >
            {view.name} <Count view={view} />
          </button>
          {known === view && (
            <button
              type="button"
              className="button quiet"
              aria-label={`Forget the view ${view.name}`}
              onClick={() => save(views.filter((other) => other !== view))}
            >
              ×
            </button>
          )}
        </span>
      ))}
      {filtered &&
        !known &&
        views.length < MAX_VIEWS &&
        (naming === undefined ? (
          <button type="button" className="button quiet" data-testid="save-view" onClick={() => setNaming("")}>
            Save this view
          </button>
        ) : (
          <form
            className="row"
            onSubmit={(e) => {
              e.preventDefault();
              const name = naming.trim();
              if (name) save([...views.filter((view) => view.name !== name), { name, ...now }]);
              setNaming(undefined);
            }}
          >
            <input
              className="input"
              style={{ width: 180 }}
              aria-label="Name of the view"
              maxLength={40}
              autoFocus
              value={naming}
              onChange={(e) => setNaming(e.target.value)}
              onKeyDown={(e) => {
                if (e.key === "Escape") {
                  e.stopPropagation();
                  setNaming(undefined);
                }
              }}
            />
            <button className="button" type="submit" disabled={!naming.trim()}>
              Save
            </button>
          </form>
        ))}
    </div>
  );
}

function Count({ view }: { view: View }) {
  const list: ListRequest = { text: view.text || null, filters: view.filters, sort: null, offset: 0, limit: 1 };
  const found = useCommand("list_sites", { account_id: null, list });
  return <span className="meta">{found.data ? found.data.total.toLocaleString("en") : "…"}</span>;
}
