import { useState } from "react";
import type { PackageView, QuoteEditArgs, QuoteLineRow } from "../api";
import type { Column } from "../components/DataTable";
import { parseManual } from "./manual";

/** A cell that keeps what was typed until the engine has taken it. */
function Cell(props: { label: string; value: string; commit: (typed: string) => string | null }) {
  const [typed, setTyped] = useState<string>();
  const [problem, setProblem] = useState<string | null>(null);
  function done() {
    if (typed === undefined || typed === props.value) return setTyped(undefined);
    const refused = props.commit(typed);
    setProblem(refused);
    if (!refused) setTyped(undefined);
  }
  return (
    <input
      className="input num"
      aria-label={props.label}
      aria-invalid={problem ? true : undefined}
      title={problem ?? undefined}
      value={typed ?? props.value}
      onFocus={(e) => e.target.select()}
      onChange={(e) => setTyped(e.target.value)}
      onBlur={done}
      onKeyDown={(e) => {
        if (e.key === "Enter") done();
        if (e.key === "Escape") {
          setTyped(undefined);
          setProblem(null);
        }
      }}
    />
  );
}

export function lineColumns(
  items: PackageView[],
  editable: boolean,
  apply: (edits: QuoteEditArgs[]) => void,
  onWhy: (id: string) => void,
): Column<QuoteLineRow>[] {
  const soft = (l: QuoteLineRow) => (l.status === "selected" ? undefined : { opacity: 0.6 });
  return [
    { key: "n", title: "#", width: "36px", num: true, cell: (l) => <span className="muted">{l.position}</span> },
    {
      key: "site",
      title: "Site",
      width: "minmax(124px,1.6fr)",
      sort: "site",
      cell: (l) => (
        <span title={l.site} style={soft(l)}>
          {l.site}
          {l.status === "optional" ? " (optional)" : ""}
        </span>
      ),
    },
    { key: "city", title: "City", width: "minmax(70px,1fr)", sort: "city", cell: (l) => l.city },
    {
      key: "package",
      title: "Package",
      width: "minmax(124px,1.2fr)",
      sort: "item",
      cell: (l) =>
        editable && l.charge_type === "recurring" ? (
          <select
            className="input"
            aria-label={`Package at ${l.site}`}
            value={l.item_id}
            onChange={(e) => apply([{ op: "set_item", line_ids: [l.id], item_id: e.target.value }])}
          >
            {items
              .filter((i) => i.charge_type === "recurring")
              .map((i) => (
                <option key={i.id} value={i.id}>
                  {i.name}
                </option>
              ))}
          </select>
        ) : (
          <span title={l.item}>{l.item}</span>
        ),
    },
    {
      key: "qty",
      title: "Qty",
      width: "48px",
      num: true,
      cell: (l) =>
        editable ? (
          <Cell
            label={`Quantity at ${l.site}`}
            value={l.qty}
            commit={(typed) => {
              if (!/^\d[\d.,'\s]*$/.test(typed.trim())) return "A quantity is a number";
              apply([{ op: "set_qty", line_ids: [l.id], qty: typed }]);
              return null;
            }}
          />
        ) : (
          l.qty
        ),
    },
    { key: "list", title: "List", width: "80px", num: true, cell: (l) => l.list_text },
    {
      key: "manual",
      title: "Manual",
      width: "76px",
      num: true,
      cell: (l) =>
        editable ? (
          <Cell
            label={`Manual discount at ${l.site}, ${l.item}`}
            value={l.manual_text}
            commit={(typed) => {
              const manual = parseManual(typed);
              if (!manual) return "Type 2.5 %, R50 off or =650";
              apply([{ op: "set_manual", line_ids: [l.id], manual }]);
              return null;
            }}
          />
        ) : (
          l.manual_text
        ),
    },
    {
      key: "net",
      title: "Net",
      width: "92px",
      num: true,
      cell: (l) => (
        <button
          type="button"
          className="button quiet"
          style={{ padding: 0, minHeight: 0 }}
          aria-label={`Why ${l.line_net_text} at ${l.site}`}
          onClick={() => onWhy(l.id)}
        >
          <strong>{l.line_net_text}</strong>
        </button>
      ),
    },
  ];
}
