import { Settings } from "lucide-react";
import type { Domain } from "../domain";
import { script } from "../lazy";
import { to } from "../paths";

const pages = script(() => import("./index"));
const BookPage = pages.page((m) => m.BookPage);
const BrandingPage = pages.page((m) => m.BrandingPage);
const ClausesPage = pages.page((m) => m.ClausesPage);
const DelegationsPage = pages.page((m) => m.DelegationsPage);
const MapPage = pages.page((m) => m.MapPage);
const SettingsPage = pages.page((m) => m.SettingsPage);

export const settings = {
  key: "settings",
  title: "Settings",
  icon: Settings,
  path: to.settings,
  foot: true,
  pages,
  show: ([what, id]) => {
    if (what === "clauses") return <ClausesPage />;
    if (what === "map") return <MapPage />;
    if (what === "approvals") return <DelegationsPage />;
    if (what === "documents") return <BrandingPage />;
    if (what === "books" && id) return <BookPage key={id} id={id} />;
    return <SettingsPage />;
  },
  // Nothing of these is opened by its id.
  subjects: { clause: null, delegation: null, organisation: null, price_book: null },
} satisfies Domain;
