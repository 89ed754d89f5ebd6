// What the customer gains: typed on the left, computed by the engine on the right while it is typed.
import { useEffect, useState } from "react";
import { type RoiInputs, type RoiView, useAction, useCommand } from "../api";
import { Dialog, Failure, Field } from "../components";

const FIELDS: [keyof RoiInputs, string, string][] = [
  ["provider_cost", "Present provider", "a month"],
  ["downtime_hours", "Downtime avoided", "hours a month"],
  ["cost_per_hour", "Cost of an hour of downtime", ""],
  ["staff_hours", "Staff hours saved", "a month"],
  ["staff_rate", "Cost of a staff hour", ""],
  ["added_revenue", "Added revenue", "a month"],
  ["margin_pct", "Margin on it", "%"],
  ["migration", "Migration", "once"],
  ["annual_rate_pct", "Discount rate", "% a year"],
  ["months", "Horizon", "months"],
];

export function Roi({ quoteId, editable, onClose }: { quoteId: string; editable: boolean; onClose: () => void }) {
  const kept = useCommand("quote_roi", { quote_id: quoteId, inputs: null });
  const [typed, setTyped] = useState<RoiInputs>();
  const inputs = typed ?? kept.data?.inputs;
  const live = useCommand("quote_roi", { quote_id: quoteId, inputs: inputs ?? null }, inputs !== undefined);
  const save = useAction("save_quote_roi", onClose);
  // What was right last stays beside an input that makes no sense yet.
  const [shown, setShown] = useState<RoiView>();
  useEffect(() => {
    if (live.data && !live.error) setShown(live.data);
  }, [live.data, live.error]);
  const wrong = live.error?.code === "quote.bad_roi" ? live.error.field : null;
  if (!inputs)
    return (
      <Dialog title="Return on investment" onClose={onClose}>
        <Failure error={kept.error} />
        <span className="skeleton" />
      </Dialog>
    );
  return (
    <Dialog wide title="Return on investment" onClose={onClose}>
      <form
        className="roi"
        onSubmit={(e) => {
          e.preventDefault();
          save.mutate({ quote_id: quoteId, inputs });
        }}
      >
        <div>
          {FIELDS.map(([key, label, unit]) => (
            <Field
              key={key}
              label={unit ? `${label}, ${unit}` : label}
              error={wrong === key ? "This is not a value that can be used here." : undefined}
            >
              {(id) => (
                <input
                  id={id}
                  className="input num"
                  inputMode="decimal"
                  readOnly={!editable}
                  aria-invalid={wrong === key || undefined}
                  value={inputs[key]}
                  onFocus={(e) => e.target.select()}
                  onChange={(e) => setTyped({ ...inputs, [key]: e.target.value })}
                />
              )}
            </Field>
          ))}
        </div>
        <div>
          {shown && <Figures view={shown} />}
          <Failure error={wrong ? null : live.error} />
          <Failure error={save.error} />
        </div>
        <div className="row roi-actions">
          {editable && (
            <button
              type="submit"
              className="button primary"
              data-testid="keep-roi"
              disabled={save.isPending || !!live.error}
            >
              Keep with the quote
            </button>
          )}
          {editable && kept.data?.kept && (
            <button type="button" className="button" onClick={() => save.mutate({ quote_id: quoteId, inputs: null })}>
              Take off the quote
            </button>
          )}
          <button type="button" className="button" onClick={onClose}>
            Close
          </button>
        </div>
      </form>
    </Dialog>
  );
}

function Figures({ view }: { view: RoiView }) {
  return (
    <>
      <table className="totals" aria-label="Figures" data-testid="roi-figures">
        <tbody>
          {view.figures.map((row, n) => (
            <tr key={row.label} className={n === 0 ? "strong" : ""}>
              <td>{row.label}</td>
              <td className="num">{row.amount_text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      <Chart view={view} />
      <table className="totals" aria-label="A month">
        <tbody>
          {view.rows.map((row) => (
            <tr key={row.label}>
              <td>{row.label}</td>
              <td className="num">{row.amount_text}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {view.sensitivity.length > 0 && (
        <table className="totals" aria-label="Sensitivity" style={{ marginTop: 12 }}>
          <thead>
            <tr>
              <th scope="col" style={{ textAlign: "left" }}>
                If it is 20 % …
              </th>
              <th scope="col" className="num">
                lower: NPV, ROI
              </th>
              <th scope="col" className="num">
                higher: NPV, ROI
              </th>
            </tr>
          </thead>
          <tbody>
            {view.sensitivity.map((swing) => (
              <tr key={swing.name}>
                <td>{swing.name}</td>
                <td className="num">
                  {swing.low_npv_text}, {swing.low_roi_text}
                </td>
                <td className="num">
                  {swing.high_npv_text}, {swing.high_roi_text}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
    </>
  );
}

/** Cumulative cash flow by month, with the line it must cross. */
function Chart({ view }: { view: RoiView }) {
  const [width, height] = [420, 120];
  const x = (n: number) => (n / Math.max(1, view.chart.length - 1)) * width;
  const y = (mille: number) => height - (mille / 1000) * height;
  const points = view.chart.map((mille, n) => `${x(n).toFixed(1)},${y(mille).toFixed(1)}`).join(" ");
  return (
    <svg
      viewBox={`-2 -14 ${width + 4} ${height + 28}`}
      role="img"
      aria-label={`Cumulative cash flow from ${view.chart_ends[0]} to ${view.chart_ends[1]}`}
      style={{ width: "100%", margin: "12px 0" }}
    >
      <line
        x1={0}
        x2={width}
        y1={y(view.chart_zero)}
        y2={y(view.chart_zero)}
        stroke="var(--ink-3)"
        strokeDasharray="3 3"
      />
      <polyline points={points} fill="none" stroke="var(--accent)" strokeWidth={2} />
      <text x={0} y={-4} fontSize={11} fill="var(--ink-2)">
        {view.chart_ends[1]}
      </text>
      <text x={0} y={height + 12} fontSize={11} fill="var(--ink-2)">
        {view.chart_ends[0]}
      </text>
      <text x={width} y={height + 12} fontSize={11} textAnchor="end" fill="var(--ink-2)">
        month {view.chart.length - 1}
      </text>
    </svg>
  );
}
