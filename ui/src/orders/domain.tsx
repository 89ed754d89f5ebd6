import { Package } from "lucide-react";
import type { Domain } from "../domain";
import { script } from "../lazy";
import { to } from "../paths";
import { LatestOrders } from "./LatestOrders";

const pages = script(() => import("./index"));
const OrdersPage = pages.page((m) => m.OrdersPage);

export const orders = {
  key: "orders",
  title: "Orders",
  icon: Package,
  shortcut: "o",
  path: to.orders,
  pages,
  show: () => <OrdersPage />,
  finds: { order: { word: "order", path: () => to.orders } },
  today: [{ at: 80, Part: LatestOrders }],
} satisfies Domain;
