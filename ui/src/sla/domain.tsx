import { ShieldCheck } from "lucide-react";
import type { Domain } from "../domain";
import { script } from "../lazy";
import { to } from "../paths";
import { OpenIncidents } from "./OpenIncidents";

const pages = script(() => import("./index"));
const SlaPage = pages.page((m) => m.SlaPage);

export const sla = {
  key: "sla",
  title: "SLA",
  icon: ShieldCheck,
  shortcut: "l",
  path: to.sla,
  pages,
  show: () => <SlaPage />,
  today: [{ at: 70, Part: OpenIncidents }],
} satisfies Domain;
