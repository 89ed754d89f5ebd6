// Two quotes of one account side by side: what differs, to the cent.
import { type QuoteRow, useCommand } from "../api";
import { Status, Waiting } from "../components";
import { href, type Path, to } from "../paths";
import { go } from "../route";
import { LINE_CHANGE, QUOTE_STATUS } from "./words";

export function ComparePage({ left, right }: { left: string; right: string }) {
  const { data, error } = useCommand("compare_quotes", { left_id: left, right_id: right });
  if (error) return <Waiting error={error} />;
  if (!data) return <Waiting error={null} />;
  const name = (row: QuoteRow) => `${row.number} v${row.version}, ${row.title}`;
  const choose = (label: string, value: string, to: (id: string) => Path) => (
    <select className="input" aria-label={label} value={value} onChange={(e) => go(to(e.target.value))}>
      {[...data.candidates, data.left, data.right]
        .filter((row, n, all) => all.findIndex((one) => one.id === row.id) === n)
        .map((row) => (
          <option key={row.id} value={row.id}>
            {name(row)}
          </option>
        ))}
    </select>
  );
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <div className="row">
        <a href={href(to.quote(left))}>Back</a>
        <h1 className="grow">{data.left.account}: two quotes</h1>
      </div>
      <div className="row">
        <span className="grow">{choose("Left", left, (id) => to.quoteComparison(id, right))}</span>
        <span className="grow">{choose("Right", right, (id) => to.quoteComparison(left, id))}</span>
      </div>
      <table className="totals compare" data-testid="figures">
        <thead>
          <tr>
            <th scope="col">
              <span className="visually-hidden">Figure</span>
            </th>
            <th scope="col" className="num">
              {data.left.number} v{data.left.version} <Status words={QUOTE_STATUS} value={data.left.status} />
            </th>
            <th scope="col" className="num">
              {data.right.number} v{data.right.version} <Status words={QUOTE_STATUS} value={data.right.status} />
            </th>
            <th scope="col" className="num">
              Difference
            </th>
          </tr>
        </thead>
        <tbody>
          {data.figures.map((row) => (
            <tr key={row.label} className={row.changed ? "strong" : ""}>
              <td>{row.label}</td>
              <td className="num">{row.left_text}</td>
              <td className="num">{row.right_text}</td>
              <td className="num">
                {row.changed ? row.difference_text || "differs" : <span className="muted">same</span>}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
      <h2>
        {data.lines.length === 0
          ? "Every line is the same."
          : `${data.lines.length === 1 ? "1 line differs" : `${data.lines.length} lines differ`}, ${data.same_lines === 1 ? "1 is" : `${data.same_lines} are`} the same`}
      </h2>
      {data.lines.length > 0 && (
        <table className="totals compare" data-testid="lines">
          <thead>
            <tr>
              <th scope="col" style={{ textAlign: "left" }}>
                Site
              </th>
              <th scope="col" style={{ textAlign: "left" }}>
                Change
              </th>
              <th scope="col" style={{ textAlign: "left" }}>
                Left
              </th>
              <th scope="col" className="num">
                Net
              </th>
              <th scope="col" style={{ textAlign: "left" }}>
                Right
              </th>
              <th scope="col" className="num">
                Net
              </th>
              <th scope="col" className="num">
                Difference
              </th>
            </tr>
          </thead>
          <tbody>
            {data.lines.map((line, n) => (
              <tr key={n}>
                <td>{line.site}</td>
                <td>
                  <Status words={LINE_CHANGE} value={line.change} />
                </td>
                <td>{line.left_item || "–"}</td>
                <td className="num">{line.left_text}</td>
                <td>{line.right_item || "–"}</td>
                <td className="num">{line.right_text}</td>
                <td className="num">{line.difference_text}</td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </div>
  );
}
