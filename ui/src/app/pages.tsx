// Which page stands at which path. A page's script is read when it is first opened, the rest while nothing else is to do.
import { type ComponentType, lazy } from "react";
import { call, client } from "../api";
import { firstAsks, lastPage } from "../api/early";
import { TodayPage } from "./TodayPage";

const load = {
  accounts: () => import("../accounts"),
  imports: () => import("../imports"),
  jobs: () => import("../jobs"),
  orders: () => import("../orders"),
  quotes: () => import("../quotes"),
  settings: () => import("../settings"),
  sites: () => import("../sites"),
  sla: () => import("../sla"),
  tasks: () => import("../tasks"),
  tickets: () => import("../tickets"),
  sync: () => import("../sync/SyncCentrePage"),
};

type Scripts = typeof load;
type Script<N extends keyof Scripts> = Awaited<ReturnType<Scripts[N]>>;

/** Scripts that are here. */
const here: { [N in keyof Scripts]?: Script<N> } = {};

async function read<N extends keyof Scripts>(name: N): Promise<Script<N>> {
  const script = (await load[name]()) as Script<N>;
  (here as Record<string, unknown>)[name] = script;
  return script;
}

/** Answers at once: React draws a page whose script is here without a blank before it. */
// biome-ignore lint/suspicious/noThenProperty: what React asks of a lazy page is its `then`
const atOnce = <T,>(value: T) => ({ then: (take: (value: T) => void) => take(value) }) as unknown as Promise<T>;

const page = <N extends keyof Scripts, P extends object>(name: N, pick: (script: Script<N>) => ComponentType<P>) =>
  lazy(() => {
    const script = here[name];
    if (script) return atOnce({ default: pick(script) });
    return read(name).then((loaded) => ({ default: pick(loaded) }));
  });

const AccountPage = page("accounts", (m) => m.AccountPage);
const AccountsPage = page("accounts", (m) => m.AccountsPage);
const ImportPage = page("imports", (m) => m.ImportPage);
const JobPage = page("jobs", (m) => m.JobPage);
const JobsPage = page("jobs", (m) => m.JobsPage);
const OrdersPage = page("orders", (m) => m.OrdersPage);
const ComparePage = page("quotes", (m) => m.ComparePage);
const ConversionPage = page("quotes", (m) => m.ConversionPage);
const OrderWizard = page("quotes", (m) => m.OrderWizard);
const ProposalPage = page("quotes", (m) => m.ProposalPage);
const QuotePage = page("quotes", (m) => m.QuotePage);
const QuotesPage = page("quotes", (m) => m.QuotesPage);
const BookPage = page("settings", (m) => m.BookPage);
const BrandingPage = page("settings", (m) => m.BrandingPage);
const ClausesPage = page("settings", (m) => m.ClausesPage);
const MapPage = page("settings", (m) => m.MapPage);
const DelegationsPage = page("settings", (m) => m.DelegationsPage);
const SettingsPage = page("settings", (m) => m.SettingsPage);
const SitePage = page("sites", (m) => m.SitePage);
const SitesPage = page("sites", (m) => m.SitesPage);
const SlaPage = page("sla", (m) => m.SlaPage);
const TaskPage = page("tasks", (m) => m.TaskPage);
const TasksPage = page("tasks", (m) => m.TasksPage);
const TicketPage = page("tickets", (m) => m.TicketPage);
const TicketsPage = page("tickets", (m) => m.TicketsPage);
const SyncCentrePage = page("sync", (m) => m.SyncCentrePage);

export const NewQuote = page("quotes", (m) => m.NewQuote);

/** Takes the first answers, those that fail are asked for again by the page; done when the script of the page that was open last is here. */
export async function loadLastPage() {
  for (const [command, args] of firstAsks())
    void client.prefetchQuery({ queryKey: [command, args], queryFn: () => call(command, args) });
  const name = lastPage();
  // A script that cannot be read is said by the page that needs it.
  if (Object.hasOwn(load, name)) await read(name as keyof Scripts).catch(() => undefined);
}

/** Reads what was not opened yet, so that no later click waits for it. */
export function loadAll() {
  for (const name of Object.keys(load)) void read(name as keyof Scripts);
}

export function Page({ route }: { route: string[] }) {
  const [page, id, sub] = route;
  if (page === "accounts" && id && sub === "import") return <ImportPage accountId={id} />;
  if (page === "accounts" && id)
    return <AccountPage key={`${id}/${sub ?? ""}`} id={id} first={sub === "prices" ? "prices" : "sites"} />;
  if (page === "accounts") return <AccountsPage />;
  if (page === "quotes" && id && sub === "import") return <ImportPage quoteId={id} />;
  if (page === "quotes" && id === "conversion") return <ConversionPage />;
  if (page === "quotes" && id && sub === "proposal") return <ProposalPage key={id} id={id} />;
  if (page === "quotes" && id && sub === "order") return <OrderWizard key={id} id={id} step={route[3]} />;
  if (page === "quotes" && id && sub === "compare" && route[3]) return <ComparePage left={id} right={route[3]} />;
  if (page === "quotes" && id) return <QuotePage key={id} id={id} />;
  if (page === "quotes") return <QuotesPage />;
  if (page === "orders") return <OrdersPage />;
  if (page === "sites") return id ? <SitePage id={id} /> : <SitesPage />;
  if (page === "jobs" && id) return <JobPage key={id} id={id} />;
  if (page === "jobs") return <JobsPage />;
  if (page === "tasks") return id ? <TaskPage key={id} id={id} /> : <TasksPage />;
  if (page === "tickets" && id) return <TicketPage key={id} id={id} />;
  if (page === "tickets") return <TicketsPage />;
  if (page === "sla") return <SlaPage />;
  if (page === "sync-centre") return <SyncCentrePage />;
  if (page === "settings" && id === "clauses") return <ClausesPage />;
  if (page === "settings" && id === "map") return <MapPage />;
  if (page === "settings" && id === "approvals") return <DelegationsPage />;
  if (page === "settings" && id === "documents") return <BrandingPage />;
  if (page === "settings" && id === "books" && sub) return <BookPage key={sub} id={sub} />;
  if (page === "settings") return <SettingsPage />;
  return <TodayPage />;
}
