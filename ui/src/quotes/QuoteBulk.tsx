// One change for several selected lines.
import { useState } from "react";
import type { QuoteEditArgs } from "../api";
import { parseManual } from "./manual";

export function Bulk({
  items,
  selected,
  apply,
}: {
  items: { id: string; name: string }[];
  selected: string[];
  apply: (edits: QuoteEditArgs[]) => void;
}) {
  const n = selected.length;
  const [typed, setTyped] = useState("");
  const [problem, setProblem] = useState("");
  // One value for all of them: `=650` or `6 %` is a discount, a bare number of pieces is a quantity.
  function set(event: React.FormEvent) {
    event.preventDefault();
    const text = typed.trim();
    const pieces = /^(x|\u00d7)\s*\d[\d.,'\s]*$/i.test(text);
    const manual = pieces ? undefined : parseManual(text);
    if (!pieces && !manual) return setProblem("Type 2.5 %, R50 off, =650, or x3 for a quantity.");
    setProblem("");
    setTyped("");
    apply([
      pieces
        ? { op: "set_qty", line_ids: selected, qty: text.slice(1).trim() }
        : { op: "set_manual", line_ids: selected, manual: manual ?? { type: "none" } },
    ]);
  }
  return (
    <div className="row wrap">
      <span className="meta">{n} lines:</span>
      <form className="row" onSubmit={set}>
        <input
          className="input"
          style={{ width: 132 }}
          aria-label={`Discount or quantity of ${n} lines`}
          placeholder="6 %, =650, x3"
          aria-invalid={problem ? true : undefined}
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
        />
        {typed && (
          <button className="button" type="submit">
            Set
          </button>
        )}
        {problem && (
          <span className="error" role="alert">
            {problem}
          </span>
        )}
      </form>
      <select
        className="input"
        style={{ width: "auto" }}
        aria-label={`Package of ${n} lines`}
        value=""
        onChange={(e) => apply([{ op: "set_item", line_ids: selected, item_id: e.target.value }])}
      >
        <option value="">Set package…</option>
        {items.map((i) => (
          <option key={i.id} value={i.id}>
            {i.name}
          </option>
        ))}
      </select>
      <button
        className="button"
        type="button"
        onClick={() => apply([{ op: "set_status", line_ids: selected, status: "optional" }])}
      >
        Optional
      </button>
      <button
        className="button"
        type="button"
        onClick={() => apply([{ op: "set_status", line_ids: selected, status: "selected" }])}
      >
        Selected
      </button>
      <button className="button" type="button" onClick={() => apply([{ op: "duplicate_lines", line_ids: selected }])}>
        Duplicate
      </button>
      <button className="button" type="button" onClick={() => apply([{ op: "remove_lines", line_ids: selected }])}>
        Remove
      </button>
    </div>
  );
}
