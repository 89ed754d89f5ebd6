// The customer's sites as a tree: open and close branches, drag a site under another, or move it with the keyboard.
import { useState } from "react";
import { type SiteTreeRow, useAction } from "../api";
import { Failure, Status } from "../components";
import { Table } from "../components/DataTable";
import { to } from "../paths";
import { go } from "../route";
import { BulkBar } from "./Bulk";
import { SERVICE_STATUS, SITE_TYPES, stateWords } from "./words";

const TYPE = new Map(SITE_TYPES);

export function SiteTree({ accountId }: { accountId: string }) {
  const [closed, setClosed] = useState<string[]>([]);
  const [selected, setSelected] = useState(new Set<string>());
  const [over, setOver] = useState<string>();
  const [dragged, setDragged] = useState<string>();
  const move = useAction("apply_site_bulk");
  const undo = useAction("undo_site_bulk");
  const drop = (target: string) => {
    setOver(undefined);
    if (!dragged || dragged === target) return;
    undo.reset();
    move.mutate({
      selection: { account_id: accountId, ids: selected.has(dragged) ? [...selected] : [dragged], list: null },
      action: { kind: "move", parent_id: target },
      reason: "",
    });
  };
  const toggle = (id: string) => setClosed(closed.includes(id) ? closed.filter((one) => one !== id) : [...closed, id]);
  return (
    <>
      <BulkBar
        accountId={accountId}
        selection={{ account_id: accountId, ids: [...selected], list: null }}
        count={selected.size}
        total={selected.size}
        all={false}
        onAll={() => undefined}
        onClear={() => setSelected(new Set())}
      />
      <Failure error={move.error ?? undo.error} />
      {move.data && (
        <div className="row" role="status" data-testid="moved">
          {undo.data ? (
            <span>Taken back.</span>
          ) : move.data.changed > 0 ? (
            <>
              <span>{move.data.changed === 1 ? "Moved." : `${move.data.changed} sites moved.`}</span>
              <button
                className="button quiet"
                type="button"
                onClick={() => move.data && undo.mutate({ run_id: move.data.run_id })}
              >
                Take it back
              </button>
            </>
          ) : (
            <span>Nothing moved: a site cannot stand under itself or under a site below it.</span>
          )}
        </div>
      )}
      <Table<SiteTreeRow, "site_tree">
        label="Site tree"
        command="site_tree"
        args={(list) => ({ account_id: accountId, closed, list })}
        rowKey={(r) => r.id}
        onOpen={(r) => go(to.site(r.id))}
        selected={selected}
        onSelect={setSelected}
        empty="No sites yet. Import the customer's list."
        columns={[
          {
            key: "name",
            title: "Site",
            width: "minmax(280px,3fr)",
            cell: (r) => (
              <span
                className={`branch ${over === r.id ? "over" : ""}`}
                style={{ paddingLeft: r.depth * 20 }}
                draggable
                onDragStart={(e) => {
                  e.dataTransfer.setData("text/plain", r.name);
                  e.dataTransfer.effectAllowed = "move";
                  setDragged(r.id);
                }}
                onDragEnd={() => setDragged(undefined)}
                onDragOver={(e) => {
                  e.preventDefault();
                  setOver(r.id);
                }}
                onDragLeave={() => setOver(undefined)}
                onDrop={(e) => {
                  e.preventDefault();
                  drop(r.id);
                }}
              >
                {r.below > 0 ? (
                  <button
                    className="button quiet twig"
                    type="button"
                    tabIndex={-1}
                    aria-expanded={!closed.includes(r.id)}
                    aria-label={`${r.below} below ${r.name}`}
                    onClick={() => toggle(r.id)}
                  >
                    {closed.includes(r.id) ? "▸" : "▾"}
                  </button>
                ) : (
                  <span className="twig" />
                )}
                <span title={r.name}>{r.name}</span>
                {r.below > 0 && <span className="meta">{r.below}</span>}
              </span>
            ),
          },
          { key: "code", title: "Code", width: "110px", cell: (r) => r.code },
          { key: "type", title: "Type", width: "130px", cell: (r) => TYPE.get(r.site_type) ?? r.site_type },
          { key: "city", title: "City", width: "minmax(100px,1fr)", cell: (r) => r.city },
          {
            key: "status",
            title: "Service",
            width: "110px",
            cell: (r) => <Status words={SERVICE_STATUS} value={r.service_status} />,
          },
          { key: "billing", title: "Invoices", width: "190px", cell: (r) => stateWords("billing", r.billing) },
          { key: "monthly", title: "Monthly", width: "120px", num: true, cell: (r) => r.monthly_text },
        ]}
      />
    </>
  );
}
