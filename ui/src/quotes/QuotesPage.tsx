import { useState } from "react";
import type { Filter, QuoteRow } from "../api";
import { Status } from "../components";
import { Table } from "../components/DataTable";
import { href, to } from "../paths";
import { go } from "../route";
import { QUOTE_STATUS } from "./words";

const VIEWS: [string, Filter[]][] = [
  ["All", []],
  ["Drafts", [{ field: "status", value: "draft" }]],
  ["Sent", [{ field: "status", value: "sent" }]],
  ["Approval asked", [{ field: "approval", value: "requested" }]],
  ["Expiring in 7 days", [{ field: "expiring", value: "7d" }]],
  ["Orders made", [{ field: "status", value: "converted" }]],
];

export function QuotesPage() {
  const [view, setView] = useState(0);
  const [text, setText] = useState("");
  return (
    <div className="page">
      <div className="row">
        <h1 className="grow">Quotes</h1>
        <a href={href(to.conversion)}>Conversion</a>
      </div>
      <div className="row wrap">
        <input
          className="input"
          style={{ width: 220 }}
          aria-label="Find in quotes"
          placeholder="Find"
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        {VIEWS.map(([name], index) => (
          <button
            key={name}
            type="button"
            className={`button ${view === index ? "" : "quiet"}`}
            aria-pressed={view === index}
            onClick={() => setView(index)}
          >
            {name}
          </button>
        ))}
      </div>
      <Table<QuoteRow, "list_quotes">
        tools
        label="Quotes"
        command="list_quotes"
        args={(list) => list}
        filters={VIEWS[view]?.[1] ?? []}
        text={text}
        rowKey={(q) => q.id}
        onOpen={(q) => go(to.quote(q.id))}
        empty="No quote here. Press n to make one."
        columns={[
          {
            key: "number",
            title: "Number",
            width: "190px",
            sort: "number",
            cell: (q) => (
              <a href={href(to.quote(q.id))}>
                {q.number} v{q.version}
                {q.waiting ? " ◌" : ""}
              </a>
            ),
          },
          { key: "account", title: "Account", width: "minmax(160px,1fr)", sort: "account", cell: (q) => q.account },
          { key: "title", title: "Title", width: "minmax(140px,1fr)", cell: (q) => q.title },
          {
            key: "status",
            title: "Status",
            width: "230px",
            cell: (q) => <Status words={QUOTE_STATUS} value={q.status} label={q.order_number ?? undefined} />,
          },
          { key: "sites", title: "Sites", width: "60px", num: true, cell: (q) => q.sites },
          { key: "monthly", title: "Monthly", width: "120px", sort: "monthly", num: true, cell: (q) => q.monthly_text },
          { key: "tcv", title: "Contract value", width: "140px", sort: "tcv", num: true, cell: (q) => q.tcv_text },
          {
            key: "valid",
            title: "Valid until",
            width: "110px",
            sort: "valid_until",
            cell: (q) => q.valid_until_text ?? "–",
          },
          { key: "updated", title: "Changed", width: "140px", sort: "updated", cell: (q) => q.updated_text },
        ]}
      />
    </div>
  );
}
