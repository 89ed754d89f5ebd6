export { ComparePage } from "./ComparePage";
export { ConversionPage } from "./ConversionPage";
export { NewQuote } from "./NewQuote";
export { OrderWizard } from "./OrderWizard";
export { ProposalPage } from "./ProposalPage";
export { QuotePage } from "./QuotePage";
export { QuotesOfAccount } from "./QuotesOfAccount";
export { QuotesPage } from "./QuotesPage";
