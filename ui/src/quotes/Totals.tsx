import { useState } from "react";
import { type QuoteView, type TotalKind, type TotalRow, useAction } from "../api";
import { Files } from "../attachments";
import { Failure } from "../components";
import { words } from "../texts/codes";
import { Asked, Customer } from "./Customer";
import { Mails } from "./Mail";

const ROW: Record<TotalKind, (params: Record<string, string>) => string> = {
  list: () => "Monthly list",
  contract: () => "Agreed prices",
  volume: ({ pct }) => `Volume ${pct} %`,
  term: ({ pct }) => `Term ${pct} %`,
  best_of: () => "Volume or term",
  manual: () => "Manual and rounding",
  net: () => "Monthly",
  tax: () => "Tax, estimate",
  net_with_tax: () => "Monthly with tax",
  tcv_with_tax: () => "Contract value with tax",
  one_off: () => "Installation and hardware",
  recurring_term: ({ term_months }) => `${term_months} months`,
  tcv: () => "Contract value",
  usage_estimate: () => "Usage, estimate",
};

export const rowWords = ({ kind, params }: TotalRow) => ROW[kind](params);

/** A price for the whole month; the lines share it, and what whole cents cannot reach is said. */
function Target({ quoteId }: { quoteId: string }) {
  const [typed, setTyped] = useState("");
  const target = useAction("target_quote", () => setTyped(""));
  const done = target.data;
  return (
    <form
      style={{ marginTop: 8 }}
      onSubmit={(e) => {
        e.preventDefault();
        if (typed.trim()) target.mutate({ quote_id: quoteId, monthly: typed });
      }}
    >
      <div className="row">
        <input
          className="input num grow"
          style={{ minWidth: 0 }}
          aria-label="Target for the month"
          placeholder="Target for the month"
          value={typed}
          onChange={(e) => setTyped(e.target.value)}
        />
        <button className="button" type="submit" data-testid="target" disabled={target.isPending || !typed.trim()}>
          Set
        </button>
      </div>
      <Failure error={target.error} />
      {done && !typed && (
        <p className="meta" role="status">
          {done.difference_text
            ? `Reached ${done.reached_text}; ${done.difference_text} cannot be met with whole unit prices.`
            : `Reached ${done.reached_text} to the cent.`}
        </p>
      )}
    </form>
  );
}

const STRONG = new Set(["net", "tcv", "net_with_tax", "tcv_with_tax"]);

export function TotalRows({ rows, label }: { rows: TotalRow[]; label: string }) {
  return (
    <table className="totals" aria-label={label}>
      <tbody>
        {rows.map((row) => (
          <tr key={row.kind} className={STRONG.has(row.kind) ? "strong" : ""} data-kind={row.kind}>
            <td>{rowWords(row)}</td>
            <td className="num">{row.amount_text}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}

export function Totals({ quote }: { quote: QuoteView }) {
  const { totals, tier } = quote;
  const send = quote.allowed.find((a) => a.action === "send");
  return (
    <aside aria-label="Totals">
      <div className="meta">Per month, {quote.consumer ? "with" : "before"} tax</div>
      <div className="hero" data-testid="monthly">
        {quote.consumer ? totals.monthly_incl_tax_text : totals.monthly_text}
      </div>
      <div className="meta num" style={{ textAlign: "left" }}>
        {quote.consumer ? `${totals.monthly_text} before tax` : `${totals.monthly_incl_tax_text} with tax`}
      </div>
      <div className="meta" style={{ marginTop: 12 }}>
        Volume tier: {tier.n} sites, {tier.pct} %{tier.source === "account" ? " (this account's own table)" : ""}
      </div>
      <div className="tier" aria-hidden="true">
        {tier.tiers.map((t) => (
          <span key={t.min} className={t.active ? "on" : ""} />
        ))}
      </div>
      <div className="row meta" aria-hidden="true">
        {tier.tiers.map((t) => (
          <span
            key={t.min}
            style={{ flex: 1, fontWeight: t.active ? 600 : 400, color: t.active ? "var(--accent)" : undefined }}
          >
            {t.pct} %
          </span>
        ))}
      </div>
      {quote.row.status === "draft" &&
        quote.nudges.map((n) => (
          <p key={n.kind} className="nudge" role="status" data-testid="nudge">
            {n.kind === "add"
              ? `${n.sites_now} sites at ${n.pct_now} % cost ${n.monthly_now_text}; ${n.sites_then} at ${n.pct_then} % cost ${n.monthly_then_text}. ${n.sites_then - n.sites_now === 1 ? "One more site saves" : `${n.sites_then - n.sites_now} more sites save`} ${n.difference_text}.`
              : `Keep at least ${n.sites_then + 1} sites. At ${n.sites_then} the tier falls to ${n.pct_then} % and the month costs ${n.difference_text} more.`}
          </p>
        ))}
      <hr />
      <TotalRows rows={totals.monthly_rows} label="Monthly" />
      <hr />
      <TotalRows rows={totals.contract_rows} label="Contract" />
      <hr />
      <table className="totals" aria-label="Tax by group">
        <tbody>
          {totals.tax_groups.map((g) => (
            <tr key={g.label}>
              <td>{g.label}</td>
              <td className="num">{g.tax_text}</td>
            </tr>
          ))}
          {totals.effective_pct && (
            <tr>
              <td>Discount off list</td>
              <td className="num">{totals.effective_pct} %</td>
            </tr>
          )}
          {totals.margin_pct && (
            <tr>
              <td>Margin</td>
              <td className="num">{totals.margin_pct} %</td>
            </tr>
          )}
        </tbody>
      </table>
      {quote.allowed.find((a) => a.action === "edit")?.allowed && quote.line_count > 0 && (
        <Target quoteId={quote.row.id} />
      )}
      {quote.approval.reasons.length > 0 && quote.row.status === "draft" && (
        <div className="nudge" style={{ background: "var(--warn-soft)" }} data-testid="approval">
          <strong>Approval: {quote.approval.state.replace("_", " ")}</strong>
          <br />
          {quote.approval.reasons.map((r) => r.trigger.replaceAll("_", " ")).join(", ")}; discretionary{" "}
          {quote.approval.basis_pct} %.{" "}
          {quote.approval.approvers.length > 0
            ? `Asked: ${quote.approval.approvers.join(" and ")}.`
            : "Nobody has to be asked."}
          {quote.approval.on_behalf_of ? ` You may answer for ${quote.approval.on_behalf_of}.` : ""}
          {quote.approval.decided_text ? (
            <>
              <br />
              {quote.approval.decided_for ? `For ${quote.approval.decided_for}: ` : ""}
              {quote.approval.decided_text}
              {quote.approval.note ? `: “${quote.approval.note}”` : ""}
            </>
          ) : null}
        </div>
      )}
      {quote.acceptance && (
        <p className="nudge">
          Accepted by {quote.acceptance.name}
          {quote.acceptance.title ? `, ${quote.acceptance.title}` : ""}, {quote.acceptance.at_text}
          {quote.acceptance.po_number ? `, PO ${quote.acceptance.po_number}` : ""}
          {quote.acceptance.link_to ? `, online through the link mailed to ${quote.acceptance.link_to}` : ""}.
        </p>
      )}
      {quote.closed && (
        <p className="nudge" data-testid="closed">
          {quote.row.status === "rejected" ? "Declined" : "Given up"} by {quote.closed.by}, {quote.closed.at_text}
          {quote.closed.link_to ? `, online through the link mailed to ${quote.closed.link_to}` : ""}:{" "}
          {quote.closed.reason}
        </p>
      )}
      {send && !send.allowed && quote.row.status === "draft" && (
        <p className="meta">{words({ code: send.reason_code, params: send.reason_params })}</p>
      )}
      <p className="meta" data-testid="saved">
        {quote.sync_state === "waiting"
          ? `Saved on this laptop ${quote.saved_text}. It goes out by itself when you are online.`
          : quote.sync_state === "needs_you"
            ? "A change needs you: see the Sync Centre."
            : quote.sync_state === "confirmed"
              ? `Confirmed by the server. Changed ${quote.saved_text}.`
              : `Saved on this laptop ${quote.saved_text}.`}
      </p>
      <Asked quote={quote} />
      <hr />
      <Files kind="quote" id={quote.row.id} />
      <hr />
      <Mails quote={quote} />
      <Customer quote={quote} />
    </aside>
  );
}
