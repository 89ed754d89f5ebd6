import { FileText } from "lucide-react";
import type { Domain } from "../domain";
import { ImportPage } from "../imports/pages";
import { script } from "../lazy";
import { to } from "../paths";
import { Drafts, Expiring, FromCustomers, ToApprove } from "./Today";

const pages = script(() => import("./index"));
const ComparePage = pages.page((m) => m.ComparePage);
const ConversionPage = pages.page((m) => m.ConversionPage);
const NewQuote = pages.page((m) => m.NewQuote);
const OrderWizard = pages.page((m) => m.OrderWizard);
const ProposalPage = pages.page((m) => m.ProposalPage);
const QuotePage = pages.page((m) => m.QuotePage);
const QuotesPage = pages.page((m) => m.QuotesPage);

export const quotes = {
  key: "quotes",
  title: "Quotes",
  icon: FileText,
  shortcut: "q",
  path: to.quotes,
  pages,
  show: ([id, what, more]) => {
    if (!id) return <QuotesPage />;
    if (what === "import") return <ImportPage quoteId={id} />;
    if (id === "conversion") return <ConversionPage />;
    if (what === "proposal") return <ProposalPage key={id} id={id} />;
    if (what === "order") return <OrderWizard key={id} id={id} step={more} />;
    if (what === "compare" && more) return <ComparePage left={id} right={more} />;
    return <QuotePage key={id} id={id} />;
  },
  make: {
    key: "n",
    title: "New quote",
    Form: ({ route: [domain, id], onClose }) => (
      <NewQuote accountId={domain === "accounts" ? id : undefined} onClose={onClose} />
    ),
  },
  keys: [
    ["w", "Why this price (quote line)"],
    ["F5", "Present to the customer (quote)"],
    ["Ctrl Enter", "Send quote"],
  ],
  finds: { quote: { word: "quote", hint: "quote number", path: (hit) => to.quote(hit.id) } },
  subjects: {
    quote: { open: "Open the quote", path: to.quote },
    quote_file: { open: "Open the quote", path: to.quote },
  },
  today: [
    { at: 10, Part: FromCustomers },
    { at: 30, Part: ToApprove },
    { at: 50, Part: Drafts },
    { at: 60, Part: Expiring },
  ],
  onAccount: [{ key: "quotes", title: "Quotes", at: 20, Part: pages.page((m) => m.QuotesOfAccount) }],
} satisfies Domain;
