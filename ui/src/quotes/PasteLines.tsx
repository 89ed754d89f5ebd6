// Lines copied out of a spreadsheet: what each row was understood to be is shown before anything is added.
import { useState } from "react";
import { useAction } from "../api";
import { Badge, Dialog, Failure, Field } from "../components";
import { words } from "../texts/codes";

export function PasteLines({ quoteId, onClose }: { quoteId: string; onClose: () => void }) {
  const [text, setText] = useState("");
  const look = useAction("paste_quote_lines", (pasted) => pasted.added && onClose());
  const seen = look.data;
  const send = (commit: boolean) => look.mutate({ quote_id: quoteId, text, commit });
  return (
    <Dialog title="Paste lines from a spreadsheet" wide onClose={onClose}>
      <Field
        label="Rows"
        help="Site (name or code), package (name or code), quantity, discount in percent. A first row with these names may order them otherwise."
      >
        {(id) => (
          <textarea
            id={id}
            className="input"
            rows={8}
            value={text}
            onChange={(e) => {
              setText(e.target.value);
              look.reset();
            }}
          />
        )}
      </Field>
      <Failure error={look.error} />
      {seen && (
        <div style={{ maxHeight: 260, overflow: "auto" }} data-testid="pasted">
          <p role="status">
            {seen.rows.length.toLocaleString("en")} rows
            {seen.problems > 0 ? `, ${seen.problems.toLocaleString("en")} to mend` : ", all understood"}
          </p>
          <table className="totals spaced">
            <tbody>
              {[...seen.rows]
                .sort((a, b) => Number(b.problem !== null) - Number(a.problem !== null))
                .slice(0, 200)
                .map((row) => (
                  <tr key={row.row}>
                    <td className="num muted">{row.row}</td>
                    <td>{row.site}</td>
                    <td>{row.item}</td>
                    <td className="num">{row.qty}</td>
                    <td className="num">{row.discount}</td>
                    <td>{row.problem && <Badge word={[words({ code: row.problem, params: {} }), "bad"]} />}</td>
                  </tr>
                ))}
            </tbody>
          </table>
        </div>
      )}
      <div className="row">
        <button
          className="button"
          type="button"
          data-testid="look-at-paste"
          disabled={!text.trim() || look.isPending}
          onClick={() => send(false)}
        >
          {look.isPending ? "Looking…" : "Look at them"}
        </button>
        <button
          className="button primary"
          type="button"
          data-testid="add-pasted"
          disabled={!seen || seen.problems > 0 || seen.rows.length === 0 || look.isPending}
          onClick={() => send(true)}
        >
          Add {seen ? seen.rows.length.toLocaleString("en") : ""} lines
        </button>
        <button className="button" type="button" onClick={onClose}>
          Cancel
        </button>
      </div>
    </Dialog>
  );
}
