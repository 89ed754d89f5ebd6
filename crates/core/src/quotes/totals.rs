//! The rows of a quote's totals by name: the same on the screen and on paper.

crate::words! {
    /// What a row of totals is.
    pub enum TotalKind as "TotalKind" {
        /// Monthly at list price.
        List = "list",
        /// What agreed prices take off.
        Contract = "contract",
        /// What the volume discount takes off.
        Volume = "volume",
        /// What the term discount takes off.
        Term = "term",
        /// What the larger of both takes off.
        BestOf = "best_of",
        /// Manual discounts and rounding.
        Manual = "manual",
        /// Monthly before tax.
        Net = "net",
        /// Tax, as far as it can be known.
        Tax = "tax",
        /// Monthly with tax.
        NetWithTax = "net_with_tax",
        /// What is paid once.
        OneOff = "one_off",
        /// Monthly over the term.
        RecurringTerm = "recurring_term",
        /// Contract value.
        Tcv = "tcv",
        /// Contract value with tax.
        TcvWithTax = "tcv_with_tax",
        /// Usage, not included.
        UsageEstimate = "usage_estimate",
    }
}
