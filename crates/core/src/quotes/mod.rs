//! Quotes: versions, editing, pricing, approval and life (RULES APR, WFL).

mod approve;
mod context;
mod edit;
pub mod life;
pub mod moves;
mod number;
mod price;
mod proposal;
mod quote;
mod roi;
pub mod status;
mod tax;
mod totals;
pub mod validity;

pub use approve::{
    ApprovalState, ApproveError, Voice, Word, approval_state, approve, granted, may_approve, may_reject, may_request,
    reject_approval, request_approval,
};
pub use context::{QuoteContext, locked_book};
pub use edit::{Edit, EditError, NewLine, edit, lines_of, max_qty};
pub use life::{LifeError, NewQuote};
pub use moves::{MoveRefused, Siblings};
pub use number::{QuoteNumber, QuoteNumberError};
pub use price::{Priced, RULES_VERSION, margin_pct, needed_approval, price, pricing_input};
pub use proposal::{
    ClauseTexts, CompetitorPrice, CustomFeature, MAX_CLAUSES, MAX_SECTION, MAX_SITES_PER_WEEK, Milestone,
    MilestoneKind, Proposal, ProposalClause, milestones,
};
pub use quote::{
    Acceptance, Approval, Closed, Content, Line, MAX_LINES, MAX_TITLE, Online, PaymentTerms, Quote, Remark,
    SIGNATURE_FIELD, Sent, Signature, State,
};
pub use roi::{MAX_HORIZON, QuoteRoi, RoiCase, quote_roi};
pub use status::QuoteStatus;
pub use tax::{TaxEstimate, TaxGroup, TaxParties, TaxRate, tax_estimate};
pub use totals::TotalKind;
