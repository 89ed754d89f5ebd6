import { useState } from "react";
import { type Filter, type SiteSlaRow, useCommand } from "../api";
import { AsOfMark, Dialog, Failure, Status } from "../components";
import { Table } from "../components/DataTable";
import { Uptime } from "./Uptime";
import { CAUSE, SEVERITY } from "./words";

export function SlaPage() {
  const months = useCommand("sla_months", {});
  const [month, setMonth] = useState<string>();
  const [breached, setBreached] = useState(false);
  const [site, setSite] = useState<SiteSlaRow>();
  const chosen = month ?? months.data?.[1] ?? months.data?.[0] ?? null;
  const filters: Filter[] = breached ? [{ field: "breach", value: "yes" }] : [];
  return (
    <div className="page">
      <div className="row wrap">
        <h1 className="grow">SLA</h1>
        <select
          className="input"
          style={{ width: "auto" }}
          aria-label="Month"
          value={chosen ?? ""}
          onChange={(e) => setMonth(e.target.value)}
        >
          {months.data?.map((m) => (
            <option key={m}>{m}</option>
          ))}
        </select>
        <label className="row">
          <input type="checkbox" checked={breached} onChange={(e) => setBreached(e.target.checked)} /> Only breaches
        </label>
      </div>
      <p className="meta" style={{ margin: 0 }}>
        Computed by the server from the incidents of each month; a site opens to what its figure is made of.
      </p>
      {months.data?.length === 0 ? (
        <p className="empty">
          No SLA status on this laptop yet. The server computes it from incidents; it comes with the next sync.
        </p>
      ) : (
        <Table<SiteSlaRow, "list_site_sla">
          tools
          label="SLA per site"
          command="list_site_sla"
          args={(list) => ({ account_id: null, month: chosen, list })}
          filters={filters}
          rowKey={(r) => r.site_id}
          onOpen={setSite}
          empty="No site matches."
          columns={[
            {
              key: "site",
              title: "Site",
              width: "minmax(180px,2fr)",
              sort: "site",
              cell: (r) => (
                <button
                  type="button"
                  className="button quiet"
                  style={{ padding: 0, minHeight: 0, color: "var(--accent)" }}
                  onClick={() => setSite(r)}
                >
                  {r.site}
                </button>
              ),
            },
            { key: "account", title: "Account", width: "minmax(140px,1fr)", cell: (r) => r.account },
            { key: "guarantee", title: "Guarantee", width: "100px", num: true, cell: (r) => `${r.guarantee_text} %` },
            {
              key: "uptime",
              title: "Uptime",
              width: "120px",
              sort: "uptime",
              num: true,
              cell: (r) => <Uptime text={r.uptime_text} breach={r.breach} />,
            },
            {
              key: "down",
              title: "Downtime",
              width: "120px",
              sort: "downtime",
              num: true,
              cell: (r) => r.downtime_text,
            },
            {
              key: "credit",
              title: "Credit proposed",
              width: "130px",
              sort: "credit",
              num: true,
              cell: (r) => r.credit_text || "–",
            },
            {
              key: "as_of",
              title: "As of",
              width: "120px",
              cell: (r) => (
                <span className="meta" title={r.as_of.source}>
                  {r.as_of.text}
                </span>
              ),
            },
            {
              key: "state",
              title: "Month",
              width: "110px",
              cell: (r) => (
                <span className={r.closed ? "meta" : "badge stale"}>{r.closed ? "closed" : "provisional"}</span>
              ),
            },
          ]}
        />
      )}
      {site && <Source row={site} onClose={() => setSite(undefined)} />}
    </div>
  );
}

function Source({ row, onClose }: { row: SiteSlaRow; onClose: () => void }) {
  const { data, error } = useCommand("get_site_sla", { site_id: row.site_id, month: row.month });
  return (
    <Dialog title={`${row.site}, ${row.month}`} onClose={onClose}>
      <Failure error={error} />
      {data && (
        <>
          <p className="hero">
            <Uptime text={data.row.uptime_text} breach={data.row.breach} />
          </p>
          <p className="num" style={{ textAlign: "left" }}>
            {data.formula_text}
          </p>
          <p className="muted">
            Agreed service time {data.agreed_text}; downtime {data.row.downtime_text}; announced maintenance{" "}
            {data.row.maintenance_text}.{" "}
            {data.row.credit_text &&
              `Credit proposed ${data.row.credit_text}${data.row.limited_by ? `, limited by the ${data.row.limited_by}` : ""}.`}
          </p>
          <h2>Incidents</h2>
          {data.incidents.length ? (
            <ul className="list">
              {data.incidents.map((i) => (
                <li key={i.id}>
                  <span className="grow">
                    {i.summary}
                    <br />
                    <span className="meta">
                      {i.number}: {i.started_text} to {i.ended_text ?? "now"}, {i.duration_text}, cause {CAUSE[i.cause]}
                    </span>
                  </span>
                  <Status words={SEVERITY} value={i.severity} />
                </li>
              ))}
            </ul>
          ) : (
            <p className="muted">None in this month.</p>
          )}
          <h2 style={{ marginTop: 12 }}>Agreement</h2>
          <ul>
            {data.terms.map((t) => (
              <li key={t}>{t}</li>
            ))}
          </ul>
          <AsOfMark asOf={data.row.as_of} />
        </>
      )}
      <div className="row" style={{ marginTop: 12 }}>
        <button className="button" type="button" onClick={onClose}>
          Close
        </button>
      </div>
    </Dialog>
  );
}
