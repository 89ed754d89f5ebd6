// Sites as a list in which many can be selected and changed at once.
import { useCallback, useState } from "react";
import type { Filter, SiteRow, SiteSelection } from "../api";
import { type Column, Table } from "../components/DataTable";
import { to } from "../paths";
import { go } from "../route";
import { BulkBar } from "./Bulk";

export function SiteTable(props: {
  accountId: string | null;
  filters: Filter[];
  text: string;
  columns: Column<SiteRow>[];
  empty: string;
  onTotal?: (total: number) => void;
}) {
  const [selected, setSelected] = useState(new Set<string>());
  const [all, setAll] = useState(false);
  const [total, setTotal] = useState(0);
  const list = { text: props.text || null, filters: props.filters, sort: null, offset: 0, limit: 1 };
  const listKey = JSON.stringify(list);
  // All of a list are all of that list: another filter is another question.
  const [allOf, setAllOf] = useState("");
  const everything = all && allOf === listKey;
  const selection: SiteSelection = everything
    ? { account_id: props.accountId, ids: [], list }
    : { account_id: props.accountId, ids: [...selected], list: null };
  const clear = useCallback(() => {
    setSelected(new Set());
    setAll(false);
  }, []);
  const { onTotal } = props;
  const known = useCallback(
    (count: number) => {
      setTotal(count);
      onTotal?.(count);
    },
    [onTotal],
  );
  return (
    <>
      <BulkBar
        accountId={props.accountId}
        selection={selection}
        count={everything ? total : selected.size}
        total={total}
        all={everything}
        onAll={() => {
          setAll(true);
          setAllOf(listKey);
        }}
        onClear={clear}
      />
      <Table<SiteRow, "list_sites">
        label="Sites"
        command="list_sites"
        args={(request) => ({ account_id: props.accountId, list: request })}
        filters={props.filters}
        text={props.text}
        rowKey={(r) => r.id}
        onOpen={(r) => go(to.site(r.id))}
        onTotal={known}
        selected={selected}
        allSelected={everything}
        onSelect={(next) => {
          // Out of all of them nothing is left but what is selected anew.
          setAll(false);
          setSelected(everything ? new Set() : next);
        }}
        empty={props.empty}
        columns={props.columns}
      />
    </>
  );
}
