import { MapPin } from "lucide-react";
import type { Domain } from "../domain";
import { script } from "../lazy";
import { to } from "../paths";

const pages = script(() => import("./index"));
const SitePage = pages.page((m) => m.SitePage);
const SitesPage = pages.page((m) => m.SitesPage);

export const sites = {
  key: "sites",
  title: "Sites",
  icon: MapPin,
  shortcut: "s",
  path: to.sites,
  pages,
  show: ([id]) => (id ? <SitePage id={id} /> : <SitesPage />),
  // Among the other sites of its customer.
  finds: {
    site: {
      word: "site",
      hint: "site",
      path: (hit) => (hit.account_id ? to.account(hit.account_id) : to.site(hit.id)),
    },
  },
  subjects: { site: { open: "Open the site", path: to.site } },
  onAccount: [{ key: "sites", title: "Sites", at: 10, Part: pages.page((m) => m.SitesOfAccount) }],
} satisfies Domain;
