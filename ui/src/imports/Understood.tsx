// What was understood of a list, in words, and the choices that change it at once.
import type { ChangeSiteList, SiteListPreview } from "../api";
import { findingWords } from "../texts/codes";

const DELIMITERS: [string, string][] = [
  [",", "comma"],
  [";", "semicolon"],
  ["\t", "tab"],
  ["|", "bar"],
];
const ENCODINGS = [
  "utf-8",
  "windows-1252",
  "windows-1250",
  "windows-1251",
  "windows-1253",
  "utf-16le",
  "shift_jis",
  "gbk",
];
const COUNTRIES: [string, string][] = [
  ["ZA", "South Africa"],
  ["IN", "India"],
];

interface Part {
  preview: SiteListPreview;
  alter: (part: Partial<ChangeSiteList>) => void;
}

/** The choice of one thing about reading the list. */
function Choice(props: { label: string; value: string; options: [string, string][]; choose: (value: string) => void }) {
  const known = props.options.some(([value]) => value === props.value);
  return (
    <label className="meta">
      {props.label}
      <br />
      <select className="input" value={props.value} onChange={(e) => props.choose(e.target.value)}>
        {!known && <option value={props.value}>{props.value || "not known"}</option>}
        {props.options.map(([value, words]) => (
          <option key={value} value={value}>
            {words}
          </option>
        ))}
      </select>
    </label>
  );
}

/** Columns that no field takes, with whether they are kept in the notes. */
function leftOver(preview: SiteListPreview): { index: number; header: string; noted: boolean }[] {
  const noted = new Set(preview.mapping.find((m) => m.field === "notes")?.also ?? []);
  const fields = preview.mapping.flatMap((m) => [m.column, ...(m.field === "notes" ? [] : m.also)]);
  return preview.columns
    .filter((c) => !fields.includes(c.index))
    .map((c) => ({ index: c.index, header: c.header, noted: noted.has(c.index) }));
}

/** The first line of the preview: what the list is taken for. */
export function Understood({ preview, alter }: Part) {
  const sites = preview.new + preview.changed + preview.unchanged;
  const name = preview.mapping.find((m) => m.field === "name")?.column;
  const header = name == null ? undefined : preview.columns[name]?.header;
  const over = leftOver(preview);
  const left = over.filter((c) => !c.noted);
  const noted = over.filter((c) => c.noted).map((c) => c.index);
  const text = preview.delimiter !== "";
  const row = preview.header_rows.at(-1) ?? 0;
  const last = Math.max(10, row);
  const rows = Array.from({ length: last }, (_, at): [string, string] => [String(at + 1), `row ${at + 1}`]);
  return (
    <section className="panel" data-testid="understood">
      <p>
        <strong>
          {sites} {sites === 1 ? "site" : "sites"}
        </strong>
        {header === undefined ? "; no column of names" : `; names from “${header}”`}
        {left.length > 0 && `; ${left.length} ${left.length === 1 ? "column" : "columns"} left out`}
      </p>
      {over.length > 0 && (
        <details>
          <summary className="meta">Columns that no field takes</summary>
          <div className="row wrap">
            {over.map((column) => (
              <label key={column.index} className="meta">
                <input
                  type="checkbox"
                  checked={column.noted}
                  onChange={(e) =>
                    alter({
                      in_notes: e.target.checked ? [...noted, column.index] : noted.filter((at) => at !== column.index),
                    })
                  }
                />{" "}
                keep “{column.header}” in the notes
              </label>
            ))}
          </div>
        </details>
      )}
      {preview.notices.map((notice) => (
        <p key={`${notice.code} ${notice.params.header ?? ""}`} className={notice.asks ? undefined : "muted"}>
          {findingWords(notice.code, notice.params)}
        </p>
      ))}
      <div className="row wrap">
        <Choice label="Country" value={preview.country} options={COUNTRIES} choose={(country) => alter({ country })} />
        <Choice
          label="Header"
          value={String(row)}
          options={[["0", "none"], ...rows]}
          choose={(value) => alter({ header_row: Number(value) })}
        />
        {text && (
          <Choice
            label="Letters"
            value={preview.encoding}
            options={ENCODINGS.map((name) => [name, name])}
            choose={(encoding) => alter({ encoding })}
          />
        )}
        {text && (
          <Choice
            label="Between cells"
            value={preview.delimiter}
            options={DELIMITERS}
            choose={(delimiter) => alter({ delimiter })}
          />
        )}
        {(preview.leave_out_hidden || preview.notices.some((n) => n.code === "list.hidden")) && (
          <label className="meta">
            <input
              type="checkbox"
              checked={preview.leave_out_hidden}
              onChange={(e) => alter({ leave_out_hidden: e.target.checked })}
            />{" "}
            Leave out hidden rows
          </label>
        )}
      </div>
    </section>
  );
}
