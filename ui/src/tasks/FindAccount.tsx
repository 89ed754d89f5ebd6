// Whose a task is: an account, a site, a quote or a ticket by any part of its name.
import { useState } from "react";
import { type HitKind, useCommand } from "../api";
import { TextField } from "../components";
import { found } from "../domains";
import type { TaskAbout } from "./TaskForm";

const PARTS: Partial<Record<HitKind, "siteId" | "quoteId" | "ticketId">> = {
  site: "siteId",
  quote: "quoteId",
  ticket: "ticketId",
};

export function FindAccount({ onFound }: { onFound: (about: TaskAbout) => void }) {
  const [text, setText] = useState("");
  const asked = text.trim().length > 1;
  const hits = useCommand("search", { text, limit: 20 }, asked);
  const list = (asked ? (hits.data ?? []) : []).filter((hit) => hit.kind === "account" || PARTS[hit.kind]).slice(0, 8);
  return (
    <>
      <TextField
        label="Customer, site, quote or ticket"
        help="Any part of the name; then choose below."
        value={text}
        onText={setText}
      />
      <ul className="list" aria-label="Found">
        {list.map((hit) => (
          <li key={`${hit.kind}${hit.id}`}>
            <button
              className="button quiet grow found"
              type="button"
              onClick={() => {
                const part = PARTS[hit.kind];
                const about = { accountId: hit.account_id ?? hit.id, text: `${hit.title}, ${hit.subtitle}` };
                onFound(part ? { ...about, [part]: hit.id } : about);
              }}
            >
              {hit.title} <span className="meta">{hit.subtitle}</span>
            </button>
            <span className="badge">{found(hit)?.word}</span>
          </li>
        ))}
      </ul>
      {hits.data && asked && list.length === 0 && (
        <p className="muted" role="status">
          Nothing on this laptop is called “{text}”.
        </p>
      )}
    </>
  );
}
