import { inBothLooks } from "./looks.mjs";

// Site lists there and back: export, import of the same, take back, template, the customer's file, one site's record.
export async function sites({ page, assert, say, shot, axe, go }) {
  const count = async () =>
    Number((await page.locator('[role=grid][aria-label="Sites"]').getAttribute("aria-rowcount")) ?? "-1");
  const saved = () => page.getByTestId("saved-file").locator("span").nth(1).innerText();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("kopano");
  await page
    .getByRole("listbox")
    .getByRole("option", { name: /Kopano Retail/ })
    .first()
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "Import site list" }).waitFor();
  const account = new URL(page.url()).hash.slice(1);
  await page.waitForFunction(
    () => Number(document.querySelector('[role=grid][aria-label="Sites"]')?.getAttribute("aria-rowcount")) > 0,
  );
  const before = await count();
  await page.getByTestId("export-csv").click();
  const exported = await saved();
  await go(`${account}/import`);
  await page.getByTestId("template-xlsx").click();
  assert((await saved()).endsWith("site-list-template.xlsx"), "a template for the customer is written");
  await axe("import, nothing chosen");
  await page.getByTestId("file").setInputFiles(exported);
  await page
    .getByTestId("counts")
    .filter({ hasText: `${before} rows` })
    .waitFor();
  const same = await page.getByTestId("counts").innerText();
  assert(
    /Unchanged\s+(\d+)/.exec(same)?.[1] === String(before),
    `an export of ${before} sites imports back without a change`,
  );
  await page.getByRole("button", { name: "Another file" }).click();
  const list = `Branch list,,,\nSite,,Place,\nCode,Name,Town,Postal\nTB-1,Take back one,Durban,4001\nTB-2,Take back two,Durban,40O1\n,,,\nTotal,2,,\n`;
  await page
    .getByTestId("file")
    .setInputFiles({ name: "take-back.csv", mimeType: "text/csv", buffer: Buffer.from(list) });
  await page.getByText("header in row 2 and 3").waitFor();
  await page.getByTestId("errors-file").click();
  assert(
    (await saved()).endsWith("take-back-to-be-mended.csv"),
    "the customer's file comes back with what is to be mended",
  );
  await page
    .getByRole("button", { name: /^Repair 1/ })
    .first()
    .click();
  await page.waitForTimeout(500);
  await shot("import-two-headers");
  await page.getByTestId("commit").click();
  await page.waitForFunction(
    (n) => Number(document.querySelector('[role=grid][aria-label="Sites"]')?.getAttribute("aria-rowcount")) === n,
    before + 2,
  );
  say("two sites of a list with two header rows and a total are there");
  await page.getByRole("tab", { name: "Facts" }).click();
  await page.getByRole("button", { name: "Take back" }).first().click();
  await page.getByTestId("undone").filter({ hasText: "2 sites removed" }).waitFor();
  await shot("import-undone");
  await page.getByRole("tab", { name: "Sites" }).click();
  await page.waitForFunction(
    (n) => Number(document.querySelector('[role=grid][aria-label="Sites"]')?.getAttribute("aria-rowcount")) === n,
    before,
  );
  await page.evaluate(() => {
    window.location.hash = "/sites";
  });
  await page.getByLabel("Service status is").selectOption("active");
  await page.getByTestId("save-view").click();
  await page.keyboard.type("In service");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: /^In service [0-9,]+$/ }).waitFor();
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await page.getByRole("button", { name: /^In service/ }).click();
  assert(
    (await page.getByLabel("Service status is").inputValue()) === "active",
    "a view saved by name filters again and says how many it finds",
  );
  await page.getByRole("button", { name: "Clear", exact: true }).click();
  await page.getByTestId("as-map").click();
  await page.waitForFunction(
    () =>
      Number(document.querySelector("[data-testid=map]")?.dataset.land) > 100 &&
      Number(document.querySelector("[data-testid=map]")?.dataset.pins) > 100,
  );
  await page.waitForTimeout(500);
  await shot("map");
  await axe("map");
  const box = await page.getByTestId("map").boundingBox();
  await page.getByRole("button", { name: "Draw around sites" }).click();
  await page.mouse.move(box.x + 5, box.y + 5);
  await page.mouse.down();
  for (const [x, y] of [
    [box.width - 5, 5],
    [box.width - 5, box.height - 5],
    [5, box.height - 5],
  ])
    await page.mouse.move(box.x + x, box.y + y, { steps: 4 });
  await page.mouse.up();
  assert(
    Number((await page.getByTestId("chosen").innerText()).replace(/[^0-9].*/s, "")) > 100,
    "a line drawn around sites on the map chooses them",
  );
  await shot("map-chosen");
  await go(account);
  await page.getByRole("button", { name: "Import site list" }).waitFor();
  say("the import is taken back: the list is as before");
  const grid = page.getByRole("grid", { name: "Sites" });
  await grid.focus();
  await page.keyboard.press("Enter");
  const manager = page.getByLabel("Site manager");
  await manager.waitFor();
  await manager.fill("Night desk");
  await page.getByLabel("Latitude").fill("91");
  await page.getByTestId("save-site").click();
  await page.getByText("A latitude is a number from -90 to 90").waitFor();
  assert(
    (await manager.inputValue()) === "Night desk",
    "a latitude of 91 is refused in words and nothing typed is lost",
  );
  await page.getByLabel("Latitude").fill("-26.1");
  await page.getByTestId("save-site").click();
  await page.waitForFunction(() => document.querySelector("[data-testid=save-site]")?.hasAttribute("disabled"));
  await shot("site");
  await axe("one site");
  assert((await manager.inputValue()) === "Night desk", "a site's record is edited");
}

// A list that says which site stands under which, one of them under nothing there is; where a site came from; taken back.
export async function parents({ page, assert, say, shot, axe, go }) {
  const both = inBothLooks({ page, shot, axe });
  await go("/accounts");
  await page.getByLabel("Find in accounts").fill("kopano retail");
  await page.getByRole("grid", { name: "Accounts" }).getByRole("link", { name: "Kopano Retail" }).first().click();
  await page.getByRole("button", { name: "Import site list" }).click();
  const rows = [
    "Code,Name,Town,Postal,Parent site",
    "PA-1,Aardvark House,Durban,4001,",
    "PA-2,Aardvark warehouse,Durban,4001,PA-1",
    "PA-3,Kiosk,Durban,4001,PA-99",
  ];
  await page
    .getByTestId("file")
    .setInputFiles({ name: "with-parents.csv", mimeType: "text/csv", buffer: Buffer.from(`${rows.join("\n")}\n`) });
  await page.getByTestId("counts").filter({ hasText: "3 rows" }).waitFor();
  await page.getByText(/No site has the code or name/).waitFor();
  await both("import-parents");
  await page.getByTestId("commit").click();
  await page.getByTestId("as-tree").waitFor();
  await page.getByTestId("as-tree").click();
  const tree = page.getByRole("grid", { name: "Site tree" });
  await tree.getByText("Aardvark warehouse").waitFor();
  const left = async (name) => (await tree.getByText(name, { exact: true }).boundingBox()).x;
  const [office, warehouse] = [await left("Aardvark House"), await left("Aardvark warehouse")];
  assert(warehouse > office, `the list's tree is the sites' tree: ${office}, ${warehouse}`);
  await shot("imported-tree");
  await page.getByTestId("as-tree").click();
  const list = page.getByRole("grid", { name: "Sites" });
  await list.getByText("Aardvark warehouse").dblclick();
  const history = page.getByTestId("history");
  await history.getByText("Added", { exact: true }).waitFor();
  await history
    .getByText(/the list with-parents\.csv/)
    .first()
    .waitFor();
  await history.scrollIntoViewIfNeeded();
  await shot("site-added");
  say("a site says when it was added, by whom and from which list");
  await page.locator("a[href^='#/accounts/']").first().click();
  await page.getByRole("tab", { name: "Facts" }).click();
  await page.getByRole("button", { name: "Take back" }).first().click();
  await page.getByTestId("undone").filter({ hasText: "sites removed" }).waitFor();
}

// The tree, one change for many sites with the way back, groups with totals, a site's history.
export async function many({ page, assert, say, shot, axe, go, work }) {
  await work("manager@demo.example");
  // The account with the most sites in service.
  await go("/accounts");
  const accounts = page.getByRole("grid", { name: "Accounts" });
  await accounts.getByRole("button", { name: /^Sites/ }).click();
  await accounts.getByRole("button", { name: /^Sites/ }).click();
  await accounts.locator("[aria-sort=descending]").waitFor();
  await page.waitForTimeout(500);
  await accounts.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("Enter");
  await page.getByTestId("as-tree").click();
  const tree = page.getByRole("grid", { name: "Site tree" });
  await tree.getByRole("row").nth(3).waitFor();
  const rows = async () => Number(await tree.getAttribute("aria-rowcount"));
  const whole = await rows();
  await tree.locator(".twig[aria-expanded]").first().click();
  await page.waitForFunction(
    () => document.querySelector('[role=grid][aria-label="Site tree"]')?.getAttribute("aria-rowcount") === "1",
  );
  await tree.locator(".twig[aria-expanded]").first().click();
  await page.waitForFunction(
    (count) =>
      document.querySelector('[role=grid][aria-label="Site tree"]')?.getAttribute("aria-rowcount") === String(count),
    whole,
  );
  say(`a tree of ${whole} sites closes and opens`);
  // By hand: a branch under the one after it.
  const branch = (n) => tree.locator(".branch").nth(n);
  const name = await branch(2).innerText();
  await branch(2).dragTo(branch(4));
  await page.getByTestId("moved").getByText("Moved.").waitFor();
  await page.getByTestId("moved").getByRole("button", { name: "Take it back" }).click();
  await page.getByTestId("moved").getByText("Taken back.").waitFor();
  say(`${name.split("\n")[0]} was dragged under another site and taken back`);
  await shot("tree");
  await axe("tree");
  // With the keyboard: selected with x, moved to the top, and the history says so.
  await tree.focus();
  await page.keyboard.press("Home");
  await page.keyboard.press("j");
  await page.keyboard.press("x");
  await page.getByTestId("bulk-move").click();
  await page.getByRole("dialog").getByRole("button", { name: "To the top" }).click();
  await page.getByTestId("bulk-preview").getByText("1 of 1 sites change").waitFor();
  await page.getByTestId("bulk-apply").click();
  await page.getByTestId("bulk-outcome").waitFor();
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  await page.getByTestId("as-tree").click();
  // All of them, shown before, and back.
  const list = page.getByRole("grid", { name: "Sites" });
  await list.getByRole("checkbox").first().check();
  await page.getByTestId("select-all").click();
  await page.getByTestId("bulk-suspend").click();
  await page.getByTestId("bulk-preview").getByText("sites change").waitFor();
  await page.getByTestId("bulk-preview").getByText("count for volume discounts").waitFor();
  await shot("bulk-suspend");
  await axe("one change for many sites");
  await page.getByLabel("Reason (for the sites' history)").fill("Two invoices unpaid");
  await page.getByTestId("bulk-apply").click();
  await page.getByTestId("bulk-outcome").getByText("sites changed on this laptop").waitFor();
  await page.getByTestId("bulk-undo").click();
  await page.getByTestId("bulk-outcome").getByText("Taken back at").waitFor();
  say(`suspended and taken back: ${(await page.getByTestId("bulk-outcome").innerText()).split("\n").at(-1)}`);
  await page.getByRole("dialog").getByRole("button", { name: "Done" }).click();
  // Another package is a quote.
  await list.getByRole("checkbox").nth(1).check();
  await list.getByRole("checkbox").nth(2).check();
  await page.getByTestId("bulk-upgrade").click();
  await page.getByRole("dialog").getByLabel("Package").selectOption({ index: 2 });
  await page.getByTestId("upgrade-preview").getByText("Difference a month").waitFor();
  await shot("bulk-upgrade");
  await axe("another package for many sites");
  await page.getByRole("dialog").getByRole("button", { name: "Cancel" }).click();
  await list.getByRole("row").nth(2).dblclick();
  await page.getByTestId("history").getByText("Two invoices unpaid").first().waitFor();
  await page.getByTestId("history").scrollIntoViewIfNeeded();
  await shot("site-history");
  await axe("a site with its history");
  await go("/sites");
  await page.getByTestId("as-groups").click();
  await page.getByTestId("groups").getByText("All together").waitFor();
  await page.getByLabel("In groups by").selectOption("package");
  await page.waitForTimeout(500);
  await page.evaluate(() => {
    document.documentElement.dataset.theme = "dark";
  });
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.waitForTimeout(300);
  await shot("groups-dark-1024");
  await axe("groups, dark, 1024");
  await page.setViewportSize({ width: 1440, height: 900 });
  await page.evaluate(() => {
    document.documentElement.dataset.theme = "light";
  });
  assert((await page.getByTestId("groups").getByRole("row").count()) > 3, "sites in groups with their sums");
  await work("seller@demo.example");
}
