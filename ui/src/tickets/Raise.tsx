// Raising a ticket, from the list, an account or a site.
import { useState } from "react";
import { type TicketCategory, type TicketPriority, useAction, useCommand } from "../api";
import { Choice, Dialog, Failure, Field, FormButtons, TextField } from "../components";
import { found } from "../domains";
import { to } from "../paths";
import { go } from "../route";
import { textOf } from "../texts/word";
import { TICKET_CATEGORY, TICKET_PRIORITY } from "./words";

/** What it is about, as it is known before anything is typed. */
export interface About {
  accountId: string;
  siteId: string | null;
  /** In words. */
  text: string;
}

export const priorities = (values: TicketPriority[]) =>
  values.map((value) => [value, textOf(TICKET_PRIORITY, value)] as const);

export const categories = (values: TicketCategory[]) => values.map((value) => [value, TICKET_CATEGORY[value]] as const);

export function RaiseTicket({ about, onClose }: { about?: About; onClose: () => void }) {
  const [chosen, setChosen] = useState<About | undefined>(about);
  const [subject, setSubject] = useState("");
  const [description, setDescription] = useState("");
  const [reportedBy, setReportedBy] = useState("");
  const [category, setCategory] = useState<TicketCategory>("connectivity");
  const [priority, setPriority] = useState<TicketPriority>("medium");
  const choices = useCommand("ticket_choices", {});
  const raise = useAction("raise_ticket", (ticket) => {
    onClose();
    go(to.ticket(ticket.row.id));
  });
  return (
    <Dialog title="Raise a ticket" onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          if (!chosen) return;
          raise.mutate({
            account_id: chosen.accountId,
            site_id: chosen.siteId,
            category,
            priority,
            subject,
            description,
            reported_by: reportedBy,
          });
        }}
      >
        {chosen ? (
          <p>
            {chosen.text}{" "}
            {!about && (
              <button className="button quiet" type="button" onClick={() => setChosen(undefined)}>
                Another one
              </button>
            )}
          </p>
        ) : (
          <Find onFound={setChosen} />
        )}
        <TextField label="In a line" value={subject} maxLength={200} onText={setSubject} />
        <div className="row wrap" style={{ marginBottom: 10 }}>
          <Choice
            label="About"
            value={category}
            options={categories(choices.data?.categories ?? [category])}
            onChoose={setCategory}
          />
          <Choice
            label="Priority"
            value={priority}
            options={priorities(choices.data?.priorities ?? [priority])}
            onChoose={setPriority}
          />
        </div>
        <Field label="In full (optional)">
          {(id) => (
            <textarea
              id={id}
              className="input"
              rows={4}
              maxLength={10_000}
              value={description}
              onChange={(e) => setDescription(e.target.value)}
            />
          )}
        </Field>
        <TextField
          label="Reported by (optional)"
          help="Who of the customer said so."
          value={reportedBy}
          maxLength={200}
          onText={setReportedBy}
        />
        <Failure error={raise.error} />
        <FormButtons
          go="Raise on this laptop"
          testid="raise-ticket"
          disabled={!chosen || !subject.trim() || raise.isPending}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}

/** Whose it is: an account or a site by any part of its name. */
function Find({ onFound }: { onFound: (about: About) => void }) {
  const [text, setText] = useState("");
  const hits = useCommand("search", { text, limit: 20 }, text.trim().length > 1);
  const list = (text.trim().length > 1 ? (hits.data ?? []) : [])
    .filter((hit) => hit.kind === "account" || hit.kind === "site")
    .slice(0, 8);
  return (
    <>
      <TextField
        label="Customer or site"
        help="Any part of the name; then choose below."
        value={text}
        onText={setText}
      />
      <ul className="list" aria-label="Found">
        {list.map((hit) => (
          <li key={`${hit.kind}${hit.id}`}>
            <button
              className="button quiet grow"
              style={{ textAlign: "left", height: "auto", whiteSpace: "normal" }}
              type="button"
              onClick={() =>
                onFound({
                  accountId: hit.account_id ?? hit.id,
                  siteId: hit.kind === "site" ? hit.id : null,
                  text: `${hit.title}, ${hit.subtitle}`,
                })
              }
            >
              {hit.title} <span className="meta">{hit.subtitle}</span>
            </button>
            <span className="badge">{found(hit)?.word}</span>
          </li>
        ))}
      </ul>
      {hits.data && text.trim().length > 1 && list.length === 0 && (
        <p className="muted" role="status">
          No customer and no site on this laptop is called “{text}”.
        </p>
      )}
    </>
  );
}
