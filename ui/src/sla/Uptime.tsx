// An uptime as people read it: never measured is said in words, below the guarantee is marked.
export function Uptime({ text, breach }: { text: string | null; breach?: boolean }) {
  if (text === null) return <span className="muted">not measured</span>;
  return (
    <span style={breach ? { color: "var(--bad)", fontWeight: 600 } : undefined}>
      {breach ? "▼ " : ""}
      {text} %
    </span>
  );
}
