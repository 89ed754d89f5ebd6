import { useEffect, useState } from "react";
import { type SearchHit, useCommand } from "../api";
import { Dialog } from "../components";
import { go } from "./route";

export function place(hit: SearchHit): string {
  if (hit.kind === "quote") return `/quotes/${hit.id}`;
  if (hit.kind === "order") return "/orders";
  if (hit.kind === "task") return `/tasks/${hit.id}`;
  if (hit.kind === "ticket") return `/tickets/${hit.id}`;
  return `/accounts/${hit.kind === "account" ? hit.id : hit.account_id}`;
}

export function Palette({ onClose, onNewQuote }: { onClose: () => void; onNewQuote: () => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const hits = useCommand("search", { text, limit: 12 }, text.trim().length > 0);
  const list = text.trim() ? (hits.data ?? []) : [];
  function open(hit: SearchHit | undefined) {
    if (hit) go(place(hit));
    else if (!text.trim()) return onNewQuote();
    onClose();
  }
  // Typed faster than found: Enter means what is typed, not what was found for the letters before.
  const settled = text.trim() === "" || (!hits.isPlaceholderData && !hits.isFetching);
  const [entered, setEntered] = useState(false);
  useEffect(() => {
    if (!entered || !settled) return;
    setEntered(false);
    if (list[at]) open(list[at]);
  });
  function onKeyDown(event: React.KeyboardEvent) {
    if (event.key === "ArrowDown" || event.key === "ArrowUp") {
      event.preventDefault();
      setAt(Math.max(0, Math.min(list.length - 1, at + (event.key === "ArrowDown" ? 1 : -1))));
    }
    if (event.key === "Enter") {
      event.preventDefault();
      if (settled) open(list[at]);
      else setEntered(true);
    }
  }
  return (
    <Dialog title="Find anything" onClose={onClose}>
      <div onKeyDown={onKeyDown}>
        <input
          className="input"
          role="combobox"
          aria-expanded={list.length > 0}
          aria-controls="hits"
          aria-label="Find accounts, quotes, orders, tickets, sites"
          aria-activedescendant={list[at] ? `hit-${at}` : undefined}
          value={text}
          onChange={(e) => {
            setText(e.target.value);
            setAt(0);
            setEntered(false);
          }}
          placeholder="Account, quote number, site…"
        />
        <ul id="hits" role="listbox" aria-label="Hits" className="list" style={{ marginTop: 8 }}>
          {list.map((hit, index) => (
            <li
              key={`${hit.kind}${hit.id}`}
              id={`hit-${index}`}
              role="option"
              aria-selected={index === at}
              style={{
                background: index === at ? "var(--accent-soft)" : undefined,
                padding: "6px 8px",
                cursor: "pointer",
              }}
              onClick={() => open(hit)}
            >
              <span className="grow">
                {hit.title} <span className="meta">{hit.subtitle}</span>
              </span>
              <span className="badge">{hit.kind}</span>
            </li>
          ))}
        </ul>
        {!text.trim() ? (
          <button className="button quiet" type="button" onClick={onNewQuote}>
            New quote <kbd>n</kbd>
          </button>
        ) : hits.data && list.length === 0 ? (
          <p className="muted" role="status">
            Nothing on this laptop is called “{text}”.
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}
