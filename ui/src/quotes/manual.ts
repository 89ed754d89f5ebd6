// What a person types for a manual discount, turned into its shape; the engine judges the value.
import type { Manual } from "../api";

/** `2.5 %` or `2.5`: percent; `R50 off` or `-50`: amount off; `=650`: target price; empty or `–`: none. `null`: not readable. */
export function parseManual(typed: string): Manual | null {
  const text = typed.trim().toLowerCase();
  if (text === "" || text === "–" || text === "-" || text === "0") return { type: "none" } as Manual;
  const number = (part: string): string | null => {
    let digits = part.replace(/^(zar|inr|usd|rs\.?|r|₹|\$)\s*/u, "").replace(/[\s\u00a0]/g, "");
    if (/^\d{1,3}(,\d{2,3})+(\.\d+)?$/.test(digits)) digits = digits.replaceAll(",", "");
    digits = digits.replace(",", ".");
    return /^\d+(\.\d+)?$/.test(digits) ? digits : null;
  };
  const shaped = (type: "pct" | "amount" | "target", part: string) => {
    const value = number(part);
    return value === null ? null : ({ type, value } as Manual);
  };
  if (text.startsWith("=")) return shaped("target", text.slice(1).trim());
  if (text.endsWith("%")) return shaped("pct", text.slice(0, -1).trim());
  if (text.endsWith("off")) return shaped("amount", text.slice(0, -3).trim());
  if (/^[-−]/.test(text)) return shaped("amount", text.slice(1).trim());
  return shaped("pct", text);
}
