// Prices somebody asked for that I may decide about, on Today; not there while there are none.
import type { Today } from "../api";
import { Badge, Card } from "../components";
import { href, to } from "../paths";
import { PRICE_STATE } from "./words";

export function PricesToDecide({ today }: { today: Today | undefined }) {
  if (!today?.prices_to_decide.length) return null;
  return (
    <Card title="Prices asked for">
      {today.prices_to_decide.map(({ account_id, account, price }) => (
        <li key={price.id}>
          <span className="grow">
            <a href={href(to.accountPrices(account_id))}>{account}</a> {price.what}
            <br />
            <span className="meta">
              {price.terms_text}, {price.valid_text}. {price.reason}
            </span>
          </span>
          <Badge word={PRICE_STATE.proposed} />
        </li>
      ))}
    </Card>
  );
}
