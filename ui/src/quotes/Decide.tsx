import { useState } from "react";
import { useAction, useCommand } from "../api";
import { Dialog, Failure, Field, FormButtons } from "../components";
import { to } from "../paths";
import { go } from "../route";
import { Address } from "./Mail";
import { SignaturePad, type Strokes } from "./SignaturePad";

export type Step = "request_approval" | "approve" | "reject_approval" | "accept" | "reject" | "lose" | "discard";

type Noted = Exclude<Step, "accept" | "discard">;

const STEPS: Record<
  Noted,
  {
    command:
      | "request_quote_approval"
      | "approve_quote_discount"
      | "reject_quote_discount"
      | "reject_quote"
      | "lose_quote";
    title: string;
    label: string;
    go: string;
  }
> = {
  request_approval: {
    command: "request_quote_approval",
    title: "Ask for approval",
    label: "Note for the approver (optional)",
    go: "Ask",
  },
  approve: {
    command: "approve_quote_discount",
    title: "Approve this discount",
    label: "Note (optional)",
    go: "Approve",
  },
  reject_approval: { command: "reject_quote_discount", title: "Refuse this discount", label: "Reason", go: "Refuse" },
  reject: { command: "reject_quote", title: "The customer rejected the quote", label: "Reason", go: "Record" },
  lose: { command: "lose_quote", title: "Give this quote up", label: "Reason", go: "Give up" },
};

export function Decide({ quoteId, step, onClose }: { quoteId: string; step: Step; onClose: () => void }) {
  if (step === "discard") return <Discard quoteId={quoteId} onClose={onClose} />;
  if (step === "accept") return <Accept quoteId={quoteId} onClose={onClose} />;
  return <Note key={step} quoteId={quoteId} step={step} onClose={onClose} />;
}

function Note({ quoteId, step, onClose }: { quoteId: string; step: Noted; onClose: () => void }) {
  const [note, setNote] = useState("");
  const it = STEPS[step];
  const action = useAction(it.command, onClose);
  return (
    <Dialog title={it.title} onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          action.mutate({ quote_id: quoteId, note });
        }}
      >
        <Field label={it.label}>
          {(id) => (
            <textarea
              id={id}
              className="input"
              rows={3}
              maxLength={200}
              value={note}
              onChange={(e) => setNote(e.target.value)}
            />
          )}
        </Field>
        <Failure error={action.error} />
        <FormButtons go={it.go} testid="confirm" disabled={action.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** A draft that was never sent: what goes, and what stays. */
function Discard({ quoteId, onClose }: { quoteId: string; onClose: () => void }) {
  const quote = useCommand("get_quote", { quote_id: quoteId }).data?.row;
  const discard = useAction("discard_quote", () => go(to.quotes));
  return (
    <Dialog title={`Discard draft ${quote?.number ?? ""}`} onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          discard.mutate({ quote_id: quoteId });
        }}
      >
        <p>
          The draft of {quote?.account ?? "this customer"} and its lines go, here and on every laptop. It counts
          nowhere, and its number is not used again.
        </p>
        <p className="meta">Its files and tasks stay with the customer. This cannot be taken back.</p>
        <Failure error={discard.error} />
        <FormButtons go="Discard" testid="confirm" disabled={discard.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}

/** What goes with the copy that the customer keeps. */
const copyText = (number: string) => ({
  subject: `Your copy of quote ${number}`,
  body: `Good day,\n\nThank you for your order. Your copy of quote ${number} as you accepted it is attached.\n\nKind regards`,
});

function Accept({ quoteId, onClose }: { quoteId: string; onClose: () => void }) {
  const [form, setForm] = useState({ name: "", title: "", po_number: "" });
  const [strokes, setStrokes] = useState<Strokes>([]);
  const [copyTo, setCopyTo] = useState("");
  const number = useCommand("get_quote", { quote_id: quoteId }).data?.row.number ?? "";
  const accept = useAction("accept_quote", onClose);
  const set = (key: keyof typeof form) => (e: React.ChangeEvent<HTMLInputElement>) =>
    setForm({ ...form, [key]: e.target.value });
  return (
    <Dialog title="Record the customer's acceptance" onClose={onClose}>
      <form
        noValidate
        onSubmit={(e) => {
          e.preventDefault();
          accept.mutate({
            quote_id: quoteId,
            name: form.name,
            title: form.title,
            po_number: form.po_number || null,
            ...(strokes.length ? { strokes } : {}),
            ...(copyTo.trim() ? { copy: { to: copyTo, ...copyText(number), with_link: false } } : {}),
          });
        }}
      >
        <Field label="Name of the person who accepts">
          {(id) => (
            <input
              id={id}
              className="input"
              data-testid="accept-name"
              value={form.name}
              onChange={set("name")}
              maxLength={200}
            />
          )}
        </Field>
        <Field label="Title (optional)">
          {(id) => <input id={id} className="input" value={form.title} onChange={set("title")} maxLength={200} />}
        </Field>
        <Field label="Purchase order number (optional)">
          {(id) => (
            <input id={id} className="input" value={form.po_number} onChange={set("po_number")} maxLength={200} />
          )}
        </Field>
        <SignaturePad strokes={strokes} onChange={setStrokes} />
        <Address
          quoteId={quoteId}
          label="E-mail for the customer's copy (optional)"
          help="The signed copy goes out when you are online."
          value={copyTo}
          onText={setCopyTo}
        />
        <p className="meta">
          The price is bound from now on. The order is made by the server, exactly once; offline it waits on this
          laptop.
        </p>
        <Failure error={accept.error} />
        <FormButtons go="Accept" testid="confirm" disabled={accept.isPending} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
