// What a good day does not show: ten thousand rows, names as long as they may be, no server, nothing there. Walked with
// SATCHEL_E2E_ONLY=extremes, to be looked at.
import { inBothLooks } from "./looks.mjs";

export async function extremes({ page, assert, say, shot, axe, go, signal }) {
  const long =
    "The Honourable Société Générale de l'Électricité et des Télécommunications of Greater KwaDukuza-Stanger ";
  const rows = ["Code,Name,Town,Province,Postal,Phone,Contact"];
  for (let n = 0; n < 10_000; n += 1)
    rows.push(
      `X-${n},${n % 50 === 0 ? `"${long}${n}, the annexe behind the second gate, third floor"` : `Extreme site ${n}`},Durban,${n % 900 === 7 ? "Gautengg" : "KZN"},${n % 700 === 3 ? "40O1" : "4001"},031 555 ${String(n % 10_000).padStart(4, "0")},Manager ${n}`,
    );
  await page.keyboard.press("Control+k");
  await page.keyboard.type("kopano");
  await page
    .getByRole("listbox")
    .getByRole("option", { name: /Kopano Retail/ })
    .first()
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByText("No sites yet.").waitFor();
  const account = new URL(page.url()).hash.slice(1);
  await shot("extreme-empty-list");
  await page.getByTestId("as-tree").click();
  await page.getByText("No sites yet.").waitFor();
  await shot("extreme-empty-tree");
  await page.getByRole("button", { name: "Import site list" }).click();
  const file = { name: "extreme.csv", mimeType: "text/csv", buffer: Buffer.from(rows.join("\n")) };
  // Stopped in the middle, then whole.
  await page.getByTestId("file").setInputFiles(file);
  await page.getByRole("button", { name: "Stop" }).click();
  await page.getByRole("button", { name: "Stop" }).waitFor({ state: "detached", timeout: 60_000 });
  assert((await page.getByTestId("counts").count()) === 0, "a list that was stopped is not opened");
  await page.getByTestId("file").setInputFiles([]);
  await page.getByTestId("file").setInputFiles(file);
  await page.getByText(/Checking: [1-9]/).waitFor({ timeout: 60_000 });
  await shot("extreme-progress");
  await page.getByTestId("counts").filter({ hasText: "10000 rows" }).waitFor({ timeout: 120_000 });
  await page.waitForTimeout(500);
  await shot("extreme-preview");
  await axe("ten thousand rows in the preview");
  const preview = page.getByRole("grid", { name: "Rows of the list" });
  await preview.focus();
  await page.keyboard.press("End");
  await preview.getByText("10001", { exact: true }).waitFor();
  say("the last row of ten thousand is a key away");
  signal("STOP");
  await page.getByTestId("commit").click();
  await page.getByTestId("as-tree").waitFor({ timeout: 240_000 });
  await page
    .getByTestId("sync-line")
    .filter({ hasText: /Offline|Syncing/ })
    .waitFor({ timeout: 90_000 });
  const both = inBothLooks({ page, shot, axe }, 700);
  await both("extreme-sites");
  await page.getByTestId("as-tree").click();
  await page.getByRole("grid", { name: "Site tree" }).getByRole("row").nth(5).waitFor();
  await both("extreme-tree");
  await page.getByRole("tab", { name: "Prices" }).click();
  await both("extreme-prices");
  await page.getByRole("button", { name: "New quote" }).click();
  await page.getByTestId("monthly").waitFor();
  const quote = new URL(page.url()).hash.slice(1);
  await page.getByRole("button", { name: "Add sites" }).click();
  const dialog = page.getByRole("dialog");
  await dialog.getByRole("checkbox").nth(2).waitFor();
  await dialog.getByLabel(/find/i).first().fill("Honourable");
  await page.waitForTimeout(600);
  for (let n = 0; n < 6; n += 1) await dialog.getByRole("checkbox").nth(n).check();
  await shot("extreme-add-sites");
  await dialog.getByRole("button", { name: /^Add/ }).last().click();
  await page.waitForTimeout(800);
  await both("extreme-quote");
  await go(`${quote}/proposal`);
  await both("extreme-proposal");
  await go(`${quote}/order`);
  await both("extreme-order");
  await go("/quotes/conversion");
  await both("extreme-conversion");
  await go("/orders");
  await both("extreme-orders");
  await go("/settings/clauses");
  await both("extreme-clauses");
  await go("/sync-centre");
  await both("extreme-sync-centre");
  await go(account);
  await page.getByRole("grid", { name: "Sites" }).focus();
  await page.keyboard.press("Enter");
  await page.getByTestId("history").waitFor();
  await both("extreme-site");
  signal("CONT");
  await page.getByTestId("sync-line").filter({ hasText: "all confirmed" }).waitFor({ timeout: 240_000 });
  say("ten thousand sites and a quote, made without a server, are confirmed");
}
