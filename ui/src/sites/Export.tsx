import { type Filter, useAction } from "../api";
import { Failure } from "../components";
import { Saved } from "../components/Saved";

/** The list as it stands on the screen, as a file that imports back as it is. */
export function useExport(accountId: string | null, filters: Filter[], text: string) {
  const out = useAction("export_sites");
  const start = (format: "csv" | "xlsx") =>
    out.mutate({
      account_id: accountId,
      list: { text: text || null, filters, sort: null, offset: 0, limit: 1 },
      format,
    });
  const buttons = (
    <>
      <button
        className="button"
        type="button"
        data-testid="export-csv"
        disabled={out.isPending}
        onClick={() => start("csv")}
      >
        {out.isPending ? "Writing…" : "Export CSV"}
      </button>
      <button
        className="button"
        type="button"
        data-testid="export-xlsx"
        disabled={out.isPending}
        onClick={() => start("xlsx")}
      >
        Export XLSX
      </button>
    </>
  );
  return {
    buttons,
    outcome: (
      <>
        <Failure error={out.error} />
        <Saved file={out.data} />
      </>
    ),
  };
}
