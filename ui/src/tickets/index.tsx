// What customers report: the list, one ticket with everything that happened on it, and raising one.
import { useState } from "react";
import { type AccountView, type Filter, type TicketRow, type TicketView, useAction, useCommand } from "../api";
import { AsOfMark, Badge, Choice, Failure, Field, Status, Waiting, Waits } from "../components";
import { type Column, Table } from "../components/DataTable";
import { Filters } from "../components/Filters";
import { href, to } from "../paths";
import { go } from "../route";
import { textOf } from "../texts/word";
import { categories, priorities, RaiseTicket } from "./Raise";
import { FIELDS, TICKET_PRIORITY, TICKET_STATUS, valueWords } from "./words";

const label = (row: TicketRow) => (row.number ? `${row.number} ${row.subject}` : row.subject);

const COLUMNS: Column<TicketRow>[] = [
  {
    key: "number",
    title: "Number",
    width: "120px",
    cell: (t) => t.number || <span className="muted">Follows</span>,
  },
  {
    key: "subject",
    title: "Ticket",
    width: "minmax(200px,2fr)",
    cell: (t) => <a href={href(to.ticket(t.id))}>{t.subject}</a>,
  },
  {
    key: "priority",
    title: "Priority",
    width: "110px",
    sort: "priority",
    cell: (t) => <Status words={TICKET_PRIORITY} value={t.priority} />,
  },
  { key: "status", title: "Status", width: "200px", cell: (t) => <Status words={TICKET_STATUS} value={t.status} /> },
  { key: "account", title: "Customer", width: "minmax(140px,1fr)", sort: "account", cell: (t) => t.account },
  { key: "site", title: "Site", width: "minmax(130px,1fr)", cell: (t) => t.site || "–" },
  { key: "raised", title: "Raised", width: "150px", sort: "raised", cell: (t) => t.raised_text },
  { key: "owner", title: "Looked after by", width: "140px", cell: (t) => t.owner || "Nobody" },
  { key: "waiting", title: "", width: "100px", cell: (t) => (t.waiting ? <Waits /> : null) },
];
const NO_FILTERS: Filter[] = [];

/** Tickets of everybody, of an account or of a site. */
export function TicketTable(props: {
  accountId?: string;
  siteId?: string;
  filters?: Filter[];
  text?: string;
  empty: string;
}) {
  const { accountId = null, siteId = null } = props;
  const columns = accountId || siteId ? COLUMNS.filter((column) => column.key !== "account") : COLUMNS;
  return (
    <Table<TicketRow, "list_tickets">
      tools
      label="Tickets"
      command="list_tickets"
      args={(list) => ({ account_id: accountId, site_id: siteId, list })}
      filters={props.filters ?? NO_FILTERS}
      text={props.text ?? ""}
      rowKey={(t) => t.id}
      onOpen={(t) => go(to.ticket(t.id))}
      empty={props.empty}
      columns={columns}
    />
  );
}

/** What a customer reported, and raising more of it. */
export function TicketsOfAccount({ account: { row } }: { account: AccountView }) {
  const [raising, setRaising] = useState(false);
  return (
    <>
      <div className="row wrap">
        <button className="button" type="button" data-testid="raise" onClick={() => setRaising(true)}>
          Raise a ticket
        </button>
      </div>
      <TicketTable accountId={row.id} empty="No tickets. What this customer reports is raised here." />
      {raising && (
        <RaiseTicket about={{ accountId: row.id, siteId: null, text: row.name }} onClose={() => setRaising(false)} />
      )}
    </>
  );
}

export function TicketsPage() {
  const [filters, setFilters] = useState<Filter[]>([]);
  const [text, setText] = useState("");
  const [raising, setRaising] = useState(false);
  const facets = useCommand("ticket_facets", {});
  return (
    <div className="page">
      <div className="row wrap">
        <h1 className="grow">Tickets</h1>
        <button className="button primary" type="button" data-testid="raise" onClick={() => setRaising(true)}>
          Raise a ticket
        </button>
      </div>
      <Filters
        label="Find in tickets"
        text={text}
        onText={setText}
        filters={filters}
        onFilters={setFilters}
        facets={facets.data ?? []}
      />
      <TicketTable
        filters={filters}
        text={text}
        empty={
          filters.length > 0 || text
            ? "No ticket matches. Take a filter off."
            : "No tickets. What a customer reports is raised here, with or without a network."
        }
      />
      {raising && <RaiseTicket onClose={() => setRaising(false)} />}
    </div>
  );
}

export function TicketPage({ id }: { id: string }) {
  const { data, error } = useCommand("get_ticket", { id });
  if (error || !data) return <Waiting error={error} />;
  const { row } = data;
  const facts = [
    data.reported_by && `Reported by ${data.reported_by}`,
    `Raised ${row.raised_text}${data.raised_by ? ` by ${data.raised_by}` : ""}`,
    data.first_reply_text ? `First answer ${data.first_reply_text}` : "The customer has no answer yet",
    data.resolved_text && `Resolved ${data.resolved_text}`,
    data.closed_text && `Closed ${data.closed_text}`,
  ];
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <div className="row wrap">
        <h1 className="grow" style={{ overflowWrap: "anywhere" }}>
          {label(row)}
        </h1>
        <Status words={TICKET_PRIORITY} value={row.priority} />
        <Status words={TICKET_STATUS} value={row.status} />
        {row.waiting && <Waits label="Waiting to be sent" />}
        <AsOfMark asOf={row.as_of} />
      </div>
      <div className="row wrap muted">
        <a href={href(to.account(row.account_id))}>{row.account || "An account that is not on this laptop"}</a>
        {row.site_id && <a href={href(to.site(row.site_id))}>{row.site || "A site that is not on this laptop"}</a>}
        {facts.map((fact) => fact && <span key={fact}>{fact}</span>)}
        {!row.number && <span>Its number comes from the server</span>}
      </div>
      {data.description && <p style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{data.description}</p>}
      <Work ticket={data} />
      <h2>What happened</h2>
      {data.events.length === 0 ? (
        <p className="muted">Nothing yet.</p>
      ) : (
        <ul className="list" data-testid="ticket-events" style={{ maxWidth: 900 }}>
          {data.events.map((event) => (
            <li key={event.id}>
              <div className="grow">
                {event.changes.map(([field, before, after]) => (
                  <div key={field}>
                    {FIELDS[field]}: <span className="muted">{before ? valueWords(field, before) : "nobody"}</span> →{" "}
                    {after ? valueWords(field, after) : "nobody"}
                  </div>
                ))}
                {event.note && <div style={{ whiteSpace: "pre-wrap", overflowWrap: "anywhere" }}>{event.note}</div>}
                <span className="meta">
                  {event.at_text}, {event.by || "somebody who is not on this laptop"}
                </span>
              </div>
              {event.told_customer && <Badge word={["The customer was told", "good"]} />}
              {event.waiting && <Waits />}
            </li>
          ))}
        </ul>
      )}
    </div>
  );
}

/** The next entry: what changes and what is said go together. */
function Work({ ticket }: { ticket: TicketView }) {
  const { row } = ticket;
  const choices = useCommand("ticket_choices", {});
  const before = {
    status: row.status,
    priority: row.priority,
    category: row.category,
    owner_id: ticket.owner_id ?? "",
  };
  // Only what was chosen here: what changes elsewhere meanwhile shows, and nothing typed goes with it.
  const [chosen, setChosen] = useState<Partial<typeof before>>({});
  const now = { ...before, ...chosen };
  const [note, setNote] = useState("");
  const [told, setTold] = useState(false);
  const work = useAction("work_on_ticket", () => {
    setChosen({});
    setNote("");
    setTold(false);
  });
  const changed = (Object.keys(before) as (keyof typeof before)[]).filter((field) => now[field] !== before[field]);
  const ready = (note.trim().length > 0 || changed.length > 0) && !work.isPending;
  const record = () => {
    const typed = <K extends keyof typeof before>(field: K) => (changed.includes(field) ? now[field] : null);
    work.mutate({
      ticket_id: row.id,
      status: typed("status"),
      priority: typed("priority"),
      category: typed("category"),
      owner_id: typed("owner_id"),
      note,
      told_customer: told && note.trim().length > 0,
    });
  };
  return (
    <form
      className="panel"
      aria-label="Work on this ticket"
      style={{ maxWidth: 900 }}
      onSubmit={(e) => {
        e.preventDefault();
        if (ready) record();
      }}
      onKeyDown={(e) => {
        if (e.ctrlKey && e.key === "Enter" && ready) record();
      }}
    >
      <div className="row wrap" style={{ marginBottom: 10 }}>
        <Choice
          label="Status"
          value={now.status}
          options={[row.status, ...ticket.next].map((status) => [status, textOf(TICKET_STATUS, status)] as const)}
          onChoose={(status) => setChosen({ ...chosen, status })}
        />
        <Choice
          label="Priority"
          value={now.priority}
          options={priorities(choices.data?.priorities ?? [row.priority])}
          onChoose={(priority) => setChosen({ ...chosen, priority })}
        />
        <Choice
          label="About"
          value={now.category}
          options={categories(choices.data?.categories ?? [row.category])}
          onChoose={(category) => setChosen({ ...chosen, category })}
        />
        <Choice
          label="Looked after by"
          value={now.owner_id}
          options={[["", "Nobody"], ...ticket.people]}
          onChoose={(owner_id) => setChosen({ ...chosen, owner_id })}
        />
      </div>
      <Field label="What happened, or what was said">
        {(field) => (
          <textarea
            id={field}
            className="input"
            rows={3}
            maxLength={10_000}
            value={note}
            onChange={(e) => setNote(e.target.value)}
          />
        )}
      </Field>
      <Failure error={work.error} />
      <div className="row wrap">
        <label>
          <input type="checkbox" checked={told} onChange={(e) => setTold(e.target.checked)} /> The customer was told
          this
        </label>
        <span className="grow" />
        <button className="button primary" type="submit" data-testid="record" disabled={!ready}>
          Record on this laptop
        </button>
      </div>
    </form>
  );
}
