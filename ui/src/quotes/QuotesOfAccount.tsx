import { useMemo } from "react";
import type { AccountView, QuoteRow } from "../api";
import { Status } from "../components";
import { Table } from "../components/DataTable";
import { href, to } from "../paths";
import { go } from "../route";
import { QUOTE_STATUS } from "./words";

export function QuotesOfAccount({ account: { row } }: { account: AccountView }) {
  const filters = useMemo(() => [{ field: "account_id", value: row.id }], [row.id]);
  return (
    <Table<QuoteRow, "list_quotes">
      label="Quotes"
      command="list_quotes"
      args={(list) => list}
      filters={filters}
      rowKey={(q) => q.id}
      onOpen={(q) => go(to.quote(q.id))}
      empty="No quotes yet."
      columns={[
        {
          key: "number",
          title: "Number",
          width: "180px",
          cell: (q) => (
            <a href={href(to.quote(q.id))}>
              {q.number} v{q.version}
            </a>
          ),
        },
        { key: "title", title: "Title", width: "minmax(160px,1fr)", cell: (q) => q.title },
        {
          key: "status",
          title: "Status",
          width: "240px",
          cell: (q) => <Status words={QUOTE_STATUS} value={q.status} />,
        },
        { key: "monthly", title: "Monthly", width: "130px", num: true, cell: (q) => q.monthly_text },
      ]}
    />
  );
}
