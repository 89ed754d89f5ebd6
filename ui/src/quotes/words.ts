// The words of quotes: where one stands, its approval, its lines and what is mailed of it.
import type { ApprovalState, LineChange, LinkState, MailState, PaymentTerms, QuoteStatus } from "../api";
import type { Words } from "../texts/word";

export const QUOTE_STATUS: Words<QuoteStatus> = {
  draft: ["Draft", "info"],
  sent: ["Sent", "info"],
  accepted: ["Accepted, waiting for the server", "stale"],
  converted: ["Order made", "good"],
  rejected: ["Rejected", "bad"],
  lost: ["Lost", ""],
  expired: ["Expired", "warn"],
  superseded: ["Superseded", ""],
};

export const APPROVAL_STATE: Words<ApprovalState> = {
  not_needed: ["No approval needed", "good"],
  needed: ["Needs approval", "warn"],
  requested: ["Approval asked", "warn"],
  given: ["Approved", "good"],
  rejected: ["Rejected", "bad"],
};

export const LINE_CHANGE: Words<LineChange> = {
  added: ["Added", "good"],
  removed: ["Taken off", ""],
  changed: ["Changed", "info"],
};

/** A link that is open was looked at, or not yet. */
export const LINK_STATE: Words<LinkState | "viewed"> = {
  open: ["Not seen yet", "stale"],
  viewed: ["Seen", "good"],
  ended: ["Ended", "bad"],
  expired: ["Expired", "warn"],
};

export const MAIL_STATE: Words<MailState> = {
  queued: ["Waiting", "stale"],
  sent: ["Sent", "good"],
  failed: ["Not sent", "bad"],
  laptop: ["Demo, not sent", "stale"],
};

export const PAYMENT_TERMS: Record<PaymentTerms, string> = {
  prepaid: "prepaid",
  net_30: "net 30",
  net_60: "net 60",
  net_90: "net 90",
};

/** The terms there are, the shortest first. */
export const TERMS = Object.keys(PAYMENT_TERMS) as PaymentTerms[];
