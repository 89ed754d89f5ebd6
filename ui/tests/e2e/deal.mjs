// Winning the deal: an agreed price, a proposal with a changed clause, two quotes side by side, the order form, conversion.
import { execFileSync } from "node:child_process";
import { inBothLooks } from "./looks.mjs";

export async function deal({ page, assert, say, shot, axe, go, work, shots }) {
  // The customer's list came in with the main job; walked alone, it comes in here.
  const list = async () => {
    await page.getByText("No sites yet.").waitFor();
    await page.getByRole("button", { name: "Import site list" }).click();
    await page.getByTestId("file").setInputFiles("../samples/kopano_branches.csv");
    await page.getByTestId("counts").filter({ hasText: "53 rows" }).waitFor();
    await page.getByTestId("commit").click();
    await page.getByRole("tab", { name: "Prices" }).waitFor();
  };
  const option = (text) => page.getByRole("listbox").getByRole("option", { name: text }).first();
  const both = inBothLooks({ page, shot, axe });
  const today = new Date();
  const day = (n) => new Date(today.getTime() + n * 86_400_000).toISOString().slice(0, 10);
  await page.keyboard.press("Control+k");
  await page.keyboard.type("kopano");
  await option(/Kopano Retail/).waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("tab", { name: "Prices" }).waitFor();
  const account = new URL(page.url()).hash.slice(1);
  if (process.env.SATCHEL_E2E_ONLY) await list();
  // A price is asked for by one and agreed by another.
  const ask = async (price, from) => {
    await page.getByTestId("ask-price").click();
    const item = page.getByLabel("Package, installation or usage item");
    await item.locator("option", { hasText: "200Mbps" }).first().waitFor({ state: "attached" });
    await item.selectOption({
      index: await item
        .locator("option")
        .evaluateAll((all) => all.findIndex((o) => o.textContent.startsWith("200Mbps"))),
    });
    await page.getByLabel(/^Price, ZAR/).fill(price);
    await page.getByLabel("From", { exact: true }).fill(from);
    await page.getByLabel("Why").fill("Framework agreement with the group");
    await page.getByTestId("confirm").click();
  };
  await page.getByRole("tab", { name: "Prices" }).click();
  await ask("2,450.00", day(-1));
  const row = page.getByTestId("agreed-price").filter({ hasText: "200Mbps Fiber" });
  await row.getByText("Asked for").waitFor();
  assert(
    (await row.getByRole("button", { name: "Agree" }).count()) === 0 &&
      (await row.innerText()).includes("sales manager or director"),
    "a price asked for waits for somebody who may agree",
  );
  await ask("2,300.00", day(5));
  await page.getByText(/has an agreed price already/).waitFor();
  await shot("price-overlap");
  say("a second price for the same days is refused, and says which one stands there");
  await page.getByRole("button", { name: "Cancel" }).click();
  await work("manager@demo.example");
  await go("/today");
  await page.getByRole("heading", { name: "Prices asked for" }).waitFor();
  await shot("today-prices");
  await page.getByRole("link", { name: "Kopano Retail" }).first().click();
  say("a price asked for stands on the manager's Today, and leads to where it is decided");
  await row.getByRole("button", { name: "Agree" }).click();
  await page.getByTestId("confirm").click();
  await row.getByText("In force").waitFor();
  say("the sales manager agrees, and it is in force");
  await both("prices");
  await work("seller@demo.example");
  const addSites = async (n, packageName) => {
    await page.getByRole("button", { name: "Add sites" }).click();
    const dialog = page.getByRole("dialog", { name: "Add sites" });
    const packages = dialog.getByLabel("Package");
    await packages.locator("option", { hasText: packageName }).first().waitFor({ state: "attached" });
    await packages.selectOption({
      index: await packages
        .locator("option")
        .evaluateAll((all, name) => all.findIndex((o) => o.textContent.startsWith(name)), packageName),
    });
    const grid = dialog.getByRole("grid");
    await grid.getByRole("row").nth(2).waitFor();
    for (let at = 1; at <= n; at += 1) await grid.getByRole("row").nth(at).getByRole("checkbox").click();
    await dialog.getByRole("button", { name: `Add ${n} sites` }).click();
    await dialog.waitFor({ state: "detached" });
  };
  await go(account);
  await page.getByRole("button", { name: "New quote" }).click();
  await page.getByTestId("monthly").waitFor();
  const quote = new URL(page.url()).hash.slice(1);
  await addSites(6, "200Mbps");
  await page.locator('[data-kind="contract"]').waitFor();
  say("a new quote takes the agreed price and says so in its totals");
  const more = async (name) => {
    await page.getByTestId("more").click();
    await page.getByRole("button", { name, exact: true }).click();
  };
  // The proposal.
  await more("Proposal");
  await page
    .getByLabel("What the customer needs")
    .fill("Every branch needs a line that stays up.\nHead office sees all of them.");
  await page
    .getByLabel("What we offer")
    .fill(
      "Fibre at six branches under one contract, with one number to call.\nक्षेत्रीय कार्यालय: मुंबई, ₹1,00,000.00 तक की सेवा।",
    );
  await page.getByLabel("Sites installed in a week").fill("2");
  await page.getByRole("complementary").getByText("Installation of 2 sites").first().waitFor();
  assert(
    (await page.getByRole("complementary").getByText("Installation of 2 sites").count()) === 3,
    "the plan follows from the quote's six sites",
  );
  await page
    .getByLabel("Service levels", { exact: true })
    .and(page.locator("select"))
    .selectOption("Enterprise 99.9 %");
  await page.getByText("Guaranteed uptime 99.9 %").waitFor();
  const clause = page.getByTestId("proposal-clause").filter({ hasText: "Liability" });
  await clause.locator("summary").click();
  const body = clause.getByLabel("Text");
  await body.fill((await body.inputValue()).replace("twelve months", "six months"));
  await clause.getByText("Changed: needs approval").waitFor();
  assert(
    (await clause.locator("ins").innerText()).includes("six") &&
      (await clause.locator("del").innerText()).includes("twelve"),
    "a changed clause shows what was taken out and put in",
  );
  await page.getByRole("textbox", { name: "Present provider", exact: true }).fill("Present carrier");
  await page.getByLabel("What they charge a month").fill("3 100,00");
  await page.getByRole("region", { name: "Present providers" }).getByRole("button", { name: "Add" }).click();
  await page.getByLabel("Print the comparison").check();
  await page.getByRole("complementary").getByText("18,600.00").waitFor();
  await page.getByRole("heading", { name: /^Proposal for/ }).click();
  await page.getByText("Saved on this laptop with the quote.").waitFor();
  await both("proposal");
  await page.getByTestId("proposal-pdf").click();
  const path = await page.getByTestId("pdf-path").innerText();
  const text = execFileSync("pdftotext", ["-layout", path, "-"]).toString();
  await page.keyboard.press("Escape");
  const hero = (await page.locator(".hero").first().innerText()).trim();
  assert(
    text.includes(hero) &&
      [
        "What you need",
        "Beside your present providers",
        "Implementation",
        "Service levels",
        "six months",
        "Guaranteed uptime 99.9",
        "18,600.00",
        "Contents",
      ].every((part) => text.includes(part)),
    `the proposal prints its chapters and the screen's total ${hero}`,
  );
  execFileSync("qpdf", ["--check", path]);
  execFileSync("pdftoppm", ["-r", "60", "-png", path, `${shots}/proposal`]);
  await page.reload();
  await page.getByLabel("What we offer").waitFor();
  assert(
    (await page.getByLabel("What we offer").inputValue()).startsWith("Fibre at six branches"),
    "what was typed is there after the window was closed",
  );
  await go(quote);
  await page
    .getByTestId("approval")
    .getByText(/clause/)
    .waitFor();
  say("the changed clause needs the director's approval");
  // Another scenario, side by side.
  await more("Copy to a new quote");
  await page.waitForFunction(
    (before) => !window.location.hash.includes(before) && document.querySelector("[data-testid=monthly]"),
    quote,
  );
  const copy = new URL(page.url()).hash.slice(1);
  await page.getByLabel("Term", { exact: true }).selectOption("36");
  const first = page.getByLabel(/^Package at /).first();
  await first.selectOption({ label: "500Mbps Fiber" });
  await page.waitForTimeout(600);
  await go(`${quote}/compare/${copy.split("/").at(-1)}`);
  const term = page.getByTestId("figures").getByRole("row").filter({ hasText: "Term, months" });
  await term.waitFor();
  assert(
    (await term.innerText()).includes("12") &&
      (await term.innerText()).includes("36") &&
      (await page.getByTestId("lines").getByText("Changed").count()) === 1,
    "two quotes side by side: the term differs, and so does the one line that was changed",
  );
  await both("compare");
  // Lines copied out of a spreadsheet, and a line once more.
  await go(copy);
  const lines = page.getByRole("grid", { name: "Lines" });
  await lines.getByRole("row").nth(1).waitFor();
  const count = async () => Number(await lines.getAttribute("aria-rowcount"));
  const grown = (by) =>
    page.waitForFunction(
      (wanted) => Number(document.querySelector('[role=grid][aria-label="Lines"]')?.ariaRowCount) === wanted,
      by,
    );
  const there = await count();
  const site = (await lines.getByRole("row").nth(1).getByRole("gridcell").nth(2).innerText()).split("\n")[0].trim();
  await page.getByTestId("paste-lines").click();
  const rows = page.getByRole("dialog").getByLabel("Rows");
  await rows.fill(`Site\tPackage\tQty\tDiscount\n${site}\t50Mbps Fiber\t1\t2 %\nNowhere\t50Mbps Fiber\t1\t`);
  await page.getByTestId("look-at-paste").click();
  await page.getByTestId("pasted").getByText("The account has no site of this name or code").waitFor();
  await shot("paste-lines");
  await axe("lines pasted from a spreadsheet");
  await rows.fill(`${site}\t50Mbps Fiber\t1\t2 %`);
  await page.getByTestId("look-at-paste").click();
  await page.getByTestId("pasted").getByText("all understood").waitFor();
  await page.getByTestId("add-pasted").click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await grown(there + 1);
  await lines.getByRole("checkbox").first().check();
  await page.getByRole("button", { name: "Duplicate" }).click();
  await grown(there + 2);
  say("lines pasted from a spreadsheet are shown first, then added; a line is there once more");
  // The order form, left in the middle and taken up again.
  await go(account);
  await page.getByRole("button", { name: "New quote" }).click();
  await page.getByTestId("monthly").waitFor();
  await more("Order form");
  await page.getByLabel("Kind of company").selectOption("pty_ltd");
  await page.getByLabel("Registration number").fill("2011-012345");
  await page.getByLabel("Tax number").fill("5123456789");
  await page.getByLabel("Industry").click();
  await page.getByText("A VAT number has 10 digits and begins with 4.").waitFor();
  await page.getByText("A registration number looks like").waitFor();
  await both("order-company");
  await page.getByLabel("Registration number").fill("2011/012345/07");
  await page.getByLabel("Tax number").fill("4123456789");
  await page.getByTestId("next").click();
  await addSites(3, "50Mbps");
  await page.getByText("3 sites count").waitFor();
  await page.getByTestId("next").click();
  await page.getByTestId("next").click();
  await page.getByLabel("Billing contact").fill("Accounts payable");
  await page.getByLabel("Billing e-mail").fill("payable@kopano.example");
  await page.getByLabel("Billing phone").fill("+27 11 555 0100");
  await page.getByLabel("Purchase order number").fill("PO-77001");
  await page.getByLabel("First day of the contract").fill(day(30));
  await page.getByText(/^The last day is /).waitFor();
  await page.getByLabel("Remarks for the office").click();
  await page.getByText("Saved on this laptop").waitFor();
  await both("order-billing");
  await page.reload();
  await page.getByLabel("Purchase order number").waitFor();
  assert(
    (await page.getByLabel("Purchase order number").inputValue()) === "PO-77001",
    "the order form goes on where it was left",
  );
  await page.getByTestId("next").click();
  await page.getByTestId("order-name").fill("Procurement");
  await both("order-review");
  await page.getByTestId("order-pdf").click();
  const summary = await page.getByTestId("pdf-path").innerText();
  const summaryText = execFileSync("pdftotext", ["-layout", summary, "-"]).toString();
  assert(
    ["Order summary", "PO-77001", "payable@kopano.example", "4123456789"].every((part) => summaryText.includes(part)),
    "the order summary prints company, contacts and purchase order",
  );
  execFileSync("pdftoppm", ["-r", "60", "-png", "-l", "1", summary, `${shots}/order`]);
  await page.keyboard.press("Escape");
  await page.getByTestId("submit-order").click();
  await page
    .getByTestId("submitted")
    .filter({ hasText: /Order BUS-\d{8}-\d{4}/ })
    .waitFor({ timeout: 60_000 });
  const number = /BUS-\d{8}-\d{4}/.exec(await page.getByTestId("submitted").innerText())[0];
  await go("/orders");
  const order = page.getByRole("grid", { name: "Orders" }).getByRole("row").filter({ hasText: number });
  await order.waitFor();
  assert(
    (await order.innerText()).includes("PO-77001"),
    `submitted once, ${number} carries the purchase order and the contract's days`,
  );
  await shot("orders-with-contract");
  await go("/quotes/conversion");
  await page.getByTestId("conversion").filter({ hasText: "%" }).waitFor();
  await both("conversion");
  // The library, by one who may publish.
  await work("director@demo.example");
  await go("/settings/clauses");
  await page.getByRole("button", { name: "Change Maintenance" }).click();
  const words = page.getByRole("dialog").getByLabel("Text");
  await words.fill((await words.inputValue()).replace("five working days", "seven working days"));
  await page.getByRole("dialog").locator("ins").waitFor();
  await shot("clause-publish");
  await page.getByRole("button", { name: "Publish" }).click();
  const published = page.getByTestId("clause").filter({ hasText: "seven working days" });
  await published.getByText(/^v2/).waitFor();
  await published.getByRole("button", { name: "Versions" }).click();
  await page.getByRole("dialog").locator("ins").waitFor();
  await page.keyboard.press("Escape");
  say("a clause's next version is published, and what changed between versions is shown");
  await both("clauses");
  await work("seller@demo.example");
}

/** The next version of a price book: raised, looked at, published; new quotes take it, open ones stay. */
export async function books({ page, assert, say, shot, axe, go, work, shots }) {
  await work("director@demo.example");
  await go("/settings");
  await page.getByRole("link", { name: "Write the next version" }).first().click();
  await page.getByRole("heading", { name: /the next version$/ }).waitFor();
  await page.getByRole("button", { name: "Raise…" }).click();
  await page.getByLabel("Percent").fill("6");
  await page.getByTestId("confirm").click();
  const price = page.getByLabel("List price, 50Mbps Fiber");
  await page.waitForFunction(() =>
    [...document.querySelectorAll("input")].some(
      (i) => i.ariaLabel === "List price, 50Mbps Fiber" && i.value === "1058.94",
    ),
  );
  say("all monthly prices are raised by 6 %, rounded to the cent");
  await price.fill("1,2,3");
  await page.getByRole("heading", { level: 1 }).click();
  await page.getByText("A price is 0 or more, with at most").first().waitFor();
  await page.getByRole("button", { name: "Paste prices…" }).click();
  await page.getByLabel("Rows of code and price").fill("FIB-050\tR1 059,00\nNO-SUCH\t1");
  await page.getByTestId("confirm").click();
  await page.getByText(/1 pasted rows were not used/).waitFor();
  await page.reload();
  await price.waitFor();
  assert(
    (await price.inputValue()) === "1059.00",
    "pasted prices are taken, what is not known is named, and the draft is there after a restart",
  );
  await page.getByLabel("Name", { exact: true }).fill("ZAR raised");
  await page.getByRole("heading", { level: 1 }).click();
  await page.waitForTimeout(500);
  await shot("book-draft");
  await axe("price book");
  await page.getByTestId("look-at-impact").click();
  await page.getByTestId("impact").waitFor();
  const impact = await page.getByTestId("impact").innerText();
  assert(
    /^[1-9]\d* open quotes would cost something else/.test(impact),
    `what would change is said before publishing: ${impact.slice(0, 60)}…`,
  );
  await shot("book-impact");
  await axe("what would change");
  await page.getByTestId("publish-book").click();
  await page.getByRole("heading", { name: /^ZAR raised v\d+$/ }).waitFor();
  // How documents look: a picture is made small, a text that is no picture is refused in words.
  await go("/settings/documents");
  await page
    .getByTestId("logo-file")
    .setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from("not a picture") });
  await page.getByText(/is not a picture that can be read/).waitFor();
  const picture = await page.evaluate(() => {
    const canvas = document.createElement("canvas");
    canvas.width = 1600;
    canvas.height = 500;
    const pen = canvas.getContext("2d");
    pen.fillStyle = "#8A1C4A";
    pen.fillRect(0, 0, 500, 500);
    pen.font = "600 240px sans-serif";
    pen.fillText("Fibre", 560, 330);
    return canvas.toDataURL("image/png").split(",")[1];
  });
  await page
    .getByTestId("logo-file")
    .setInputFiles({ name: "logo.png", mimeType: "image/png", buffer: Buffer.from(picture, "base64") });
  await page.getByTestId("logo").waitFor();
  await page.getByTestId("save-branding").click();
  await page.getByTestId("save-branding").and(page.locator(":disabled")).waitFor();
  await shot("branding");
  await axe("branding");
  await page.getByTestId("sync-line").filter({ hasText: "all confirmed" }).waitFor({ timeout: 60_000 });
  say("the next version is published and confirmed by the server");
  await work("seller@demo.example");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("kopano");
  await page
    .getByRole("listbox")
    .getByRole("option", { name: /Kopano Retail/ })
    .first()
    .waitFor();
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "New quote" }).click();
  await page.getByTestId("monthly").waitFor();
  await page
    .getByText(/ZAR raised v\d+/)
    .first()
    .waitFor();
  say("a new quote stands on the new version");
  await page.getByTestId("pdf").click();
  const path = await page.getByTestId("pdf-path").innerText();
  await page.keyboard.press("Escape");
  assert(
    execFileSync("pdfimages", ["-list", path]).toString().split("\n").length > 3,
    "the logo is on the printed quote",
  );
  execFileSync("pdftoppm", ["-r", "60", "-png", "-l", "1", path, `${shots}/branded`]);
}
