// The words of accounts and of what was agreed with them.
import type { AccountStatus, PriceKind, PriceState } from "../api";
import type { Words } from "../texts/word";

export const ACCOUNT_STATUS: Words<AccountStatus> = {
  active: ["Active", "good"],
  suspended: ["Suspended", "warn"],
  closed: ["Closed", ""],
  prospect: ["Prospect", "info"],
};

export const PRICE_STATE: Words<PriceState> = {
  proposed: ["Asked for", "warn"],
  in_force: ["In force", "good"],
  later: ["Later", ""],
  ended: ["Ended", ""],
  refused: ["Refused", "bad"],
};

export const PRICE_KIND: Record<PriceKind, string> = {
  contract: "A price for a package",
  volume: "An own volume table",
  lock: "A price lock",
};
