// What is promised to this customer alone, and what the present providers charge.
import { useState } from "react";
import type { ProposalInputs, ProposalView } from "../api";
import { TextField } from "../components";

export type SetProposal = (part: Partial<ProposalInputs>) => void;

export function Features({ inputs, set, editable }: { inputs: ProposalInputs; set: SetProposal; editable: boolean }) {
  const change = (index: number, part: Partial<ProposalInputs["features"][number]>) =>
    set({ features: inputs.features.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  return (
    <section className="panel" aria-label="Made for this customer">
      <div className="row">
        <h2 className="grow">Made for this customer</h2>
        {editable && (
          <button
            className="button"
            type="button"
            onClick={() => set({ features: [...inputs.features, { name: "New feature", detail: "", delivery: "" }] })}
          >
            Add
          </button>
        )}
      </div>
      {inputs.features.length === 0 && (
        <p className="muted">Nothing yet. Custom features stand here with their date of delivery.</p>
      )}
      {inputs.features.map((feature, index) => (
        <div key={index} className="fields">
          <TextField
            label="Name"
            readOnly={!editable}
            maxLength={200}
            value={feature.name}
            onText={(typed) => change(index, { name: typed })}
          />
          <TextField
            label="What it is"
            readOnly={!editable}
            maxLength={2000}
            value={feature.detail}
            onText={(typed) => change(index, { detail: typed })}
          />
          <TextField
            label="Delivered on (optional)"
            type="date"
            readOnly={!editable}
            value={feature.delivery}
            onText={(typed) => change(index, { delivery: typed })}
          />
          {editable && (
            <div className="field">
              <button
                className="button"
                type="button"
                style={{ marginTop: 20 }}
                aria-label={`Remove ${feature.name}`}
                onClick={() => set({ features: inputs.features.filter((_, at) => at !== index) })}
              >
                Remove
              </button>
            </div>
          )}
        </div>
      ))}
    </section>
  );
}

export function Competitors({
  view,
  inputs,
  set,
  editable,
}: {
  view: ProposalView;
  inputs: ProposalInputs;
  set: SetProposal;
  editable: boolean;
}) {
  const [provider, setProvider] = useState("");
  const [monthly, setMonthly] = useState("");
  const rest = view.sites.filter(([site]) => !inputs.competitors.some((one) => one.site_id === site));
  const [site, setSite] = useState("");
  const chosen = rest.some(([one]) => one === site) ? site : "";
  const add = (sites: string[]) => {
    set({ competitors: [...inputs.competitors, ...sites.map((site_id) => ({ site_id, provider, monthly }))] });
    setSite("");
  };
  return (
    <section className="panel" aria-label="Present providers">
      <div className="row">
        <h2 className="grow">Present providers</h2>
        <label className="row">
          <input
            type="checkbox"
            disabled={!editable}
            checked={inputs.show_competitors}
            onChange={(e) => set({ show_competitors: e.target.checked })}
          />
          Print the comparison
        </label>
      </div>
      {view.comparison.length === 0 ? (
        <p className="muted">What the customer pays today, per site. It stays with you unless you print it.</p>
      ) : (
        <table className="totals">
          <thead>
            <tr>
              {["Site", "Provider", "Today", "This proposal", "Less", ""].map((title, n) => (
                <th
                  key={n}
                  scope="col"
                  className={n > 1 ? "num" : ""}
                  style={n > 1 ? undefined : { textAlign: "left" }}
                >
                  {title}
                </th>
              ))}
            </tr>
          </thead>
          <tbody>
            {view.comparison.map((row, index) => (
              <tr key={index}>
                <td>{row.site}</td>
                <td>{row.provider}</td>
                <td className="num">{row.theirs_text}</td>
                <td className="num">{row.ours_text}</td>
                <td className="num">{row.difference_text}</td>
                <td className="num">
                  {editable && (
                    <button
                      className="button quiet"
                      type="button"
                      aria-label={`Remove ${row.site}`}
                      onClick={() => set({ competitors: inputs.competitors.filter((_, at) => at !== index) })}
                    >
                      Remove
                    </button>
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      )}
      {editable && rest.length > 0 && (
        <div className="row wrap" style={{ marginTop: 8 }}>
          <input
            className="input"
            style={{ width: 180 }}
            aria-label="Present provider"
            placeholder="Provider"
            maxLength={200}
            value={provider}
            onChange={(e) => setProvider(e.target.value)}
          />
          <input
            className="input num"
            style={{ width: 120 }}
            aria-label="What they charge a month"
            placeholder="A month"
            inputMode="decimal"
            value={monthly}
            onChange={(e) => setMonthly(e.target.value)}
          />
          <select
            className="input"
            style={{ width: "auto", maxWidth: 220 }}
            aria-label="At which site"
            value={chosen}
            onChange={(e) => setSite(e.target.value)}
          >
            <option value="">All {rest.length} other sites</option>
            {rest.map(([one, name]) => (
              <option key={one} value={one}>
                {name}
              </option>
            ))}
          </select>
          <button
            className="button"
            type="button"
            disabled={!provider.trim() || !monthly.trim()}
            onClick={() => add(chosen ? [chosen] : rest.map(([one]) => one))}
          >
            Add
          </button>
        </div>
      )}
    </section>
  );
}
