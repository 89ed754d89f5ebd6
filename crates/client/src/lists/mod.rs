//! What every list can be asked about, whatever it lists: its fields, groups and sums.

use serde::{Deserialize, Serialize};
use ts_rs::TS;

use crate::api::CommandError;
use crate::api::list::{Conditions, ListSpec, summary};
use crate::api::list_view::ListSummary;
use crate::api::view::ListRequest;
use crate::engine::{Engine, Open};
use crate::sites::view::ListSites;
use crate::sla::view::ListSla;
use crate::tasks::view::ListTasks;
use crate::tickets::view::ListTickets;
use crate::{accounts, jobs, orders, quotes, sites, sla, tasks, tickets};

/// A list by the name of its command, with that command's arguments.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
#[serde(tag = "list", content = "args", rename_all = "snake_case")]
pub enum ListQuery {
    /// Accounts.
    ListAccounts(ListRequest),
    /// Sites.
    ListSites(ListSites),
    /// Quotes.
    ListQuotes(ListRequest),
    /// Orders.
    ListOrders(ListRequest),
    /// Tickets.
    ListTickets(ListTickets),
    /// Tasks.
    ListTasks(ListTasks),
    /// Jobs.
    ListJobs(ListRequest),
    /// SLA by account.
    ListAccountSla(ListSla),
    /// SLA by site.
    ListSiteSla(ListSla),
}

/// Which list, in which groups.
#[derive(Debug, Clone, Serialize, Deserialize, TS)]
pub struct SummariseList {
    /// The list as it is asked for; window and order are not read.
    pub query: ListQuery,
    /// A field of the list that rows are grouped by; none: the total only.
    pub group_by: Option<String>,
}

/// A list's question as its own command asks it.
pub(crate) struct Asked {
    /// The list.
    pub spec: &'static ListSpec,
    /// Filters, text, tree.
    pub request: ListRequest,
    /// What the list itself narrows to.
    pub fixed: Conditions,
}

async fn asked(open: &Open, query: ListQuery) -> Result<Asked, CommandError> {
    match query {
        ListQuery::ListAccounts(request) => Ok(accounts::queries::asked(request)),
        ListQuery::ListSites(args) => Ok(sites::queries::asked(args)),
        ListQuery::ListQuotes(request) => quotes::queries::asked(open, request),
        ListQuery::ListOrders(request) => Ok(orders::queries::asked(request)),
        ListQuery::ListTickets(args) => Ok(tickets::queries::asked(args)),
        ListQuery::ListTasks(args) => tasks::queries::asked(open, args).await,
        ListQuery::ListJobs(request) => Ok(jobs::queries::asked(open, request)),
        ListQuery::ListAccountSla(args) => sla::queries::asked_accounts(open, args).await,
        ListQuery::ListSiteSla(args) => sla::queries::asked_sites(open, args).await,
    }
}

/// The rows a list finds, counted, summed and in groups, with the fields it can be asked about.
///
/// # Errors
/// Those of the list, `list.unknown_group`, `list.sum_too_large`.
pub async fn summarise(engine: &Engine, args: SummariseList) -> Result<ListSummary, CommandError> {
    let open = engine.workspace().await?;
    let Asked { spec, request, fixed } = asked(&open, args.query).await?;
    summary(&open, spec, &request, fixed, args.group_by.as_deref()).await
}
