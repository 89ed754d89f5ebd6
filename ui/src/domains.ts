// The domains of the window, once, in the rail's order. Rail, pages, search, Today, the account's tabs, the Sync Centre and the
// help of keys loop over this list.
import { accounts } from "./accounts/domain";
import type { HitKind, SearchHit, SubjectKind } from "./api";
import type { Domain } from "./domain";
import { jobs } from "./jobs/domain";
import { orders } from "./orders/domain";
import { quotes } from "./quotes/domain";
import { settings } from "./settings/domain";
import { sites } from "./sites/domain";
import { sla } from "./sla/domain";
import { syncCentre } from "./sync/domain";
import { tasks } from "./tasks/domain";
import { tickets } from "./tickets/domain";
import { today } from "./today/domain";

const ALL = [today, tasks, accounts, quotes, orders, sites, sla, tickets, jobs, syncCentre, settings] as const;

export const DOMAINS: readonly Domain[] = ALL;

type Entry = (typeof ALL)[number];
type Held<K extends "finds" | "subjects"> = Entry extends infer D
  ? D extends { [P in K]: infer H }
    ? keyof H
    : never
  : never;
type None<T extends never> = T;
/** Does not compile while the search finds, or a change is about, what no domain shows. */
export type NothingIsLeftOut = [None<Exclude<HitKind, Held<"finds">>>, None<Exclude<SubjectKind, Held<"subjects">>>];

/** The domain a place belongs to. */
export const domainOf = (route: readonly string[]): Domain | undefined => DOMAINS.find(({ key }) => key === route[0]);

/** What is found is called and opened so. */
export const found = (hit: SearchHit) => DOMAINS.find(({ finds }) => finds?.[hit.kind])?.finds?.[hit.kind];

/** Where what a change is about is looked at. */
export const subject = (kind: SubjectKind) => DOMAINS.find(({ subjects }) => subjects?.[kind])?.subjects?.[kind];

const inOrder = <P extends { at: number }>(parts: readonly P[]) => [...parts].sort((a, b) => a.at - b.at);

/** The cards of Today, in order. */
export const todayCards = () => inOrder(DOMAINS.flatMap((domain) => domain.today ?? []));

/** The tabs of an account, in order. */
export const accountTabs = () => inOrder(DOMAINS.flatMap((domain) => domain.onAccount ?? []));
