import { useState } from "react";
import { useAction, useCommand } from "../api";
import { Dialog, Failure, Field, FormButtons, TextField } from "../components";
import { to } from "../paths";
import { go } from "../route";

export function NewQuote({ accountId, onClose }: { accountId?: string; onClose: () => void }) {
  const [text, setText] = useState("");
  const [account, setAccount] = useState(accountId ?? "");
  const [title, setTitle] = useState("");
  const list = useCommand("list_accounts", { text: text || null, filters: [], sort: null, offset: 0, limit: 30 });
  const create = useAction("create_quote", (quote) => {
    onClose();
    go(to.quote(quote.row.id));
  });
  const rows = list.data?.rows ?? [];
  return (
    <Dialog title="New quote" onClose={onClose}>
      <form
        onSubmit={(e) => {
          e.preventDefault();
          create.mutate({ account_id: account || rows[0]?.id || "", title: title || "New quote", price_book_id: null });
        }}
      >
        <TextField
          label="Find the account"
          value={text}
          onText={(typed) => {
            setText(typed);
            setAccount("");
          }}
        />
        <Field label="Account">
          {(id) => (
            <select
              id={id}
              className="input"
              value={account || rows[0]?.id || ""}
              onChange={(e) => setAccount(e.target.value)}
            >
              {rows.map((row) => (
                <option key={row.id} value={row.id}>
                  {row.name}, {row.city}
                </option>
              ))}
            </select>
          )}
        </Field>
        <TextField
          label="Title"
          value={title}
          placeholder="New quote"
          maxLength={200}
          onText={(typed) => setTitle(typed)}
        />
        <Failure error={create.error} />
        <FormButtons go="Make the quote" disabled={create.isPending || rows.length === 0} onCancel={onClose} />
      </form>
    </Dialog>
  );
}
