import { useState } from "react";
import { type SiteView, useAction, useCommand } from "../api";
import { Files } from "../attachments";
import { AsOfMark, Failure, Field, Status, Waits } from "../components";
import { href, to } from "../paths";
import { QUOTE_STATUS } from "../quotes/words";
import { go } from "../route";
import { RaiseTicket } from "../tickets/Raise";
import { TICKET_STATUS } from "../tickets/words";
import { FIELD_TITLES, INSTALLATION, reasonWords, SERVICE_STATUS, SITE_TYPES, stateWords } from "./words";

export function SitePage({ id }: { id: string }) {
  const { data, error } = useCommand("get_site", { id });
  if (error)
    return (
      <div className="page">
        <Failure error={error} />
        <div>
          <button className="button" type="button" onClick={() => go(to.sites)}>
            All sites
          </button>
        </div>
      </div>
    );
  if (!data)
    return (
      <div className="page">
        <span className="skeleton" />
      </div>
    );
  // Another site, another form: what was typed into one never lands in the other.
  return <Site key={id} site={data} />;
}

function Site({ site }: { site: SiteView }) {
  const [typed, setTyped] = useState<Record<string, string>>({});
  const edit = useAction("edit_site", () => setTyped({}));
  const r = site.row;
  const dirty = site.fields.some((f) => typed[f.field] !== undefined && typed[f.field] !== f.value);
  const save = () => edit.mutate({ site_id: r.id, fields: typed });
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <div className="row wrap">
        <h1 className="grow" style={{ overflowWrap: "anywhere" }}>
          {r.name}
        </h1>
        <Status words={SERVICE_STATUS} value={r.service_status} />
        {r.waiting && <Waits />}
        <AsOfMark asOf={r.as_of} />
      </div>
      <div className="row wrap muted">
        <a href={href(to.account(r.account_id))}>{r.account}</a>
        {r.parent_id && (
          <span>
            Under <a href={href(to.site(r.parent_id))}>{r.parent || "a site that is not on this laptop"}</a>
          </span>
        )}
        {r.owner && <span>Looked after by {r.owner}</span>}
        <span>Invoices: {stateWords("billing", r.billing)}</span>
        <span>Installation: {INSTALLATION[r.installation_status]}</span>
        <span>{r.monthly_text ? `${r.monthly_text} a month` : "No monthly charge yet"}</span>
        <span>
          {r.uptime_text === null
            ? "Uptime not measured"
            : `Uptime ${r.uptime_text} % last closed month${r.breach ? ", below the guarantee" : ""}`}
        </span>
        <span>
          {r.open_incidents === 0
            ? "No open incident"
            : `${r.open_incidents} open incident${r.open_incidents === 1 ? "" : "s"}`}
        </span>
      </div>
      <Failure error={edit.error} />
      <form
        className="panel"
        onSubmit={(e) => {
          e.preventDefault();
          save();
        }}
        onKeyDown={(e) => {
          if (e.ctrlKey && e.key === "Enter" && dirty) save();
        }}
      >
        <div className="fields">
          {site.fields.map((f) => (
            <Field
              key={f.field}
              label={FIELD_TITLES[f.field]}
              error={(typed[f.field]?.length ?? 0) > f.max ? `At most ${f.max} characters` : undefined}
            >
              {(fid) =>
                f.field === "site_type" ? (
                  <select
                    id={fid}
                    className="input"
                    disabled={!site.may_edit}
                    value={typed[f.field] ?? f.value}
                    onChange={(e) => setTyped({ ...typed, [f.field]: e.target.value })}
                  >
                    {SITE_TYPES.map(([value, title]) => (
                      <option key={value} value={value}>
                        {title}
                      </option>
                    ))}
                  </select>
                ) : f.field === "notes" ? (
                  <textarea
                    id={fid}
                    className="input"
                    rows={3}
                    readOnly={!site.may_edit}
                    value={typed[f.field] ?? f.value}
                    onChange={(e) => setTyped({ ...typed, [f.field]: e.target.value })}
                  />
                ) : (
                  <input
                    id={fid}
                    className="input"
                    readOnly={!site.may_edit}
                    value={typed[f.field] ?? f.value}
                    onChange={(e) => setTyped({ ...typed, [f.field]: e.target.value })}
                  />
                )
              }
            </Field>
          ))}
        </div>
        <div className="row wrap">
          <button className="button primary" type="submit" data-testid="save-site" disabled={!dirty || edit.isPending}>
            Save on this laptop
          </button>
          {dirty && (
            <button className="button quiet" type="button" onClick={() => setTyped({})}>
              Leave as it was
            </button>
          )}
          {!site.may_edit && <span className="muted">Your role reads sites; it does not change them.</span>}
        </div>
      </form>
      <Tickets site={site} />
      <section className="panel">
        <h2>Quotes here</h2>
        {site.quotes.length === 0 ? (
          <p className="muted">No quote names this site.</p>
        ) : (
          <ul className="list">
            {site.quotes.map((q) => (
              <li key={q.id}>
                <a href={href(to.quote(q.id))}>{q.label}</a>
                <Status words={QUOTE_STATUS} value={q.status} />
              </li>
            ))}
          </ul>
        )}
      </section>
      <section className="panel">
        <Files kind="site" id={r.id} />
      </section>
      <History id={r.id} />
    </div>
  );
}

/** The latest ticket, and how many are not resolved. */
function Tickets({ site }: { site: SiteView }) {
  const [raising, setRaising] = useState(false);
  const { row: r, last_ticket: last } = site;
  return (
    <section className="panel" aria-label="Tickets" data-testid="site-tickets">
      <div className="row wrap">
        <h2 className="grow">Last ticket</h2>
        <button className="button" type="button" data-testid="raise" onClick={() => setRaising(true)}>
          Raise a ticket
        </button>
      </div>
      {last ? (
        <ul className="list">
          <li>
            <span className="grow" style={{ overflowWrap: "anywhere" }}>
              <a href={href(to.ticket(last.id))}>{last.label}</a>{" "}
              <span className="meta">raised {last.raised_text}</span>
            </span>
            <Status words={TICKET_STATUS} value={last.status} />
          </li>
        </ul>
      ) : (
        <p className="muted">Nothing was reported for this site.</p>
      )}
      {r.open_tickets > 0 && (
        <p className="muted">
          {r.open_tickets} {r.open_tickets === 1 ? "ticket is" : "tickets are"} not resolved.
        </p>
      )}
      {raising && (
        <RaiseTicket
          about={{ accountId: r.account_id, siteId: r.id, text: `${r.account}, ${r.name}` }}
          onClose={() => setRaising(false)}
        />
      )}
    </section>
  );
}

function History({ id }: { id: string }) {
  const history = useCommand("site_history", { id });
  return (
    <section className="panel" aria-label="History" data-testid="history">
      <h2>History</h2>
      <Failure error={history.error} />
      {history.data?.length === 0 && <p className="muted">Nothing was changed about this site.</p>}
      <ul className="list">
        {(history.data ?? []).map((change) => (
          <li key={change.id}>
            <div className="grow">
              {change.created && <div>Added</div>}
              {change.fields.map((field) => (
                <div key={field.field} style={{ overflowWrap: "anywhere" }}>
                  {FIELD_TITLES[field.field]}: <span className="muted">{stateWords(field.field, field.before)}</span> →{" "}
                  {stateWords(field.field, field.after)}
                </div>
              ))}
              <span className="meta">
                {change.at_text}, {change.by}
                {change.reason ? `: ${reasonWords(change.reason)}` : ""}
              </span>
            </div>
            {change.waiting && <Waits />}
          </li>
        ))}
      </ul>
    </section>
  );
}
