import { lazy, Suspense, useState } from "react";
import { type Filter, type SiteRow, useCommand } from "../api";
import { go } from "../app/route";
import { Table } from "../components/DataTable";
import { Filters } from "../components/Filters";
import { SITE_COLUMNS, SITE_NAME } from "./columns";
import { useExport } from "./Export";
import { SavedViews } from "./SavedViews";

export { SitePage } from "./SitePage";

// Land and clusters are loaded by whoever opens the map.
const SitesMap = lazy(() => import("./map/SitesMap").then((module) => ({ default: module.SitesMap })));

export function SitesPage() {
  const [filters, setFilters] = useState<Filter[]>([]);
  const [text, setText] = useState("");
  const [total, setTotal] = useState(0);
  const [map, setMap] = useState(false);
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
      {map ? (
        <Suspense fallback={<span className="skeleton" />}>
          <SitesMap filters={filters} text={text} onOpen={(id) => go(`/sites/${id}`)} />
        </Suspense>
      ) : (
        <Table<SiteRow, "list_sites">
          label="Sites"
          command="list_sites"
          args={(list) => ({ account_id: null, list })}
          filters={filters}
          text={text}
          rowKey={(r) => r.id}
          onOpen={(r) => go(`/sites/${r.id}`)}
          onTotal={setTotal}
          empty="No site matches. Take a filter off."
          columns={[
            SITE_NAME,
            {
              key: "account",
              title: "Account",
              width: "minmax(140px,1fr)",
              sort: "account",
              cell: (r) => <a href={`#/accounts/${r.account_id}`}>{r.account}</a>,
            },
            ...SITE_COLUMNS,
          ]}
        />
      )}
      <div className="meta" role="status">
        {map ? "" : <>{total.toLocaleString("en")} sites</>}
      </div>
    </div>
  );
}
