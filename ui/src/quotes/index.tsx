export { NewQuote } from "./NewQuote";
export { QuotePage } from "./QuotePage";
export { QuotesPage } from "./QuotesPage";
