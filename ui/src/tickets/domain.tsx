import { LifeBuoy } from "lucide-react";
import type { Domain } from "../domain";
import { script } from "../lazy";
import { to } from "../paths";

const pages = script(() => import("./index"));
const TicketPage = pages.page((m) => m.TicketPage);
const TicketsPage = pages.page((m) => m.TicketsPage);

export const tickets = {
  key: "tickets",
  title: "Tickets",
  icon: LifeBuoy,
  shortcut: "k",
  path: to.tickets,
  pages,
  show: ([id]) => (id ? <TicketPage key={id} id={id} /> : <TicketsPage />),
  finds: { ticket: { word: "ticket", path: (hit) => to.ticket(hit.id) } },
  subjects: { ticket: { open: "Open the ticket", path: to.ticket } },
  onAccount: [{ key: "tickets", title: "Tickets", at: 30, Part: pages.page((m) => m.TicketsOfAccount) }],
} satisfies Domain;
