// What became of quotes: by month, by representative, by segment, with the definition beside the figure.
import { type ConversionRow, useCommand } from "../api";
import { AsOfMark, Failure } from "../components";
import { href, to } from "../paths";

function Rows({ title, rows }: { title: string; rows: ConversionRow[] }) {
  return (
    <section className="panel">
      <h2>{title}</h2>
      {rows.length === 0 ? (
        <p className="muted">No quote was sent.</p>
      ) : (
        <table className="totals">
          <thead>
            <tr>
              <th scope="col" style={{ textAlign: "left" }}>
                <span className="visually-hidden">{title}</span>
              </th>
              <th scope="col" className="num">
                Sent
              </th>
              <th scope="col" className="num">
                Orders
              </th>
              <th scope="col" className="num">
                Conversion
              </th>
            </tr>
          </thead>
          <tbody>
            {rows.map((row) => (
              <tr key={row.label}>
                <td>{row.label || "–"}</td>
                <td className="num">{row.sent}</td>
                <td className="num">{row.orders}</td>
                <td className="num">
                  {row.pct === null ? <span className="muted">nothing sent</span> : `${row.pct} %`}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </section>
  );
}

export function ConversionPage() {
  const { data, error } = useCommand("quote_conversion", {});
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <div className="row wrap">
        <a href={href(to.quotes)}>Quotes</a>
        <h1 className="grow">Conversion</h1>
        {data && <AsOfMark asOf={data.as_of} />}
      </div>
      <Failure error={error} />
      {!data && !error && <span className="skeleton" />}
      {data && (
        <>
          <div className="cards">
            <section className="panel">
              <h2>Quote to order, last 12 months</h2>
              <p className="hero" data-testid="conversion">
                {data.whole.pct === null ? "nothing sent" : `${data.whole.pct} %`}
              </p>
              <p className="meta">
                {data.whole.orders} orders of {data.whole.sent} quotes sent, by number, not by version. A quote belongs
                to the month in which its first version was sent; orders are counted as of today.
              </p>
            </section>
            <section className="panel">
              <h2>Won of decided</h2>
              <p className="hero">{data.win_rate_pct === null ? "nothing decided" : `${data.win_rate_pct} %`}</p>
              <p className="meta">
                {data.won_lost[0]} won, {data.won_lost[1]} lost or rejected, by the day they were closed. Drafts that
                were given up count as lost.
              </p>
            </section>
          </div>
          <div className="cards">
            <Rows title="By month" rows={data.months} />
            <Rows title="By representative" rows={data.owners} />
            <Rows title="By segment" rows={data.segments} />
          </div>
        </>
      )}
    </div>
  );
}
