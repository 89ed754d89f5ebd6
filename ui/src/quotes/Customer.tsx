// What the customer does with a quote online: the links that were mailed, whether they were looked at, and the thread.
import { useState } from "react";
import { type CustomerSide, type QuoteView, useAction, useCommand } from "../api";
import { Failure, Field, Status, Waits } from "../components";
import { LINK_STATE } from "./words";

export function Customer({ quote }: { quote: QuoteView }) {
  const { data, error } = useCommand("quote_customer", { quote_id: quote.row.id });
  if (quote.row.status === "draft") return null;
  return (
    <>
      <hr />
      <section aria-label="Customer online">
        <h2>Customer online</h2>
        <Failure error={error} />
        {data && <Links side={data} />}
        {data && <Thread side={data} quoteId={quote.row.id} />}
      </section>
    </>
  );
}

/** What the quote began with, when somebody asked for it on the portal. */
export function Asked({ quote }: { quote: QuoteView }) {
  const { data, error } = useCommand("quote_customer", { quote_id: quote.row.id });
  // On a sent quote the section below says it.
  if (error && quote.row.status === "draft") return <Failure error={error} />;
  return data?.request ? (
    <>
      <hr />
      <Request request={data.request} />
    </>
  ) : null;
}

const SAYS: Record<string, string> = {
  bandwidth: "Bandwidth",
  features: "Wanted",
  budget: "Budget",
  message: "Message",
};

/** What somebody asked for on the portal: the quote began with it. */
function Request({ request }: { request: NonNullable<CustomerSide["request"]> }) {
  return (
    <section aria-label="Asked for online" data-testid="request">
      <h2>Asked for online</h2>
      <p style={{ overflowWrap: "anywhere" }}>
        {request.contact}, {request.email}
        {request.phone ? `, ${request.phone}` : ""}. Answer by {request.preferred === "phone" ? "phone" : "e-mail"}.
        {request.site_count ? ` ${request.site_count} sites.` : ""}
        {request.file_name
          ? ` List: ${request.file_name}${request.left_out ? `, ${request.left_out} rows left out as wrong` : ""}.`
          : ""}
      </p>
      <dl>
        {request.texts.map(([field, text]) => (
          <div key={field} style={{ overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
            <dt className="meta">{SAYS[field] ?? field}</dt>
            <dd style={{ margin: "0 0 8px" }}>{text}</dd>
          </div>
        ))}
      </dl>
      <p className="meta">Received {request.at_text}, as typed on the portal.</p>
    </section>
  );
}

function Links({ side }: { side: CustomerSide }) {
  const [asked, setAsked] = useState<string>();
  const end = useAction("end_quote_link", () => setAsked(undefined));
  if (side.links.length === 0)
    return <p className="muted">No link was mailed. An e-mail of a sent quote carries one, if you leave it ticked.</p>;
  return (
    <>
      <Failure error={end.error} />
      <ul className="list">
        {side.links.map((link) => {
          return (
            <li key={link.id} data-testid="quote-link">
              <span className="grow" style={{ minWidth: 0, overflowWrap: "anywhere" }}>
                {link.to}
                <br />
                <span className="meta">
                  Mailed {link.made_text}.{" "}
                  {link.first_viewed_text
                    ? `First seen ${link.first_viewed_text}, ${link.views === 1 ? "once" : `${link.views} times, last ${link.last_viewed_text}`}.`
                    : ""}
                </span>
                {side.may_write && link.state === "open" && (
                  <>
                    <br />
                    {asked === link.id ? (
                      <span className="row">
                        <span className="meta">Who holds it sees nothing any more.</span>
                        <button
                          className="button"
                          type="button"
                          data-testid="end-link-now"
                          onClick={() => end.mutate({ id: link.id })}
                        >
                          End it
                        </button>
                        <button className="button" type="button" onClick={() => setAsked(undefined)}>
                          Keep
                        </button>
                      </span>
                    ) : (
                      <button
                        className="button"
                        type="button"
                        data-testid="end-link"
                        aria-label={`End link… of ${link.to}`}
                        onClick={() => setAsked(link.id)}
                      >
                        End link…
                      </button>
                    )}
                  </>
                )}
              </span>
              <Status words={LINK_STATE} value={link.state === "open" && link.views > 0 ? "viewed" : link.state} />
            </li>
          );
        })}
      </ul>
    </>
  );
}

function Thread({ side, quoteId }: { side: CustomerSide; quoteId: string }) {
  const [text, setText] = useState("");
  const send = useAction("send_quote_message", () => setText(""));
  const reachable = side.links.some((link) => link.state === "open");
  if (side.messages.length === 0 && !reachable) return null;
  return (
    <>
      <ul className="list" aria-label="Messages">
        {side.messages.map((message) => (
          <li key={message.id} data-testid="message">
            <span className="grow" style={{ minWidth: 0, overflowWrap: "anywhere", whiteSpace: "pre-wrap" }}>
              {message.body}
              <br />
              <span className="meta">
                {message.author}
                {message.ours ? "" : ", customer"}, {message.at_text}
              </span>
            </span>
            {message.waiting && <Waits />}
          </li>
        ))}
      </ul>
      {side.may_write && (
        <form
          onSubmit={(e) => {
            e.preventDefault();
            send.mutate({ quote_id: quoteId, body: text });
          }}
        >
          <Field
            label="Write to the customer"
            help={
              reachable
                ? "It stands at their link, and the server mails it. Offline it waits on this laptop."
                : "No link is open: it is kept here, and nobody is mailed."
            }
          >
            {(id) => (
              <textarea
                id={id}
                className="input"
                rows={3}
                maxLength={4000}
                data-testid="message-text"
                value={text}
                onChange={(e) => setText(e.target.value)}
              />
            )}
          </Field>
          <Failure error={send.error} />
          <button className="button" type="submit" data-testid="send-message" disabled={!text.trim() || send.isPending}>
            Send
          </button>
        </form>
      )}
    </>
  );
}
