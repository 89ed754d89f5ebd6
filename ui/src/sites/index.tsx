import { lazy, Suspense, useState } from "react";
import { type Filter, type SiteRow, useCommand } from "../api";
import type { Column } from "../components/DataTable";
import { Filters } from "../components/Filters";
import { href, to } from "../paths";
import { go } from "../route";
import { SITE_COLUMNS, SITE_NAME } from "./columns";
import { useExport } from "./Export";
import { Groups } from "./Groups";
import { SavedViews } from "./SavedViews";
import { SiteTable } from "./SiteTable";

export { SitePage } from "./SitePage";
export { SitesOfAccount } from "./SitesOfAccount";

// Land and clusters are loaded by whoever opens the map.
const SitesMap = lazy(() => import("./map/SitesMap").then((module) => ({ default: module.SitesMap })));

const COLUMNS: Column<SiteRow>[] = [
  SITE_NAME,
  {
    key: "account",
    title: "Account",
    width: "minmax(140px,1fr)",
    sort: "account",
    cell: (r) => <a href={href(to.account(r.account_id))}>{r.account}</a>,
  },
  ...SITE_COLUMNS,
];

export function SitesPage() {
  const [filters, setFilters] = useState<Filter[]>([]);
  const [text, setText] = useState("");
  const [total, setTotal] = useState(0);
  const [map, setMap] = useState(false);
  const [groups, setGroups] = useState(false);
  const facets = useCommand("site_facets", {
    account_id: null,
    list: { text: null, filters: [], sort: null, offset: 0, limit: 1 },
  });
  const out = useExport(null, filters, text);
  return (
    <div className="page">
      <div className="row wrap">
        <h1 className="grow">Sites</h1>
        <button className="button" type="button" data-testid="as-map" aria-pressed={map} onClick={() => setMap(!map)}>
          {map ? "List" : "Map"}
        </button>
        <button
          className="button"
          type="button"
          data-testid="as-groups"
          aria-pressed={groups}
          onClick={() => setGroups(!groups)}
        >
          Groups and totals
        </button>
        {out.buttons}
      </div>
      {out.outcome}
      <Filters
        label="Find in sites"
        text={text}
        onText={setText}
        filters={filters}
        onFilters={setFilters}
        facets={facets.data ?? []}
      />
      <SavedViews
        place="sites"
        filters={filters}
        text={text}
        onView={(view) => {
          setFilters(view.filters);
          setText(view.text);
        }}
      />
      {groups && (
        <Groups
          accountId={null}
          filters={filters}
          text={text}
          onFilter={(filter) => setFilters([...filters.filter((one) => one.field !== filter.field), filter])}
        />
      )}
      {map ? (
        <Suspense fallback={<span className="skeleton" />}>
          <SitesMap filters={filters} text={text} onOpen={(id) => go(to.site(id))} />
        </Suspense>
      ) : (
        <SiteTable
          accountId={null}
          filters={filters}
          text={text}
          onTotal={setTotal}
          empty="No site matches. Take a filter off."
          columns={COLUMNS}
        />
      )}
      <div className="meta" role="status">
        {map ? "" : <>{total.toLocaleString("en")} sites</>}
      </div>
    </div>
  );
}
