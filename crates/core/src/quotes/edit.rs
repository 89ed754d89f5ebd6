//! Editing a draft. Invariant: a line's list price, cost, tax and agreed price come from the context's own rows, so the
//! intent says only which item at which site; edits apply all or not at all.

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use serde::{Deserialize, Serialize};

use super::life::plain_status;
use super::moves::{Move, Siblings, check};
use super::quote::{Content, Line, MAX_LINES, MAX_TITLE, Quote};
use super::{PaymentTerms, Proposal, QuoteContext, RoiCase};
use crate::catalogue::PriceBook;
use crate::ids::{ItemId, LineId, SiteId};
use crate::money::Exact;
use crate::orders::OrderForm;
use crate::people::Actor;
use crate::pricing::{ChargeType, LineStatus, Manual};
use crate::time::{Timestamp, local_date};

/// One edit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "op", rename_all = "snake_case")]
pub enum Edit {
    /// Title.
    SetTitle {
        /// New title.
        title: String,
    },
    /// Term.
    SetTerm {
        /// Months, one of the organisation's choices.
        term_months: u32,
    },
    /// Payment terms.
    SetPaymentTerms {
        /// New terms.
        payment_terms: PaymentTerms,
    },
    /// Lines at the end.
    AddLines {
        /// Which item at which site.
        lines: Vec<NewLine>,
    },
    /// Another item on lines.
    SetItem {
        /// Lines.
        line_ids: Vec<LineId>,
        /// Item of the pinned version.
        item_id: ItemId,
    },
    /// Quantity.
    SetQty {
        /// Lines.
        line_ids: Vec<LineId>,
        /// 0 up to [`max_qty`].
        qty: Exact,
    },
    /// Manual discount.
    SetManual {
        /// Lines.
        line_ids: Vec<LineId>,
        /// Discount.
        manual: Manual,
    },
    /// Selected, optional, cancelled.
    SetStatus {
        /// Lines.
        line_ids: Vec<LineId>,
        /// Status.
        status: LineStatus,
    },
    /// What the customer gains; none takes the ROI off.
    SetRoi {
        /// Inputs.
        roi: Option<Box<RoiCase>>,
    },
    /// What the proposal says; none takes it off.
    SetProposal {
        /// Sections, plan, clauses.
        proposal: Option<Box<Proposal>>,
    },
    /// What the order will need; none takes it off.
    SetOrderForm {
        /// As far as it is filled in.
        order: Option<Box<OrderForm>>,
    },
    /// One order for all sites, or one for each.
    SetOrderSplit {
        /// One for each.
        per_site: bool,
    },
    /// Takes lines off.
    RemoveLines {
        /// Lines.
        line_ids: Vec<LineId>,
    },
}

/// A line to add.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct NewLine {
    /// Id, made on the laptop.
    pub id: LineId,
    /// Site of the account.
    pub site_id: SiteId,
    /// Item of the pinned version.
    pub item_id: ItemId,
    /// Quantity.
    pub qty: Exact,
}

/// The item at each site, with its installation where it names one and the site is said to need it.
pub fn lines_of(
    book: &PriceBook,
    sites: impl IntoIterator<Item = (SiteId, bool)>,
    item_id: ItemId,
    mut new_id: impl FnMut() -> LineId,
) -> Vec<NewLine> {
    let installation = book.items.get(&item_id).and_then(|item| item.installation_item_id);
    let mut line = |site_id, item_id| NewLine { id: new_id(), site_id, item_id, qty: Exact::from(1) };
    let mut lines = Vec::new();
    for (site, installed) in sites {
        lines.push(line(site, item_id));
        lines.extend(installation.filter(|_| installed).map(|item| line(site, item)));
    }
    lines
}

/// Why an edit is refused.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum EditError {
    /// Only drafts change.
    #[error("only a draft can be changed")]
    NotDraft,
    /// The role may not quote.
    #[error("this role may not change quotes")]
    NotAllowed,
    /// Title empty or too long.
    #[error("a title has 1 to {MAX_TITLE} characters")]
    BadTitle,
    /// Term not on offer.
    #[error("this term is not on offer")]
    BadTerm,
    /// Unknown item.
    #[error("the price book has no such item")]
    UnknownItem,
    /// Unknown site.
    #[error("the account has no such site")]
    UnknownSite,
    /// Unknown line.
    #[error("the quote has no such line")]
    UnknownLine,
    /// The same line id twice.
    #[error("a line with this id exists")]
    DuplicateLine,
    /// More lines than a quote carries.
    #[error("a quote has at most {MAX_LINES} lines")]
    TooManyLines,
    /// Quantity negative, too large or too fine.
    #[error("quantity must be 0 to 1,000,000 with at most 6 decimals")]
    BadQuantity,
    /// Manual percentage outside 0..100.
    #[error("a manual discount is between 0 and 100 %")]
    ManualOutOfRange,
    /// Manual amount or target negative, too fine or absurd.
    #[error("a manual price must be 0 or more, with at most the item's decimals")]
    BadManualPrice,
    /// An input of the ROI that makes no sense.
    #[error("an input of the ROI is out of range: {0}")]
    BadRoi(&'static str),
    /// A part of the proposal that makes no sense.
    #[error("a part of the proposal is too long, missing or unknown: {0}")]
    BadProposal(&'static str),
    /// A field of the order form is too long.
    #[error("a field of the order form is too long")]
    BadOrderForm,
}

impl EditError {
    /// Stable code.
    pub fn code(&self) -> &'static str {
        match self {
            Self::NotDraft => "quote.not_draft",
            Self::NotAllowed => "quote.not_allowed",
            Self::BadTitle => "quote.bad_title",
            Self::BadTerm => "quote.bad_term",
            Self::UnknownItem => "quote.unknown_item",
            Self::UnknownSite => "quote.unknown_site",
            Self::UnknownLine => "quote.unknown_line",
            Self::DuplicateLine => "quote.duplicate_line",
            Self::TooManyLines => "quote.too_many_lines",
            Self::BadQuantity => "quote.bad_quantity",
            Self::ManualOutOfRange => "quote.manual_out_of_range",
            Self::BadManualPrice => "quote.bad_manual_price",
            Self::BadRoi(_) => "quote.bad_roi",
            Self::BadProposal(_) => "quote.bad_proposal",
            Self::BadOrderForm => "quote.bad_order_form",
        }
    }
}

/// Largest quantity of a line.
pub fn max_qty() -> Exact {
    Exact::from(1_000_000)
}

/// Applies edits in order to a draft and takes the agreed prices, tables and active sites of that day anew.
pub fn edit(
    mut quote: Quote,
    edits: &[Edit],
    context: &QuoteContext,
    by: &Actor,
    at: Timestamp,
) -> Result<Quote, EditError> {
    if !by.role.may_quote() {
        return Err(EditError::NotAllowed);
    }
    check(Move::Edit, plain_status(&quote), Siblings::default()).map_err(|_| EditError::NotDraft)?;
    let day = local_date(at, context.zone);
    for change in edits {
        apply(&mut quote, change, context, day)?;
    }
    refresh(&mut quote.content, context, day);
    quote.updated_at = at;
    Ok(quote)
}

/// Takes the tables, agreed prices and the count of active sites that are in force on `day`.
pub(super) fn refresh(content: &mut Content, context: &QuoteContext, day: NaiveDate) {
    content.policy = context.settings.policy;
    content.volume_table = context.volume_table(day);
    content.term_table = context.settings.term_table.clone();
    content.tax_date = day;
    let on_quote: BTreeSet<SiteId> = content
        .lines
        .iter()
        .filter(|l| l.status == LineStatus::Selected && l.charge_type == ChargeType::Recurring)
        .map(|l| l.site_id)
        .collect();
    content.existing_active_sites = context.existing_active_sites(&on_quote);
    for line in &mut content.lines {
        if let Some(item) = context.book.items.get(&line.item_id) {
            line.contract = context.contract_price(item, day);
        }
    }
}

fn apply(quote: &mut Quote, change: &Edit, context: &QuoteContext, day: NaiveDate) -> Result<(), EditError> {
    let content = &mut quote.content;
    match change {
        Edit::SetTitle { title } => {
            quote.title = checked_title(title)?;
        }
        Edit::SetTerm { term_months } => {
            if !context.settings.term_choices.contains(term_months) {
                return Err(EditError::BadTerm);
            }
            content.term_months = *term_months;
        }
        Edit::SetPaymentTerms { payment_terms } => content.payment_terms = *payment_terms,
        Edit::AddLines { lines } => add_lines(content, lines, context, day)?,
        Edit::SetItem { line_ids, item_id } => {
            for line in chosen(content, line_ids)? {
                let fresh = NewLine { id: line.id, site_id: line.site_id, item_id: *item_id, qty: line.qty.clone() };
                let manual = std::mem::replace(&mut line.manual, Manual::None);
                let status = line.status;
                *line = new_line(&fresh, context, day)?;
                line.status = status;
                line.manual = if check_manual(&manual, line.unit_dp).is_ok() { manual } else { Manual::None };
            }
        }
        Edit::SetQty { line_ids, qty } => {
            check_qty(qty)?;
            chosen(content, line_ids)?.into_iter().for_each(|line| line.qty = qty.clone());
        }
        Edit::SetManual { line_ids, manual } => {
            for line in chosen(content, line_ids)? {
                check_manual(manual, line.unit_dp)?;
                line.manual = manual.clone();
            }
        }
        Edit::SetStatus { line_ids, status } => {
            chosen(content, line_ids)?.into_iter().for_each(|line| line.status = *status);
        }
        Edit::SetRoi { roi } => {
            roi.as_ref().map_or(Ok(()), |roi| roi.check().map_err(EditError::BadRoi))?;
            content.roi = roi.as_deref().cloned();
        }
        Edit::SetProposal { proposal } => {
            let known = |site| context.site_states.contains_key(&site);
            proposal.as_ref().map_or(Ok(()), |p| p.check(known).map_err(EditError::BadProposal))?;
            content.proposal.clone_from(proposal);
        }
        Edit::SetOrderForm { order } => {
            if order.as_ref().is_some_and(|form| !form.fits()) {
                return Err(EditError::BadOrderForm);
            }
            content.order.clone_from(order);
        }
        Edit::SetOrderSplit { per_site } => content.order_per_site = *per_site,
        Edit::RemoveLines { line_ids } => {
            let gone: BTreeSet<LineId> = line_ids.iter().copied().collect();
            chosen(content, line_ids)?;
            content.lines.retain(|line| !gone.contains(&line.id));
        }
    }
    Ok(())
}

pub(super) fn checked_title(title: &str) -> Result<String, EditError> {
    let title = title.trim();
    if title.is_empty() || title.chars().count() > MAX_TITLE {
        return Err(EditError::BadTitle);
    }
    Ok(title.to_owned())
}

/// The lines with these ids, in the quote's order; an unknown id refuses the whole edit.
fn chosen<'a>(content: &'a mut Content, line_ids: &[LineId]) -> Result<Vec<&'a mut Line>, EditError> {
    let wanted: BTreeSet<LineId> = line_ids.iter().copied().collect();
    let found: Vec<&mut Line> = content.lines.iter_mut().filter(|line| wanted.contains(&line.id)).collect();
    if found.len() == wanted.len() { Ok(found) } else { Err(EditError::UnknownLine) }
}

fn add_lines(
    content: &mut Content,
    lines: &[NewLine],
    context: &QuoteContext,
    day: NaiveDate,
) -> Result<(), EditError> {
    if content.lines.len() + lines.len() > MAX_LINES {
        return Err(EditError::TooManyLines);
    }
    let mut ids: BTreeMap<LineId, ()> = content.lines.iter().map(|line| (line.id, ())).collect();
    for line in lines {
        if ids.insert(line.id, ()).is_some() {
            return Err(EditError::DuplicateLine);
        }
        content.lines.push(new_line(line, context, day)?);
    }
    Ok(())
}

fn new_line(line: &NewLine, context: &QuoteContext, day: NaiveDate) -> Result<Line, EditError> {
    let item = context.book.items.get(&line.item_id).ok_or(EditError::UnknownItem)?;
    let state_code = context.site_states.get(&line.site_id).ok_or(EditError::UnknownSite)?;
    check_qty(&line.qty)?;
    Ok(Line {
        id: line.id,
        site_id: line.site_id,
        item_id: item.id,
        code: item.code.clone(),
        name: item.name.clone(),
        charge_type: item.charge_type,
        unit_dp: item.unit_dp,
        list_price: item.list_price.clone(),
        cost: item.cost.clone(),
        contract: context.contract_price(item, day),
        qty: line.qty.clone(),
        volume_eligible: item.volume_eligible,
        term_eligible: item.term_eligible,
        manual: Manual::None,
        status: LineStatus::Selected,
        tax_code: item.tax_code.clone(),
        pos_rule: item.pos_rule.clone(),
        state_code: state_code.clone(),
    })
}

fn check_qty(qty: &Exact) -> Result<(), EditError> {
    if qty.is_negative() || *qty > max_qty() || qty.decimals() > 6 { Err(EditError::BadQuantity) } else { Ok(()) }
}

fn check_manual(manual: &Manual, unit_dp: u32) -> Result<(), EditError> {
    match manual {
        Manual::None => Ok(()),
        Manual::Pct(pct) => {
            if pct.is_negative() || *pct > Exact::from(100) || pct.decimals() > 6 {
                return Err(EditError::ManualOutOfRange);
            }
            Ok(())
        }
        Manual::Amount(price) | Manual::Target(price) => {
            if price.is_negative() || price.decimals() > unit_dp || *price > Exact::from(1_000_000_000_000_i64) {
                return Err(EditError::BadManualPrice);
            }
            Ok(())
        }
    }
}
