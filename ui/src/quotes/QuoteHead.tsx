// What stands above a quote's lines: its title and state, what can be done with it now, and the terms it is priced on.
import type { ReactNode } from "react";
import type { QuoteEditArgs, QuoteView } from "../api";
import { Badge, Choice, Status } from "../components";
import { href, to } from "../paths";
import { go } from "../route";
import type { Step } from "./Decide";
import { APPROVAL_STATE, PAYMENT_TERMS, QUOTE_STATUS, TERMS } from "./words";

interface HeadProps {
  quote: QuoteView;
  editable: boolean;
  apply: (edits: QuoteEditArgs[]) => void;
  onStep: (step: Step) => void;
  onSend: () => void;
  onRevise: () => void;
  onPdf: () => void;
  onPresent: () => void;
  onRoi: () => void;
  onCopy: () => void;
  onHistory: () => void;
}

/** The steps that a person may take now; the others are not there. */
type StepButton = (name: Step, label: string, primary?: boolean) => ReactNode;

const allowed = (quote: QuoteView, action: string) => quote.allowed.find((a) => a.action === action);

export function Head(props: HeadProps) {
  const { quote, editable, apply, onStep } = props;
  const step: StepButton = (name, label, primary = false) =>
    allowed(quote, name)?.allowed ? (
      <button
        key={name}
        type="button"
        data-testid={name}
        className={`button ${primary ? "primary" : ""}`}
        onClick={() => onStep(name)}
      >
        {label}
      </button>
    ) : null;
  return (
    <>
      <div className="row wrap">
        <input
          className="input grow"
          style={{
            fontSize: 18,
            fontWeight: 600,
            border: "1px solid transparent",
            background: "transparent",
            padding: 0,
            minWidth: 200,
            // As wide as there is room for; the steps beside it stay in one row as long as they can.
            flexBasis: 0,
          }}
          aria-label="Title"
          defaultValue={quote.row.title}
          key={quote.row.title}
          readOnly={!editable}
          onBlur={(e) => e.target.value !== quote.row.title && apply([{ op: "set_title", title: e.target.value }])}
        />
        <Status
          words={QUOTE_STATUS}
          value={quote.row.status}
          label={
            quote.row.order_number
              ? quote.orders > 1
                ? `${quote.orders} orders from ${quote.row.order_number}`
                : `Order ${quote.row.order_number}`
              : undefined
          }
        />
        {quote.row.status === "sent" && quote.viewed_text && <Badge word={[`Seen ${quote.viewed_text}`, "info"]} />}
        {quote.row.status === "draft" && (
          <Status
            words={APPROVAL_STATE}
            value={quote.approval.state}
            label={quote.approval.state === "needed" ? `Needs ${quote.approval.approvers.join(" and ")}` : undefined}
          />
        )}
        {step("request_approval", "Ask for approval")}
        {step("approve", "Approve", true)}
        {step("reject_approval", "Refuse")}
        <button className="button" type="button" data-testid="roi" onClick={props.onRoi}>
          ROI
        </button>
        <button className="button" type="button" data-testid="present" onClick={props.onPresent}>
          Present <kbd>F5</kbd>
        </button>
        <button className="button" type="button" data-testid="pdf" onClick={props.onPdf}>
          PDF <kbd>p</kbd>
        </button>
        {quote.row.status === "draft" && (
          <button
            className="button primary"
            type="button"
            data-testid="send"
            disabled={!allowed(quote, "send")?.allowed}
            title={allowed(quote, "send")?.reason_code ?? undefined}
            onClick={props.onSend}
          >
            Send quote <kbd>Ctrl ⏎</kbd>
          </button>
        )}
        {step("accept", "Record acceptance", true)}
        <More {...props} step={step} />
      </div>
      <Terms quote={quote} editable={editable} apply={apply} />
    </>
  );
}

/** How wide the menu is, and a little more. */
const MENU_PX = 240;

/** What is done less often. */
function More(props: HeadProps & { step: StepButton }) {
  const { quote, step } = props;
  return (
    <details
      className="menu"
      onToggle={(e) => {
        // At the left of the page it opens to the right: the other way it would lie under the rail.
        const { left } = e.currentTarget.getBoundingClientRect();
        const page = e.currentTarget.closest("main")?.getBoundingClientRect().left ?? 0;
        e.currentTarget.dataset.opens = left - page < MENU_PX ? "right" : "left";
      }}
      onKeyDown={(e) => {
        if (e.key === "Escape") {
          e.stopPropagation();
          e.currentTarget.open = false;
          e.currentTarget.querySelector("summary")?.focus();
        }
      }}
      onBlur={(e) => {
        if (!e.currentTarget.contains(e.relatedTarget)) e.currentTarget.open = false;
      }}
    >
      <summary className="button" data-testid="more">
        More
      </summary>
      <div>
        <button className="button" type="button" onClick={() => go(to.quoteProposal(quote.row.id))}>
          Proposal
        </button>
        <button className="button" type="button" onClick={() => go(to.quoteOrder(quote.row.id))}>
          Order form
        </button>
        <button
          className="button"
          type="button"
          onClick={() =>
            go(to.quoteComparison(quote.row.id, (quote.versions.find((v) => v.id !== quote.row.id) ?? quote.row).id))
          }
        >
          Compare
        </button>
        <button className="button" type="button" onClick={props.onCopy}>
          Copy to a new quote
        </button>
        <button className="button" type="button" data-testid="show-history" onClick={props.onHistory}>
          History
        </button>
        {allowed(quote, "revise")?.allowed && (
          <button className="button" type="button" onClick={props.onRevise}>
            Revise
          </button>
        )}
        {step("reject", "Rejected")}
        {step("lose", "Give up")}
        {step("discard", "Discard draft")}
      </div>
    </details>
  );
}

/** Account, term, payment, orders, validity, book and versions. */
function Terms({ quote, editable, apply }: Pick<HeadProps, "quote" | "editable" | "apply">) {
  return (
    <div className="row wrap muted">
      <strong>
        {quote.row.number} v{quote.row.version}
      </strong>
      <a href={href(to.account(quote.row.account_id))}>{quote.row.account}</a>
      <span>{quote.tier.n} sites count</span>
      <Choice
        label="Term"
        disabled={!editable}
        value={quote.term_months}
        options={quote.term_choices.map((months) => [months, `${months} months`] as const)}
        onChoose={(term_months) => apply([{ op: "set_term", term_months }])}
      />
      <Choice
        label="Payment"
        says="Payment terms"
        disabled={!editable}
        value={quote.payment_terms}
        options={TERMS.map((terms) => [terms, PAYMENT_TERMS[terms]] as const)}
        onChoose={(payment_terms) => apply([{ op: "set_payment_terms", payment_terms }])}
      />
      <Choice
        label="Orders"
        disabled={!editable}
        value={quote.order_per_site ? "site" : "one"}
        options={[
          ["one", "one"],
          ["site", "one per site"],
        ]}
        onChoose={(split) => apply([{ op: "set_order_split", per_site: split === "site" }])}
      />
      <span>{quote.row.valid_until_text ? `Valid until ${quote.row.valid_until_text}` : "Not sent yet"}</span>
      <span>{quote.price_book}</span>
      {quote.versions.length > 1 && (
        <select
          className="input"
          style={{ width: "auto" }}
          aria-label="Version"
          value={quote.row.id}
          onChange={(e) => go(to.quote(e.target.value))}
        >
          {quote.versions.map((v) => (
            <option key={v.id} value={v.id}>
              v{v.version} {v.status} {v.tcv_text}
            </option>
          ))}
        </select>
      )}
    </div>
  );
}
