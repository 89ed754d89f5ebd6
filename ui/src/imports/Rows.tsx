import { useVirtualizer } from "@tanstack/react-virtual";
import { useRef, useState } from "react";
import type { ChangeSiteList, PreviewRow, SiteListPreview } from "../api";
import { Badge } from "../components";
import { leastWidth } from "../components/DataTable";
import { findingWords } from "../texts/codes";

const FIELDS = [
  "name",
  "code",
  "address",
  "city",
  "province",
  "postal_code",
  "latitude",
  "longitude",
  "contact_phone",
  "contact_email",
  "package",
];

/** The checked rows; a bad cell is mended where it stands. */
export function Rows({
  rows,
  preview,
  alter,
}: {
  rows: PreviewRow[];
  preview: SiteListPreview;
  alter: (part: Partial<ChangeSiteList>) => void;
}) {
  const box = useRef<HTMLDivElement>(null);
  const [note, setNote] = useState("");
  const fields = FIELDS.filter((f) => f === "name" || preview.mapping.find((m) => m.field === f)?.column !== null);
  const list = useVirtualizer({
    count: rows.length,
    getScrollElement: () => box.current,
    estimateSize: () => 32,
    overscan: 12,
    initialRect: { width: 1000, height: 500 },
  });
  const template = `60px 110px ${fields.map(() => "minmax(120px,1fr)").join(" ")} 80px`;
  return (
    <>
      <div
        ref={box}
        className="grid"
        role="grid"
        aria-label="Rows of the list"
        aria-rowcount={rows.length}
        tabIndex={0}
      >
        <div className="head" role="row" style={{ gridTemplateColumns: template, minWidth: leastWidth(template) }}>
          {["Row", "Outcome", ...fields.map((f) => f.replaceAll("_", " ")), "Skip"].map((t) => (
            <span key={t} role="columnheader" className="cell">
              {t}
            </span>
          ))}
        </div>
        <div role="presentation" style={{ height: list.getTotalSize(), position: "relative" }}>
          {list.getVirtualItems().map((item) => {
            const row = rows[item.index];
            if (!row) return null;
            return (
              <div
                key={row.row}
                role="row"
                className="line"
                style={{
                  gridTemplateColumns: template,
                  minWidth: leastWidth(template),
                  position: "absolute",
                  top: 0,
                  transform: `translateY(${item.start}px)`,
                }}
              >
                <span role="gridcell" className="cell num muted">
                  {row.row}
                </span>
                <span role="gridcell" className="cell">
                  <Badge status={row.outcome} />
                </span>
                {fields.map((field) => {
                  const finding = row.findings.find((f) => f.field === field);
                  const tone = finding
                    ? { error: "bad-cell", warning: "warn-cell", cleaned: "clean-cell" }[finding.severity]
                    : "";
                  const words = finding
                    ? `${findingWords(finding.code, finding.params)}${finding.severity === "cleaned" ? ` (was “${finding.value}”)` : ""}${finding.repair && finding.severity !== "cleaned" ? `. Perhaps “${finding.repair}”` : ""}`
                    : undefined;
                  return (
                    <span key={field} role="gridcell" className={`cell ${tone}`} title={words}>
                      <input
                        key={row.values[field]}
                        className="input"
                        aria-label={`${field.replaceAll("_", " ")} in row ${row.row}`}
                        aria-invalid={finding?.severity === "error" || undefined}
                        defaultValue={row.values[field]}
                        onFocus={() => setNote(words ? `Row ${row.row}: ${words}` : "")}
                        onBlur={(e) =>
                          e.target.value !== row.values[field] &&
                          alter({ fixes: [{ row: row.row, field, value: e.target.value }] })
                        }
                        onKeyDown={(e) => e.key === "Enter" && e.currentTarget.blur()}
                      />
                    </span>
                  );
                })}
                <span role="gridcell" className="cell">
                  <input
                    type="checkbox"
                    aria-label={`Skip row ${row.row}`}
                    checked={row.outcome === "skipped"}
                    onChange={(e) => alter({ skips: [{ row: row.row, skip: e.target.checked }] })}
                  />
                </span>
              </div>
            );
          })}
        </div>
      </div>
      <p className="meta" role="status" style={{ minHeight: 16 }}>
        {note ||
          "Red cells keep their row out; amber ones are worth a look; blue ones were cleaned. Type over a cell to mend it."}
      </p>
    </>
  );
}
