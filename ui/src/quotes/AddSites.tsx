import { useState } from "react";
import { type PackageView, type QuoteEditArgs, type QuoteView, type SiteRow, useCommand } from "../api";
import { Dialog } from "../components";
import { Table } from "../components/DataTable";

export function AddSites(props: {
  quote: QuoteView;
  items: PackageView[];
  onClose: () => void;
  onAdd: (edits: QuoteEditArgs[]) => void;
}) {
  const [selected, setSelected] = useState(new Set<string>());
  const [text, setText] = useState("");
  const recurring = props.items.filter((item) => item.charge_type === "recurring");
  const [item, setItem] = useState(recurring[1]?.id ?? recurring[0]?.id ?? "");
  const account = props.quote.row.account_id;
  const all = useCommand("list_sites", {
    account_id: account,
    list: { text: text || null, filters: [], sort: null, offset: 0, limit: 1000 },
  });
  return (
    <Dialog title="Add sites" wide onClose={props.onClose}>
      <div className="row wrap">
        <input
          className="input"
          style={{ width: 220 }}
          aria-label="Find a site"
          placeholder="Find"
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        <button
          className="button"
          type="button"
          onClick={() => setSelected(new Set(all.data?.rows.map((row) => row.id)))}
        >
          Select all shown
        </button>
        <span className="grow" />
        <label className="row">
          Package{" "}
          <select className="input" style={{ width: "auto" }} value={item} onChange={(e) => setItem(e.target.value)}>
            {recurring.map((i) => (
              <option key={i.id} value={i.id}>
                {i.name}, {i.list_price_text}
              </option>
            ))}
          </select>
        </label>
      </div>
      <div style={{ height: 360, display: "flex", margin: "12px 0" }}>
        <Table<SiteRow, "list_sites">
          label="Sites of the account"
          command="list_sites"
          args={(list) => ({ account_id: account, list })}
          text={text}
          rowKey={(s) => s.id}
          selected={selected}
          onSelect={setSelected}
          empty="The account has no sites yet. Import its list."
          columns={[
            { key: "name", title: "Site", width: "minmax(220px,2fr)", sort: "name", cell: (s) => s.name },
            { key: "city", title: "City", width: "minmax(120px,1fr)", sort: "city", cell: (s) => s.city },
            { key: "province", title: "Province", width: "140px", cell: (s) => s.province },
            { key: "package", title: "Has", width: "140px", cell: (s) => s.package },
          ]}
        />
      </div>
      <div className="row">
        <button
          className="button primary"
          type="button"
          disabled={selected.size === 0}
          onClick={() => props.onAdd([{ op: "add_sites", site_ids: [...selected], item_id: item }])}
        >
          Add {selected.size} sites
        </button>
        <button className="button" type="button" onClick={props.onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}
