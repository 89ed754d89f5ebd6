import { useMemo, useState } from "react";
import type { ChangeSiteList, PreviewRow, SiteListPreview } from "../api";
import { Status } from "../components";
import { type Column, Table } from "../components/DataTable";
import { findingWords } from "../texts/codes";
import { ROW_OUTCOME, SEVERITY_TONE } from "./words";

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
  "parent",
];

interface Part {
  row: PreviewRow;
  field: string;
  alter: (part: Partial<ChangeSiteList>) => void;
  onNote: (note: string) => void;
}

/** One value of a row; a bad one is mended where it stands. */
function Cell({ row, field, alter, onNote }: Part) {
  const finding = row.findings.find((f) => f.field === field);
  const tone = finding ? SEVERITY_TONE[finding.severity] : "";
  const words = finding
    ? `${findingWords(finding.code, finding.params)}${finding.severity === "cleaned" ? ` (was “${finding.value}”)` : ""}${finding.repair && finding.severity !== "cleaned" ? `. Perhaps “${finding.repair}”` : ""}`
    : undefined;
  return (
    <span className={`mend ${tone}`} title={words}>
      <input
        key={row.values[field]}
        className="input"
        aria-label={`${field.replaceAll("_", " ")} in row ${row.row}`}
        aria-invalid={finding?.severity === "error" || undefined}
        defaultValue={row.values[field]}
        onFocus={() => onNote(words ? `Row ${row.row}: ${words}` : "")}
        onBlur={(e) =>
          e.target.value !== row.values[field] && alter({ fixes: [{ row: row.row, field, value: e.target.value }] })
        }
        onKeyDown={(e) => e.key === "Enter" && e.currentTarget.blur()}
      />
    </span>
  );
}

/** The checked rows, however many. */
export function Rows(props: {
  preview: SiteListPreview;
  show: string;
  kept: number[];
  alter: (part: Partial<ChangeSiteList>) => void;
}) {
  const { preview, show, kept, alter } = props;
  const [note, setNote] = useState("");
  const columns = useMemo(() => {
    const fields = FIELDS.filter((f) => f === "name" || preview.mapping.find((m) => m.field === f)?.column !== null);
    const list: Column<PreviewRow>[] = [
      {
        key: "row",
        title: "Row",
        width: "60px",
        num: true,
        cell: (row) => <span className="muted">{row.row}</span>,
      },
      {
        key: "outcome",
        title: "Outcome",
        width: "110px",
        cell: (row) => <Status words={ROW_OUTCOME} value={row.outcome} />,
      },
      ...fields.map((field) => ({
        key: field,
        title: field.replaceAll("_", " "),
        width: field === "name" ? "minmax(200px,2fr)" : "minmax(120px,1fr)",
        cell: (row: PreviewRow) => <Cell row={row} field={field} alter={alter} onNote={setNote} />,
      })),
      {
        key: "skip",
        title: "Skip",
        width: "80px",
        cell: (row) => (
          <input
            type="checkbox"
            aria-label={`Skip row ${row.row}`}
            checked={row.outcome === "skipped"}
            onChange={(e) => alter({ skips: [{ row: row.row, skip: e.target.checked }] })}
          />
        ),
      },
    ];
    return list;
  }, [preview.mapping, alter]);
  return (
    <>
      <Table<PreviewRow, "site_list_rows">
        label="Rows of the list"
        command="site_list_rows"
        args={(list) => ({
          import_id: preview.import_id,
          revision: preview.revision,
          show,
          keep: kept,
          list: { ...list, filters: [] },
        })}
        rowKey={(row) => String(row.row)}
        filters={[{ field: "show", value: show }]}
        empty="No such row."
        columns={columns}
      />
      <p className="meta" role="status" style={{ minHeight: 16 }}>
        {note ||
          "Red cells keep their row out; amber ones are worth a look; blue ones were cleaned. Type over a cell to mend it."}
      </p>
    </>
  );
}
