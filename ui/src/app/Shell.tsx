import { Search } from "lucide-react";
import { Suspense, useEffect, useRef, useState } from "react";
import { useAction, useCommand, type Workspace } from "../api";
import { keepPage } from "../api/early";
import { Dialog } from "../components";
import type { Domain } from "../domain";
import { DOMAINS, domainOf } from "../domains";
import { loadAll } from "../lazy";
import { href, partsOf, placeOf } from "../paths";
import { go, here, useRoute } from "../route";
import { SyncLine } from "../sync";
import { type Make, Palette } from "./Palette";
import { Profile } from "./Profile";

// The first page has painted by then, and its answers are there.
const REST_MS = 1_500;

export function Shell({ workspace }: { workspace: Workspace }) {
  // The place of the last time, before anything is drawn: what is not wanted is not asked for.
  useState(() => {
    const last = workspace.preferences.last_place;
    if (!here() && last) go(placeOf(partsOf(last)));
  });
  const route = useRoute();
  // What a technician carries; the office sees everything.
  const pages = DOMAINS.filter(({ foot, field }) => !foot && (field || workspace.user.role !== "technician"));
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [making, setMaking] = useState<Make>();
  useEffect(() => {
    const later = setTimeout(loadAll, REST_MS);
    return () => clearTimeout(later);
  }, []);
  const rail = useCommand("rail", {});
  const remember = useAction("set_preference");
  const path = here();
  const save = remember.mutate;
  const kept = useRef(workspace.preferences.last_place);
  useEffect(() => {
    if (!path) return;
    keepPage(partsOf(path)[0] ?? "");
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
        const page = DOMAINS.find(({ shortcut }) => shortcut === event.key);
        if (page) return go(page.path);
      }
      if (event.key === "g") leader = true;
      else if (event.key === "?") setHelp(true);
      else if (event.key === "Escape" && route.length > 1) go(placeOf(route.slice(0, -1)));
      else setMaking((now) => DOMAINS.find(({ make }) => make?.key === event.key)?.make ?? now);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [route]);
  const counts = rail.data?.counts ?? {};
  const at = domainOf(route) ?? DOMAINS[0];
  const link = (domain: Domain) => (
    <RailLink key={domain.key} domain={domain} here={at === domain} count={counts[domain.key.replace("-", "_")]} />
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
        {pages.map(link)}
        <span className="spacer" />
        {DOMAINS.filter(({ foot }) => foot).map(link)}
      </nav>
      <header className="top">
        <span className="grow muted">{at?.title}</span>
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
          {at?.show(route.slice(1))}
        </Suspense>
      </main>
      {palette && (
        <Palette
          onClose={() => setPalette(false)}
          onMake={(make) => {
            setPalette(false);
            setMaking(make);
          }}
        />
      )}
      {making && (
        <Suspense fallback={null}>
          <making.Form route={route} onClose={() => setMaking(undefined)} />
        </Suspense>
      )}
      {help && <Keys onClose={() => setHelp(false)} />}
    </div>
  );
}

function RailLink({ domain, here, count }: { domain: Domain; here: boolean; count: number | undefined }) {
  const { icon: Icon, title, path } = domain;
  return (
    <a href={href(path)} aria-current={here ? "page" : undefined} title={title}>
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
            ...DOMAINS.flatMap(({ shortcut, title }) => (shortcut ? [[`g ${shortcut}`, title]] : [])),
            ...DOMAINS.flatMap(({ make }) => (make ? [[make.key, make.title]] : [])),
            ["j k ↑ ↓", "Move in a list"],
            ["Enter", "Open"],
            ["x", "Select"],
            ...DOMAINS.flatMap(({ keys }) => keys ?? []),
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
