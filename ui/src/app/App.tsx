import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { type EngineEvent, staleAfter, subscribe, useCommand, type WorkspaceState } from "../api";
import { Gate } from "../workspace";
import { Shell } from "./Shell";

// Longer than a frame: the answer is painted before the questions it raises are asked.
const GATHER_MS = 100;

/** The presentation's own window is opened on this address and stays on it. */
const PRESENTED = /^#\/present\/([0-9a-f-]{36})$/;
const Presented = lazy(() => import("../quotes/Present").then((page) => ({ default: page.PresentWindow })));

export function useTheme(theme: string | undefined) {
  useEffect(() => {
    const dark = window.matchMedia("(prefers-color-scheme: dark)");
    const apply = () => {
      const wanted = theme === "dark" || theme === "light" ? theme : dark.matches ? "dark" : "light";
      document.documentElement.dataset.theme = wanted;
    };
    apply();
    dark.addEventListener("change", apply);
    return () => dark.removeEventListener("change", apply);
  }, [theme]);
}

export function App() {
  const queries = useQueryClient();
  const state = useCommand("workspace_state", {});
  useEffect(() => {
    // A command's own answer goes before the questions its change raises: those wait a moment and are asked together.
    let changes: EngineEvent[] = [];
    let timer: ReturnType<typeof setTimeout> | undefined;
    const ask = () => {
      const stale = changes.map(staleAfter);
      changes = [];
      timer = undefined;
      void queries.invalidateQueries({
        predicate: ({ queryKey: [name] }) => name === "sync_status" || stale.some((is) => is(String(name))),
      });
    };
    const stop = subscribe((event) => {
      if (event.kind === "sync") queries.setQueryData(["sync_status", {}], event.status);
      if (event.kind === "workspace") {
        const before = queries.getQueryData<WorkspaceState>(["workspace_state", {}]);
        queries.setQueryData(["workspace_state", {}], event.state);
        const person = (state: WorkspaceState | undefined) =>
          state?.kind === "ready" ? `${state.workspace.org_id}/${state.workspace.user.id}` : "";
        // Another person may do other things: everything on the screen is asked anew.
        if (event.state.kind === "ready" && person(before) !== person(event.state))
          void queries.invalidateQueries({ predicate: (q) => q.queryKey[0] !== "workspace_state" });
      }
      if (event.kind === "changed") {
        changes.push(event);
        timer ??= setTimeout(ask, GATHER_MS);
      }
    });
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [queries]);
  const theme = state.data?.kind === "ready" ? state.data.workspace.preferences.theme : undefined;
  useTheme(theme);
  const presented = PRESENTED.exec(window.location.hash)?.[1];
  if (presented)
    return (
      <Suspense fallback={null}>
        <Presented quoteId={presented} />
      </Suspense>
    );
  if (state.data?.kind === "ready") return <Shell workspace={state.data.workspace} />;
  return (
    <Gate
      state={state.data}
      error={state.error}
      onState={(next) => queries.setQueryData(["workspace_state", {}], next)}
    />
  );
}
