// Full screen in front of the customer: the printed document's content, large; nothing internal is even asked for.
import { type ReactNode, useCallback, useEffect, useRef, useState } from "react";
import {
  type CommandError,
  closePresenter,
  openPresenter,
  type PresentationView,
  type PresentedTotal,
  useCommand,
} from "../api";
import { Failure } from "../components";

const SITES_PER_SLIDE = 8;

function Rows({ rows, strong }: { rows: PresentedTotal[]; strong?: string }) {
  return (
    <table className="totals present-table">
      <tbody>
        {rows.map((row) => (
          <tr key={row.label} className={row.label === strong ? "strong" : ""}>
            <td>{row.label}</td>
            <td className="num">{row.amount_text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

function slides(view: PresentationView): { title: string; body: ReactNode }[] {
  const list: { title: string; body: ReactNode }[] = [
    {
      title: view.title,
      body: (
        <>
          <p className="present-lead">For {view.customer}</p>
          <Rows rows={view.facts} />
        </>
      ),
    },
    {
      title: "Your monthly price",
      body: (
        <>
          <p className="present-figure num">{view.with_tax ? view.monthly_with_tax_text : view.monthly_text}</p>
          <p className="present-lead">
            {view.with_tax ? `${view.monthly_text} before tax` : `${view.monthly_with_tax_text} with tax`}
          </p>
          {view.discount_note && <p className="present-note">{view.discount_note}</p>}
        </>
      ),
    },
    {
      title: "From the list price to yours",
      body: (
        <div className="present-columns">
          <Rows rows={view.monthly} strong={view.monthly.find((r) => r.label.includes("before tax"))?.label} />
          <Rows rows={view.contract} strong={view.contract.find((r) => r.label.includes("before tax"))?.label} />
        </div>
      ),
    },
  ];
  if (view.roi.length)
    list.push({ title: "What it brings you", body: <Rows rows={view.roi} strong={view.roi[0]?.label} /> });
  for (let from = 0; from < view.sites.length; from += SITES_PER_SLIDE) {
    const part = view.sites.slice(from, from + SITES_PER_SLIDE);
    list.push({
      title:
        view.sites.length <= SITES_PER_SLIDE
          ? `Your sites${view.with_tax ? ", prices with tax" : ""}`
          : `Your sites, ${from + 1} to ${from + part.length} of ${view.sites.length}`,
      body: (
        <table className="totals present-table">
          <tbody>
            {part.map((site) => (
              <tr key={`${site.site} ${site.place}`}>
                <td>
                  <strong>{site.site}</strong>
                  <br />
                  <span className="muted">{site.place}</span>
                </td>
                <td>
                  {site.lines.map((line, n) => (
                    <div key={n}>
                      {line.item}
                      {line.qty === "1" ? "" : ` × ${line.qty}`}
                      {line.contains && <div className="muted">{line.contains}</div>}
                    </div>
                  ))}
                </td>
                <td className="num">
                  {site.lines.map((line, n) => (
                    <div key={n}>
                      {line.net_text} <span className="muted">{line.kind}</span>
                    </div>
                  ))}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      ),
    });
  }
  if (view.terms.length)
    list.push({
      title: "Terms",
      body: (
        <>
          {view.terms.map((text) => (
            <p key={text} className="present-terms">
              {text}
            </p>
          ))}
        </>
      ),
    });
  return list;
}

type Said = { at: number } | { asks: true } | { ended: true };

/** Which slide is shown: the same in the presenter's window and in the customer's. */
function useSlide(quoteId: string, onThere: () => void, onEnded: () => void) {
  const [at, show] = useState(0);
  const line = useRef<BroadcastChannel>(undefined);
  const now = useRef(0);
  const tell = useRef({ onThere, onEnded });
  tell.current = { onThere, onEnded };
  useEffect(() => {
    const channel = new BroadcastChannel(`present/${quoteId}`);
    line.current = channel;
    channel.onmessage = ({ data }: MessageEvent<Said>) => {
      if ("ended" in data) tell.current.onEnded();
      else if ("asks" in data) {
        channel.postMessage({ at: now.current } satisfies Said);
        tell.current.onThere();
      } else {
        now.current = data.at;
        show(data.at);
      }
    };
    channel.postMessage({ asks: true } satisfies Said);
    return () => channel.close();
  }, [quoteId]);
  const setAt = useCallback((next: number) => {
    now.current = next;
    show(next);
    line.current?.postMessage({ at: next } satisfies Said);
  }, []);
  const end = useCallback(() => line.current?.postMessage({ ended: true } satisfies Said), []);
  return { at, setAt, end };
}

/** The presentation in a window of its own, for the screen that the customer looks at. */
export function PresentWindow({ quoteId }: { quoteId: string }) {
  const close = () => void closePresenter().catch(() => window.close());
  return <Present quoteId={quoteId} customers onClose={close} />;
}

export function Present({
  quoteId,
  customers = false,
  onClose,
}: {
  quoteId: string;
  /** This is the customer's window: it is steered from the other one. */
  customers?: boolean;
  onClose: () => void;
}) {
  const { data, error } = useCommand("present_quote", { quote_id: quoteId });
  const [second, setSecond] = useState(false);
  const [problem, setProblem] = useState<CommandError | null>(null);
  const box = useRef<HTMLDivElement>(null);
  const { at, setAt, end } = useSlide(
    quoteId,
    () => setSecond(!customers),
    () => (customers ? onClose() : setSecond(false)),
  );
  const all = data ? slides(data) : [];
  const last = Math.max(0, all.length - 1);
  const title = data?.title;
  const leave = () => {
    end();
    if (second) void closePresenter().catch(() => undefined);
    onClose();
  };
  const other = () => {
    if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
    // The other window says itself that it is there.
    openPresenter(quoteId).catch((failed) => setProblem(failed));
    box.current?.focus();
  };
  useEffect(() => {
    const before = document.title;
    const focused = document.activeElement as HTMLElement | null;
    box.current?.focus();
    // A window that may not fill the screen still covers everything in it.
    if (!customers) void box.current?.requestFullscreen?.().catch(() => undefined);
    return () => {
      document.title = before;
      if (document.fullscreenElement) void document.exitFullscreen().catch(() => undefined);
      focused?.focus?.();
    };
  }, [customers]);
  useEffect(() => {
    if (title) document.title = title;
  }, [title]);
  function onKeyDown(event: React.KeyboardEvent) {
    const step = { ArrowRight: 1, PageDown: 1, " ": 1, Enter: 1, ArrowLeft: -1, PageUp: -1, Backspace: -1 }[event.key];
    if (event.key === "Escape" || event.key === "F5") leave();
    else if (event.key === "Home") setAt(0);
    else if (event.key === "End") setAt(last);
    else if (step && !(event.target as HTMLElement).matches("button")) setAt(Math.max(0, Math.min(last, at + step)));
    else return;
    event.preventDefault();
    event.stopPropagation();
  }
  const slide = all[at];
  return (
    <div
      ref={box}
      className="present"
      role="dialog"
      aria-modal="true"
      aria-label="Presentation"
      tabIndex={-1}
      onKeyDown={onKeyDown}
      data-testid="presentation"
    >
      <header className="row">
        <span className="grow">{data?.organisation}</span>
        {data?.remark && <span>{data.remark}</span>}
      </header>
      <main className="present-slide" aria-live="polite">
        <Failure error={error ?? problem} />
        {slide && (
          <>
            <h1>{slide.title}</h1>
            {slide.body}
          </>
        )}
      </main>
      <footer className="row">
        <span className="grow">{data?.number}</span>
        <button
          type="button"
          className="button"
          disabled={at === 0}
          onClick={() => {
            setAt(at - 1);
            box.current?.focus();
          }}
        >
          Back
        </button>
        <span className="num">
          {at + 1} of {all.length || 1}
        </span>
        <button
          type="button"
          className="button"
          data-testid="next-slide"
          disabled={at >= last}
          onClick={() => {
            setAt(at + 1);
            box.current?.focus();
          }}
        >
          Next
        </button>
        {!customers && (
          <button type="button" className="button" data-testid="second-screen" aria-pressed={second} onClick={other}>
            {second ? "On the other screen" : "Other screen"}
          </button>
        )}
        <button type="button" className="button" onClick={leave}>
          End
        </button>
      </footer>
    </div>
  );
}
