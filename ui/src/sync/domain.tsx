import { RefreshCw } from "lucide-react";
import type { Domain } from "../domain";
import { script } from "../lazy";
import { to } from "../paths";

const pages = script(() => import("./SyncCentrePage"));
const SyncCentrePage = pages.page((m) => m.SyncCentrePage);

export const syncCentre = {
  key: "sync-centre",
  title: "Sync Centre",
  icon: RefreshCw,
  path: to.syncCentre,
  foot: true,
  pages,
  show: () => <SyncCentrePage />,
} satisfies Domain;
