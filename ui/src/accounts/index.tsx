import { Suspense, useState } from "react";
import { type AccountRow, type Filter, useAction, useCommand } from "../api";
import { AsOfMark, Failure, Status, Waiting } from "../components";
import { Table } from "../components/DataTable";
import { Filters } from "../components/Filters";
import { accountTabs } from "../domains";
import { href, to } from "../paths";
import { PAYMENT_TERMS } from "../quotes/words";
import { go } from "../route";
import { Uptime } from "../sla/Uptime";
import { ACCOUNT_STATUS } from "./words";

export { Facts } from "./Facts";
export { FilesOfAccount } from "./FilesOfAccount";
export { PricesOfAccount } from "./Prices";

export function AccountsPage() {
  const [filters, setFilters] = useState<Filter[]>([]);
  const [text, setText] = useState("");
  const facets = useCommand("account_facets", {});
  return (
    <div className="page">
      <h1>Accounts</h1>
      <Filters
        label="Find in accounts"
        text={text}
        onText={setText}
        filters={filters}
        onFilters={setFilters}
        facets={facets.data ?? []}
      />
      <Table<AccountRow, "list_accounts">
        tools
        label="Accounts"
        command="list_accounts"
        args={(list) => list}
        filters={filters}
        text={text}
        rowKey={(r) => r.id}
        onOpen={(r) => go(to.account(r.id))}
        empty="No account matches. Take a filter off."
        columns={[
          {
            key: "name",
            title: "Account",
            width: "minmax(220px,2fr)",
            sort: "name",
            cell: (r) => <a href={href(to.account(r.id))}>{r.name}</a>,
          },
          { key: "city", title: "City", width: "minmax(110px,1fr)", cell: (r) => r.city },
          { key: "segment", title: "Segment", width: "100px", cell: (r) => r.segment },
          {
            key: "status",
            title: "Status",
            width: "110px",
            cell: (r) => <Status words={ACCOUNT_STATUS} value={r.status} />,
          },
          { key: "sites", title: "Sites", width: "70px", sort: "sites", num: true, cell: (r) => r.active_sites },
          { key: "monthly", title: "Monthly", width: "130px", sort: "monthly", num: true, cell: (r) => r.monthly_text },
          {
            key: "uptime",
            title: "Uptime",
            width: "120px",
            sort: "uptime",
            num: true,
            cell: (r) => <Uptime text={r.uptime_text} breach={r.breaches > 0} />,
          },
          { key: "quotes", title: "Open quotes", width: "100px", num: true, cell: (r) => r.open_quotes || "–" },
        ]}
      />
    </div>
  );
}

export function AccountPage({ id, first }: { id: string; first?: string }) {
  const { data, error } = useCommand("get_account", { id });
  const tabs = accountTabs();
  const [chosen, setChosen] = useState(first);
  const create = useAction("create_quote", (quote) => go(to.quote(quote.row.id)));
  if (error) return <Waiting error={error} />;
  if (!data) return <Waiting error={null} />;
  const r = data.row;
  const tab = tabs.find(({ key }) => key === chosen) ?? tabs[0];
  return (
    <div className="page">
      <div className="row wrap">
        <h1 className="grow">{r.name}</h1>
        <Status words={ACCOUNT_STATUS} value={r.status} />
        <AsOfMark asOf={data.as_of} />
        <button className="button" type="button" onClick={() => go(to.accountImport(id))}>
          Import site list
        </button>
        <button
          className="button primary"
          type="button"
          disabled={create.isPending}
          onClick={() => create.mutate({ account_id: id, title: `${r.name}, new quote`, price_book_id: null })}
        >
          New quote
        </button>
      </div>
      <Failure error={create.error} />
      <div className="row wrap muted">
        <span>{r.active_sites} active sites</span>
        <span>{r.monthly_text} a month</span>
        <span>
          {r.city}, {r.province}
        </span>
        <span>{PAYMENT_TERMS[data.payment_terms]}</span>
        <span>{r.manager}</span>
      </div>
      <div className="cards">
        {data.sla.slice(0, 2).map((m) => (
          <section key={m.month} className="panel">
            <h2>
              SLA {m.month_text}
              {m.closed ? "" : " (provisional)"}
            </h2>
            <div className="row wrap">
              <span className="hero">{m.uptime_text === null ? "not measured" : `${m.uptime_text} %`}</span>
              <span>
                {m.sites_meeting} of {m.sites_measured} sites met{m.compliance_text ? ` (${m.compliance_text} %)` : ""}
              </span>
              <span>Credit {m.credit_text}</span>
            </div>
            <AsOfMark asOf={m.as_of} />
          </section>
        ))}
        {data.sla.length === 0 && (
          <section className="panel">
            <h2>SLA</h2>
            <p className="muted">No service level agreement.</p>
          </section>
        )}
      </div>
      <div className="row" role="tablist">
        {tabs.map(({ key, title }) => (
          <button
            key={key}
            role="tab"
            aria-selected={tab?.key === key}
            type="button"
            className={`button ${tab?.key === key ? "" : "quiet"}`}
            onClick={() => setChosen(key)}
          >
            {title}
          </button>
        ))}
      </div>
      {tab && (
        <Suspense fallback={<span className="skeleton" />}>
          <tab.Part account={data} />
        </Suspense>
      )}
    </div>
  );
}
