// The words of the organisation's settings.
import type { BookStatus, DelegationState } from "../api";
import type { Words } from "../texts/word";

export const BOOK_STATUS: Words<BookStatus> = { published: ["published", "good"], withdrawn: ["withdrawn", ""] };

export const DELEGATION_STATE: Words<DelegationState> = {
  in_force: ["In force", "good"],
  future: ["Not yet", "info"],
  over: ["Over", ""],
  ended: ["Taken back", ""],
};
