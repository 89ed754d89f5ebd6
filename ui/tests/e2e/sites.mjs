// Site lists there and back: export, import of the same, take back, template, the customer's file, one site's record.
export async function sites({ page, assert, say, shot, axe, go }) {
  const count = async () =>
    Number((await page.locator('[role=grid][aria-label="Sites"]').getAttribute("aria-rowcount")) ?? "-1");
  const saved = () => page.getByTestId("saved-file").locator("span").nth(1).innerText();
  await page.keyboard.press("Control+k");
  await page.keyboard.type("kopano");
  await page
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
