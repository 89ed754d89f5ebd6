//! The order form of a quote: kept with the draft as far as it is filled in, so that it is there again after a restart.

use chrono::NaiveDate;
use satchel_core::orders::{FormContact, OrderForm, contract_end};
use satchel_core::quotes::Edit;

use super::commands::edit_with;
use super::proposal_view::{FormProblemView, OrderFormInputs, OrderFormView, QuoteOrderFormArgs};
use super::queries::{Loaded, load, parse_id};
use crate::api::CommandError;
use crate::engine::{Engine, Open};
use crate::words;

/// The form as typed or as kept, with what is missing. Nothing is written.
pub async fn get(engine: &Engine, args: QuoteOrderFormArgs) -> Result<OrderFormView, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let form = match (&args.inputs, loaded.quote.content.order.as_deref()) {
        (Some(inputs), _) => parse(inputs)?,
        (None, Some(kept)) => kept.clone(),
        (None, None) => prefilled(&open, &loaded).await?,
    };
    Ok(view(&loaded, &form))
}

/// Keeps the form with the draft.
pub async fn save(engine: &Engine, args: QuoteOrderFormArgs) -> Result<OrderFormView, CommandError> {
    let open = engine.workspace().await?;
    let loaded = load(&open, parse_id(&args.quote_id)?).await?;
    let order = args.inputs.as_ref().map(parse).transpose()?.map(Box::new);
    if order != loaded.quote.content.order {
        edit_with(engine, &open, loaded, vec![Edit::SetOrderForm { order }]).await?;
    }
    get(engine, QuoteOrderFormArgs { quote_id: args.quote_id, inputs: None }).await
}

fn day(text: &str, field: &str) -> Result<Option<NaiveDate>, CommandError> {
    match text.trim() {
        "" => Ok(None),
        text => {
            text.parse().map(Some).map_err(|_| CommandError::new("order.bad_date", text).with("field", field).at(field))
        }
    }
}

fn parse(inputs: &OrderFormInputs) -> Result<OrderForm, CommandError> {
    let contact = |name: &str, email: &str, phone: &str| FormContact {
        name: name.to_owned(),
        email: email.to_owned(),
        phone: phone.to_owned(),
    };
    Ok(OrderForm {
        legal_name: inputs.legal_name.clone(),
        company_type: inputs.company_type.clone(),
        registration_number: inputs.registration_number.clone(),
        tax_number: inputs.tax_number.clone(),
        industry: inputs.industry.clone(),
        billing: contact(&inputs.billing_name, &inputs.billing_email, &inputs.billing_phone),
        technical: contact(&inputs.technical_name, &inputs.technical_email, &inputs.technical_phone),
        billing_method: inputs.billing_method.clone(),
        po_number: inputs.po_number.clone(),
        po_date: day(&inputs.po_date, "po_date")?,
        start: day(&inputs.start, "start")?,
        remarks: inputs.remarks.clone(),
    })
}

fn view(loaded: &Loaded, form: &OrderForm) -> OrderFormView {
    let context = &loaded.context;
    let text = |day: Option<NaiveDate>| day.map(|day| day.to_string()).unwrap_or_default();
    let problems = form
        .problems(&context.account_country, context.consumer)
        .into_iter()
        .map(|problem| FormProblemView { field: problem.field.replace('.', "_"), code: problem.code.to_owned() });
    OrderFormView {
        problems: problems.collect(),
        contract_end_text: form
            .start
            .and_then(|start| contract_end(start, loaded.quote.content.term_months))
            .map(words::date),
        kept: loaded.quote.content.order.is_some(),
        sites: loaded.priced.priced.n,
        site_limit: context.settings.sme_site_limit.filter(|_| context.account_segment == "sme"),
        country: context.account_country.clone(),
        consumer: context.consumer,
        order_per_site: loaded.quote.content.order_per_site,
        inputs: OrderFormInputs {
            legal_name: form.legal_name.clone(),
            company_type: form.company_type.clone(),
            registration_number: form.registration_number.clone(),
            tax_number: form.tax_number.clone(),
            industry: form.industry.clone(),
            billing_name: form.billing.name.clone(),
            billing_email: form.billing.email.clone(),
            billing_phone: form.billing.phone.clone(),
            technical_name: form.technical.name.clone(),
            technical_email: form.technical.email.clone(),
            technical_phone: form.technical.phone.clone(),
            billing_method: form.billing_method.clone(),
            po_number: form.po_number.clone(),
            po_date: text(form.po_date),
            start: text(form.start),
            remarks: form.remarks.clone(),
        },
    }
}

/// What the account says already.
async fn prefilled(open: &Open, loaded: &Loaded) -> Result<OrderForm, CommandError> {
    let id = loaded.quote.account_id.to_string();
    let (legal_name, registration_number, tax_number, industry): (String, String, String, String) =
        sqlx::query_as("SELECT name, registration_number, tax_number, industry FROM accounts WHERE id = ?1")
            .bind(&id)
            .fetch_one(open.store.read())
            .await?;
    let contacts: Vec<(String, String, String, String)> = sqlx::query_as(
        "SELECT role, name, email, phone FROM contacts WHERE account_id = ?1 ORDER BY is_primary DESC, name",
    )
    .bind(&id)
    .fetch_all(open.store.read())
    .await?;
    let of_role = |role: &str| {
        let found = contacts.iter().find(|(contact_role, ..)| contact_role == role);
        found.map_or_else(FormContact::default, |(_, name, email, phone)| FormContact {
            name: name.clone(),
            email: email.clone(),
            phone: phone.clone(),
        })
    };
    Ok(OrderForm {
        legal_name,
        registration_number,
        tax_number,
        industry,
        billing: of_role("billing"),
        technical: of_role("technical"),
        billing_method: "centralized".to_owned(),
        ..OrderForm::default()
    })
}
