// Typed commands and queries. A query names the tables it reads; the engine's change feed invalidates by table.
import { QueryClient, useMutation, useQuery, useQueryClient } from "@tanstack/react-query";
import { useCallback } from "react";
import { answerOf } from "./early";
import type { CommandError, Commands, EngineEvent } from "./generated";

export { FIRST_WINDOW, WINDOW } from "./early";
export type * from "./generated";
export { closePresenter, openPresenter, subscribe } from "./transport";

export type Name = keyof Commands;

export function call<N extends Name>(name: N, args: Commands[N]["args"]): Promise<Commands[N]["result"]> {
  return answerOf(name, args) as Promise<Commands[N]["result"]>;
}

/** What a quote is read and judged with: every query that opens one reads these. */
const QUOTED = [
  "quotes",
  "sites",
  "accounts",
  "price_books",
  "price_items",
  "agreed_prices",
  "clauses",
  "approval_delegations",
  "users",
  "organisations",
];

/** Tables each query reads, joined ones included. A command that is not here changes something. */
export const READS: Partial<Record<Name, string[]>> = {
  today: [
    "tasks",
    "tickets",
    "agreed_prices",
    "quotes",
    "orders",
    "incidents",
    "sites",
    "accounts",
    "users",
    "price_books",
    "price_items",
    "pending",
    "journal",
  ],
  rail: ["quotes", "orders", "sites", "accounts", "tickets", "tasks", "journal"],
  sync_centre: ["pending", "journal", "users"],
  list_accounts: ["accounts", "sites", "quotes", "sla_account_months", "users"],
  account_facets: ["accounts"],
  get_account: [
    "accounts",
    "contacts",
    "agreed_prices",
    "sites",
    "quotes",
    "sla_account_months",
    "users",
    "price_books",
    "price_items",
  ],
  list_sites: ["sites", "accounts", "users", "sla_site_months", "incidents", "tickets"],
  site_facets: ["sites"],
  map_sites: ["sites", "sla_site_months"],
  map_places: [],
  get_map_tiles: ["organisations"],
  map_tile: [],
  get_site: ["sites", "accounts", "users", "quotes", "incidents", "tickets", "sla_site_months", "pending"],
  site_list_rows: [],
  site_history: ["site_changes", "sites", "users"],
  site_tree: ["sites"],
  group_sites: ["sites", "accounts", "sla_site_months"],
  preview_site_bulk: ["sites", "accounts", "users"],
  list_people: ["users"],
  upgrade_choices: ["sites", "accounts", "price_books", "price_items", "agreed_prices"],
  preview_upgrade: QUOTED,
  list_imports: ["import_runs"],
  list_agreed_prices: ["agreed_prices", "price_books", "price_items", "accounts", "users"],
  list_delegations: ["approval_delegations", "users"],
  list_clauses: ["clauses", "users"],
  clause_versions: ["clauses", "users"],
  quote_proposal: QUOTED,
  quote_order_form: [...QUOTED, "contacts"],
  compare_quotes: QUOTED,
  quote_conversion: ["quotes", "accounts", "users"],
  book_draft: ["price_books", "price_items", "tax_rates"],
  book_impact: ["price_books", "price_items", "quotes", "accounts"],
  get_branding: ["organisations"],
  list_price_books: ["price_books", "price_items"],
  list_quotes: ["quotes", "accounts", "users", "orders", "pending"],
  get_quote: [...QUOTED, "tax_rates", "orders", "pending", "journal", "quote_links"],
  list_quote_lines: QUOTED,
  explain_quote_line: QUOTED,
  present_quote: [...QUOTED, "tax_rates"],
  quote_roi: QUOTED,
  list_attachments: ["attachments", "blobs", "users"],
  quote_customer: ["quote_links", "quote_messages", "quote_requests", "quotes", "pending", "users"],
  customer_news: ["quote_links", "quote_messages", "quote_requests", "quotes", "accounts"],
  list_mails: ["mails", "attachments", "contacts", "quotes", "users"],
  list_orders: ["orders", "accounts", "sites"],
  list_jobs: ["jobs", "users"],
  get_job: ["jobs", "job_events", "users"],
  list_tickets: ["tickets", "accounts", "sites", "users"],
  ticket_facets: ["tickets", "users"],
  ticket_choices: [],
  get_ticket: ["tickets", "ticket_events", "accounts", "sites", "users"],
  list_tasks: ["tasks", "accounts", "sites", "quotes", "tickets", "users"],
  task_facets: ["tasks", "users"],
  task_choices: ["users"],
  get_task: ["tasks", "accounts", "sites", "quotes", "tickets", "users"],
  list_account_sla: ["sla_account_months", "accounts"],
  list_site_sla: ["sla_site_months", "sites", "accounts"],
  get_site_sla: ["sla_site_months", "sites", "accounts", "incidents", "sla_agreements"],
  sla_months: ["sla_account_months"],
  search: ["accounts", "sites", "quotes", "orders", "tickets", "tasks"],
};

export const client = new QueryClient({
  defaultOptions: { queries: { retry: false, staleTime: Number.POSITIVE_INFINITY, refetchOnWindowFocus: false } },
});

export function useCommand<N extends Name>(name: N, args: Commands[N]["args"], enabled = true) {
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

/** What an event makes stale. */
export function staleAfter(event: EngineEvent): (name: string) => boolean {
  if (event.kind !== "changed") return () => false;
  if (event.tables.includes("*")) return () => true;
  return (name) => (READS[name as Name] ?? []).some((table) => event.tables.includes(table));
}
