import { type StepKind, useCommand } from "../api";
import { Dialog, Failure } from "../components";

const TONE: Record<StepKind, string> = {
  contract: "var(--c2)",
  volume: "var(--c1)",
  term: "var(--c4)",
  best_of: "var(--c1)",
  manual: "var(--c2)",
};

const LABEL: Record<StepKind, (params: Record<string, string>) => string> = {
  contract: () => "Agreed price",
  volume: ({ sites }) => `Volume, ${sites} sites`,
  term: ({ term_months }) => `Term, ${term_months} months`,
  best_of: () => "Volume or term",
  manual: () => "Manual and rounding",
};

/** Why this price: the waterfall of one line; its steps add up to the cent. */
export function Why({ quoteId, lineId, onClose }: { quoteId: string; lineId: string; onClose: () => void }) {
  const { data, error } = useCommand("explain_quote_line", { quote_id: quoteId, line_id: lineId });
  let before = 1000;
  return (
    <Dialog title={data ? `Why ${data.net_text}` : "Why this price"} onClose={onClose}>
      <Failure error={error} />
      {data && (
        <>
          <p className="muted">
            {data.line.site}, {data.line.item}
          </p>
          <table className="totals" aria-label="Waterfall">
            <tbody>
              <tr>
                <td>List price</td>
                <td className="muted">{data.price_book}</td>
                <td style={{ width: 120 }}>
                  <div className="bar">
                    <i style={{ left: 0, width: "100%", background: "var(--ink-2)" }} />
                  </div>
                </td>
                <td className="num">{data.list_text}</td>
              </tr>
              {data.steps.map((s) => {
                const [from, to] = [Math.min(before, s.left_per_mille), Math.max(before, s.left_per_mille)];
                before = s.left_per_mille;
                return (
                  <tr key={s.step} data-step={s.step}>
                    <td>{LABEL[s.step](s.params)}</td>
                    <td className="muted">{s.pct !== null && s.pct !== "0" ? `${s.pct} %` : ""}</td>
                    <td>
                      <div className="bar">
                        <i
                          style={{
                            left: `${from / 10}%`,
                            width: `${Math.max(0.6, (to - from) / 10)}%`,
                            background: TONE[s.step],
                          }}
                        />
                      </div>
                    </td>
                    <td className="num">{s.effect_text}</td>
                  </tr>
                );
              })}
              <tr className="strong" style={{ borderTop: "1px solid var(--hairline)" }}>
                <td>Net</td>
                <td />
                <td>
                  <div className="bar">
                    <i style={{ left: 0, width: `${before / 10}%`, background: "var(--ink)" }} />
                  </div>
                </td>
                <td className="num">{data.net_text}</td>
              </tr>
            </tbody>
          </table>
          <p className="meta" style={{ marginTop: 8 }}>
            {data.discount_text} off{data.effective_pct ? `, ${data.effective_pct} %` : ""}. Steps are exact; the unit
            price is rounded once. Same rules as the server: hash {data.pricing_hash.slice(0, 4)}…
            {data.pricing_hash.slice(-4)}.
          </p>
        </>
      )}
      <button className="button" type="button" onClick={onClose}>
        Close
      </button>
    </Dialog>
  );
}
