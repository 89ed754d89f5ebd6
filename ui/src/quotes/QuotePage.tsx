import { useCallback, useEffect, useMemo, useRef, useState } from "react";
import { type CommandError, type QuoteEditArgs, type QuoteLineRow, useAction, useCommand, useSend } from "../api";
import { Dialog, Failure, Waiting } from "../components";
import { Table } from "../components/DataTable";
import { History } from "../history";
import { href, to } from "../paths";
import { go } from "../route";
import { AddSites } from "./AddSites";
import { Decide, type Step } from "./Decide";
import { lineColumns } from "./lines";
import { PasteLines } from "./PasteLines";
import { Present } from "./Present";
import { Preview } from "./Preview";
import { Bulk } from "./QuoteBulk";
import { Head } from "./QuoteHead";
import { Roi } from "./Roi";
import { Totals } from "./Totals";
import { Why } from "./Why";

/** Edits go out one after the other, in the order typed; a refused one says why and does not hold the next. */
function useEdits(quoteId: string) {
  const queue = useRef<Promise<unknown>>(Promise.resolve());
  const [error, setError] = useState<CommandError | null>(null);
  const send = useSend("edit_quote");
  const apply = useCallback(
    (edits: QuoteEditArgs[]) => {
      const next = queue.current.then(() => send({ quote_id: quoteId, edits }).then(() => setError(null), setError));
      queue.current = next;
      return next;
    },
    [quoteId, send],
  );
  return { apply, error };
}

/** The quote under a new number; what could not be taken along is said before the copy is opened. */
function useCopy() {
  const [left, setLeft] = useState<string>();
  const copy = useAction("copy_quote", (made) => {
    if (made.missing_items.length === 0 && made.missing_sites === 0) return go(to.quote(made.quote_id));
    setLeft(
      `${made.number} has ${made.lines} lines. Left out: ${[...made.missing_items, ...(made.missing_sites ? [`lines of ${made.missing_sites} sites that are gone`] : [])].join(", ")}.`,
    );
  });
  return { copy, left };
}

export function QuotePage({ id }: { id: string }) {
  const { data, error } = useCommand("get_quote", { quote_id: id });
  const books = useCommand("list_price_books", {});
  const { apply, error: editError } = useEdits(id);
  const [selected, setSelected] = useState(new Set<string>());
  const [current, setCurrent] = useState<QuoteLineRow>();
  const [why, setWhy] = useState<string>();
  const [pasting, setPasting] = useState(false);
  const [adding, setAdding] = useState(false);
  const [step, setStep] = useState<Step>();
  const [preview, setPreview] = useState(false);
  const [presenting, setPresenting] = useState(false);
  const [roi, setRoi] = useState(false);
  const [history, setHistory] = useState(false);
  const [text, setText] = useState("");
  const send = useAction("send_quote");
  const revise = useAction("revise_quote", (next) => go(to.quote(next.row.id)));
  const { copy, left } = useCopy();
  const may = (action: string) => data?.allowed.find((a) => a.action === action)?.allowed ?? false;
  const maySend = may("send");
  const sendNow = send.mutate;
  useEffect(() => {
    const onKey = (event: KeyboardEvent) => {
      if (document.querySelector("[role=dialog]")) return;
      if (event.key === "F5") {
        event.preventDefault();
        return setPresenting(true);
      }
      // Never out of a field: what is being typed there is not saved yet.
      if ((event.target as HTMLElement).matches("input, select, textarea")) return;
      if (event.ctrlKey && event.key === "Enter" && maySend) sendNow({ quote_id: id });
      if (event.key === "w" && current) setWhy(current.id);
      if (event.key === "p") setPreview(true);
    };
    window.addEventListener("keydown", onKey);
    return () => window.removeEventListener("keydown", onKey);
  }, [id, maySend, sendNow, current]);
  const book = books.data?.find((one) => one.id === data?.price_book_id);
  const items = useMemo(() => book?.items ?? [], [book]);
  const editable = may("edit");
  // The same columns as long as nothing in them changed: a row is drawn again only for its own sake.
  const columns = useMemo(() => lineColumns(items, editable, apply, setWhy), [items, editable, apply]);
  if (error) return <Waiting error={error} />;
  if (!data) return <Waiting error={null} />;
  return (
    <div className="split">
      <div className="page">
        <Head
          quote={data}
          editable={editable}
          apply={apply}
          onStep={setStep}
          onSend={() => send.mutate({ quote_id: id })}
          onRevise={() => revise.mutate({ quote_id: id })}
          onPdf={() => setPreview(true)}
          onPresent={() => setPresenting(true)}
          onRoi={() => setRoi(true)}
          onHistory={() => setHistory(true)}
          onCopy={() => copy.mutate({ quote_id: id, title: `${data.row.title}, copy`.slice(0, 200) })}
        />
        <Failure error={editError ?? send.error ?? revise.error ?? copy.error} />
        {left && copy.data && (
          <p className="notice info" role="status">
            {left} <a href={href(to.quote(copy.data.quote_id))}>Open it</a>
          </p>
        )}
        <div className="row wrap">
          <input
            className="input"
            style={{ width: 180 }}
            aria-label="Find on this quote"
            placeholder="Find on this quote"
            value={text}
            onChange={(e) => setText(e.target.value)}
          />
          <span className="grow" />
          {selected.size > 0 && editable && (
            <Bulk
              items={items}
              selected={[...selected]}
              apply={(edits) => void apply(edits).then(() => setSelected(new Set()))}
            />
          )}
          {editable && (
            <>
              <button className="button" type="button" onClick={() => setAdding(true)}>
                Add sites
              </button>
              <button className="button" type="button" onClick={() => go(to.quoteImport(id))}>
                Import list
              </button>
              <button className="button" type="button" data-testid="paste-lines" onClick={() => setPasting(true)}>
                Paste lines
              </button>
            </>
          )}
        </div>
        <Table<QuoteLineRow, "list_quote_lines">
          label="Lines"
          command="list_quote_lines"
          args={(list) => ({ quote_id: id, list })}
          text={text}
          rowKey={(l) => l.id}
          selected={selected}
          onSelect={setSelected}
          onCurrent={setCurrent}
          onOpen={(l) => setWhy(l.id)}
          empty={
            editable
              ? "Nothing on this quote yet. Add sites of the account, or import the customer's list."
              : "Nothing on this quote."
          }
          columns={columns}
        />
        <div className="row meta">
          <span className="grow">
            {data.site_count} sites, {data.line_count} lines{selected.size ? `, ${selected.size} selected` : ""}
          </span>
          <span className="num">List {data.totals.list_text}</span>
          <strong className="num">{data.totals.monthly_text}</strong>
        </div>
      </div>
      <Totals quote={data} />
      {why && <Why quoteId={id} lineId={why} onClose={() => setWhy(undefined)} />}
      {adding && (
        <AddSites
          quote={data}
          items={items}
          onClose={() => setAdding(false)}
          onAdd={(edits) => {
            setAdding(false);
            void apply(edits);
          }}
        />
      )}
      {pasting && <PasteLines quoteId={id} onClose={() => setPasting(false)} />}
      {step && <Decide quoteId={id} step={step} onClose={() => setStep(undefined)} />}
      {roi && <Roi quoteId={id} editable={editable} onClose={() => setRoi(false)} />}
      {history && (
        <Dialog title={`History of ${data.row.number}`} onClose={() => setHistory(false)}>
          <History kind="quote" id={id} bare />
          <div className="row">
            <button className="button" type="button" onClick={() => setHistory(false)}>
              Close
            </button>
          </div>
        </Dialog>
      )}
      {presenting && <Present quoteId={id} onClose={() => setPresenting(false)} />}
      {preview && <Preview quoteId={id} onClose={() => setPreview(false)} />}
    </div>
  );
}
