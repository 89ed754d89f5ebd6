//! Newtype ids. Invariant: an id of one kind never stands where another kind is meant; all are UUIDs (v7 when made here).

use serde::{Deserialize, Serialize};
use uuid::Uuid;

macro_rules! ids {
    ($($(#[doc = $doc:literal])* $name:ident;)*) => {$(
        $(#[doc = $doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[serde(transparent)]
        pub struct $name(pub Uuid);

        impl $name {
            /// Parses the hyphenated form.
            pub fn parse(text: &str) -> Result<Self, uuid::Error> {
                Uuid::parse_str(text).map(Self)
            }
        }

        impl std::fmt::Display for $name {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                self.0.fmt(f)
            }
        }
    )*};
}

ids! {
    /// An organisation (tenant).
    OrgId;
    /// A person of the organisation.
    UserId;
    /// A customer account.
    AccountId;
    /// A contact of an account.
    ContactId;
    /// A site of an account.
    SiteId;
    /// A price book version.
    PriceBookId;
    /// An item of a price book version.
    ItemId;
    /// An agreed price or an own volume table of an account.
    AgreedPriceId;
    /// An approver's right in somebody else's hands for some days.
    DelegationId;
    /// One version of a clause of the organisation's library.
    ClauseId;
    /// One version of a quote.
    QuoteId;
    /// A line of a quote version.
    LineId;
    /// An order.
    OrderId;
    /// An SLA agreement.
    AgreementId;
    /// An incident as one account sees it.
    IncidentId;
    /// A file at an account or a quote.
    AttachmentId;
    /// A mail to a customer; also its Message-ID.
    MailId;
    /// A customer's link to a quote version.
    LinkId;
    /// A message in the thread of a quote version.
    MessageId;
    /// A job: one visit of a technician to a site.
    JobId;
    /// Something that happened on a job.
    JobEventId;
    /// A ticket: what a customer reports.
    TicketId;
    /// Something that happened on a ticket.
    TicketEventId;
    /// A task: something somebody has to do.
    TaskId;
    /// A mutation: one intent of one device.
    MutationId;
    /// A registered device of a person's organisation.
    ClientId;
    /// Which rows travel together: the organisation's catalogue or one account.
    ScopeId;
}
