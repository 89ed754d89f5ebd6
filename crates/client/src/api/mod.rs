//! The IPC seam: one list of commands that the shell, the development bridge and the bindings generator share.
//! Invariant: a command's name, arguments and result stand here once; nothing else crosses to the UI.

pub mod bindings;
pub mod error;
pub(crate) mod list;
pub mod list_view;
mod reads;
pub mod view;

use std::pin::Pin;

use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

pub use error::CommandError;

use crate::Engine;

/// Arguments of commands that take none.
#[derive(Debug, Clone, Copy, Default, serde::Serialize, serde::Deserialize, ts_rs::TS)]
pub struct Nothing {}

/// A row by its id.
#[derive(Debug, Clone, serde::Serialize, serde::Deserialize, ts_rs::TS)]
pub struct ById {
    /// Row id.
    pub id: String,
}

fn parse_args<A: DeserializeOwned>(args: Value) -> Result<A, CommandError> {
    let args = if args.is_null() { Value::Object(serde_json::Map::new()) } else { args };
    serde_json::from_value(args).map_err(|e| CommandError::new("command.bad_arguments", e.to_string()))
}

fn to_value<R: Serialize>(result: R) -> Result<Value, CommandError> {
    serde_json::to_value(result).map_err(|e| CommandError::new("command.bad_result", e.to_string()))
}

type Answer<'a> = Pin<Box<dyn Future<Output = Result<Value, CommandError>> + Send + 'a>>;

/// A command's work on the heap: together all commands' would not fit on a thread's stack.
fn boxed<'a, H, F, A, R>(handler: H, engine: &'a Engine, args: Value) -> Answer<'a>
where
    H: FnOnce(&'a Engine, A) -> F + Send + 'a,
    F: Future<Output = Result<R, CommandError>> + Send + 'a,
    A: DeserializeOwned + Send + 'a,
    R: Serialize + Send + 'a,
{
    Box::pin(async move { to_value(handler(engine, parse_args::<A>(args)?).await?) })
}

/// Declares the commands: name, handler, argument type, result type; a query also says which tables it reads, joined ones
/// included (`reads.rs`). What says none changes something, and the window cannot ask it as a question.
macro_rules! commands {
    ($($(#[doc = $doc:literal])* $name:ident : $handler:path = $args:ty => $result:ty $(, reads [$($table:ident),*])?;)*) => {
        /// Runs a command by name. An unknown name or bad arguments are refused, never guessed.
        pub async fn dispatch(engine: &Engine, name: &str, args: Value) -> Result<Value, CommandError> {
            engine.settled().await;
            let answer: Answer<'_> = match name {
                $(stringify!($name) => boxed::<_, _, $args, $result>($handler, engine, args),)*
                other => return Err(CommandError::new("command.unknown", other).with("name", other)),
            };
            answer.await
        }

        /// The commands that ask and change nothing.
        pub fn queries() -> Vec<&'static str> {
            [$((stringify!($name), reads_of(stringify!($name)).is_some()),)*]
                .into_iter()
                .filter_map(|(name, asks)| asks.then_some(name))
                .collect()
        }

        /// Which tables a query reads; none where a command changes something.
        pub fn reads_of(name: &str) -> Option<Vec<&'static str>> {
            $($(if name == stringify!($name) {
                return Some(reads::tables(&[$(stringify!($table)),*]));
            })?)*
            None
        }

        /// Every command with its types, for the bindings generator.
        pub(crate) fn describe(out: &mut bindings::Collector) {
            $(
                out.command::<$args, $result>(stringify!($name), concat!($($doc, "\n",)* ""));
                $(out.reads(stringify!($name), &[$(stringify!($table)),*]);)?
            )*
        }
    };
}

use crate::{
    accounts, approvals, attachments, catalogue, clauses, history, imports, jobs, lists, mail, orders, portal, quotes,
    search, sites, sla, sync, tasks, tickets, workspace,
};
use view::{Facet, ListRequest, SavedFile, Window};

commands! {
    /// The rows a list finds, counted, summed and in groups, with the fields it can be asked about.
    summarise_list: lists::summarise = lists::SummariseList => list_view::ListSummary, reads [accounts, sites, quotes, orders, tickets, tasks, jobs, users, sla_account_months, sla_site_months];
    /// What the window shows first.
    workspace_state: workspace::commands::state = Nothing => workspace::view::WorkspaceState, reads [users];
    /// Signs in to a server and loads the organisation's data.
    sign_in: workspace::commands::sign_in = workspace::view::SignIn => workspace::view::WorkspaceState;
    /// Opens (or makes) the local demo workspace.
    open_demo: workspace::commands::open_demo = Nothing => workspace::view::WorkspaceState;
    /// Opens the database with a passphrase.
    unlock: workspace::commands::unlock = workspace::view::Unlock => workspace::view::WorkspaceState;
    /// Works as another person of the organisation.
    switch_user: workspace::commands::switch_user = workspace::view::SwitchUser => workspace::view::WorkspaceState;
    /// Signs out; the cache and everything that waits stay on the laptop, encrypted.
    sign_out: workspace::commands::sign_out = Nothing => workspace::view::WorkspaceState;
    /// Remembers a view preference.
    set_preference: workspace::commands::set_preference = workspace::view::SetPreference => Nothing;
    /// How much there is behind each page.
    rail: workspace::commands::rail = Nothing => workspace::view::Rail, reads [quotes, orders, sites, accounts, tickets, tasks, journal];
    /// Today.
    today: workspace::commands::today = Nothing => workspace::view::Today, reads [tasks, tickets, agreed_prices, quotes, orders, incidents, sites, accounts, users, price_books, price_items, pending, journal];

    /// What documents carry.
    get_branding: workspace::branding::get = Nothing => workspace::view::BrandingView, reads [organisations];
    /// Writes what documents carry.
    save_branding: workspace::branding::save = workspace::view::BrandingInputs => workspace::view::BrandingView;

    /// The header's line.
    sync_status: sync::commands::status = Nothing => sync::view::SyncStatus, reads [journal, pending];
    /// Syncs now.
    sync_now: sync::commands::sync_now = Nothing => sync::view::SyncStatus;
    /// What waits, what was sent, what needs me.
    sync_centre: sync::commands::centre = Nothing => sync::view::SyncCentre, reads [pending, journal, skipped_rows, users];
    /// Decides about a refused change.
    resolve_attention: sync::commands::resolve_attention = sync::view::ResolveAttention => sync::view::SyncCentre;

    /// Accounts.
    list_accounts: accounts::queries::list = ListRequest => Window<accounts::view::AccountRow>, reads [accounts, sites, quotes, sla_account_months, users];
    /// Values of the accounts' filterable fields.
    account_facets: accounts::queries::facets = Nothing => Vec<Facet>, reads [accounts];
    /// One account.
    get_account: accounts::queries::get = ById => accounts::view::AccountView, reads [accounts, contacts, agreed_prices, sites, quotes, sla_account_months, users, price_books, price_items];
    /// Edits descriptive fields of an account.
    edit_account: accounts::commands::edit = accounts::view::EditAccount => accounts::view::AccountView;

    /// What was agreed with an account in place of the list.
    list_agreed_prices: accounts::prices::list = ById => Vec<accounts::view::AgreedPriceView>, reads [agreed_prices, price_books, price_items, accounts, users];
    /// Asks for a price.
    propose_price: accounts::prices::propose = accounts::view::ProposePrice => Vec<accounts::view::AgreedPriceView>;
    /// Says yes or no to a price asked for.
    decide_price: accounts::prices::decide = accounts::view::DecidePrice => Vec<accounts::view::AgreedPriceView>;
    /// Ends an agreed price on a day.
    end_price: accounts::prices::end = accounts::view::EndPrice => Vec<accounts::view::AgreedPriceView>;

    /// Sites.
    list_sites: sites::queries::list = sites::view::ListSites => Window<sites::view::SiteRow>, reads [sites, accounts, users, sla_site_months, incidents, tickets];
    /// Values of the sites' filterable fields, for one account or all.
    site_facets: sites::queries::facets = sites::view::ListSites => Vec<Facet>, reads [sites];

    /// One site with its fields and what was built on it.
    get_site: sites::edit::get = ById => sites::view::SiteView, reads [sites, accounts, users, quotes, incidents, tickets, sla_site_months, pending];
    /// The sites of a list that have coordinates, for a map.
    map_sites: sites::queries::map = sites::view::ListSites => sites::view::SitesOnMap, reads [sites, sla_site_months];
    /// Provinces and towns a map names.
    map_places: sites::places::list = Nothing => Vec<sites::places::MapPlace>, reads [];
    /// Where the map comes from.
    get_map_tiles: sites::tiles::get = Nothing => sites::tiles::MapTilesView, reads [organisations];
    /// Sets where the map comes from.
    save_map_tiles: sites::tiles::save = sites::tiles::MapTilesInputs => sites::tiles::MapTilesView;
    /// One tile of the organisation's map.
    map_tile: sites::tiles::tile = sites::tiles::TileArgs => sites::tiles::MapTile, reads [];
    /// Edits descriptive fields of a site.
    edit_site: sites::edit::edit = sites::view::EditSite => sites::view::SiteView;
    /// What changed about a site, the latest first.
    site_history: sites::history::list = ById => Vec<sites::history::SiteChange>, reads [site_changes, sites, users];
    /// What changed about an account, a quote or a task, the latest first.
    record_history: history::queries::list = history::view::RecordHistory => Vec<history::view::HistoryEntry>, reads [history, quotes, tasks, users];
    /// An account's sites as the customer's tree.
    site_tree: sites::tree::tree = sites::tree::SiteTree => Window<sites::tree::SiteTreeRow>, reads [sites];
    /// A list of sites in groups with their sums.
    group_sites: sites::groups::groups = sites::groups::GroupSites => Vec<sites::groups::SiteGroup>, reads [sites, accounts, sla_site_months];
    /// What one change for many sites would do.
    preview_site_bulk: sites::bulk::preview = sites::bulk_view::SiteBulk => sites::bulk_view::SiteBulkPreview, reads [sites, accounts, users];
    /// One change for many sites.
    apply_site_bulk: sites::bulk::apply = sites::bulk_view::SiteBulk => sites::bulk_view::SiteBulkOutcome;
    /// Takes a change for many sites back where nothing was changed since.
    undo_site_bulk: sites::bulk::undo = sites::bulk_view::SiteRunId => sites::bulk_view::SiteRunUndone;
    /// Who may look after sites.
    list_people: sites::bulk::people = Nothing => Vec<sites::bulk_view::Person>, reads [users];
    /// Packages that the sites of an account may have.
    upgrade_choices: sites::upgrade::choices = sites::bulk_view::SiteSelection => Vec<sites::upgrade::UpgradeChoice>, reads [sites, accounts, price_books, price_items, agreed_prices];
    /// What another package would cost.
    preview_upgrade: sites::upgrade::preview = sites::upgrade::UpgradeSites => sites::upgrade::UpgradePreview, reads [QUOTED];
    /// Another package for many sites, as a draft quote.
    upgrade_sites: sites::upgrade::upgrade = sites::upgrade::UpgradeSites => ById;
    /// Imports into an account, the latest first.
    list_imports: imports::undo::list = ById => Vec<imports::view::ImportRun>, reads [import_runs];
    /// Takes an import back: new sites go, changed ones are as before; what was built on or changed since stays.
    undo_import: imports::undo::undo = imports::view::ImportRunId => imports::view::UndoOutcome;
    /// Writes the sites of a list, with its filters and in its order, as a file that imports back as it is.
    export_sites: sites::export::export_sites = sites::view::ExportSites => SavedFile;

    /// The template of a site list.
    site_list_template: imports::files::template_file = imports::view::SiteListTemplate => SavedFile;
    /// The customer's own file with two columns added: what is to be mended, and what is proposed.
    site_list_errors: imports::files::errors_file = imports::view::ImportId => SavedFile;
    /// Looks at a site list; nothing is written.
    open_site_list: imports::commands::open = imports::view::OpenSiteList => imports::view::SiteListPreview;
    /// Ends the opening of a list.
    cancel_site_list: imports::commands::cancel = imports::view::ImportToken => Nothing;
    /// Rows of an opened list.
    site_list_rows: imports::rows::list = imports::view::SiteListRows => Window<imports::view::PreviewRow>, reads [];
    /// Changes mapping, cells, skips of an opened list.
    change_site_list: imports::commands::change = imports::view::ChangeSiteList => imports::view::SiteListPreview;
    /// Writes the import, in one step.
    commit_site_list: imports::commands::commit = imports::view::CommitSiteList => imports::view::ImportOutcome;
    /// Forgets an opened list.
    drop_site_list: imports::commands::drop_list = imports::view::ImportId => Nothing;

    /// Price book versions.
    list_price_books: catalogue::queries::list = Nothing => Vec<catalogue::view::PriceBookView>, reads [price_books, price_items];

    /// The next version of a price book while it is written; what is typed is kept on this laptop.
    book_draft: catalogue::books::draft = catalogue::view::BookDraftArgs => catalogue::view::BookDraftView, reads [price_books, price_items, tax_rates];
    /// What open quotes on a price book would cost on its next version.
    book_impact: catalogue::books::impact = ById => catalogue::view::BookImpact, reads [price_books, price_items, quotes, accounts];
    /// Publishes the next version.
    publish_book: catalogue::books::publish = ById => Vec<catalogue::view::PriceBookView>;
    /// Takes a price book version out of use.
    withdraw_book: catalogue::books::withdraw = ById => Vec<catalogue::view::PriceBookView>;

    /// Quotes.
    list_quotes: quotes::queries::list = ListRequest => Window<quotes::view::QuoteRow>, reads [quotes, accounts, users, orders, pending];
    /// Makes a quote with its final number.
    create_quote: quotes::commands::create = quotes::view::CreateQuote => quotes::view::QuoteView;
    /// One quote without its lines.
    get_quote: quotes::queries::get = quotes::view::QuoteId => quotes::view::QuoteView, reads [QUOTED, tax_rates, orders, pending, journal, quote_links];
    /// Its lines.
    list_quote_lines: quotes::queries::lines = quotes::view::ListQuoteLines => Window<quotes::view::QuoteLineRow>, reads [QUOTED];
    /// Lines pasted from a spreadsheet: looked at, then put on the draft.
    paste_quote_lines: quotes::paste::paste = quotes::paste::PasteLines => quotes::paste::PastedLines;
    /// Edits a draft and prices it again.
    edit_quote: quotes::commands::edit = quotes::view::EditQuote => quotes::view::QuoteView;
    /// Why this price.
    explain_quote_line: quotes::queries::explain = quotes::view::QuoteLineId => quotes::view::LineExplanation, reads [QUOTED];
    /// A price for the whole month, spread over the lines as target prices.
    target_quote: quotes::target::target = quotes::target::TargetQuote => quotes::target::TargetOutcome;
    /// Asks for the approval the discount needs.
    request_quote_approval: quotes::commands::request_approval = quotes::view::QuoteNote => quotes::view::QuoteView;
    /// Approves the discount of exactly this pricing.
    approve_quote_discount: quotes::commands::approve = quotes::view::QuoteNote => quotes::view::QuoteView;
    /// Refuses the discount with a reason.
    reject_quote_discount: quotes::commands::reject_approval = quotes::view::QuoteNote => quotes::view::QuoteView;
    /// Sends the quote: the version is immutable from now on.
    send_quote: quotes::commands::send = quotes::view::QuoteId => quotes::view::QuoteView;
    /// Records the customer's acceptance.
    accept_quote: quotes::sign::accept = quotes::view::AcceptQuote => quotes::view::QuoteView;
    /// Records the customer's refusal.
    reject_quote: quotes::commands::reject = quotes::view::QuoteNote => quotes::view::QuoteView;
    /// Gives the quote up.
    lose_quote: quotes::commands::lose = quotes::view::QuoteNote => quotes::view::QuoteView;
    /// Discards a draft that was never sent; its number is not used again.
    discard_quote: quotes::commands::discard = quotes::view::QuoteId => quotes::view::QuoteDiscarded;
    /// Makes the next version from a sent one.
    revise_quote: quotes::commands::revise = quotes::view::QuoteId => quotes::view::QuoteView;
    /// The ROI of a quote, for inputs as typed or as kept.
    quote_roi: quotes::roi::get = quotes::shown::QuoteRoiArgs => quotes::shown::RoiView, reads [QUOTED];
    /// Keeps the ROI's inputs with the draft, or takes the ROI off.
    save_quote_roi: quotes::roi::save = quotes::shown::QuoteRoiArgs => quotes::shown::RoiView;
    /// The quote as the customer may see it.
    present_quote: quotes::present::present = quotes::view::QuoteId => quotes::shown::PresentationView, reads [QUOTED, tax_rates];
    /// The proposal around a quote, as typed or as kept.
    quote_proposal: quotes::proposal::get = quotes::proposal_view::QuoteProposalArgs => quotes::proposal_view::ProposalView, reads [QUOTED, sla_agreements];
    /// Keeps the proposal with the draft, or takes it off.
    save_quote_proposal: quotes::proposal::save = quotes::proposal_view::QuoteProposalArgs => quotes::proposal_view::ProposalView;
    /// The order form of a quote, as typed or as kept, with what is missing.
    quote_order_form: quotes::order_form::get = quotes::proposal_view::QuoteOrderFormArgs => quotes::proposal_view::OrderFormView, reads [QUOTED, contacts];
    /// Keeps the order form with the draft, or takes it off.
    save_quote_order_form: quotes::order_form::save = quotes::proposal_view::QuoteOrderFormArgs => quotes::proposal_view::OrderFormView;
    /// Two quotes of one account side by side.
    compare_quotes: quotes::compare::compare = quotes::proposal_view::CompareQuotes => quotes::proposal_view::ComparisonView, reads [QUOTED, orders, pending];
    /// A quote's lines under a new number, on the price book in force.
    copy_quote: quotes::copy::copy = quotes::proposal_view::CopyQuote => quotes::proposal_view::CopiedQuote;
    /// What became of quotes, by month, representative and segment.
    quote_conversion: quotes::conversion::get = Nothing => quotes::proposal_view::ConversionView, reads [quotes, accounts, users];
    /// Prints the order summary.
    order_pdf: quotes::sign::order_pdf = quotes::view::QuoteId => quotes::view::DocumentFile;
    /// Prints the proposal.
    proposal_pdf: quotes::sign::proposal_pdf = quotes::view::QuoteId => quotes::view::DocumentFile;

    /// The clause library.
    list_clauses: clauses::commands::list = Nothing => clauses::view::ClauseLibrary, reads [clauses, users];
    /// All versions of a clause; `id` is the one they share.
    clause_versions: clauses::commands::versions = ById => Vec<clauses::view::ClauseView>, reads [clauses, users];
    /// Publishes a clause, or the next version of one.
    publish_clause: clauses::commands::publish = clauses::view::PublishClause => clauses::view::ClauseLibrary;
    /// Takes a clause out of use.
    withdraw_clause: clauses::commands::withdraw = ById => clauses::view::ClauseLibrary;

    /// Who approves in whose place.
    list_delegations: approvals::commands::list = Nothing => approvals::view::DelegationList, reads [approval_delegations, users];
    /// Lets somebody else approve for some days.
    delegate_approvals: approvals::commands::delegate = approvals::view::DelegateArgs => approvals::view::DelegationList;
    /// Takes a delegation back.
    end_delegation: approvals::commands::end = ById => approvals::view::DelegationList;

    /// Prints the quote.
    quote_pdf: quotes::sign::pdf = quotes::view::QuoteId => quotes::view::DocumentFile;

    /// Files at an account or a quote.
    list_attachments: attachments::commands::list = attachments::view::Subject => Vec<attachments::view::AttachmentRow>, reads [attachments, blobs, users];
    /// Mail of a quote, and whom it could go to.
    list_mails: mail::commands::list = mail::view::MailsOf => mail::view::MailList, reads [mails, attachments, contacts, quotes, users];
    /// Sends a file of a quote by mail, when there is a network.
    send_mail: mail::commands::send = mail::view::SendMail => mail::view::MailList;
    /// Links to a quote and the thread beside it.
    quote_customer: portal::commands::get = quotes::view::QuoteId => portal::view::CustomerSide, reads [quote_links, quote_messages, quote_requests, quotes, pending, users];
    /// Writes to the customer; the server mails it.
    send_quote_message: portal::commands::write = portal::view::SendMessage => portal::view::CustomerSide;
    /// Ends a customer's link.
    end_quote_link: portal::commands::end_link = ById => portal::view::CustomerSide;
    /// What customers did lately with the quotes a person answers for.
    customer_news: portal::news::list = Nothing => Vec<portal::view::CustomerNews>, reads [quote_links, quote_messages, quote_requests, quotes, accounts];
    /// Takes a file; its bytes go out after the data.
    add_attachment: attachments::commands::add = attachments::view::AddAttachment => Vec<attachments::view::AttachmentRow>;
    /// Opens a file, from this laptop or from the server.
    open_attachment: attachments::commands::open = ById => attachments::view::OpenedAttachment;

    /// Orders.
    list_orders: orders::queries::list = ListRequest => Window<orders::view::OrderRow>, reads [orders, accounts, sites];

    /// Jobs from today on.
    list_jobs: jobs::queries::list = ListRequest => Window<jobs::view::JobRow>, reads [jobs, users];
    /// One job with what happened on it.
    get_job: jobs::queries::get = ById => jobs::view::JobView, reads [jobs, job_events, users];
    /// Records a departure, check-in or check-out.
    record_on_job: jobs::commands::record = jobs::view::RecordOnJob => jobs::view::JobView;

    /// Tasks.
    list_tasks: tasks::queries::list = tasks::view::ListTasks => Window<tasks::view::TaskRow>, reads [tasks, accounts, sites, quotes, tickets, users];
    /// What tasks can be filtered by, with counts.
    task_facets: tasks::queries::facets = Nothing => Vec<Facet>, reads [tasks, users];
    /// What a task may be made with.
    task_choices: tasks::queries::choices = Nothing => tasks::view::TaskChoices, reads [users];
    /// One task.
    get_task: tasks::queries::get = ById => tasks::view::TaskView, reads [tasks, accounts, sites, quotes, tickets, users];
    /// Makes a task.
    create_task: tasks::commands::create = tasks::view::CreateTask => tasks::view::TaskView;
    /// Changes a task, does it, cancels it or opens it again.
    change_task: tasks::commands::change = tasks::view::ChangeTask => tasks::view::TaskView;
    /// Tickets.
    list_tickets: tickets::queries::list = tickets::view::ListTickets => Window<tickets::view::TicketRow>, reads [tickets, accounts, sites, users];
    /// What tickets can be filtered by, with counts.
    ticket_facets: tickets::queries::facets = Nothing => Vec<Facet>, reads [tickets, users];
    /// What a ticket may be raised with.
    ticket_choices: tickets::queries::choices = Nothing => tickets::view::TicketChoices, reads [];
    /// One ticket with what happened on it.
    get_ticket: tickets::queries::get = ById => tickets::view::TicketView, reads [tickets, ticket_events, accounts, sites, users];
    /// Raises a ticket.
    raise_ticket: tickets::commands::raise = tickets::view::RaiseTicket => tickets::view::TicketView;
    /// Records something on a ticket.
    work_on_ticket: tickets::commands::work = tickets::view::WorkOnTicket => tickets::view::TicketView;

    /// SLA per account and month.
    list_account_sla: sla::queries::accounts = sla::view::ListSla => Window<sla::view::AccountSla>, reads [sla_account_months, accounts];
    /// SLA per site and month.
    list_site_sla: sla::queries::sites = sla::view::ListSla => Window<sla::view::SiteSlaRow>, reads [sla_site_months, sites, accounts, sla_account_months];
    /// Where a site's figure comes from.
    get_site_sla: sla::queries::site = sla::view::GetSiteSla => sla::view::SiteSlaView, reads [sla_site_months, sites, accounts, incidents, sla_agreements];
    /// Months for which there are figures, newest first.
    sla_months: sla::queries::months = Nothing => Vec<String>, reads [sla_account_months];

    /// The palette.
    search: search::queries::search = search::view::Search => Vec<search::view::SearchHit>, reads [accounts, sites, quotes, orders, tickets, tasks];
}
