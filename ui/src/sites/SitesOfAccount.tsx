// A customer's sites as a list or as their tree, and out as a file.
import { useState } from "react";
import type { AccountView, Filter } from "../api";
import { SITE_COLUMNS, SITE_NAME } from "./columns";
import { useExport } from "./Export";
import { SiteTable } from "./SiteTable";
import { SiteTree } from "./SiteTree";

const COLUMNS = [SITE_NAME, ...SITE_COLUMNS];
const NO_FILTERS: Filter[] = [];

export function SitesOfAccount({ account: { row } }: { account: AccountView }) {
  const [tree, setTree] = useState(false);
  const out = useExport(row.id, NO_FILTERS, "");
  return (
    <>
      <div className="row wrap">
        <button
          className="button"
          type="button"
          data-testid="as-tree"
          aria-pressed={tree}
          onClick={() => setTree(!tree)}
        >
          {tree ? "List" : "Tree"}
        </button>
        {out.buttons}
      </div>
      {out.outcome}
      {tree ? (
        <SiteTree accountId={row.id} />
      ) : (
        <SiteTable
          accountId={row.id}
          filters={NO_FILTERS}
          text=""
          columns={COLUMNS}
          empty="No sites yet. Import the customer's list."
        />
      )}
    </>
  );
}
