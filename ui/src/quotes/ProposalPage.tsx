// The proposal around a quote: written on the left, what follows from it on the right; kept with the draft as it is typed.
import { useEffect, useRef, useState } from "react";
import { type ClauseInputs, type ProposalInputs, type ProposalView, useAction, useCommand } from "../api";
import { Badge, Failure, Field } from "../components";
import { Difference } from "../settings/Clauses";
import { Preview } from "./Preview";

type Set = (part: Partial<ProposalInputs>) => void;

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
  const keep = () => { if (latest.current) mutate({ quote_id: id, inputs: latest.current }); };
  const set: Set = (part) => {
    if (!inputs || !editable) return;
    latest.current = { ...inputs, ...part };
    setTyped(latest.current);
  };
  // What was typed last is kept also when the page is left.
  useEffect(() => () => { if (latest.current) mutate({ quote_id: id, inputs: latest.current }); }, [id, mutate]);
  if (quote.error ?? kept.error) return <div className="page"><Failure error={quote.error ?? kept.error} /></div>;
  if (!quote.data || !inputs || !view) return <div className="page"><span className="skeleton" /></div>;
  const print = () => {
    if (!editable) return setPrinting(true);
    void mutateAsync({ quote_id: id, inputs }).then(() => setPrinting(true), () => undefined);
  };
  return (
    <div className="split">
      <div className="page" style={{ overflow: "auto" }} onBlur={keep}>
        <div className="row wrap"><a href={`#/quotes/${id}`}>{quote.data.row.number} v{quote.data.row.version}</a><h1 className="grow">Proposal for {quote.data.row.account}</h1>
          {!editable && <Badge status={quote.data.row.status} />}
          <button className="button primary" type="button" data-testid="proposal-pdf" disabled={save.isPending || (!editable && !view.kept)} onClick={print}>Proposal PDF</button></div>
        <Failure error={save.error ?? live.error} />
        <Texts inputs={inputs} set={set} editable={editable} />
        <section className="panel" aria-label="Service levels"><Field label="Service levels" help="It becomes the account's agreement with the order.">{(field) => <select id={field} className="input" disabled={!editable} value={inputs.sla} onChange={(e) => set({ sla: e.target.value })}><option value="">As the account has today</option>{[...new Set([...view.sla_offers, inputs.sla].filter(Boolean))].map((name) => <option key={name} value={name}>{name}</option>)}</select>}</Field>
          {view.sla_text.length === 0 ? <p className="muted">The account has no service level agreement yet.</p> : <ul style={{ margin: 0, paddingLeft: 18 }}>{view.sla_text.map((line) => <li key={line}>{line}</li>)}</ul>}</section>
        <Clauses view={view} inputs={inputs} set={set} editable={editable} />
        <Features inputs={inputs} set={set} editable={editable} />
        <Competitors view={view} inputs={inputs} set={set} editable={editable} />
      </div>
      <aside aria-label="What follows">
        <h2>Implementation</h2>
        {view.plan.length === 0 ? <p className="muted">Add sites to the quote: the plan is made of them.</p> : <ol className="plan">{view.plan.map((step, n) => <li key={n}><span>{step.label}</span><span className="meta">{step.when_text}</span></li>)}</ol>}
        <hr />
        <h2>Price</h2><p className="hero">{quote.data.totals.monthly_text}</p><p className="meta">per month before tax; the proposal prints the quote's own table and totals.</p>
        {view.comparison_sums.length > 0 && <><hr /><h2>Beside present providers</h2><table className="totals"><tbody>{view.comparison_sums.map((row) => <tr key={row.label}><td>{row.label}</td><td className="num">{row.amount_text}</td></tr>)}</tbody></table></>}
        <hr />
        <p className="meta" role="status">{save.isPending ? "Saving…" : view.kept ? "Saved on this laptop with the quote." : "Not part of the quote yet; type something or print it."}</p>
      </aside>
      {printing && <Preview quoteId={id} what="proposal" onClose={() => setPrinting(false)} />}
    </div>
  );
}

function Texts({ inputs, set, editable }: { inputs: ProposalInputs; set: Set; editable: boolean }) {
  return (
    <section className="panel">
      <Field label="What the customer needs" help="A paragraph a line.">{(id) => <textarea id={id} className="input" rows={5} readOnly={!editable} maxLength={20000} value={inputs.requirements} onChange={(e) => set({ requirements: e.target.value })} />}</Field>
      <Field label="What we offer">{(id) => <textarea id={id} className="input" rows={5} readOnly={!editable} maxLength={20000} value={inputs.solution} onChange={(e) => set({ solution: e.target.value })} />}</Field>
      <div className="fields">
        <Field label="Implementation begins (optional)">{(id) => <input id={id} type="date" className="input" readOnly={!editable} value={inputs.start} onChange={(e) => set({ start: e.target.value })} />}</Field>
        <Field label="Sites installed in a week">{(id) => <input id={id} className="input num" inputMode="numeric" readOnly={!editable} value={inputs.sites_per_week} onChange={(e) => set({ sites_per_week: e.target.value })} />}</Field>
      </div>
    </section>
  );
}

function Clauses({ view, inputs, set, editable }: { view: ProposalView; inputs: ProposalInputs; set: Set; editable: boolean }) {
  const change = (index: number, part: Partial<ClauseInputs>) => set({ clauses: inputs.clauses.map((clause, at) => (at === index ? { ...clause, ...part } : clause)) });
  const move = (index: number, by: number) => {
    const clauses = [...inputs.clauses];
    const [one] = clauses.splice(index, 1);
    if (one) clauses.splice(index + by, 0, one);
    set({ clauses });
  };
  const offered = view.library.filter((clause) => !inputs.clauses.some((one) => one.clause_id === clause.id));
  return (
    <section className="panel" aria-label="Terms">
      <div className="row"><h2 className="grow">Terms</h2>
        {editable && <select className="input" style={{ width: "auto" }} aria-label="Add a clause" value="" onChange={(e) => { const clause = offered.find((one) => one.id === e.target.value); set({ clauses: [...inputs.clauses, clause ? { clause_id: clause.id, title: clause.title, body: clause.body } : { clause_id: null, title: "Special agreement", body: "" }] }); }}><option value="">Add a clause…</option>{offered.map((clause) => <option key={clause.id} value={clause.id}>{clause.topic}: {clause.title}</option>)}<option value="own">One of this proposal's own</option></select>}</div>
      {inputs.clauses.length === 0 && <p className="muted">No clauses: the organisation's own terms are printed.</p>}
      {inputs.clauses.map((clause, index) => {
        const state = view.states[index];
        return (
          <details key={index} className="clause" open={state ? !state.standard : false} data-testid="proposal-clause">
            <summary><strong>{index + 1}. {clause.title}</strong> {state && !state.standard && <Badge status="needed" label={state.library ? "Changed: needs approval" : "Own clause: needs approval"} />} {state?.outdated && <Badge status="expired" label="The library has another version" />}</summary>
            {editable && <>
              <Field label="Title">{(id) => <input id={id} className="input" maxLength={200} value={clause.title} onChange={(e) => change(index, { title: e.target.value })} />}</Field>
              <Field label="Text">{(id) => <textarea id={id} className="input" rows={4} maxLength={20000} value={clause.body} onChange={(e) => change(index, { body: e.target.value })} />}</Field></>}
            {!editable && <p style={{ whiteSpace: "pre-line" }}>{clause.body}</p>}
            {state?.library && !state.standard && <><h2>Changed against the library's v{state.library.version}</h2><Difference from={state.library.body} to={clause.body} /></>}
            {editable && <div className="row">
              <button className="button" type="button" disabled={index === 0} onClick={() => move(index, -1)}>Up</button>
              <button className="button" type="button" disabled={index === inputs.clauses.length - 1} onClick={() => move(index, 1)}>Down</button>
              {state?.library && !state.standard && <button className="button" type="button" onClick={() => state.library && change(index, { title: state.library.title, body: state.library.body })}>As in the library</button>}
              <button className="button" type="button" aria-label={`Remove ${clause.title}`} onClick={() => set({ clauses: inputs.clauses.filter((_, at) => at !== index) })}>Remove</button></div>}
          </details>
        );
      })}
    </section>
  );
}

function Features({ inputs, set, editable }: { inputs: ProposalInputs; set: Set; editable: boolean }) {
  const change = (index: number, part: Partial<ProposalInputs["features"][number]>) => set({ features: inputs.features.map((one, at) => (at === index ? { ...one, ...part } : one)) });
  return (
    <section className="panel" aria-label="Made for this customer">
      <div className="row"><h2 className="grow">Made for this customer</h2>{editable && <button className="button" type="button" onClick={() => set({ features: [...inputs.features, { name: "New feature", detail: "", delivery: "" }] })}>Add</button>}</div>
      {inputs.features.length === 0 && <p className="muted">Nothing yet. Custom features stand here with their date of delivery.</p>}
      {inputs.features.map((feature, index) => (
        <div key={index} className="fields">
          <Field label="Name">{(id) => <input id={id} className="input" readOnly={!editable} maxLength={200} value={feature.name} onChange={(e) => change(index, { name: e.target.value })} />}</Field>
          <Field label="What it is">{(id) => <input id={id} className="input" readOnly={!editable} maxLength={2000} value={feature.detail} onChange={(e) => change(index, { detail: e.target.value })} />}</Field>
          <Field label="Delivered on (optional)">{(id) => <input id={id} type="date" className="input" readOnly={!editable} value={feature.delivery} onChange={(e) => change(index, { delivery: e.target.value })} />}</Field>
          {editable && <div className="field"><button className="button" type="button" style={{ marginTop: 20 }} aria-label={`Remove ${feature.name}`} onClick={() => set({ features: inputs.features.filter((_, at) => at !== index) })}>Remove</button></div>}
        </div>
      ))}
    </section>
  );
}

function Competitors({ view, inputs, set, editable }: { view: ProposalView; inputs: ProposalInputs; set: Set; editable: boolean }) {
  const [provider, setProvider] = useState("");
  const [monthly, setMonthly] = useState("");
  const rest = view.sites.filter(([site]) => !inputs.competitors.some((one) => one.site_id === site));
  const [site, setSite] = useState("");
  const chosen = rest.some(([one]) => one === site) ? site : "";
  const add = (sites: string[]) => { set({ competitors: [...inputs.competitors, ...sites.map((site_id) => ({ site_id, provider, monthly }))] }); setSite(""); };
  return (
    <section className="panel" aria-label="Present providers">
      <div className="row"><h2 className="grow">Present providers</h2><label className="row"><input type="checkbox" disabled={!editable} checked={inputs.show_competitors} onChange={(e) => set({ show_competitors: e.target.checked })} />Print the comparison</label></div>
      {view.comparison.length === 0 ? <p className="muted">What the customer pays today, per site. It stays with you unless you print it.</p> : (
        <table className="totals"><thead><tr>{["Site", "Provider", "Today", "This proposal", "Less", ""].map((title, n) => <th key={n} scope="col" className={n > 1 ? "num" : ""} style={n > 1 ? undefined : { textAlign: "left" }}>{title}</th>)}</tr></thead>
          <tbody>{view.comparison.map((row, index) => <tr key={index}><td>{row.site}</td><td>{row.provider}</td><td className="num">{row.theirs_text}</td><td className="num">{row.ours_text}</td><td className="num">{row.difference_text}</td><td className="num">{editable && <button className="button quiet" type="button" aria-label={`Remove ${row.site}`} onClick={() => set({ competitors: inputs.competitors.filter((_, at) => at !== index) })}>Remove</button>}</td></tr>)}</tbody></table>)}
      {editable && rest.length > 0 && (
        <div className="row wrap" style={{ marginTop: 8 }}>
          <input className="input" style={{ width: 180 }} aria-label="Present provider" placeholder="Provider" maxLength={200} value={provider} onChange={(e) => setProvider(e.target.value)} />
          <input className="input num" style={{ width: 120 }} aria-label="What they charge a month" placeholder="A month" inputMode="decimal" value={monthly} onChange={(e) => setMonthly(e.target.value)} />
          <select className="input" style={{ width: "auto", maxWidth: 220 }} aria-label="At which site" value={chosen} onChange={(e) => setSite(e.target.value)}><option value="">All {rest.length} other sites</option>{rest.map(([one, name]) => <option key={one} value={one}>{name}</option>)}</select>
          <button className="button" type="button" disabled={!provider.trim() || !monthly.trim()} onClick={() => add(chosen ? [chosen] : rest.map(([one]) => one))}>Add</button>
        </div>)}
    </section>
  );
}
