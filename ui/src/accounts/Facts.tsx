// What is known of a customer: the company, its people, its imported lists and notes.
import { useState } from "react";
import { type AccountView, type CustomerType, useAction } from "../api";
import { Failure, Field } from "../components";
import { Runs } from "../imports/Runs";

export function Facts({ account: data }: { account: AccountView }) {
  const { id } = data.row;
  const [notes, setNotes] = useState<string>();
  const edit = useAction("edit_account", () => setNotes(undefined));
  return (
    <div className="cards" style={{ overflow: "auto" }}>
      <section className="panel">
        <h2>Company</h2>
        <ul className="list">
          {[
            ["Registration", data.registration_number],
            ["Tax number", data.tax_number],
            ["Industry", data.industry],
            ["Currency", data.currency],
          ].map(([k, v]) => (
            <li key={k}>
              <span className="muted">{k}</span>
              <span>{v || "–"}</span>
            </li>
          ))}
        </ul>
      </section>
      <section className="panel">
        <h2>Kind of customer</h2>
        <Field
          label="Customer"
          help="A private person reads prices with tax and is not asked for a registration number."
        >
          {(fid) => (
            <select
              id={fid}
              className="input"
              value={data.customer_type}
              onChange={(e) =>
                edit.mutate({
                  account_id: id,
                  notes: null,
                  industry: null,
                  customer_type: e.target.value as CustomerType,
                })
              }
            >
              <option value="business">Business</option>
              <option value="consumer">Consumer</option>
            </select>
          )}
        </Field>
      </section>
      <section className="panel">
        <h2>Contacts</h2>
        <ul className="list">
          {data.contacts.map((c) => (
            <li key={c.id}>
              <span>
                {c.name}{" "}
                <span className="meta">
                  {c.role}
                  {c.primary ? ", primary" : ""}
                </span>
              </span>
              <span>
                {c.email} {c.phone}
              </span>
            </li>
          ))}
        </ul>
      </section>
      <section className="panel">
        <h2>Imported lists</h2>
        <Runs accountId={id} />
      </section>
      <section className="panel">
        <Field label="Notes">
          {(fid) => (
            <textarea
              id={fid}
              className="input"
              rows={4}
              value={notes ?? data.notes}
              onChange={(e) => setNotes(e.target.value)}
            />
          )}
        </Field>
        <Failure error={edit.error} />
        <button
          className="button"
          type="button"
          disabled={notes === undefined || edit.isPending}
          onClick={() => edit.mutate({ account_id: id, notes: notes ?? null, industry: null, customer_type: null })}
        >
          Save on this laptop
        </button>
      </section>
    </div>
  );
}
