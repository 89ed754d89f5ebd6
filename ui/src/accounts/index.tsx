import { useState } from "react";
import { type AccountRow, type Filter, type QuoteRow, useAction, useCommand } from "../api";
import { go } from "../app/route";
import { Files } from "../attachments";
import { AsOfMark, Badge, Failure, Field, Uptime, Waiting } from "../components";
import { Table } from "../components/DataTable";
import { Filters } from "../components/Filters";
import { History } from "../history";
import { Runs } from "../imports/Runs";
import { SiteTable, SiteTree } from "../sites";
import { SITE_COLUMNS, SITE_NAME } from "../sites/columns";
import { useExport } from "../sites/Export";
import { TaskTable } from "../tasks";
import { NewTask } from "../tasks/TaskForm";
import { TicketTable } from "../tickets";
import { RaiseTicket } from "../tickets/Raise";
import { Prices } from "./Prices";

const COLUMNS = [SITE_NAME, ...SITE_COLUMNS];
const NO_FILTERS: Filter[] = [];

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
        onOpen={(r) => go(`/accounts/${r.id}`)}
        empty="No account matches. Take a filter off."
        columns={[
          {
            key: "name",
            title: "Account",
            width: "minmax(220px,2fr)",
            sort: "name",
            cell: (r) => <a href={`#/accounts/${r.id}`}>{r.name}</a>,
          },
          { key: "city", title: "City", width: "minmax(110px,1fr)", cell: (r) => r.city },
          { key: "segment", title: "Segment", width: "100px", cell: (r) => r.segment },
          { key: "status", title: "Status", width: "110px", cell: (r) => <Badge status={r.status} /> },
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

export function AccountPage({ id, first }: { id: string; first: "sites" | "prices" }) {
  const { data, error } = useCommand("get_account", { id });
  const [tab, setTab] = useState<"sites" | "quotes" | "tickets" | "tasks" | "prices" | "facts" | "files" | "history">(
    first,
  );
  const [tree, setTree] = useState(false);
  const [planning, setPlanning] = useState(false);
  const [raising, setRaising] = useState(false);
  const [notes, setNotes] = useState<string>();
  const edit = useAction("edit_account", () => setNotes(undefined));
  const create = useAction("create_quote", (quote) => go(`/quotes/${quote.row.id}`));
  const out = useExport(id, [], "");
  if (error) return <Waiting error={error} />;
  if (!data) return <Waiting error={null} />;
  const r = data.row;
  return (
    <div className="page">
      <div className="row wrap">
        <h1 className="grow">{r.name}</h1>
        <Badge status={r.status} />
        <AsOfMark asOf={data.as_of} />
        <button className="button" type="button" onClick={() => go(`/accounts/${id}/import`)}>
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
        <span>{data.payment_terms.replace("_", " ")}</span>
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
        {(["sites", "quotes", "tickets", "tasks", "prices", "facts", "files", "history"] as const).map((name) => (
          <button
            key={name}
            role="tab"
            aria-selected={tab === name}
            type="button"
            className={`button ${tab === name ? "" : "quiet"}`}
            onClick={() => setTab(name)}
          >
            {
              {
                sites: "Sites",
                quotes: "Quotes",
                tickets: "Tickets",
                tasks: "Tasks",
                prices: "Prices",
                facts: "Facts",
                files: "Files",
                history: "History",
              }[name]
            }
          </button>
        ))}
      </div>
      {tab === "sites" && (
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
      )}
      {tab === "sites" && out.outcome}
      {tab === "sites" && tree && <SiteTree accountId={id} />}
      {tab === "sites" && !tree && (
        <SiteTable
          accountId={id}
          filters={NO_FILTERS}
          text=""
          columns={COLUMNS}
          empty="No sites yet. Import the customer's list."
        />
      )}
      {tab === "quotes" && (
        <Table<QuoteRow, "list_quotes">
          label="Quotes"
          command="list_quotes"
          args={(list) => list}
          filters={[{ field: "account_id", value: id }]}
          rowKey={(q) => q.id}
          onOpen={(q) => go(`/quotes/${q.id}`)}
          empty="No quotes yet."
          columns={[
            {
              key: "number",
              title: "Number",
              width: "180px",
              cell: (q) => (
                <a href={`#/quotes/${q.id}`}>
                  {q.number} v{q.version}
                </a>
              ),
            },
            { key: "title", title: "Title", width: "minmax(160px,1fr)", cell: (q) => q.title },
            { key: "status", title: "Status", width: "240px", cell: (q) => <Badge status={q.status} /> },
            { key: "monthly", title: "Monthly", width: "130px", num: true, cell: (q) => q.monthly_text },
          ]}
        />
      )}
      {tab === "tickets" && (
        <>
          <div className="row wrap">
            <button className="button" type="button" data-testid="raise" onClick={() => setRaising(true)}>
              Raise a ticket
            </button>
          </div>
          <TicketTable accountId={id} empty="No tickets. What this customer reports is raised here." />
        </>
      )}
      {tab === "tasks" && (
        <>
          <div className="row wrap">
            <button className="button" type="button" data-testid="new-task" onClick={() => setPlanning(true)}>
              New task
            </button>
          </div>
          <TaskTable accountId={id} empty="No tasks. What is to be done for this customer is written down here." />
        </>
      )}
      {planning && <NewTask about={{ accountId: id, text: r.name }} onClose={() => setPlanning(false)} />}
      {raising && (
        <RaiseTicket about={{ accountId: id, siteId: null, text: r.name }} onClose={() => setRaising(false)} />
      )}
      {tab === "prices" && <Prices accountId={id} currency={data.currency} />}
      {tab === "history" && (
        <div style={{ overflow: "auto", maxWidth: 760 }}>
          <History kind="account" id={id} />
        </div>
      )}
      {tab === "files" && (
        <div style={{ overflow: "auto", maxWidth: 760 }}>
          <Files kind="account" id={id} />
        </div>
      )}
      {tab === "facts" && (
        <div className="cards" style={{ overflow: "auto" }}>
          <section className="panel">
            <h2>Company</h2>
            <ul className="list">
              {[
                ["Registration", data.registration_number],
                ["Tax number", data.tax_number],
                ["Industry", data.industry],
                ["Currency", data.currency],
              ].map(([k, v]) => (
                <li key={k}>
                  <span className="muted">{k}</span>
                  <span>{v || "–"}</span>
                </li>
              ))}
            </ul>
          </section>
          <section className="panel">
            <h2>Kind of customer</h2>
            <Field
              label="Customer"
              help="A private person reads prices with tax and is not asked for a registration number."
            >
              {(fid) => (
                <select
                  id={fid}
                  className="input"
                  value={data.customer_type}
                  onChange={(e) =>
                    edit.mutate({ account_id: id, notes: null, industry: null, customer_type: e.target.value })
                  }
                >
                  <option value="business">Business</option>
                  <option value="consumer">Consumer</option>
                </select>
              )}
            </Field>
          </section>
          <section className="panel">
            <h2>Contacts</h2>
            <ul className="list">
              {data.contacts.map((c) => (
                <li key={c.id}>
                  <span>
                    {c.name}{" "}
                    <span className="meta">
                      {c.role}
                      {c.primary ? ", primary" : ""}
                    </span>
                  </span>
                  <span>
                    {c.email} {c.phone}
                  </span>
                </li>
              ))}
            </ul>
          </section>
          <section className="panel">
            <h2>Imported lists</h2>
            <Runs accountId={id} />
          </section>
          <section className="panel">
            <Field label="Notes">
              {(fid) => (
                <textarea
                  id={fid}
                  className="input"
                  rows={4}
                  value={notes ?? data.notes}
                  onChange={(e) => setNotes(e.target.value)}
                />
              )}
            </Field>
            <Failure error={edit.error} />
            <button
              className="button"
              type="button"
              disabled={notes === undefined || edit.isPending}
              onClick={() => edit.mutate({ account_id: id, notes: notes ?? null, industry: null, customer_type: null })}
            >
              Save on this laptop
            </button>
          </section>
        </div>
      )}
    </div>
  );
}
