// Every place of the window. A path is put together here and nowhere else, so that a place that moves moves everywhere.

declare const path: unique symbol;

/** A place in the window, e.g. `/quotes/0193…`. */
export type Path = string & { readonly [path]: true };

const at = (...parts: string[]) => `/${parts.map(encodeURIComponent).join("/")}` as Path;

/** The steps of making an order. */
export type OrderStep = "company" | "locations" | "packages" | "billing" | "review";

export const to = {
  today: at("today"),
  tasks: at("tasks"),
  task: (id: string) => at("tasks", id),
  accounts: at("accounts"),
  account: (id: string) => at("accounts", id),
  accountPrices: (id: string) => at("accounts", id, "prices"),
  accountImport: (id: string) => at("accounts", id, "import"),
  quotes: at("quotes"),
  quote: (id: string) => at("quotes", id),
  quoteImport: (id: string) => at("quotes", id, "import"),
  quoteProposal: (id: string) => at("quotes", id, "proposal"),
  quoteOrder: (id: string, step?: OrderStep) => (step ? at("quotes", id, "order", step) : at("quotes", id, "order")),
  quoteComparison: (left: string, right: string) => at("quotes", left, "compare", right),
  conversion: at("quotes", "conversion"),
  orders: at("orders"),
  sites: at("sites"),
  site: (id: string) => at("sites", id),
  sla: at("sla"),
  tickets: at("tickets"),
  ticket: (id: string) => at("tickets", id),
  jobs: at("jobs"),
  job: (id: string) => at("jobs", id),
  syncCentre: at("sync-centre"),
  settings: at("settings"),
  documents: at("settings", "documents"),
  clauses: at("settings", "clauses"),
  map: at("settings", "map"),
  approvals: at("settings", "approvals"),
  book: (id: string) => at("settings", "books", id),
  /** The presentation's own window. */
  presentation: (quoteId: string) => at("present", quoteId),
};

/** What a link to a place carries. */
export const href = (place: Path) => `#${place}`;

/** The parts of a place. */
export const partsOf = (place: string) => place.replace(/^#/, "").split("/").filter(Boolean).map(decodeURIComponent);

/** The place that some parts of another one name: what it belongs to. */
export const placeOf = (parts: string[]) => at(...parts);

/** The quote that a presentation's own window shows, by the hash it was opened with. */
export const presented = (hash: string): string | undefined => {
  const [first, id, more] = partsOf(hash);
  return first === "present" && more === undefined ? id : undefined;
};
