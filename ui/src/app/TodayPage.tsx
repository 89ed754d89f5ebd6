import type { ReactNode } from "react";
import { useCommand } from "../api";
import { Badge, Failure } from "../components";
import { TasksToday } from "../tasks/TasksToday";

function Group({ title, empty, children }: { title: string; empty: string; children: ReactNode[] }) {
  return (
    <section className="panel">
      <h2>{title}</h2>
      {children.length ? <ul className="list">{children}</ul> : <p className="muted">{empty}</p>}
    </section>
  );
}

const NEWS: Record<string, [string, string]> = {
  requested: ["needed", "Asks for a quote"],
  asked: ["needed", "Asks"],
  accepted: ["accepted", "Accepted"],
  declined: ["rejected", "Declined"],
  viewed: ["sent", "Seen"],
};

/** What customers did online with the person's quotes; not there while nobody did anything. */
function FromCustomers() {
  const { data, error } = useCommand("customer_news", {});
  if (error) return <Failure error={error} />;
  if (!data?.length) return null;
  return (
    <Group title="From customers" empty="">
      {data.map((news) => (
        <li key={`${news.kind} ${news.quote_id} ${news.account_id} ${news.at_text} ${news.text}`} data-testid="news">
          <span className="grow" style={{ minWidth: 0, overflowWrap: "anywhere" }}>
            {news.quote_id && <a href={`#/quotes/${news.quote_id}`}>{news.number}</a>}{" "}
            {news.quote_id ? news.account : <a href={`#/accounts/${news.account_id}`}>{news.account}</a>}
            <br />
            <span className="meta">
              {news.who}, {news.at_text}
              {news.text ? `: ${news.text}` : ""}
            </span>
          </span>
          <Badge status={NEWS[news.kind]?.[0] ?? news.kind} label={NEWS[news.kind]?.[1]} />
        </li>
      ))}
    </Group>
  );
}

export function TodayPage() {
  const { data, error } = useCommand("today", {});
  if (error)
    return (
      <div className="page">
        <Failure error={error} />
      </div>
    );
  const quote = (q: NonNullable<typeof data>["drafts"][number]) => (
    <li key={q.id}>
      <span className="grow">
        <a href={`#/quotes/${q.id}`}>{q.number}</a> {q.account}
      </span>
      <span className="num">{q.monthly_text}</span>
      <Badge status={q.status} />
    </li>
  );
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <h1>Today</h1>
      <div className="cards">
        <FromCustomers />
        <TasksToday tasks={data?.tasks ?? []} />
        {(data?.to_approve.length ?? 0) > 0 && (
          <Group title="Waiting for your approval" empty="">
            {data?.to_approve.map(quote) ?? []}
          </Group>
        )}
        {(data?.prices_to_decide.length ?? 0) > 0 && (
          <Group title="Prices asked for" empty="">
            {data?.prices_to_decide.map(({ account_id, account, price }) => (
              <li key={price.id}>
                <span className="grow">
                  <a href={`#/accounts/${account_id}/prices`}>{account}</a> {price.what}
                  <br />
                  <span className="meta">
                    {price.terms_text}, {price.valid_text}. {price.reason}
                  </span>
                </span>
                <Badge status="needed" label="Asked for" />
              </li>
            )) ?? []}
          </Group>
        )}
        <Group title="My drafts" empty="No drafts. Press n to make a quote.">
          {data?.drafts.map(quote) ?? []}
        </Group>
        <Group title="Expiring within 7 days" empty="No quote expires within 7 days.">
          {data?.expiring.map(quote) ?? []}
        </Group>
        <Group title="Open incidents" empty="No open incidents on your accounts' sites.">
          {data?.open_incidents.map((i) => (
            <li key={i.id}>
              <span className="grow">
                {i.account}: {i.summary}
                <br />
                <span className="meta">
                  {i.number}, {i.sites} sites, since {i.started_text} ({i.duration_text})
                </span>
              </span>
              <Badge status={i.severity === "outage" ? "error" : "warning"} label={i.severity} />
            </li>
          )) ?? []}
        </Group>
        <Group title="Latest orders" empty="No orders yet.">
          {data?.recent_orders.map((o) => (
            <li key={o.id}>
              <span className="grow">
                {o.number} {o.account}
              </span>
              <span className="num">{o.monthly_text}</span>
            </li>
          )) ?? []}
        </Group>
      </div>
    </div>
  );
}
