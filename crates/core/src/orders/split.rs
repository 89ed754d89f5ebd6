//! What a quote's order is made of: one order for all its sites, or one for each (feature 0-40). Invariant: the orders of a
//! quote sum to its totals to the cent, because every line's net is rounded before anything is summed.

use crate::ids::SiteId;
use crate::money::{Money, MoneyError};
use crate::pricing::{ChargeType, LineStatus};
use crate::quotes::{Priced, Quote};

/// The figures of one order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderPart {
    /// The site, when each has an order of its own.
    pub site_id: Option<SiteId>,
    /// Sites.
    pub site_count: u32,
    /// Monthly net.
    pub monthly: Money,
    /// One-off net.
    pub one_off: Money,
    /// Monthly × term + one-off.
    pub tcv: Money,
}

/// The orders a quote comes to, in the order of its lines; one when nothing is selected.
pub fn order_parts(quote: &Quote, priced: &Priced) -> Result<Vec<OrderPart>, MoneyError> {
    let totals = &priced.priced;
    let whole = OrderPart {
        site_id: None,
        site_count: totals.n.saturating_sub(quote.content.existing_active_sites),
        monthly: totals.monthly_net,
        one_off: totals.one_off_net,
        tcv: totals.tcv,
    };
    if !quote.content.order_per_site {
        return Ok(vec![whole]);
    }
    let zero = Money::zero(quote.currency);
    let mut parts: Vec<OrderPart> = Vec::new();
    let shown = quote.content.lines.iter().filter(|line| line.status != LineStatus::Cancelled);
    for (line, price) in shown.zip(&totals.lines).filter(|(line, _)| line.status == LineStatus::Selected) {
        let at = parts.iter().position(|part| part.site_id == Some(line.site_id)).unwrap_or_else(|| {
            let site_id = Some(line.site_id);
            parts.push(OrderPart { site_id, site_count: 1, monthly: zero, one_off: zero, tcv: zero });
            parts.len() - 1
        });
        let part = &mut parts[at];
        match line.charge_type {
            ChargeType::Recurring => part.monthly = part.monthly.add(price.price.line_net)?,
            ChargeType::OneOff => part.one_off = part.one_off.add(price.price.line_net)?,
            ChargeType::Usage => {}
        }
    }
    for part in &mut parts {
        part.tcv = part.monthly.times(i64::from(quote.content.term_months))?.add(part.one_off)?;
    }
    Ok(if parts.is_empty() { vec![whole] } else { parts })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::demo::{DemoSpec, rows};
    use crate::quotes::price;
    use crate::wire::entities::quote_of;

    #[test]
    fn the_orders_of_the_sites_sum_to_the_quote() {
        let all = rows(&DemoSpec::small("2025-11-21T06:00:00Z".parse().expect("instant")));
        let mut tried = 0;
        for row in all.iter().filter(|row| row.table().name == "quotes") {
            let mut quote = quote_of(row).expect("quote");
            let priced = price(&quote).expect("priced");
            let whole = order_parts(&quote, &priced).expect("parts");
            assert_eq!((whole.len(), whole[0].tcv), (1, priced.priced.tcv));
            quote.content.order_per_site = true;
            assert_eq!(price(&quote).expect("priced").hash, priced.hash, "how it is ordered is not what it costs");
            let parts = order_parts(&quote, &priced).expect("parts");
            let sum = |amount: fn(&OrderPart) -> Money| Money::sum(parts.iter().map(amount), quote.currency);
            assert_eq!(sum(|part| part.monthly), Ok(priced.priced.monthly_net));
            assert_eq!(sum(|part| part.one_off), Ok(priced.priced.one_off_net));
            assert_eq!(sum(|part| part.tcv), Ok(priced.priced.tcv));
            tried += usize::from(parts.len() > 1);
        }
        assert!(tried > 3, "quotes with several sites were split");
    }
}
