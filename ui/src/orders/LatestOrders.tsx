// Orders of the last days, on Today.
import type { Today } from "../api";
import { Card } from "../components";

export function LatestOrders({ today }: { today: Today | undefined }) {
  return (
    <Card title="Latest orders" empty="No orders yet.">
      {today?.recent_orders.map((order) => (
        <li key={order.id}>
          <span className="grow">
            {order.number} {order.account}
          </span>
          <span className="num">{order.monthly_text}</span>
        </li>
      ))}
    </Card>
  );
}
