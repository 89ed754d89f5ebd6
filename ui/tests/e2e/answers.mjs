// Who answers for whom, what a bundle holds, an order for each site, a private person as customer.
import { execFileSync } from "node:child_process";
import { inBothLooks } from "./looks.mjs";

export async function answers({ page, assert, say, shot, axe, go, work, shots }) {
  const both = inBothLooks({ page, shot, axe });
  const confirmed = () =>
    page.getByTestId("sync-line").filter({ hasText: "all confirmed" }).waitFor({ timeout: 60_000 });
  // A quote for the customer with the most sites: three of them, a bundle at each.
  await go("/accounts");
  await page.getByRole("columnheader", { name: /Sites/ }).click();
  await page.getByRole("columnheader", { name: /Sites/ }).click();
  await page.getByRole("grid").getByRole("row").nth(1).getByRole("link").first().click();
  await page.getByRole("button", { name: "New quote" }).click();
  await page.getByTestId("monthly").waitFor();
  const quote = new URL(page.url()).hash.slice(1);
  await page.getByRole("button", { name: "Add sites" }).click();
  const dialog = page.getByRole("dialog", { name: "Add sites" });
  const packages = dialog.getByLabel("Package");
  await packages.locator("option", { hasText: "Office bundle" }).first().waitFor({ state: "attached" });
  await packages.selectOption({
    index: await packages
      .locator("option")
      .evaluateAll((all) => all.findIndex((o) => o.textContent.startsWith("Office bundle"))),
  });
  await dialog.getByRole("grid").getByRole("row").nth(3).waitFor();
  for (const n of [1, 2, 3]) await dialog.getByRole("grid").getByRole("row").nth(n).getByRole("checkbox").click();
  await dialog.getByRole("button", { name: "Add 3 sites" }).click();
  await dialog.waitFor({ state: "detached" });
  const manual = page.getByLabel(/^Manual discount at .*Office bundle/).first();
  await manual.fill("20 %");
  await manual.press("Enter");
  await page.getByTestId("approval").filter({ hasText: "director" }).waitFor();
  await page.getByTestId("request_approval").click();
  await page.getByTestId("confirm").click();
  await page.getByLabel("Orders", { exact: true }).selectOption("site");
  await confirmed();
  // The director is away: the account manager answers.
  await work("director@demo.example");
  await go("/settings/approvals");
  await page.getByText("Nobody answers in somebody else's place.").waitFor();
  await shot("delegations-empty");
  await page.getByTestId("delegate").click();
  const who = page.getByLabel("Who answers in your place");
  await who.locator("option", { hasText: "account manager" }).waitFor({ state: "attached" });
  await who.selectOption({
    index: await who
      .locator("option")
      .evaluateAll((all) => all.findIndex((o) => o.textContent.includes("account manager"))),
  });
  await page.getByLabel("Last day").fill("2001-01-01");
  await page.getByText(/The last day is on or after the first/).waitFor();
  assert(await page.getByTestId("confirm").isDisabled(), "days that make no sense are refused where they are typed");
  await page.getByLabel("Last day").fill(await page.getByLabel("First day").inputValue());
  await page.getByLabel("Note (optional)").fill("On leave until Monday");
  await shot("delegate");
  await axe("delegate");
  await page.getByTestId("confirm").click();
  await page.getByTestId("delegation").filter({ hasText: "In force" }).waitFor();
  await both("delegations");
  await confirmed();
  await work("accounts@demo.example");
  await go(quote);
  await page.getByTestId("approval").filter({ hasText: "You may answer for Director" }).waitFor();
  await page.getByTestId("approve").click();
  await page.getByTestId("confirm").click();
  await page.getByText("Approved").first().waitFor();
  await confirmed();
  say("the account manager approves in the director's place, and the server agrees");
  // The bundle's contents are printed; every site becomes an order.
  await work("seller@demo.example");
  await go(quote);
  await page.getByText("Approved").first().waitFor();
  await page.getByTestId("pdf").click();
  const path = await page.getByTestId("pdf-path").innerText();
  const text = execFileSync("pdftotext", ["-layout", path, "-"]).toString();
  await page.keyboard.press("Escape");
  assert(
    text.includes("Includes Cloud voice, 10 extensions, 50Mbps LTE backup"),
    "the quote says what the bundle includes",
  );
  execFileSync("pdftoppm", ["-r", "60", "-png", "-l", "1", path, `${shots}/bundle`]);
  await page.getByTestId("send").click();
  await page.getByTestId("accept").click();
  await page.getByTestId("accept-name").fill("Procurement");
  await page.getByTestId("confirm").click();
  await page.getByText(/3 orders from BUS-\d{8}-\d{4}/).waitFor({ timeout: 60_000 });
  await both("orders-per-site-quote");
  await go("/orders");
  const rows = page.getByRole("grid").getByRole("row");
  await rows.nth(3).waitFor();
  const first = await Promise.all([1, 2, 3].map((n) => rows.nth(n).innerText()));
  assert(
    new Set(first.map((row) => /BUS-\d{8}-\d{4}/.exec(row)?.[0])).size === 3 &&
      first.every((row) => row.includes(" · ")),
    "each of the three sites has an order of its own",
  );
  await both("orders-per-site");
  // A private person reads prices with tax and is not asked for a company.
  await go("/accounts");
  await page.getByRole("grid").getByRole("row").nth(1).getByRole("link").first().click();
  await page.getByRole("tab", { name: "Facts" }).click();
  await page.getByLabel("Customer", { exact: true }).selectOption("consumer");
  await page.waitForTimeout(300);
  await both("account-consumer");
  await page.getByRole("button", { name: "New quote" }).click();
  await page.getByText("Per month, with tax").waitFor();
  const consumer = new URL(page.url()).hash.slice(1);
  await page.getByRole("button", { name: "Add sites" }).click();
  await dialog.getByRole("grid").getByRole("row").nth(1).waitFor();
  await dialog.getByRole("grid").getByRole("row").nth(1).getByRole("checkbox").click();
  await dialog.getByRole("button", { name: "Add 1 sites" }).click();
  await dialog.waitFor({ state: "detached" });
  await page.getByTestId("monthly").filter({ hasText: /[1-9]/ }).waitFor();
  const gross = (await page.getByTestId("monthly").innerText()).trim();
  await page.getByTestId("pdf").click();
  const paper = execFileSync("pdftotext", ["-layout", await page.getByTestId("pdf-path").innerText(), "-"]).toString();
  execFileSync("pdftoppm", [
    "-r",
    "60",
    "-png",
    "-l",
    "1",
    await page.getByTestId("pdf-path").innerText(),
    `${shots}/consumer`,
  ]);
  await page.keyboard.press("Escape");
  assert(
    paper.includes("With tax") && paper.includes(gross) && paper.includes(gross.replace(/^[^\d]+/, "")),
    "a private person's quote shows lines and total with tax, on screen and on paper",
  );
  await go(`${consumer}/order`);
  await page.getByText("A private person: no registration").waitFor();
  assert((await page.getByLabel("Kind of company").count()) === 0, "a private person is not asked for a company");
  await shot("order-consumer");
  // The organisation's own map: set by a director, told apart from what cannot be reached.
  await work("director@demo.example");
  await go("/settings/map");
  await page.getByLabel("Address of the tiles").fill("http://tiles.example/{z}/{x}/{y}.png");
  await page.getByLabel("Whose map it is").fill("The surveyors");
  await page.getByTestId("save-map").click();
  await page.getByText(/An address begins with https/).waitFor();
  await page.getByLabel("Address of the tiles").fill("https://127.0.0.1:9/{z}/{x}/{y}.png");
  await page.getByTestId("save-map").click();
  await page.getByTestId("save-map").and(page.locator(":disabled")).waitFor();
  await both("settings-map");
  await go("/sites");
  await page.getByRole("button", { name: "Map" }).click();
  await page.getByText("The online map is out of reach.").waitFor();
  await page.getByText("The surveyors").waitFor();
  say("a map that cannot be reached says so, and the bundled one is shown");
  await shot("map-out-of-reach");
  await go("/settings/map");
  await page.getByLabel("Address of the tiles").fill("");
  await page.getByTestId("save-map").click();
  await page.getByTestId("save-map").and(page.locator(":disabled")).waitFor();
  await confirmed();
  await work("seller@demo.example");
  // The bundled map names provinces and towns; pins stand on top.
  await go("/sites");
  await page.getByRole("button", { name: "Map" }).click();
  await page.locator('[data-testid="map"][data-pins]:not([data-land="0"]):not([data-borders="0"])').waitFor();
  await shot("map-world");
  await page.getByLabel("Province").selectOption({ index: 1 });
  await page.waitForTimeout(500);
  await page.getByRole("button", { name: "Zoom out" }).click();
  await both("map-places");
}
