// Words for every code the engine may answer with. `{name}` is filled from the error's parameters.
import type { CommandError } from "../api";

export const CODES: Record<string, string> = {
  "account.field_conflict": "Somebody else changed the same field. Nothing was overwritten; both values are kept until you choose.",
  "account.not_allowed": "Your role may not edit accounts.",
  "account.unknown": "This account is not on this laptop.",
  "account.too_long": "This text is longer than {max} characters. Shorten it; what you typed is kept here.",
  "auth.revoked": "Your access was ended by an administrator. What waits on this laptop is kept.",
  "clock.in_the_future": "This laptop's clock is ahead of the server's. Set the clock and send again; nothing is lost.",
  "command.failed": "That did not work. Nothing was changed. Try again.",
  "import.empty": "The file is empty. Choose another file.",
  "import.too_large": "The file is larger than 50 MB. Split it and import the parts.",
  "import.too_many_cells": "The file has more cells than can be read at once. Split it and import the parts.",
  "import.not_a_table": "This file is neither a text table nor a spreadsheet that can be read. Save it as CSV or XLSX and try again.",
  "import.no_rows": "There are no rows below the header. Check that the right sheet was saved.",
  "import.no_package": "A row names no package. Choose the package for rows without one.",
  "import.unknown": "This list is no longer open. Choose the file again.",
  "job.unknown": "This job is not on this laptop.",
  "job.note_too_long": "A note has at most {max} characters. Shorten it; what you typed is kept here.",
  "quote.above_limit": "Needs {level}. Your role may not approve this discount.",
  "quote.already_accepted": "The customer has accepted already.",
  "quote.already_approved": "You approved this pricing already.",
  "quote.already_sent": "This version was sent already.",
  "quote.approval_asked": "The approval was asked for already.",
  "quote.approval_not_needed": "This pricing needs no approval.",
  "quote.bad_manual_price": "A manual price is 0 or more, with at most the item's decimals.",
  "quote.bad_quantity": "A quantity is between 0 and 1,000,000.",
  "quote.bad_roi": "An input of the ROI cannot be used: {field}. Amounts and hours are 0 or more, percentages 0 to 100, the horizon 1 to 120 months.",
  "quote.bad_signature": "This is not a signature yet. Sign in the field, or record the acceptance without one.",
  "quote.bad_target": "This is not a price that can be spread over the lines. Type an amount of 0 or more; the quote needs selected monthly lines.",
  "quote.bad_title": "A title has 1 to 200 characters.",
  "quote.bad_term": "This term is not on offer.",
  "quote.book_withdrawn": "The price book version was withdrawn. Revise the quote on the current one.",
  "quote.changed_elsewhere": "Somebody else changed this quote meanwhile. Nothing was overwritten.",
  "quote.closed": "This quote number is closed.",
  "quote.daily_limit": "This laptop made 1,024 quotes today. The next one can be made tomorrow.",
  "quote.draft_exists": "There is a draft of this quote already.",
  "quote.duplicate_line": "This line is on the quote already.",
  "quote.empty": "There is nothing selected on this quote yet. Add sites first.",
  "quote.expired": "The quote expired. Revise it to make a new version.",
  "quote.manual_out_of_range": "A manual discount is between 0 and 100 %.",
  "quote.name_missing": "Write the name of the person who accepts.",
  "quote.needs_approval": "The discount needs approval: {level}.",
  "quote.no_price_book": "There is no published price book in the account's currency.",
  "quote.not_allowed": "Your role may not change quotes.",
  "quote.not_draft": "Only a draft can be changed. Revise the quote to make the next version.",
  "quote.not_priceable": "This combination cannot be priced ({reason}). Nothing was changed.",
  "quote.not_sent": "The quote was not sent yet.",
  "quote.note_too_long": "The note is longer than 200 characters.",
  "quote.number_taken": "This quote number exists already on the server.",
  "quote.price_changed": "The price changed since you quoted. Nothing was sent and nothing was changed. Compare or quote again.",
  "quote.reason_missing": "Write a reason.",
  "quote.superseded": "A later version of this quote is live.",
  "quote.text_too_long": "A text is longer than 200 characters.",
  "quote.too_many_lines": "A quote has at most 4,000 lines.",
  "quote.unknown": "This quote is not on this laptop.",
  "quote.unknown_item": "The price book has no such item.",
  "quote.unknown_line": "This line is no longer on the quote.",
  "quote.unknown_site": "The account has no such site.",
  "session.bad_address": "The address must begin with https://",
  "session.bad_credentials": "Unknown person or wrong password.",
  "session.never_here": "This person never signed in on this laptop. Connect once, then switching works offline too.",
  "session.too_many": "Too many attempts. Wait a minute and try again.",
  "sla.not_measured": "There is no figure for this site and month.",
  "store.damaged": "The local database is damaged. The file is kept as it is.",
  "store.disk_full": "The disk is full or read-only. Free some space; nothing already saved is lost.",
  "store.in_use": "Another Satchel has this workspace open.",
  "store.failed": "The local database did not answer. Nothing was changed.",
  "attachment.empty": "The file is empty. Choose another.",
  "attachment.too_large": "The file is larger than 25 MB. Nothing was added; make it smaller and try again.",
  "attachment.bad_kind": "Only PDF, PNG, JPEG, WebP, XLSX, DOCX, CSV and text are taken, and the file must be what its name says.",
  "attachment.bad_name": "The name is empty or too long. Rename the file and try again.",
  "attachment.not_there": "The bytes of this file have not arrived on the server yet. They come from the laptop that added it.",
  "attachment.bad_digest": "The bytes that came are not the file's. Nothing was saved; try again.",
  "attachment.unknown": "The file is not here any more.",
  "change.too_large": "This change is too large to be sent. Nothing was saved; split the list and try again.",
  "sync.body_hash": "This change was damaged on its way or on this laptop and was set aside for an operator. It is kept.",
  "sync.depends_on": "An earlier change to the same quote was refused, so this one was not done.",
  "sync.epoch": "The server was restored from a backup. What waits here is kept, and what it lost is offered again by itself.",
  "sync.fork": "This laptop's profile was copied or restored. It registers anew by itself; what waits here is kept.",
  "sync.cursor_expired": "This laptop was away for more than 30 days and loads its data again. What waits here is kept.",
  "sync.count_mismatch": "The cache is not what the server has; it is loaded again. What waits here is kept.",
  "device.revoked": "An administrator revoked this laptop. What waited here is saved on the server.",
  "server.busy": "The server is busy. Everything is saved on this laptop and goes out by itself in a moment.",
  "server.unavailable": "The server cannot reach its database. Everything is saved on this laptop and goes out by itself.",
  "sync.gap": "The server misses earlier changes of this laptop. They are kept here.",
  "sync.not_satchel": "Something answered that is not a Satchel server, perhaps a sign-in page of this network. Nothing was sent.",
  "sync.not_understood": "The server is older than this change. It is kept for an operator.",
  "sync.poison": "The server could not judge this change and set it aside for an operator. It is kept.",
  "sync.schema": "This app and the server do not speak the same version. Update; what waits here is kept.",
  "sync.signed_out": "Sign in again. What waits on this laptop is kept.",
  "sync.unknown_client": "The server does not know this laptop. Sign in again; what waits here is kept.",
  "sync.unreachable": "Not sent: the server is unreachable. Everything is saved on this laptop and goes out by itself when you are online.",
  "workspace.passphrase_short": "A passphrase has at least 8 characters.",
};

export function words(error: Pick<CommandError, "code" | "params">): string {
  const text = CODES[error.code] ?? `That was refused (${error.code}). Nothing was changed.`;
  return text.replace(/\{(\w+)\}/g, (_, key: string) => levelWords(error.params[key] ?? "").toString());
}

export function levelWords(level: string): string {
  return { manager: "the sales manager", director: "the director", "director+finance": "the director and finance" }[level] ?? level;
}

export const FINDINGS: Record<string, string> = {
  "coordinate.invalid": "Not a coordinate", "coordinate.outside_country": "Point lies outside the country",
  "coordinate.outside_province": "Point lies outside {province}", "coordinate.swapped": "Latitude and longitude were swapped",
  "email.invalid": "Not an e-mail address", "name.missing": "A site needs a name", "name.derived": "The list has no names: made from the code or the place", "package.unknown": "No such package",
  "phone.format": "Phone number written in full", "phone.invalid": "Phone number needs {digits} digits",
  "postal_code.leading_zero": "Leading zero is missing", "postal_code.length": "Postal codes have {digits} digits",
  "postal_code.letter": "Postal code has a letter; codes are {digits} digits", "postal_code.missing": "Postal code is missing",
  "province.spelling": "Province written in full", "province.unknown": "No such province", "row.duplicate": "Same as row {row}; not taken",
  "site_type.unknown": "Unknown site type; taken as branch", "text.province_prefix": "Province prefix taken off",
  "text.too_long": "{length} characters; at most {max}",
};

export function findingWords(code: string, params: Record<string, string>): string {
  return (FINDINGS[code] ?? code).replace(/\{(\w+)\}/g, (_, key: string) => params[key] ?? "");
}

export const VERBS: Record<string, string> = {
  "account.edit": "Edit account", "attachment.add": "Add a file", "site.import": "Import sites", "quote.create": "New quote", "quote.edit": "Edit quote",
  "quote.request_approval": "Ask for approval", "quote.approve_discount": "Approve discount", "quote.reject_discount": "Refuse discount",
  "quote.send": "Send quote", "quote.accept": "Record acceptance", "quote.reject": "Record refusal", "quote.lose": "Give up quote", "quote.revise": "New version",
};

export const STATUS: Record<string, [string, string]> = {
  draft: ["Draft", "info"], sent: ["Sent", "info"], accepted: ["Accepted, waiting for the server", "stale"], converted: ["Order made", "good"],
  rejected: ["Rejected", "bad"], lost: ["Lost", ""], expired: ["Expired", "warn"], superseded: ["Superseded", ""],
  not_needed: ["No approval needed", "good"], needed: ["Needs approval", "warn"], requested: ["Approval asked", "warn"], given: ["Approved", "good"],
  active: ["Active", "good"], suspended: ["Suspended", "warn"], closed: ["Closed", ""], prospect: ["Prospect", "info"], none: ["No service", ""], cancelled: ["Cancelled", ""],
  planned: ["Planned", ""], travelling: ["On the way", "info"], on_site: ["On site", "warn"], done: ["Done", "good"],
  received: ["Received", "info"], in_progress: ["In progress", "info"],
  waiting: ["Waiting", "stale"], confirmed: ["Confirmed", "good"], merged: ["Merged", "good"], conflict: ["Conflict", "warn"], parked: ["Set aside", "warn"],
  new: ["New", "good"], changed: ["Changed", "info"], unchanged: ["Unchanged", ""], skipped: ["Skipped", ""], error: ["Error", "bad"], warning: ["Look", "warn"], cleaned: ["Cleaned", "info"],
};
