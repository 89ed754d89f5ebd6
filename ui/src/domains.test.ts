import { expect, test } from "vitest";
import type { HitKind, SearchHit, SubjectKind } from "./api";
import { accountTabs, DOMAINS, domainOf, found, subject, todayCards } from "./domains";
import { href, partsOf, presented, to } from "./paths";

const twice = (values: (string | number | undefined)[]) => {
  const said = values.filter((value) => value !== undefined);
  return said.filter((value, index) => said.indexOf(value) !== index);
};

test("no two domains share a path, a key or a place", () => {
  expect(twice(DOMAINS.map(({ key }) => key))).toEqual([]);
  expect(twice(DOMAINS.map(({ shortcut }) => shortcut))).toEqual([]);
  expect(twice(todayCards().map(({ at }) => at))).toEqual([]);
  expect(twice(accountTabs().map(({ at }) => at))).toEqual([]);
  expect(twice(accountTabs().map(({ key }) => key))).toEqual([]);
  for (const domain of DOMAINS) expect(domainOf(partsOf(domain.path))).toBe(domain);
});

test("what is found and what a change is about is opened in the domain it belongs to", () => {
  const hit = (kind: HitKind): SearchHit => ({ kind, id: "i", title: "", subtitle: "", account_id: "a" });
  const opened = (kind: HitKind) => found(hit(kind))?.path(hit(kind));
  expect(opened("quote")).toBe(to.quote("i"));
  expect(opened("ticket")).toBe(to.ticket("i"));
  expect(opened("site")).toBe(to.account("a"));
  const looked = (kind: SubjectKind) => subject(kind)?.path("i");
  expect(looked("site")).toBe(to.site("i"));
  expect(looked("quote_file")).toBe(to.quote("i"));
  expect(looked("price_book")).toBeUndefined();
});

test("a path is read as it was put together", () => {
  expect(partsOf(href(to.quoteOrder("a/b", "billing")))).toEqual(["quotes", "a/b", "order", "billing"]);
  expect(presented(href(to.presentation("q")))).toBe("q");
  expect(presented(href(to.quote("q")))).toBeUndefined();
});
