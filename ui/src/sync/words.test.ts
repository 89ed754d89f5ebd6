import { expect, test } from "vitest";
import type { RefusalCode, SyncStatus } from "../api";
import { staleAfter } from "../api";
import { CODES, words } from "../texts/codes";
import { syncWords } from ".";

const base: SyncStatus = {
  connection: "online",
  offline_since: null,
  waiting: 0,
  needs_you: 0,
  data: { at: null, text: "07:42", stale: false, source: "" },
  progress: null,
  last_error: null,
  stale: false,
  revision: 0,
  changes: 0,
};

test.each([
  [base, "Online · all confirmed · data as of 07:42"],
  [
    { ...base, connection: "offline", offline_since: "07:40", waiting: 3 },
    "Offline since 07:40 · 3 changes waiting · data as of 07:42",
  ],
  [{ ...base, waiting: 1, needs_you: 2 }, "Online · 1 change waiting · 2 need you · data as of 07:42"],
])("the header says in words where sync stands", (status, expected) => {
  expect(syncWords(status as SyncStatus)).toBe(expected);
});

test("a change makes exactly the queries over its tables stale", () => {
  const stale = staleAfter({ kind: "changed", tables: ["quotes"] });
  expect(stale("list_quotes")).toBe(true);
  expect(stale("get_quote")).toBe(true);
  expect(stale("list_price_books")).toBe(false);
});

test("a joined table makes the lists stale that show something of it", () => {
  const accounts = staleAfter({ kind: "changed", tables: ["accounts"] });
  for (const name of ["list_accounts", "list_sites", "list_quotes", "list_orders", "list_tickets", "get_quote"])
    expect(accounts(name)).toBe(true);
  const users = staleAfter({ kind: "changed", tables: ["users"] });
  for (const name of ["list_accounts", "list_sites", "list_quotes", "list_jobs", "list_tickets"])
    expect(users(name)).toBe(true);
});

test("an unknown code gets a sentence that names it, known ones fill their parameters", () => {
  expect(words({ code: "never.seen" as RefusalCode, params: {} })).toContain("never.seen");
  expect(words({ code: "quote.needs_approval", params: { level: "manager" } })).toBe(
    "This quote needs the approval of the sales manager.",
  );
  expect(Object.values(CODES).every((text) => text.length > 10)).toBe(true);
});
