// What the first page asks for, asked before the page's script is there: the engine answers while the window still reads it.
import { presented } from "../paths";
import type { Commands, ListRequest } from "./generated";
import { invoke } from "./transport";

type Name = keyof Commands;

/** Rows of a list asked for at once. */
export const WINDOW = 100;

/** What a list without filters asks for first. */
export const FIRST_WINDOW: ListRequest = { text: null, filters: [], sort: null, offset: 0, limit: WINDOW };

/** An ask: a command with its arguments. */
type Ask = { [N in Name]: [N, Commands[N]["args"]] }[Name];

// Where sync stands goes first: it says how far the store had come before anything else was read.
const EVERY: Ask[] = [
  ["workspace_state", {}],
  ["rail", {}],
];

/** What a page's first sight asks for, where that is the same every time. */
const FIRST: Partial<Record<string, Ask>> = {
  accounts: ["list_accounts", FIRST_WINDOW],
  sites: ["list_sites", { account_id: null, list: FIRST_WINDOW }],
  today: ["today", {}],
};

const LAST = "page";
const asked = new Map<string, Promise<unknown>>();
const keyOf = (name: string, args: unknown) => `${name} ${JSON.stringify(args)}`;

/** Notes which page is open, by its name alone: what it shows stays in the encrypted store. */
export function keepPage(name: string) {
  localStorage.setItem(LAST, name);
}

/** The page that was open last. */
export function lastPage(): string {
  return localStorage.getItem(LAST) ?? "";
}

/** What is asked before anything is drawn. */
export function firstAsks(): Ask[] {
  // The presentation's own window shows one thing and asks for that itself.
  if (presented(window.location.hash)) return EVERY.slice(0, 1);
  const first = FIRST[lastPage()];
  return first ? [["sync_status", {}], first, ...EVERY] : EVERY.slice(0, 1);
}

/** Asks; whoever wants the answer later takes it with `answerOf`. */
export function askEarly() {
  for (const [name, args] of firstAsks()) {
    const answer = invoke(name, args);
    // Who takes it hears of a refusal; nobody else has to.
    answer.catch(() => undefined);
    asked.set(keyOf(name, args), answer);
  }
}

/** Each page with the files of its script, put in when the window is built: `sites,assets/sites-1.js,…;accounts,…`. */
const FILES = "__PAGE_FILES__";

/** Fetches the script of the page that was open last, while the window's own is still read. */
export function readEarly() {
  const of = FILES.split(";").map((page) => page.split(","));
  for (const file of of.find(([name]) => name === lastPage())?.slice(1) ?? []) {
    const link = document.createElement("link");
    link.rel = "modulepreload";
    link.href = `./${file}`;
    document.head.append(link);
  }
}

/** The answer to what was asked early, once: who asks again is answered anew. */
export function answerOf(name: string, args: unknown): Promise<unknown> {
  const key = keyOf(name, args);
  const answer = asked.get(key);
  asked.delete(key);
  return answer ?? invoke(name, args);
}
