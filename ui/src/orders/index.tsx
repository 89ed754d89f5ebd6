import type { OrderRow } from "../api";
import { go } from "../app/route";
import { Badge } from "../components";
import { Table } from "../components/DataTable";

export function OrdersPage() {
  return (
    <div className="page">
      <h1>Orders</h1>
      <Table<OrderRow, "list_orders"> label="Orders" command="list_orders" args={(list) => list} rowKey={(r) => r.id} onOpen={(r) => go(`/quotes/${r.quote_id}`)} empty="No orders yet. The server makes one from each accepted quote." columns={[
        { key: "number", title: "Order", width: "180px", sort: "number", cell: (r) => <a href={`#/quotes/${r.quote_id}`}>{r.number}</a> },
        { key: "account", title: "Account", width: "minmax(180px,1fr)", sort: "account", cell: (r) => r.account },
        { key: "quote", title: "Quote", width: "170px", cell: (r) => r.quote_number },
        { key: "status", title: "Status", width: "110px", cell: (r) => <Badge status={r.status} /> },
        { key: "sites", title: "Sites", width: "70px", num: true, cell: (r) => r.sites },
        { key: "term", title: "Term", width: "80px", num: true, cell: (r) => `${r.term_months} m` },
        { key: "monthly", title: "Monthly", width: "130px", sort: "monthly", num: true, cell: (r) => r.monthly_text },
        { key: "tcv", title: "Contract value", width: "150px", num: true, cell: (r) => r.tcv_text },
        { key: "at", title: "Accepted", width: "150px", sort: "accepted", cell: (r) => r.accepted_text },
      ]} />
    </div>
  );
}
