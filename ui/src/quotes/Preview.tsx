import { useEffect, useMemo, useState } from "react";
import { useAction, useCommand } from "../api";
import { Dialog, Failure } from "../components";
import { MailForm } from "./Mail";

const COMMANDS = { quote: "quote_pdf", proposal: "proposal_pdf", order: "order_pdf" } as const;

export function Preview({
  quoteId,
  what = "quote",
  onClose,
}: {
  quoteId: string;
  what?: "quote" | "proposal" | "order";
  onClose: () => void;
}) {
  const print = useAction(COMMANDS[what]);
  const quote = useCommand("get_quote", { quote_id: quoteId }).data;
  const [mailing, setMailing] = useState(false);
  const start = print.mutate;
  useEffect(() => start({ quote_id: quoteId }), [quoteId, start]);
  const url = useMemo(() => {
    if (!print.data) return undefined;
    const bytes = Uint8Array.from(atob(print.data.bytes_base64), (c) => c.charCodeAt(0));
    return URL.createObjectURL(new Blob([bytes], { type: "application/pdf" }));
  }, [print.data]);
  useEffect(
    () => () => {
      if (url) URL.revokeObjectURL(url);
    },
    [url],
  );
  if (mailing && quote) return <MailForm quote={quote} what={what} onClose={onClose} />;
  return (
    <Dialog title={`Printed ${what === "order" ? "order summary" : what}`} wide onClose={onClose}>
      <Failure error={print.error} />
      {print.isPending && <p className="muted">Printing…</p>}
      {print.data && (
        <>
          <p role="status">
            {print.data.file_name}, {print.data.pages} pages. Saved on this laptop:
          </p>
          <p className="meta" style={{ userSelect: "all" }} data-testid="pdf-path">
            {print.data.path}
          </p>
          <div className="row">
            <a className="button primary" href={url} download={print.data.file_name}>
              Save a copy
            </a>
            <button className="button" type="button" onClick={() => setMailing(true)}>
              E-mail…
            </button>
            <button className="button" type="button" onClick={onClose}>
              Close
            </button>
          </div>
        </>
      )}
    </Dialog>
  );
}
