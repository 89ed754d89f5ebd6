import { useMemo, useState } from "react";
import type { OrderRow } from "../api";
import { Status } from "../components";
import { Table } from "../components/DataTable";
import { href, to } from "../paths";
import { go } from "../route";
import { ORDER_STATUS } from "./words";

const STATES = Object.entries(ORDER_STATUS).map(([status, [text]]) => [status, text] as const);

export function OrdersPage() {
  const [text, setText] = useState("");
  const [status, setStatus] = useState("");
  const filters = useMemo(() => (status ? [{ field: "status", value: status }] : []), [status]);
  return (
    <div className="page">
      <h1>Orders</h1>
      <div className="row wrap">
        <input
          className="input"
          style={{ width: 260 }}
          aria-label="Find in orders"
          placeholder="Number, purchase order, account"
          value={text}
          onChange={(e) => setText(e.target.value)}
        />
        {[["", "All"] as const, ...STATES].map(([value, label]) => (
          <button
            key={value}
            type="button"
            className={`button ${status === value ? "" : "quiet"}`}
            aria-pressed={status === value}
            onClick={() => setStatus(value)}
          >
            {label}
          </button>
        ))}
      </div>
      <Table<OrderRow, "list_orders">
        tools
        label="Orders"
        command="list_orders"
        args={(list) => list}
        text={text}
        filters={filters}
        rowKey={(r) => r.id}
        onOpen={(r) => go(to.quote(r.quote_id))}
        empty="No orders yet. The server makes one from each accepted quote."
        columns={[
          {
            key: "number",
            title: "Order",
            width: "150px",
            sort: "number",
            cell: (r) => (
              <a href={href(to.quote(r.quote_id))} title={`Made from ${r.quote_number}`}>
                {r.number}
              </a>
            ),
          },
          {
            key: "account",
            title: "Account",
            width: "minmax(160px,1fr)",
            sort: "account",
            cell: (r) => (
              <span title={r.site ? `${r.account}, ${r.site}` : r.account}>
                {r.account}
                {r.site && <span className="muted"> · {r.site}</span>}
              </span>
            ),
          },
          {
            key: "po",
            title: "Purchase order",
            width: "112px",
            cell: (r) => <span title={r.po_number}>{r.po_number || "–"}</span>,
          },
          {
            key: "contract",
            title: "Contract",
            width: "190px",
            cell: (r) => r.contract_text ?? `${r.term_months} months, start not set`,
          },
          {
            key: "status",
            title: "Status",
            width: "104px",
            cell: (r) => <Status words={ORDER_STATUS} value={r.status} />,
          },
          { key: "sites", title: "Sites", width: "52px", num: true, cell: (r) => r.sites },
          { key: "monthly", title: "Monthly", width: "112px", sort: "monthly", num: true, cell: (r) => r.monthly_text },
          { key: "tcv", title: "Contract value", width: "124px", num: true, cell: (r) => r.tcv_text },
          { key: "at", title: "Accepted", width: "140px", sort: "accepted", cell: (r) => r.accepted_text },
        ]}
      />
    </div>
  );
}
