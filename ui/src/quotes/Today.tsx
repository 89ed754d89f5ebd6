// What of quotes waits for a person today.
import type { ReactNode } from "react";
import { type NewsKind, type QuoteRow, type Today, useCommand } from "../api";
import { Card, Failure, Status } from "../components";
import { href, to } from "../paths";
import type { Words } from "../texts/word";
import { QUOTE_STATUS } from "./words";

const NEWS: Words<NewsKind> = {
  requested: ["Asks for a quote", "warn"],
  asked: ["Asks", "warn"],
  accepted: ["Accepted", "stale"],
  declined: ["Declined", "bad"],
  viewed: ["Seen", "info"],
};

interface Shown {
  today: Today | undefined;
}

/** What customers did online with the person's quotes; not there while nobody did anything. */
export function FromCustomers() {
  const { data, error } = useCommand("customer_news", {});
  if (error) return <Failure error={error} />;
  if (!data?.length) return null;
  return (
    <Card title="From customers">
      {data.map((news) => (
        <li key={`${news.kind} ${news.quote_id} ${news.account_id} ${news.at_text} ${news.text}`} data-testid="news">
          <span className="grow" style={{ minWidth: 0, overflowWrap: "anywhere" }}>
            {news.quote_id && <a href={href(to.quote(news.quote_id))}>{news.number}</a>}{" "}
            {news.quote_id ? news.account : <a href={href(to.account(news.account_id))}>{news.account}</a>}
            <br />
            <span className="meta">
              {news.who}, {news.at_text}
              {news.text ? `: ${news.text}` : ""}
            </span>
          </span>
          <Status words={NEWS} value={news.kind} />
        </li>
      ))}
    </Card>
  );
}

function Quotes({ title, empty, rows }: { title: string; empty?: string; rows: QuoteRow[] | undefined }): ReactNode {
  return (
    <Card title={title} empty={empty}>
      {rows?.map((quote) => (
        <li key={quote.id}>
          <span className="grow">
            <a href={href(to.quote(quote.id))}>{quote.number}</a> {quote.account}
          </span>
          <span className="num">{quote.monthly_text}</span>
          <Status words={QUOTE_STATUS} value={quote.status} />
        </li>
      ))}
    </Card>
  );
}

/** Not there while nothing waits. */
export function ToApprove({ today }: Shown) {
  return today?.to_approve.length ? <Quotes title="Waiting for your approval" rows={today.to_approve} /> : null;
}

export const Drafts = ({ today }: Shown) => (
  <Quotes title="My drafts" empty="No drafts. Press n to make a quote." rows={today?.drafts} />
);

export const Expiring = ({ today }: Shown) => (
  <Quotes title="Expiring within 7 days" empty="No quote expires within 7 days." rows={today?.expiring} />
);
