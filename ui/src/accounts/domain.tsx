import { Building2 } from "lucide-react";
import type { Domain } from "../domain";
import { ImportPage } from "../imports/pages";
import { script } from "../lazy";
import { to } from "../paths";
import { PricesToDecide } from "./PricesToDecide";

const history = script(() => import("../history"));
const pages = script(() => import("./index"));
const AccountPage = pages.page((m) => m.AccountPage);
const AccountsPage = pages.page((m) => m.AccountsPage);

export const accounts = {
  key: "accounts",
  title: "Accounts",
  icon: Building2,
  shortcut: "a",
  path: to.accounts,
  pages,
  show: ([id, tab]) => {
    if (id && tab === "import") return <ImportPage accountId={id} />;
    return id ? <AccountPage key={`${id}/${tab ?? ""}`} id={id} first={tab} /> : <AccountsPage />;
  },
  finds: { account: { word: "account", hint: "Account", path: (hit) => to.account(hit.id) } },
  subjects: { account: { open: "Open the account", path: to.account } },
  today: [{ at: 40, Part: PricesToDecide }],
  onAccount: [
    { key: "prices", title: "Prices", at: 50, Part: pages.page((m) => m.PricesOfAccount) },
    { key: "facts", title: "Facts", at: 60, Part: pages.page((m) => m.Facts) },
    { key: "files", title: "Files", at: 70, Part: pages.page((m) => m.FilesOfAccount) },
    { key: "history", title: "History", at: 80, Part: history.page((m) => m.HistoryOfAccount) },
  ],
} satisfies Domain;
