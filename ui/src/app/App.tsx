import { useQueryClient } from "@tanstack/react-query";
import { lazy, Suspense, useEffect } from "react";
import { follow, useCommand } from "../api";
import { presented } from "../paths";
import { Gate } from "../workspace";
import { Shell } from "./Shell";

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
  useEffect(() => follow(queries), [queries]);
  const theme = state.data?.kind === "ready" ? state.data.workspace.preferences.theme : undefined;
  useTheme(theme);
  // The presentation's own window is opened on this address and stays on it.
  const quoteId = presented(window.location.hash);
  if (quoteId)
    return (
      <Suspense fallback={null}>
        <Presented quoteId={quoteId} />
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
