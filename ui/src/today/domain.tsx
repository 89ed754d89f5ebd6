import { House } from "lucide-react";
import type { Domain } from "../domain";
import { to } from "../paths";
import { TodayPage } from ".";

export const today = {
  key: "today",
  title: "Today",
  icon: House,
  shortcut: "t",
  path: to.today,
  field: true,
  show: () => <TodayPage />,
} satisfies Domain;
