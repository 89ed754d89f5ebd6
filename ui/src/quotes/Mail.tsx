// Mail to the customer: written here with or without a network, sent by the server, its fate shown.
import { useId, useState } from "react";
import { type MailFile, type MailList, type QuoteView, useAction, useCommand } from "../api";
import { Dialog, Failure, Field, FormButtons, Status, TextField } from "../components";
import { words } from "../texts/codes";
import { MAIL_STATE } from "./words";

const NAMES = { quote: "quote", proposal: "proposal", order: "order summary" } as const;
export type Printable = keyof typeof NAMES;

/** How a mail with a document begins; everything of it can be changed. */
export function firstText(what: Printable, quote: QuoteView, sender: string) {
  const about = `${NAMES[what]} ${quote.row.number}, ${quote.row.title}`;
  return {
    subject: `${about[0]?.toUpperCase()}${about.slice(1)}`.slice(0, 200),
    body: `Good day,\n\nThe ${NAMES[what]} ${quote.row.number} is attached.\n\nKind regards,\n${sender}`,
  };
}

function useSender() {
  const state = useCommand("workspace_state", {}).data;
  return state?.kind === "ready" ? state.workspace.user.name : "";
}

/** An address, with those of the account's contacts to choose from. */
export function Address(props: {
  quoteId: string;
  label: string;
  help?: string;
  value: string;
  onText: (typed: string) => void;
}) {
  const known = useCommand("list_mails", { quote_id: props.quoteId });
  const list = useId();
  return (
    <>
      <TextField
        label={props.label}
        help={props.help}
        type="email"
        list={list}
        maxLength={254}
        autoComplete="off"
        data-testid="mail-to"
        value={props.value}
        onText={props.onText}
      />
      <datalist id={list}>
        {known.data?.addresses.map((one) => (
          <option key={`${one.role} ${one.email}`} value={one.email}>
            {one.name}
          </option>
        ))}
      </datalist>
    </>
  );
}

export function MailForm({
  quote,
  what = "quote",
  onClose,
}: {
  quote: QuoteView;
  what?: Printable;
  onClose: () => void;
}) {
  const sender = useSender();
  const files = useCommand("list_attachments", { kind: "quote", id: quote.row.id });
  const [typed, setTyped] = useState<{ to?: string; subject?: string; body?: string; with_link?: boolean }>({});
  const [chosen, setChosen] = useState<string>(what);
  const mails = useCommand("list_mails", { quote_id: quote.row.id });
  const send = useAction("send_mail", onClose);
  const begin = firstText(chosen in NAMES ? (chosen as Printable) : "quote", quote, sender);
  // A draft is nothing to answer yet.
  const linkable = quote.row.status !== "draft";
  const mail = { to: mails.data?.addresses[0]?.email ?? "", ...begin, with_link: linkable, ...typed };
  const file: MailFile = chosen in NAMES ? { kind: chosen as Printable } : { kind: "attachment", of: chosen };
  const printed = files.data?.filter((one) => one.media_type === "application/pdf") ?? [];
  return (
    <Dialog title="E-mail to the customer" onClose={onClose}>
      <form
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          send.mutate({ quote_id: quote.row.id, file, mail });
        }}
      >
        <Address quoteId={quote.row.id} label="To" value={mail.to} onText={(to) => setTyped({ ...typed, to })} />
        <Field label="With">
          {(id) => (
            <select id={id} className="input" value={chosen} onChange={(e) => setChosen(e.target.value)}>
              {Object.entries(NAMES).map(([one, name]) => (
                <option key={one} value={one}>
                  The {name} as it prints now
                </option>
              ))}
              {printed.map((one) => (
                <option key={one.id} value={one.id}>
                  {one.name}, {one.added_text}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField
          label="Subject"
          maxLength={200}
          value={mail.subject}
          onText={(subject) => setTyped({ ...typed, subject })}
        />
        <Field label="Text">
          {(id) => (
            <textarea
              id={id}
              className="input"
              rows={7}
              maxLength={5000}
              value={mail.body}
              onChange={(e) => setTyped({ ...typed, body: e.target.value })}
            />
          )}
        </Field>
        {linkable && (
          <label className="row" style={{ marginBottom: 12 }}>
            <input
              type="checkbox"
              data-testid="with-link"
              checked={mail.with_link}
              onChange={(e) => setTyped({ ...typed, with_link: e.target.checked })}
            />
            With a link to read, ask, accept or decline it online
          </label>
        )}
        <p className="meta">
          The server sends it; offline it waits on this laptop. Answers go to you. What is sent stays with the quote's
          files.
        </p>
        <Failure error={send.error} />
        <FormButtons go="Send" testid="send-mail" disabled={!mail.to.trim() || send.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** Where the quote's mails are. */
export function Mails({ quote }: { quote: QuoteView }) {
  const { data, error } = useCommand("list_mails", { quote_id: quote.row.id });
  const [writing, setWriting] = useState(false);
  return (
    <section aria-label="Mail">
      <div className="row">
        <h2 className="grow">Mail</h2>
        <button className="button" type="button" data-testid="write-mail" onClick={() => setWriting(true)}>
          E-mail…
        </button>
      </div>
      <Failure error={error} />
      {data && <MailRows mails={data.mails} />}
      {writing && <MailForm quote={quote} onClose={() => setWriting(false)} />}
    </section>
  );
}

function MailRows({ mails }: { mails: MailList["mails"] }) {
  if (mails.length === 0) return <p className="muted">Nothing was mailed yet.</p>;
  return (
    <ul className="list">
      {mails.map((mail) => (
        <li key={mail.id} data-testid="mail">
          <span className="grow" style={{ minWidth: 0, overflowWrap: "anywhere" }}>
            {mail.to}
            <br />
            <span className="meta">
              {mail.file}, {mail.by}, {mail.sent_text ? `sent ${mail.sent_text}` : `asked ${mail.asked_text}`}
            </span>
            {mail.problem && (
              <>
                <br />
                <span className="meta">{words({ code: mail.problem, params: {} })}</span>
              </>
            )}
          </span>
          <Status words={MAIL_STATE} value={mail.state} />
        </li>
      ))}
    </ul>
  );
}
