//! What a quote is edited and judged against. Invariant: both sides build it from their own rows, never from the intent.

use std::collections::{BTreeMap, BTreeSet};

use super::{ClauseTexts, PaymentTerms};
use crate::accounts::{AgreedPrice, AgreedTerms};
use crate::approvals::Delegation;
use crate::catalogue::{Item, PriceBook};
use crate::ids::{PriceBookId, SiteId};
use crate::organisations::{CountBasis, OrgSettings};
use crate::pricing::{ContractPrice, VolumeTable};
use crate::time::Zone;

/// The organisation, the pinned price book and the account around a quote.
#[derive(Debug, Clone)]
pub struct QuoteContext {
    /// Settings of the selling organisation.
    pub settings: OrgSettings,
    /// Its zone.
    pub zone: Zone,
    /// The pinned price book version.
    pub book: PriceBook,
    /// What was agreed with the account.
    pub agreed: Vec<AgreedPrice>,
    /// The account's payment terms.
    pub account_terms: PaymentTerms,
    /// The account's country, `ZA`, `IN`.
    pub account_country: String,
    /// The account's segment, `sme` or `enterprise`.
    pub account_segment: String,
    /// The customer is a private person: prices are shown with tax, and no company is asked about.
    pub consumer: bool,
    /// Who may approve in whose place, and when.
    pub delegations: Vec<Delegation>,
    /// The clause library: every version's text.
    pub clauses: ClauseTexts,
    /// State code of every site of the account (India; empty elsewhere).
    pub site_states: BTreeMap<SiteId, String>,
    /// Sites with an active service.
    pub active_sites: BTreeSet<SiteId>,
}

/// The price book version an account's prices are locked to on `day`.
pub fn locked_book(agreed: &[AgreedPrice], day: chrono::NaiveDate) -> Option<PriceBookId> {
    agreed.iter().filter(|price| price.in_force(day)).find_map(|price| match price.terms {
        AgreedTerms::Lock { price_book_id } => Some(price_book_id),
        AgreedTerms::Contract { .. } | AgreedTerms::Volume { .. } => None,
    })
}

impl QuoteContext {
    /// The volume table in force on `day`: the account's own replaces the standard one (VOL 5).
    pub fn volume_table(&self, day: chrono::NaiveDate) -> VolumeTable {
        let rows: Vec<_> = self
            .agreed
            .iter()
            .filter(|price| price.in_force(day))
            .filter_map(|price| match &price.terms {
                AgreedTerms::Volume { rows } => Some(rows.iter().cloned()),
                AgreedTerms::Contract { .. } | AgreedTerms::Lock { .. } => None,
            })
            .flatten()
            .collect();
        if rows.is_empty() { VolumeTable::Standard } else { VolumeTable::Account { rows } }
    }

    /// The agreed price of an item in force on `day`; the one agreed last wins.
    pub fn contract_price(&self, item: &Item, day: chrono::NaiveDate) -> Option<ContractPrice> {
        self.agreed
            .iter()
            .filter(|price| price.in_force(day))
            .filter_map(|price| match &price.terms {
                AgreedTerms::Contract { item_code, price: unit, stacks } if *item_code == item.code => {
                    Some((price.valid_from, price.id, ContractPrice { price: unit.clone(), stacks: *stacks }))
                }
                _ => None,
            })
            .max_by_key(|(from, id, _)| (*from, *id))
            .map(|(_, _, contract)| contract)
    }

    /// Whether new quotes are made and sent on the context's price book although it was withdrawn: the account's prices are
    /// locked to it (feature 0-51).
    pub fn book_locked(&self, day: chrono::NaiveDate) -> bool {
        locked_book(&self.agreed, day) == Some(self.book.id)
    }

    /// The snapshot of active sites that are not on the quote (VOL 2, D4).
    pub fn existing_active_sites(&self, on_quote: &BTreeSet<SiteId>) -> u32 {
        match self.settings.count_basis {
            CountBasis::QuoteOnly => 0,
            CountBasis::QuotePlusActive => {
                u32::try_from(self.active_sites.difference(on_quote).count()).unwrap_or(u32::MAX)
            }
        }
    }
}
