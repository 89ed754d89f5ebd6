// Typed commands and queries. The command list says which tables a query reads; the engine's change feed invalidates by table.
import { QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { answerOf } from "./early";
import { newer } from "./feed";
import type { CommandError, Commands, QueryName } from "./generated";

export { FIRST_WINDOW, WINDOW } from "./early";
export { follow, staleAfter } from "./feed";
export type * from "./generated";
export { READS } from "./generated";
export { closePresenter, openPresenter, subscribe } from "./transport";

export type Name = keyof Commands;

export function call<N extends Name>(name: N, args: Commands[N]["args"]): Promise<Commands[N]["result"]> {
  return answerOf(name, args) as Promise<Commands[N]["result"]>;
}

export const client = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false } },
});
// Where sync stands is told by events and asked for, both at once: of two answers the one begun later is kept.
client.setQueryDefaults(["sync_status"], { structuralSharing: (kept, next) => newer(kept, next) });

/** Asks: only what says which tables it reads can be asked, so that it is asked again when one of them changes. */
export function useCommand<N extends QueryName>(name: N, args: Commands[N]["args"], enabled = true) {
  return useQuery<Commands[N]["result"], CommandError>({
    queryKey: [name, args],
    queryFn: () => call(name, args),
    enabled,
    placeholderData: (previous) => previous,
  });
}

/** A quote as a command left it goes to the screen before anything is asked again. */
function keep(queries: QueryClient, result: unknown) {
  if (result && typeof result === "object" && "line_count" in result) {
    queries.setQueryData(["get_quote", { quote_id: (result as unknown as { row: { id: string } }).row.id }], result);
  }
}

/** As `useAction`, without a state of its own: the caller's screen is drawn once, for the answer. */
export function useSend<N extends Name>(name: N): (args: Commands[N]["args"]) => Promise<Commands[N]["result"]> {
  const queries = useQueryClient();
  return useCallback(
    async (args) => {
      const result = await call(name, args);
      keep(queries, result);
      return result;
    },
    [queries, name],
  );
}

export function useAction<N extends Name>(name: N, onDone?: (result: Commands[N]["result"]) => void) {
  const queries = useQueryClient();
  return useMutation<Commands[N]["result"], CommandError, Commands[N]["args"]>({
    mutationFn: (args) => call(name, args),
    onSuccess: (result) => {
      keep(queries, result);
      onDone?.(result);
    },
  });
}
