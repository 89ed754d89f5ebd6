// The proposal around a quote: written on the left, what follows from it on the right; kept with the draft as it is typed.
import { useEffect, useRef, useState } from "react";
import { type ProposalInputs, useAction, useCommand } from "../api";
import { Failure, Field, Status, TextField, Waiting } from "../components";
import { href, to } from "../paths";
import { Preview } from "./Preview";
import { ProposalClauses } from "./ProposalClauses";
import { Competitors, Features, type SetProposal } from "./ProposalParts";
import { QUOTE_STATUS } from "./words";

export function ProposalPage({ id }: { id: string }) {
  const quote = useCommand("get_quote", { quote_id: id });
  const kept = useCommand("quote_proposal", { quote_id: id, inputs: null });
  const save = useAction("save_quote_proposal");
  const [typed, setTyped] = useState<ProposalInputs>();
  const [printing, setPrinting] = useState(false);
  const latest = useRef<ProposalInputs | undefined>(undefined);
  const inputs = typed ?? kept.data?.inputs;
  const live = useCommand("quote_proposal", { quote_id: id, inputs: typed ?? null }, typed !== undefined);
  const view = live.data && !live.error ? live.data : kept.data;
  const editable = quote.data?.allowed.find((a) => a.action === "edit")?.allowed ?? false;
  const { mutate, mutateAsync } = save;
  const keep = () => {
    if (latest.current) mutate({ quote_id: id, inputs: latest.current });
  };
  const set: SetProposal = (part) => {
    if (!inputs || !editable) return;
    latest.current = { ...inputs, ...part };
    setTyped(latest.current);
  };
  // What was typed last is kept also when the page is left.
  useEffect(
    () => () => {
      if (latest.current) mutate({ quote_id: id, inputs: latest.current });
    },
    [id, mutate],
  );
  if (quote.error ?? kept.error) return <Waiting error={quote.error ?? kept.error} />;
  if (!quote.data || !inputs || !view) return <Waiting error={null} />;
  const print = () => {
    if (!editable) return setPrinting(true);
    void mutateAsync({ quote_id: id, inputs }).then(
      () => setPrinting(true),
      () => undefined,
    );
  };
  return (
    <div className="split">
      <div className="page" style={{ overflow: "auto" }} onBlur={keep}>
        <div className="row wrap">
          <a href={href(to.quote(id))}>
            {quote.data.row.number} v{quote.data.row.version}
          </a>
          <h1 className="grow">Proposal for {quote.data.row.account}</h1>
          {!editable && <Status words={QUOTE_STATUS} value={quote.data.row.status} />}
          <button
            className="button primary"
            type="button"
            data-testid="proposal-pdf"
            disabled={save.isPending || (!editable && !view.kept)}
            onClick={print}
          >
            Proposal PDF
          </button>
        </div>
        <Failure error={save.error ?? live.error} />
        <Texts inputs={inputs} set={set} editable={editable} />
        <section className="panel" aria-label="Service levels">
          <Field label="Service levels" help="It becomes the account's agreement with the order.">
            {(field) => (
              <select
                id={field}
                className="input"
                disabled={!editable}
                value={inputs.sla}
                onChange={(e) => set({ sla: e.target.value })}
              >
                <option value="">As the account has today</option>
                {[...new Set([...view.sla_offers, inputs.sla].filter(Boolean))].map((name) => (
                  <option key={name} value={name}>
                    {name}
                  </option>
                ))}
              </select>
            )}
          </Field>
          {view.sla_text.length === 0 ? (
            <p className="muted">The account has no service level agreement yet.</p>
          ) : (
            <ul style={{ margin: 0, paddingLeft: 18 }}>
              {view.sla_text.map((line) => (
                <li key={line}>{line}</li>
              ))}
            </ul>
          )}
        </section>
        <ProposalClauses view={view} inputs={inputs} set={set} editable={editable} />
        <Features inputs={inputs} set={set} editable={editable} />
        <Competitors view={view} inputs={inputs} set={set} editable={editable} />
      </div>
      <aside aria-label="What follows">
        <h2>Implementation</h2>
        {view.plan.length === 0 ? (
          <p className="muted">Add sites to the quote: the plan is made of them.</p>
        ) : (
          <ol className="plan">
            {view.plan.map((step, n) => (
              <li key={n}>
                <span>{step.label}</span>
                <span className="meta">{step.when_text}</span>
              </li>
            ))}
          </ol>
        )}
        <hr />
        <h2>Price</h2>
        <p className="hero">{quote.data.totals.monthly_text}</p>
        <p className="meta">per month before tax; the proposal prints the quote's own table and totals.</p>
        {view.comparison_sums.length > 0 && (
          <>
            <hr />
            <h2>Beside present providers</h2>
            <table className="totals">
              <tbody>
                {view.comparison_sums.map((row) => (
                  <tr key={row.label}>
                    <td>{row.label}</td>
                    <td className="num">{row.amount_text}</td>
                  </tr>
                ))}
              </tbody>
            </table>
          </>
        )}
        <hr />
        <p className="meta" role="status">
          {save.isPending
            ? "Saving…"
            : view.kept
              ? "Saved on this laptop with the quote."
              : "Not part of the quote yet; type something or print it."}
        </p>
      </aside>
      {printing && <Preview quoteId={id} what="proposal" onClose={() => setPrinting(false)} />}
    </div>
  );
}

function Texts({ inputs, set, editable }: { inputs: ProposalInputs; set: SetProposal; editable: boolean }) {
  return (
    <section className="panel">
      <Field label="What the customer needs" help="A paragraph a line.">
        {(id) => (
          <textarea
            id={id}
            className="input"
            rows={5}
            readOnly={!editable}
            maxLength={20000}
            value={inputs.requirements}
            onChange={(e) => set({ requirements: e.target.value })}
          />
        )}
      </Field>
      <Field label="What we offer">
        {(id) => (
          <textarea
            id={id}
            className="input"
            rows={5}
            readOnly={!editable}
            maxLength={20000}
            value={inputs.solution}
            onChange={(e) => set({ solution: e.target.value })}
          />
        )}
      </Field>
      <div className="fields">
        <TextField
          label="Implementation begins (optional)"
          type="date"
          readOnly={!editable}
          value={inputs.start}
          onText={(typed) => set({ start: typed })}
        />
        <Field label="Sites installed in a week">
          {(id) => (
            <input
              id={id}
              className="input num"
              inputMode="numeric"
              readOnly={!editable}
              value={inputs.sites_per_week}
              onChange={(e) => set({ sites_per_week: e.target.value })}
            />
          )}
        </Field>
      </div>
    </section>
  );
}
