// Finds anything by any part of its name, and begins what is made from anywhere.
import { useEffect, useState } from "react";
import { type SearchHit, useCommand } from "../api";
import { Dialog } from "../components";
import type { Domain } from "../domain";
import { DOMAINS, found } from "../domains";
import { go } from "../route";

export type Make = NonNullable<Domain["make"]>;

/** Domains of which something is found, and what is typed for it. */
const FINDING = () => DOMAINS.filter(({ finds }) => finds);
const HINTS = () => FINDING().flatMap(({ finds }) => Object.values(finds ?? {}).flatMap(({ hint }) => hint ?? []));

/** What is made from anywhere. */
const MAKES = () => DOMAINS.flatMap(({ make }) => make ?? []);

export function Palette({ onClose, onMake }: { onClose: () => void; onMake: (make: Make) => void }) {
  const [text, setText] = useState("");
  const [at, setAt] = useState(0);
  const hits = useCommand("search", { text, limit: 12 }, text.trim().length > 0);
  const list = text.trim() ? (hits.data ?? []) : [];
  function open(hit: SearchHit | undefined) {
    const place = hit && found(hit)?.path(hit);
    const [make] = MAKES();
    if (place) go(place);
    else if (!text.trim() && make) return onMake(make);
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
          aria-label={`Find ${FINDING()
            .map(({ title }) => title.toLowerCase())
            .join(", ")}`}
          aria-activedescendant={list[at] ? `hit-${at}` : undefined}
          value={text}
          onChange={(e) => {
            setText(e.target.value);
            setAt(0);
            setEntered(false);
          }}
          placeholder={`${HINTS().join(", ")}…`}
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
              <span className="badge">{found(hit)?.word}</span>
            </li>
          ))}
        </ul>
        {!text.trim() ? (
          MAKES().map((make) => (
            <button key={make.key} className="button quiet" type="button" onClick={() => onMake(make)}>
              {make.title} <kbd>{make.key}</kbd>
            </button>
          ))
        ) : hits.data && list.length === 0 ? (
          <p className="muted" role="status">
            Nothing on this laptop is called “{text}”.
          </p>
        ) : null}
      </div>
    </Dialog>
  );
}
