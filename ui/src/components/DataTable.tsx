// A list of any length: asks the engine for windows, keeps only what is near the screen, works with the keyboard alone.
import { useQueries } from "@tanstack/react-query";
import { useVirtualizer } from "@tanstack/react-virtual";
import { memo, type ReactNode, useCallback, useEffect, useMemo, useRef, useState } from "react";
import {
  type Commands,
  call,
  type Filter,
  type FilterNode,
  type ListQuery,
  type ListRequest,
  type QueryName,
  type Sort,
  WINDOW,
  type Window,
} from "../api";
import { Failure } from ".";
import { ListTools } from "./ListTools";

/** Most columns a list is sorted by. */
const MAX_SORTS = 4;

/** The narrowest a row may be: the sum of the columns' least widths. */
export function leastWidth(template: string): number {
  return [...template.matchAll(/(?:minmax\()?(\d+)px/g)].reduce((sum, match) => sum + Number(match[1]), 0);
}

export interface Column<T> {
  key: string;
  title: string;
  width: string;
  sort?: string;
  num?: boolean;
  cell: (row: T, index: number) => ReactNode;
}

interface LineProps {
  data: unknown;
  id: string;
  index: number;
  top: number;
  template: string;
  columns: Column<unknown>[];
  current: boolean;
  /** Absent where nothing can be selected. */
  selected: boolean | undefined;
  onCurrent: (index: number) => void;
  onOpen: (data: unknown) => void;
  onToggle: (id: string) => void;
}

/** One row: drawn again only when something of its own changed. */
const Line = memo(function Line({
  data,
  id,
  index,
  top,
  template,
  columns,
  current,
  selected,
  onCurrent,
  onOpen,
  onToggle,
}: LineProps) {
  const style = {
    gridTemplateColumns: template,
    minWidth: leastWidth(template),
    position: "absolute" as const,
    top: 0,
    left: 0,
    transform: `translateY(${top}px)`,
  };
  return (
    <div
      role="row"
      aria-rowindex={index + 2}
      aria-selected={selected}
      className={`line ${current ? "current" : ""}`}
      style={style}
      onClick={() => onCurrent(index)}
      onDoubleClick={() => data !== undefined && onOpen(data)}
    >
      {selected !== undefined && (
        <span className="cell" role="gridcell">
          {data !== undefined && (
            <input
              type="checkbox"
              tabIndex={-1}
              aria-label={`Select row ${index + 1}`}
              checked={selected}
              onChange={() => onToggle(id)}
            />
          )}
        </span>
      )}
      {columns.map((column) => (
        <span key={column.key} role="gridcell" className={`cell ${column.num ? "num" : ""}`}>
          {data !== undefined ? column.cell(data, index) : <span className="skeleton" style={{ display: "block" }} />}
        </span>
      ))}
    </div>
  );
});

export function Table<T, N extends QueryName>(props: {
  label: string;
  command: N;
  args: (list: ListRequest) => Commands[N]["args"];
  columns: Column<T>[];
  rowKey: (row: T) => string;
  filters?: Filter[];
  text?: string;
  empty: ReactNode;
  onOpen?: (row: T) => void;
  selected?: Set<string>;
  /** Every row of the list is, also those that were never shown. */
  allSelected?: boolean;
  onSelect?: (selected: Set<string>) => void;
  onCurrent?: (row: T | undefined) => void;
  onTotal?: (total: number) => void;
  /** Conditions, groups and sums above it: for lists that are pages of their own. */
  tools?: boolean;
}) {
  const [sorts, setSorts] = useState<Sort[]>([]);
  const [tree, setTree] = useState<FilterNode | null>(null);
  const [current, setCurrent] = useState(0);
  const box = useRef<HTMLDivElement>(null);
  const [range, setRange] = useState({ first: 0, last: 0 });
  const filterKey = JSON.stringify([props.filters, props.text, sorts, tree]);
  const windows = useMemo(() => {
    const list: number[] = [];
    for (let w = Math.floor(range.first / WINDOW); w <= Math.floor(range.last / WINDOW); w++) list.push(w);
    return list;
  }, [range]);
  const request = (w: number): ListRequest => ({
    text: props.text || null,
    filters: props.filters ?? [],
    sort: sorts[0] ?? null,
    ...(sorts.length > 1 ? { sorts: sorts.slice(1) } : {}),
    ...(tree ? { tree } : {}),
    offset: w * WINDOW,
    limit: WINDOW,
  });
  const results = useQueries({
    queries: windows.map((w) => {
      const args = props.args(request(w));
      return { queryKey: [props.command, args], queryFn: () => call(props.command, args) as Promise<unknown> };
    }),
  });
  const [total, setTotal] = useState<number>();
  const pages = results.map((result) => result.data as Window<T> | undefined);
  const known = pages.find((page) => page)?.total;
  const { onTotal, onCurrent } = props;
  useEffect(() => {
    if (known !== undefined) {
      setTotal(known);
      onTotal?.(known);
    }
  }, [known, onTotal]);
  // biome-ignore lint/correctness/useExhaustiveDependencies: another filter is another list, and starts at its top
  useEffect(() => setCurrent(0), [filterKey]);
  // What cannot be seen yet is drawn when what can be seen stands.
  const [overscan, setOverscan] = useState(2);
  useEffect(() => {
    const later = setTimeout(() => setOverscan(12), 300);
    return () => clearTimeout(later);
  }, []);
  const rows = useVirtualizer({
    count: total ?? 0,
    getScrollElement: () => box.current,
    estimateSize: () => 32,
    overscan,
    initialRect: { width: 1000, height: 600 },
  });
  const items = rows.getVirtualItems();
  const [first, last] = [items[0]?.index ?? 0, items.at(-1)?.index ?? 0];
  useEffect(() => setRange({ first, last }), [first, last]);
  const row = (index: number): T | undefined => {
    const at = windows.indexOf(Math.floor(index / WINDOW));
    return pages[at]?.rows[index % WINDOW];
  };
  const currentRow = row(current);
  useEffect(() => onCurrent?.(currentRow), [currentRow, onCurrent]);
  const error = results.find((result) => result.error)?.error as Parameters<typeof Failure>[0]["error"];
  const template = `${props.onSelect ? "32px " : ""}${props.columns.map((column) => column.width).join(" ")}`;

  function toggle(key: string) {
    const next = new Set(props.selected);
    if (!next.delete(key)) next.add(key);
    props.onSelect?.(next);
  }
  // What a row calls is always the newest, and is no reason to draw the row again.
  const newest = useRef({ toggle, onOpen: props.onOpen });
  useEffect(() => {
    newest.current = { toggle, onOpen: props.onOpen };
  });
  const toggleRow = useCallback((key: string) => newest.current.toggle(key), []);
  const open = useCallback((data: unknown) => newest.current.onOpen?.(data as T), []);
  function onKeyDown(event: React.KeyboardEvent) {
    if ((event.target as HTMLElement).matches("input, select, textarea")) return;
    const page = 15;
    const step = { ArrowDown: 1, j: 1, ArrowUp: -1, k: -1, PageDown: page, PageUp: -page }[event.key];
    let next = current;
    if (step) next = current + step;
    else if (event.key === "Home") next = 0;
    else if (event.key === "End") next = (total ?? 1) - 1;
    else if (event.key === "Enter" && currentRow) return props.onOpen?.(currentRow);
    else if (event.key === "x" && currentRow && props.onSelect) return toggle(props.rowKey(currentRow));
    else return;
    event.preventDefault();
    next = Math.max(0, Math.min((total ?? 1) - 1, next));
    if (event.shiftKey && props.onSelect && currentRow) {
      const both = new Set(props.selected).add(props.rowKey(currentRow));
      const other = row(next);
      if (other) both.add(props.rowKey(other));
      props.onSelect(both);
    }
    setCurrent(next);
    rows.scrollToIndex(next);
  }
  // A column's button: up, down; with Shift after the columns that are sorted by already.
  function sortBy(column: string, also: boolean) {
    const at = sorts.find((sort) => sort.column === column);
    const next = { column, descending: at ? !at.descending : false };
    if (!also) return setSorts([next]);
    setSorts(at ? sorts.map((sort) => (sort === at ? next : sort)) : [...sorts, next].slice(-MAX_SORTS));
  }
  const table = error ? (
    <Failure error={error} />
  ) : (
    <div
      ref={box}
      className="grid"
      role="grid"
      aria-label={props.label}
      aria-rowcount={total ?? -1}
      tabIndex={0}
      onKeyDown={onKeyDown}
    >
      <div className="head" role="row" style={{ gridTemplateColumns: template, minWidth: leastWidth(template) }}>
        {props.onSelect && (
          <span className="cell" role="columnheader">
            <span className="visually-hidden">Selected</span>
          </span>
        )}
        {props.columns.map((column) => {
          const place = sorts.findIndex((sort) => sort.column === column.sort);
          const sorted = sorts[place];
          const arrow = sorted ? (sorted.descending ? " ↓" : " ↑") : "";
          return (
            <span
              key={column.key}
              role="columnheader"
              className={`cell ${column.num ? "num" : ""}`}
              aria-sort={sorted ? (sorted.descending ? "descending" : "ascending") : undefined}
            >
              {column.sort ? (
                <button
                  type="button"
                  title="Shift sorts by this column too"
                  onClick={(e) => sortBy(column.sort as string, e.shiftKey)}
                >
                  {column.title}
                  {arrow}
                  {sorted && sorts.length > 1 && <sub>{place + 1}</sub>}
                </button>
              ) : (
                column.title
              )}
            </span>
          );
        })}
      </div>
      {total === 0 ? (
        <div role="row">
          <div className="empty" role="gridcell">
            {props.empty}
          </div>
        </div>
      ) : null}
      <div role="presentation" style={{ height: rows.getTotalSize(), position: "relative" }}>
        {items.map((item) => {
          const data = row(item.index);
          const key = data ? props.rowKey(data) : "";
          return (
            <Line
              key={item.key}
              data={data}
              id={key}
              index={item.index}
              top={item.start}
              template={template}
              columns={props.columns as Column<unknown>[]}
              current={item.index === current}
              selected={props.selected && (props.allSelected || props.selected.has(key))}
              onCurrent={setCurrent}
              onOpen={open}
              onToggle={toggleRow}
            />
          );
        })}
      </div>
    </div>
  );
  if (!props.tools) return table;
  const query = {
    list: props.command,
    args: props.args({ ...request(0), sort: null, sorts: [], limit: 0 }),
  } as ListQuery;
  return (
    <>
      <ListTools query={query} label={props.label} tree={tree} onTree={setTree} />
      {table}
    </>
  );
}
