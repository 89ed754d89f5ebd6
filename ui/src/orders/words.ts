// The words of orders.
import type { OrderStatus } from "../api";
import type { Words } from "../texts/word";

export const ORDER_STATUS: Words<OrderStatus> = {
  received: ["Received", "info"],
  in_progress: ["In progress", "info"],
  active: ["Active", "good"],
  cancelled: ["Cancelled", ""],
};
