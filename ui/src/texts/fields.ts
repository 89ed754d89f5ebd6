// What the fields of lists are called, and how they are compared.
import type { Operator } from "../api";

const TITLES: Record<string, string> = {
  po_number: "Purchase order",
  tcv: "Contract value",
  one_off: "One-off",
  sla: "SLA",
  downtime_s: "Downtime, seconds",
  sites_measured: "Sites measured",
  sites_meeting: "Sites that met it",
  limited_by: "Credit limited by",
  due_on: "Due on",
  raised: "Raised on",
  resolved: "Resolved on",
  finished: "Done on",
  created: "Made on",
  updated: "Changed on",
  accepted: "Accepted on",
  valid_until: "Valid until",
  contract_from: "Contract from",
  contract_to: "Contract to",
  term_months: "Term, months",
  window: "Planned for",
};

/** A field's title. */
export function fieldTitle(name: string): string {
  return TITLES[name] ?? name.charAt(0).toUpperCase() + name.slice(1).replaceAll("_", " ");
}

export const OPERATORS: Record<Operator, string> = {
  is: "is",
  is_not: "is not",
  any_of: "is one of",
  contains: "contains",
  not_contains: "does not contain",
  starts_with: "begins with",
  empty: "is empty",
  not_empty: "is not empty",
  at_least: "is at least",
  at_most: "is at most",
  between: "is between",
  on: "is on",
  before: "is before",
  after: "is after",
  last_days: "in the last days",
  next_days: "in the next days",
};
