// The words of tickets.
import type { TicketCategory, TicketField, TicketPriority, TicketStatus } from "../api";
import { textOf, type Words } from "../texts/word";

export const TICKET_STATUS: Words<TicketStatus> = {
  open: ["Open", "info"],
  in_progress: ["In progress", "info"],
  waiting_customer: ["Waiting for the customer", "warn"],
  resolved: ["Resolved", "good"],
  closed: ["Closed", ""],
};

export const TICKET_PRIORITY: Words<TicketPriority> = {
  critical: ["Critical", "bad"],
  high: ["High", "warn"],
  medium: ["Medium", ""],
  low: ["Low", ""],
};

export const TICKET_CATEGORY: Record<TicketCategory, string> = {
  connectivity: "Connectivity",
  performance: "Performance",
  equipment: "Equipment",
  installation: "Installation",
  billing: "Billing",
  other: "Other",
};

/** What an entry changed, by column. */
export const FIELDS: Record<TicketField, string> = {
  status: "Status",
  priority: "Priority",
  category: "About",
  owner_id: "Looked after by",
};

/** A value of one of those columns; a person stands there by name. */
export function valueWords(field: TicketField, value: string): string {
  if (field === "status") return textOf(TICKET_STATUS, value as TicketStatus);
  if (field === "priority") return textOf(TICKET_PRIORITY, value as TicketPriority);
  if (field === "category") return TICKET_CATEGORY[value as TicketCategory] ?? value;
  return value;
}
