// Who answers for approvals in whose place, and for which days.
import { useState } from "react";
import { type DelegationList, useAction, useCommand } from "../api";
import { Dialog, Failure, Field, FormButtons, Status, TextField, Waiting } from "../components";
import { href, to } from "../paths";
import { ROLES, words } from "../texts/codes";
import { DELEGATION_STATE } from "./words";

export function DelegationsPage() {
  const { data, error } = useCommand("list_delegations", {});
  const end = useAction("end_delegation");
  const [adding, setAdding] = useState(false);
  if (error || !data) return <Waiting error={error} />;
  return (
    <div className="page" style={{ overflow: "auto" }}>
      <div className="row">
        <a href={href(to.settings)}>Settings</a>
        <h1 className="grow">Delegated approvals</h1>
        {data.may_delegate && (
          <button className="button primary" type="button" data-testid="delegate" onClick={() => setAdding(true)}>
            Delegate…
          </button>
        )}
      </div>
      <p className="muted">
        While you are away somebody else answers requests for approval in your place, for the days you name. Nobody
        decides by delegation about a discount of their own, and one person never gives two approvals of a quote.
        {data.may_delegate ? "" : " Sales managers, directors and finance delegate theirs."}
      </p>
      <Failure error={end.error} />
      {data.delegations.length === 0 && <p className="empty">Nobody answers in somebody else's place.</p>}
      {data.delegations.length > 0 && (
        <section className="panel">
          <ul className="list">
            {data.delegations.map((one) => (
              <li key={one.id} data-testid="delegation">
                <span className="grow" style={{ minWidth: 0 }}>
                  <strong>{one.to}</strong> for {one.from} <span className="meta">({ROLES[one.role]})</span>
                  <br />
                  <span className="meta">
                    {one.days_text}
                    {one.note ? ` · ${one.note}` : ""}
                  </span>
                </span>
                <Status words={DELEGATION_STATE} value={one.state} />
                {one.may_end && (
                  <button
                    className="button"
                    type="button"
                    aria-label={`Take back: ${one.to} for ${one.from}`}
                    disabled={end.isPending}
                    onClick={() => end.mutate({ id: one.id })}
                  >
                    Take back
                  </button>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {adding && <Delegate list={data} onClose={() => setAdding(false)} />}
    </div>
  );
}

function Delegate({ list, onClose }: { list: DelegationList; onClose: () => void }) {
  const people = useCommand("list_people", {});
  const others = people.data?.filter((person) => person.id !== list.me) ?? [];
  const [form, setForm] = useState({ to: "", valid_from: list.today, valid_to: list.today, note: "" });
  const delegate = useAction("delegate_approvals", onClose);
  const set = (part: Partial<typeof form>) => setForm({ ...form, ...part });
  const wrong = form.valid_to < form.valid_from ? words({ code: "delegation.bad_days", params: { max: "366" } }) : "";
  return (
    <Dialog title="Delegate your approvals" onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          delegate.mutate(form);
        }}
      >
        <Field label="Who answers in your place">
          {(id) => (
            <select id={id} className="input" value={form.to} onChange={(e) => set({ to: e.target.value })}>
              <option value="">Choose…</option>
              {others.map((person) => (
                <option key={person.id} value={person.id}>
                  {person.name}, {ROLES[person.role]}
                </option>
              ))}
            </select>
          )}
        </Field>
        <div className="fields">
          <TextField
            label="First day"
            type="date"
            value={form.valid_from}
            onText={(valid_from) => set({ valid_from })}
          />
          <TextField
            label="Last day"
            type="date"
            error={wrong || undefined}
            value={form.valid_to}
            onText={(valid_to) => set({ valid_to })}
          />
        </div>
        <TextField label="Note (optional)" maxLength={500} value={form.note} onText={(note) => set({ note })} />
        <Failure error={people.error ?? delegate.error} />
        <FormButtons
          go="Delegate"
          testid="confirm"
          disabled={!form.to || wrong !== "" || delegate.isPending}
          onCancel={onClose}
        />
      </form>
    </Dialog>
  );
}
