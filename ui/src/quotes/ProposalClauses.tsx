// The clauses of one proposal: from the library, in an order of their own; a changed one shows what was taken out and put in.
import type { ClauseInputs, ProposalInputs, ProposalView } from "../api";
import { Badge, Field, TextField } from "../components";
import { Difference } from "../settings/Clauses";
import type { SetProposal } from "./ProposalParts";

export function ProposalClauses({
  view,
  inputs,
  set,
  editable,
}: {
  view: ProposalView;
  inputs: ProposalInputs;
  set: SetProposal;
  editable: boolean;
}) {
  const change = (index: number, part: Partial<ClauseInputs>) =>
    set({ clauses: inputs.clauses.map((clause, at) => (at === index ? { ...clause, ...part } : clause)) });
  const move = (index: number, by: number) => {
    const clauses = [...inputs.clauses];
    const [one] = clauses.splice(index, 1);
    if (one) clauses.splice(index + by, 0, one);
    set({ clauses });
  };
  const offered = view.library.filter((clause) => !inputs.clauses.some((one) => one.clause_id === clause.id));
  return (
    <section className="panel" aria-label="Terms">
      <div className="row">
        <h2 className="grow">Terms</h2>
        {editable && (
          <select
            className="input"
            style={{ width: "auto" }}
            aria-label="Add a clause"
            value=""
            onChange={(e) => {
              const clause = offered.find((one) => one.id === e.target.value);
              set({
                clauses: [
                  ...inputs.clauses,
                  clause
                    ? { clause_id: clause.id, title: clause.title, body: clause.body }
                    : { clause_id: null, title: "Special agreement", body: "" },
                ],
              });
            }}
          >
            <option value="">Add a clause…</option>
            {offered.map((clause) => (
              <option key={clause.id} value={clause.id}>
                {clause.topic}: {clause.title}
              </option>
            ))}
            <option value="own">One of this proposal's own</option>
          </select>
        )}
      </div>
      {inputs.clauses.length === 0 && <p className="muted">No clauses: the organisation's own terms are printed.</p>}
      {inputs.clauses.map((clause, index) => {
        const state = view.states[index];
        return (
          <details key={index} className="clause" open={state ? !state.standard : false} data-testid="proposal-clause">
            <summary>
              <strong>
                {index + 1}. {clause.title}
              </strong>{" "}
              {state && !state.standard && (
                <Badge word={[state.library ? "Changed: needs approval" : "Own clause: needs approval", "warn"]} />
              )}{" "}
              {state?.outdated && <Badge word={["The library has another version", "warn"]} />}
            </summary>
            {editable && (
              <>
                <TextField
                  label="Title"
                  maxLength={200}
                  value={clause.title}
                  onText={(typed) => change(index, { title: typed })}
                />
                <Field label="Text">
                  {(id) => (
                    <textarea
                      id={id}
                      className="input"
                      rows={4}
                      maxLength={20000}
                      value={clause.body}
                      onChange={(e) => change(index, { body: e.target.value })}
                    />
                  )}
                </Field>
              </>
            )}
            {!editable && <p style={{ whiteSpace: "pre-line" }}>{clause.body}</p>}
            {state?.library && !state.standard && (
              <>
                <h2>Changed against the library's v{state.library.version}</h2>
                <Difference from={state.library.body} to={clause.body} />
              </>
            )}
            {editable && (
              <div className="row">
                <button className="button" type="button" disabled={index === 0} onClick={() => move(index, -1)}>
                  Up
                </button>
                <button
                  className="button"
                  type="button"
                  disabled={index === inputs.clauses.length - 1}
                  onClick={() => move(index, 1)}
                >
                  Down
                </button>
                {state?.library && !state.standard && (
                  <button
                    className="button"
                    type="button"
                    onClick={() =>
                      state.library && change(index, { title: state.library.title, body: state.library.body })
                    }
                  >
                    As in the library
                  </button>
                )}
                <button
                  className="button"
                  type="button"
                  aria-label={`Remove ${clause.title}`}
                  onClick={() => set({ clauses: inputs.clauses.filter((_, at) => at !== index) })}
                >
                  Remove
                </button>
              </div>
            )}
          </details>
        );
      })}
    </section>
  );
}
