import {
  Building2,
  FileText,
  House,
  LifeBuoy,
  ListChecks,
  type LucideIcon,
  MapPin,
  Package,
  RefreshCw,
  Search,
  Settings,
  ShieldCheck,
  Wrench,
} from "lucide-react";
import { Suspense, useEffect, useRef, useState } from "react";
import { useAction, useCommand, type Workspace } from "../api";
import { keepPage } from "../api/early";
import { Dialog } from "../components";
import { SyncLine } from "../sync";
import { Palette } from "./Palette";
import { Profile } from "./Profile";
import { loadAll, NewQuote, Page } from "./pages";
import { go, useRoute } from "./route";

// The first page has painted by then, and its answers are there.
const REST_MS = 1_500;

const PAGES: [string, string, string][] = [
  ["today", "Today", "t"],
  ["tasks", "Tasks", "d"],
  ["accounts", "Accounts", "a"],
  ["quotes", "Quotes", "q"],
  ["orders", "Orders", "o"],
  ["sites", "Sites", "s"],
  ["sla", "SLA", "l"],
  ["tickets", "Tickets", "k"],
  ["jobs", "Jobs", "j"],
];

const ICONS: Record<string, LucideIcon> = {
  today: House,
  accounts: Building2,
  quotes: FileText,
  orders: Package,
  sites: MapPin,
  sla: ShieldCheck,
  tasks: ListChecks,
  tickets: LifeBuoy,
  jobs: Wrench,
  "sync-centre": RefreshCw,
  settings: Settings,
};

export function Shell({ workspace }: { workspace: Workspace }) {
  // The place of the last time, before anything is drawn: what is not wanted is not asked for.
  useState(() => {
    if (!window.location.hash && workspace.preferences.last_place) go(workspace.preferences.last_place);
  });
  const route = useRoute();
  // What a technician carries; the office sees everything.
  const pages =
    workspace.user.role === "technician" ? PAGES.filter(([name]) => ["today", "tasks", "jobs"].includes(name)) : PAGES;
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [newQuote, setNewQuote] = useState(false);
  useEffect(() => {
    const later = setTimeout(loadAll, REST_MS);
    return () => clearTimeout(later);
  }, []);
  const rail = useCommand("rail", {});
  const remember = useAction("set_preference");
  const path = window.location.hash.slice(1);
  const save = remember.mutate;
  const kept = useRef(workspace.preferences.last_place);
  useEffect(() => {
    if (!path) return;
    keepPage(path.split("/")[1] ?? "");
    // Where the window stood already need not be written again.
    if (path !== kept.current) save({ key: "last_place", value: path });
    kept.current = path;
  }, [path, save]);
  useEffect(() => {
    let leader = false;
    const onKey = (event: KeyboardEvent) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        return setPalette(true);
      }
      if (
        (event.target as HTMLElement).matches("input, select, textarea") ||
        document.querySelector("[role=dialog]") ||
        event.ctrlKey ||
        event.altKey
      )
        return;
      if (leader) {
        leader = false;
        const page = PAGES.find(([, , key]) => key === event.key);
        if (page) return go(`/${page[0]}`);
      }
      if (event.key === "g") leader = true;
      else if (event.key === "n") setNewQuote(true);
      else if (event.key === "?") setHelp(true);
      else if (event.key === "Escape" && route.length > 1) go(`/${route.slice(0, -1).join("/")}`);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [route]);
  const counts = rail.data?.counts ?? {};
  const place = route[0] ?? "today";
  const link = (name: string, title: string) => (
    <RailLink key={name} name={name} title={title} here={place === name} count={counts[name.replace("-", "_")]} />
  );
  return (
    <div className="shell">
      <nav className="rail" aria-label="Pages">
        <div className="brand">
          <span aria-hidden="true" style={{ width: 18, height: 18, borderRadius: 4, background: "var(--accent)" }} />
          <span className="grow label" style={{ overflow: "hidden", textOverflow: "ellipsis", whiteSpace: "nowrap" }}>
            {workspace.organisation}
          </span>
          <span className="meta label">{workspace.country}</span>
        </div>
        <button type="button" className="button find" title="Find anything (Ctrl K)" onClick={() => setPalette(true)}>
          <span className="label">Find anything</span>
          <Search size={16} className="only-narrow" aria-hidden="true" />
          <kbd className="label">Ctrl K</kbd>
        </button>
        {pages.map(([name, title]) => link(name, title))}
        <span className="spacer" />
        {link("sync-centre", "Sync Centre")}
        {link("settings", "Settings")}
      </nav>
      <header className="top">
        <span className="grow muted">
          {
            [...PAGES, ["sync-centre", "Sync Centre", ""], ["settings", "Settings", ""]].find(
              ([name]) => name === place,
            )?.[1]
          }
        </span>
        <SyncLine />
        <Profile workspace={workspace} />
      </header>
      <main className="main" id="main">
        <Suspense
          fallback={
            <div className="page">
              <span className="skeleton" />
            </div>
          }
        >
          <Page route={route} />
        </Suspense>
      </main>
      {palette && (
        <Palette
          onClose={() => setPalette(false)}
          onNewQuote={() => {
            setPalette(false);
            setNewQuote(true);
          }}
        />
      )}
      {newQuote && (
        <Suspense fallback={null}>
          <NewQuote accountId={route[0] === "accounts" ? route[1] : undefined} onClose={() => setNewQuote(false)} />
        </Suspense>
      )}
      {help && <Keys onClose={() => setHelp(false)} />}
    </div>
  );
}

function RailLink({
  name,
  title,
  here,
  count,
}: {
  name: string;
  title: string;
  here: boolean;
  count: number | undefined;
}) {
  const Icon = ICONS[name] ?? House;
  return (
    <a href={`#/${name}`} aria-current={here ? "page" : undefined} title={title}>
      <Icon size={16} strokeWidth={1.75} aria-hidden="true" />
      <span className="grow label">{title}</span>
      {count ? <span className="count">{count.toLocaleString("en")}</span> : null}
    </a>
  );
}

function Keys({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keys" onClose={onClose}>
      <table className="totals">
        <tbody>
          {[
            ["Ctrl K", "Find anything"],
            ...PAGES.map(([, title, key]) => [`g ${key}`, title]),
            ["n", "New quote"],
            ["j k ↑ ↓", "Move in a list"],
            ["Enter", "Open"],
            ["x", "Select"],
            ["w", "Why this price (quote line)"],
            ["F5", "Present to the customer (quote)"],
            ["Ctrl Enter", "Send quote"],
            ["Esc", "Back"],
          ].map(([key, text]) => (
            <tr key={key}>
              <td>
                <kbd>{key}</kbd>
              </td>
              <td>{text}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </Dialog>
  );
}
