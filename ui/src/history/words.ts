// The words of histories: what was done, which field, what was counted.
import type { IntentName } from "../api";
import { KIND, REPEATS } from "../tasks/words";

/** What a step did, by the name of its intent. */
export const DID: Partial<Record<IntentName, string>> = {
  "account.edit": "Account changed",
  "task.update": "Task changed",
  "price.decide": "Price decided on",
  "price.end": "Price ends, last day",
  "quote.edit": "Draft changed",
  "quote.request_approval": "Approval asked for",
  "quote.approve_discount": "Discount approved",
  "quote.reject_discount": "Discount refused",
  "quote.send": "Sent to the customer",
  "quote.accept": "Accepted",
  "quote.reject": "Refused",
  "quote.lose": "Given up",
  "quote.revise": "New version begun",
  "quote.discard": "Draft discarded",
};

/** Fields of accounts, quotes, tasks and agreed prices. */
export const FIELD: Record<string, string> = {
  notes: "Notes",
  industry: "Industry",
  customer_type: "Customer type",
  title: "Title",
  term_months: "Term, months",
  payment_terms: "Payment terms",
  order_per_site: "Orders",
  kind: "Kind",
  due_on: "Due on",
  due_time: "Hour",
  assigned_to: "Assigned to",
  repeats: "Repeated",
  status: "Status",
};

/** What was counted, of one and of several. */
const COUNTED: Record<string, [string, string]> = {
  lines_added: ["line added", "lines added"],
  lines_removed: ["line removed", "lines removed"],
  items_changed: ["line with another item", "lines with another item"],
  quantities_changed: ["quantity changed", "quantities changed"],
  discounts_changed: ["discount changed", "discounts changed"],
  statuses_changed: ["line made optional, selected or cancelled", "lines made optional, selected or cancelled"],
  roi_written: ["ROI written", "times the ROI written"],
  proposal_written: ["proposal written", "times the proposal written"],
  order_form_written: ["order form written", "times the order form written"],
};

const STATE: Record<string, string> = {
  open: "Open",
  done: "Done",
  cancelled: "Cancelled",
  proposed: "Proposed",
  approved: "Approved",
  refused: "Refused",
};

/** “12 lines added”. */
export function counted(kind: string, n: number): string {
  const [one, many] = COUNTED[kind] ?? [kind, kind];
  return `${n} ${n === 1 ? one : many}`;
}

/** A value as people read it. */
export function valueWords(field: string, value: string): string {
  if (!value) return "empty";
  if (field === "order_per_site") return value === "true" ? "one per site" : "one for all sites";
  if (field === "kind") return (KIND as Record<string, string>)[value] ?? value;
  if (field === "repeats") return (REPEATS as Record<string, string>)[value] ?? value;
  if (field === "status") return STATE[value] ?? value;
  if (field === "payment_terms" || field === "customer_type") return value.replaceAll("_", " ");
  return value;
}
