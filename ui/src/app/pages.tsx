// Which page stands at which path. A page's script is read when it is first opened, the rest while nothing else is to do.
import { type ComponentType, lazy } from "react";
import { type Commands, call, client, FIRST_WINDOW, type Name } from "../api";
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
  sync: () => import("../sync/SyncCentrePage"),
};

const page = <M, P extends object>(module: () => Promise<M>, pick: (module: M) => ComponentType<P>) =>
  lazy(() => module().then((loaded) => ({ default: pick(loaded) })));

const AccountPage = page(load.accounts, (m) => m.AccountPage);
const AccountsPage = page(load.accounts, (m) => m.AccountsPage);
const ImportPage = page(load.imports, (m) => m.ImportPage);
const JobPage = page(load.jobs, (m) => m.JobPage);
const JobsPage = page(load.jobs, (m) => m.JobsPage);
const OrdersPage = page(load.orders, (m) => m.OrdersPage);
const ComparePage = page(load.quotes, (m) => m.ComparePage);
const ConversionPage = page(load.quotes, (m) => m.ConversionPage);
const OrderWizard = page(load.quotes, (m) => m.OrderWizard);
const ProposalPage = page(load.quotes, (m) => m.ProposalPage);
const QuotePage = page(load.quotes, (m) => m.QuotePage);
const QuotesPage = page(load.quotes, (m) => m.QuotesPage);
const BookPage = page(load.settings, (m) => m.BookPage);
const BrandingPage = page(load.settings, (m) => m.BrandingPage);
const ClausesPage = page(load.settings, (m) => m.ClausesPage);
const MapPage = page(load.settings, (m) => m.MapPage);
const DelegationsPage = page(load.settings, (m) => m.DelegationsPage);
const SettingsPage = page(load.settings, (m) => m.SettingsPage);
const SitePage = page(load.sites, (m) => m.SitePage);
const SitesPage = page(load.sites, (m) => m.SitesPage);
const SlaPage = page(load.sla, (m) => m.SlaPage);
const SyncCentrePage = page(load.sync, (m) => m.SyncCentrePage);

export const NewQuote = page(load.quotes, (m) => m.NewQuote);

const LAST = "page";

/** Notes which page is open, by its name alone: what it shows stays in the encrypted store. */
export function keepPage(name: string) {
  localStorage.setItem(LAST, name);
}

/** What a page's first sight asks for, where that is the same every time. */
const FIRST: Partial<Record<string, () => void>> = {
  accounts: () => ask("list_accounts", FIRST_WINDOW),
  sites: () => ask("list_sites", { account_id: null, list: FIRST_WINDOW }),
  today: () => ask("today", {}),
};

/** Asks before the page does; whoever may not be answered yet is asked again by the page. */
function ask<N extends Name>(name: N, args: Commands[N]["args"]) {
  void client.prefetchQuery({ queryKey: [name, args], queryFn: () => call(name, args) });
}

/** Reads script and first answers of the page that was open last while the workspace is still being opened. */
export function loadLastPage() {
  const name = localStorage.getItem(LAST) ?? "";
  if (Object.hasOwn(load, name)) void load[name as keyof typeof load]();
  const first = FIRST[name];
  if (!first) return;
  first();
  ask("rail", {});
  ask("sync_status", {});
}

/** Reads what was not opened yet, so that no later click waits for it. */
export function loadAll() {
  for (const module of Object.values(load)) void module();
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
