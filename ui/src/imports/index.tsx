import { useEffect, useRef, useState } from "react";
import {
  type ChangeSiteList,
  type EngineEvent,
  type ImportStage,
  type RowOutcome,
  type SiteListPreview,
  subscribe,
  useAction,
  useCommand,
} from "../api";
import { Failure, Status } from "../components";
import { Saved } from "../components/Saved";
import { to } from "../paths";
import { go } from "../route";
import { FINDINGS } from "../texts/codes";
import type { Words } from "../texts/word";
import { Rows } from "./Rows";
import { Understood } from "./Understood";
import { ROW_OUTCOME } from "./words";

const COUNTED: Words<RowOutcome | "warning"> = { ...ROW_OUTCOME, warning: ["Look", "warn"] };

async function base64(file: File): Promise<string> {
  const url = await new Promise<string>((resolve, reject) => {
    const reader = new FileReader();
    reader.onload = () => resolve(String(reader.result));
    reader.onerror = () => reject(reader.error);
    reader.readAsDataURL(file);
  });
  return url.slice(url.indexOf(",") + 1);
}

export function ImportPage({ accountId, quoteId }: { accountId?: string; quoteId?: string }) {
  const quote = useCommand("get_quote", { quote_id: quoteId ?? "" }, quoteId !== undefined);
  const books = useCommand("list_price_books", {});
  const account = accountId ?? quote.data?.row.account_id;
  const back = quoteId ? to.quote(quoteId) : account ? to.account(account) : to.accounts;
  const [preview, setPreview] = useState<SiteListPreview>();
  const [show, setFilter] = useState("");
  // Rows mended under the filter: they stay until one leaves it.
  const [kept, setKept] = useState<number[]>([]);
  function setShow(next: string) {
    setFilter(next);
    setKept([]);
  }
  const [token, setToken] = useState("");
  const ended = useRef("");
  const [item, setItem] = useState("");
  const [perSite, setPerSite] = useState<boolean>();
  const open = useAction("open_site_list", (opened) => {
    // A list that was ended while it came is not shown after all.
    if (ended.current === token) drop.mutate({ import_id: opened.import_id });
    else setPreview(opened);
  });
  const drop = useAction("drop_site_list");
  const cancel = useAction("cancel_site_list");
  const change = useAction("change_site_list", setPreview);
  const commit = useAction("commit_site_list", () => go(back));
  const template = useAction("site_list_template");
  const errors = useAction("site_list_errors");
  const items =
    books.data
      ?.find((book) => book.id === quote.data?.price_book_id)
      ?.items.filter((i) => i.charge_type === "recurring") ?? [];
  async function take(file: File | undefined) {
    if (!file || !account) return;
    const work = `${file.name} ${Date.now()}`;
    setToken(work);
    open.mutate({
      account_id: account,
      file_name: file.name,
      bytes_base64: await base64(file),
      token: work,
    });
  }
  function alter(part: Partial<ChangeSiteList>) {
    const mended = part.fixes?.map((fix) => fix.row) ?? [];
    if (show && mended.length > 0) setKept([...kept, ...mended]);
    if (preview)
      change.mutate({
        import_id: preview.import_id,
        mapping: null,
        fixes: [],
        skips: [],
        accept_repairs: [],
        sheet: null,
        ...part,
      });
  }
  if (!preview) {
    return (
      <div className="page">
        <h1>Import a site list</h1>
        <Failure error={open.error?.code === "import.cancelled" ? null : open.error} />
        {open.isPending && (
          <div className="row">
            <Progress token={token} start="Reading the list…" />
            <button
              className="button"
              type="button"
              onClick={() => {
                ended.current = token;
                cancel.mutate({ token });
              }}
            >
              Stop
            </button>
          </div>
        )}
        <label
          className="drop"
          onDragOver={(e) => e.preventDefault()}
          onDrop={(e) => {
            e.preventDefault();
            void take(e.dataTransfer.files[0]);
          }}
        >
          <p>Drop the customer's list here, as it is: CSV, XLSX, any headers. Nothing is written before you confirm.</p>
          <input
            type="file"
            aria-label="Site list"
            data-testid="file"
            accept=".csv,.tsv,.txt,.xlsx,.xls,.ods"
            onChange={(e) => void take(e.target.files?.[0])}
          />
        </label>
        <div className="row wrap">
          <button className="button" type="button" onClick={() => go(back)}>
            Back
          </button>
          <span className="grow" />
          {account && (
            <>
              <span className="muted">A template for the customer:</span>
              <button
                className="button"
                type="button"
                data-testid="template-xlsx"
                onClick={() => template.mutate({ account_id: account, format: "xlsx" })}
              >
                XLSX
              </button>
              <button
                className="button"
                type="button"
                data-testid="template-csv"
                onClick={() => template.mutate({ account_id: account, format: "csv" })}
              >
                CSV
              </button>
            </>
          )}
        </div>
        <Failure error={template.error} />
        <Saved file={template.data} />
      </div>
    );
  }
  // With its last row mended a filter shows nothing that could be got out of: all rows are shown again.
  const counts: Record<string, number> = {
    new: preview.new,
    changed: preview.changed,
    unchanged: preview.unchanged,
    skipped: preview.skipped,
    error: preview.errors,
    warning: preview.warnings,
  };
  const found = preview.findings_by_code.some((f) => f.code === show);
  const shown = found || (counts[show] ?? 0) > 0 ? show : "";
  const take_in = preview.new + preview.changed;
  const onQuote = quoteId ? preview.new + preview.changed + preview.unchanged : take_in;
  const unnamed = quoteId !== undefined && preview.unnamed > 0;
  const first = item || items[1]?.id || items[0]?.id || "";
  return (
    <div className="page">
      <div className="row wrap">
        <h1 className="grow">{preview.file_name}</h1>
        {preview.sheets.length > 1 && (
          <label className="row meta">
            Sheet{" "}
            <select
              className="input"
              style={{ width: "auto" }}
              value={preview.sheet}
              onChange={(e) => alter({ sheet: e.target.value })}
            >
              {preview.sheets.map((name) => (
                <option key={name} value={name}>
                  {name}
                </option>
              ))}
            </select>
          </label>
        )}
        <span className="meta">
          {preview.header_rows.length === 0 ? "no header" : `header in row ${preview.header_rows.join(" and ")}`}, read
          in {preview.ms} ms
        </span>
      </div>
      <div className="row wrap" role="status" data-testid="counts">
        <strong>{preview.rows} rows:</strong>
        {(
          [
            ["new", preview.new],
            ["changed", preview.changed],
            ["unchanged", preview.unchanged],
            ["skipped", preview.skipped],
            ["error", preview.errors],
            ["warning", preview.warnings],
          ] as const
        ).map(([name, count]) => (
          <button
            key={name}
            type="button"
            className={`button ${shown === name ? "" : "quiet"}`}
            aria-pressed={shown === name}
            onClick={() => setShow(shown === name ? "" : name)}
          >
            <Status words={COUNTED} value={name} /> {count}
          </button>
        ))}
      </div>
      <div className="row wrap">
        {preview.findings_by_code.map((f) => (
          <span key={f.code} className="row" style={{ gap: 4 }}>
            <button
              type="button"
              className="button quiet"
              aria-pressed={shown === f.code}
              onClick={() => setShow(shown === f.code ? "" : f.code)}
            >
              {FINDINGS[f.code].replace(/\{\w+\}/g, "…")}: {f.count}
            </button>
            {f.repairable > 0 && (
              <button type="button" className="button" onClick={() => alter({ accept_repairs: [f.code] })}>
                Repair {f.repairable}
              </button>
            )}
          </span>
        ))}
      </div>
      <Failure error={change.error ?? commit.error ?? errors.error} />
      <Saved file={errors.data} />
      <Understood preview={preview} alter={alter} />
      <Mapping preview={preview} alter={alter} />
      {(change.isPending || commit.isPending) && (
        <Progress token={preview.import_id} start={commit.isPending ? "Writing…" : "Checking again…"} />
      )}
      <Rows preview={preview} show={shown} kept={kept} alter={alter} />
      <div className="row wrap">
        {quoteId && unnamed && (
          <label className="row">
            Package for rows that name none{" "}
            <select className="input" style={{ width: "auto" }} value={first} onChange={(e) => setItem(e.target.value)}>
              {items.map((i) => (
                <option key={i.id} value={i.id}>
                  {i.name}
                </option>
              ))}
            </select>
          </label>
        )}
        {quoteId && quote.data && (
          <label className="row">
            Orders{" "}
            <select
              className="input"
              style={{ width: "auto" }}
              value={(perSite ?? quote.data.order_per_site) ? "site" : "one"}
              onChange={(e) => setPerSite(e.target.value === "site")}
            >
              <option value="one">one for all sites</option>
              <option value="site">one for each site</option>
            </select>
          </label>
        )}
        <button
          className="button primary"
          type="button"
          data-testid="commit"
          disabled={onQuote === 0 || commit.isPending}
          onClick={() =>
            commit.mutate({
              import_id: preview.import_id,
              quote_id: quoteId ?? null,
              default_item_id: quoteId ? first : null,
              ...(perSite === undefined ? {} : { order_per_site: perSite }),
            })
          }
        >
          {commit.isPending ? "Importing…" : `Import ${onQuote} sites${quoteId ? " into the quote" : ""}`}
        </button>
        <button className="button" type="button" onClick={() => setPreview(undefined)}>
          Another file
        </button>
        <button className="button quiet" type="button" onClick={() => go(back)}>
          Cancel
        </button>
        {preview.errors + preview.warnings > 0 && (
          <button
            className="button"
            type="button"
            data-testid="errors-file"
            disabled={errors.isPending}
            onClick={() => errors.mutate({ import_id: preview.import_id })}
          >
            Customer's file with what to mend
          </button>
        )}
        {preview.errors > 0 && (
          <span className="muted">{preview.errors} rows with errors stay out until they are mended.</span>
        )}
      </div>
    </div>
  );
}

const STAGES: Record<ImportStage, string> = { reading: "Reading", checking: "Checking", writing: "Writing" };

/** How far the work called `token` is, as the engine says it. */
function Progress({ token, start }: { token: string; start: string }) {
  const [at, setAt] = useState<Extract<EngineEvent, { kind: "import" }>>();
  useEffect(
    () =>
      subscribe((event) => {
        if (event.kind === "import" && event.token === token) setAt(event);
      }),
    [token],
  );
  const part = at && at.total > 0 ? at.done / at.total : 0;
  return (
    <div className="grow" role="status">
      <span>
        {at && at.total > 0
          ? `${STAGES[at.stage]}: ${at.done.toLocaleString("en")} of ${at.total.toLocaleString("en")} rows`
          : start}
      </span>
      <div className="bar">
        <i style={{ left: 0, width: `${part * 100}%`, background: "var(--accent)" }} />
      </div>
    </div>
  );
}

function Mapping({ preview, alter }: { preview: SiteListPreview; alter: (part: Partial<ChangeSiteList>) => void }) {
  return (
    <details className="panel">
      <summary>Columns: {preview.mapping.filter((m) => m.column !== null).length} matched</summary>
      <div className="row wrap" style={{ marginTop: 8 }}>
        {preview.mapping.map((m) => (
          <label key={m.field} className="meta">
            {m.field.replaceAll("_", " ")}
            {m.column !== null ? ` (${m.confidence} %, ${m.reason.replace("_", " ")})` : ""}
            <br />
            <select
              className="input"
              style={{ width: 170 }}
              value={m.column ?? ""}
              onChange={(e) =>
                alter({ mapping: [{ field: m.field, column: e.target.value === "" ? null : Number(e.target.value) }] })
              }
            >
              <option value="">not in the file</option>
              {preview.columns.map((c) => (
                <option key={c.index} value={c.index}>
                  {c.header}
                  {c.samples[0] ? ` (${c.samples[0].slice(0, 24)})` : ""}
                </option>
              ))}
            </select>
          </label>
        ))}
      </div>
    </details>
  );
}
