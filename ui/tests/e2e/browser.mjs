// The main job in a real Chromium over the development bridge: quote offline, approve, accept, push, order once; with axe.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { chromium } from "playwright-core";
import { answers } from "./answers.mjs";
import { books, deal } from "./deal.mjs";
import { drafts } from "./drafts.mjs";
import { extremes } from "./extremes.mjs";
import { lists } from "./lists.mjs";
import { portal } from "./portal.mjs";
import { many, parents, sites } from "./sites.mjs";
import { tasks } from "./tasks.mjs";
import { tickets } from "./tickets.mjs";

const require = createRequire(import.meta.url);
const axeSource = readFileSync(require.resolve("axe-core/axe.min.js"), "utf8");
const {
  SATCHEL_E2E_URL: url,
  SATCHEL_E2E_SHOTS: shots,
  SATCHEL_E2E_SERVER_PID: serverPid,
  SATCHEL_E2E_PASSWORD: password,
} = process.env;
mkdirSync(shots, { recursive: true });
const browser = await chromium.launch({
  executablePath: "/usr/bin/chromium",
  args: [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
  ],
});
const context = await browser.newContext({ viewport: { width: 1440, height: 900 }, bypassCSP: true });
const page = await context.newPage();
page.setDefaultTimeout(20_000);
const broken = [];
page.on("pageerror", (error) => broken.push(String(error)));
let passed = 0;
const say = (text) => {
  passed += 1;
  console.log(`  ok ${text}`);
};
const assert = (truth, text) => {
  if (!truth) throw new Error(text);
  say(text);
};
const signal = (name) => execFileSync("kill", [`-${name}`, serverPid]);
const shot = (name) => page.screenshot({ path: `${shots}/${name}.png` });
const go = async (path) => {
  await page.evaluate((p) => {
    window.location.hash = p;
  }, path);
};
/** The customer's own window follows the presenter's, and ends with it. */
async function otherScreen(presentation) {
  const opened = page.waitForEvent("popup");
  await page.getByTestId("second-screen").click();
  const customers = await opened;
  const slide = customers.getByTestId("presentation");
  await slide.getByText(/^QTE-/).waitFor();
  await page.keyboard.press("Home");
  await page.keyboard.press("ArrowRight");
  const heading = await presentation.getByRole("heading").first().innerText();
  await slide.getByRole("heading", { name: heading, exact: true }).waitFor();
  assert(!(await customers.title()).includes("Satchel"), `the customer's window is called ${await customers.title()}`);
  await customers.screenshot({ path: `${shots}/present-other-screen.png` });
  const closed = customers.waitForEvent("close");
  await presentation.getByRole("button", { name: "End", exact: true }).click();
  await closed;
  say("the customer's window follows the presenter's and ends with it");
  await page.keyboard.press("F5");
  await presentation.getByText(/^QTE-/).waitFor();
}
async function axe(where) {
  await page.evaluate(axeSource);
  const found = await page.evaluate(() =>
    window.axe.run({ resultTypes: ["violations"], rules: { region: { enabled: false } } }),
  );
  const serious = found.violations.filter((v) => ["serious", "critical"].includes(v.impact));
  assert(
    serious.length === 0,
    `${where}: axe finds nothing serious${serious.map((v) => ` [${v.id}: ${v.nodes[0]?.html}]`).join("")}`,
  );
}

async function work(email) {
  await page.getByTestId("profile").click();
  await page.getByLabel("Switch to").selectOption(email);
  await page.getByLabel("Password").fill(password);
  await page.getByRole("button", { name: "Switch", exact: true }).click();
  await page.getByRole("dialog").waitFor({ state: "detached", timeout: 90_000 });
}

try {
  await page.goto(url);
  await page.getByRole("heading", { name: "Today" }).waitFor({ timeout: 90_000 });
  await page.getByTestId("sync-line").filter({ hasText: "Online" }).waitFor({ timeout: 60_000 });
  say("the window is open, signed in as the field seller, online");
  // SATCHEL_E2E_ONLY=answers, deal, drafts, many, portal, tasks, tickets or extremes walks that part alone, while it is worked on.
  if (process.env.SATCHEL_E2E_ONLY === "extremes") {
    await extremes({ page, assert, say, shot, axe, go, signal });
    throw new Error("only a part was walked");
  }
  if (process.env.SATCHEL_E2E_ONLY === "tickets") {
    await parents({ page, assert, say, shot, axe, go });
    await tickets({ page, assert, say, shot, axe, go, signal });
    throw new Error("only a part was walked");
  }
  if (process.env.SATCHEL_E2E_ONLY === "tasks") {
    await tasks({ page, assert, say, shot, axe, go, signal });
    throw new Error("only a part was walked");
  }
  if (process.env.SATCHEL_E2E_ONLY === "drafts") {
    await drafts({ page, assert, say, shot, axe, go, signal });
    await lists({ page, assert, say, shot, axe, go });
    throw new Error("only a part was walked");
  }
  if (process.env.SATCHEL_E2E_ONLY === "many") {
    await many({ page, assert, say, shot, axe, go, work });
    throw new Error("only a part was walked");
  }
  if (process.env.SATCHEL_E2E_ONLY === "portal") {
    await portal({ page, assert, say, shot, axe, go, shots, axeSource });
    throw new Error("only a part was walked");
  }
  if (process.env.SATCHEL_E2E_ONLY === "answers") {
    await answers({ page, assert, say, shot, axe, go, work, shots });
    throw new Error("only a part was walked");
  }
  if (process.env.SATCHEL_E2E_ONLY === "deal") {
    await deal({ page, assert, say, shot, axe, go, work, shots });
    await books({ page, assert, say, shot, axe, go, work, shots });
    throw new Error("only a part was walked");
  }
  for (const [path, name] of [
    ["/today", "today"],
    ["/accounts", "accounts"],
    ["/sites", "sites"],
    ["/quotes", "quotes"],
    ["/orders", "orders"],
    ["/sla", "sla"],
    ["/sync-centre", "sync-centre"],
    ["/settings", "settings"],
  ]) {
    await go(path);
    await page.waitForTimeout(700);
    await shot(name);
    await axe(name);
  }
  // A frozen server is a network without answer: connections time out. It is thawed later, so that it is the same process.
  signal("STOP");
  await go("/today");
  await page.getByTestId("sync-line").click();
  await page.getByTestId("sync-line").filter({ hasText: "Offline" }).waitFor({ timeout: 90_000 });
  say("the server is stopped; the header says offline and since when");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("kopano");
  await page
    .getByRole("listbox")
    .getByRole("option", { name: /Kopano Retail/ })
    .first()
    .waitFor();
  await shot("palette");
  await page.keyboard.press("Enter");
  await page.getByRole("button", { name: "New quote" }).click();
  await page.getByTestId("monthly").waitFor();
  const quoteUrl = new URL(page.url()).hash.slice(1);
  await page.getByRole("button", { name: "Import list" }).click();
  await page.getByTestId("file").setInputFiles("../samples/kopano_branches.csv");
  await page.getByTestId("counts").filter({ hasText: "53 rows" }).waitFor();
  await page.waitForTimeout(400);
  await shot("import");
  await axe("import preview");
  for (const button of await page.getByRole("button", { name: /^Repair \d+/ }).all())
    await button.click().catch(() => {});
  await page.waitForTimeout(600);
  await page.getByTestId("commit").click();
  await page.getByTestId("monthly").waitFor();
  await page.waitForTimeout(1000);
  const monthly = await page.getByTestId("monthly").innerText();
  assert(/^R[1-9]/.test(monthly), `offline, the imported sites are on the quote: ${monthly} a month`);
  await page.getByLabel("Term", { exact: true }).selectOption("36");
  await page.waitForFunction(
    (before) => document.querySelector("[data-testid=monthly]")?.textContent !== before,
    monthly,
  );
  say("totals move when the term changes");
  await shot("builder");
  await axe("quote builder");
  const net = page.getByRole("button", { name: /^Why / }).first();
  await net.click();
  await page.getByRole("table", { name: "Waterfall" }).waitFor();
  const amounts = await page.getByRole("table", { name: "Waterfall" }).locator("td.num").allInnerTexts();
  const cents = amounts.map((t) => Math.round(Number(t.replace("−", "-").replaceAll(",", "")) * 100));
  assert(
    cents.slice(0, -1).reduce((a, b) => a + b, 0) === cents.at(-1),
    "the waterfall's steps sum to the net price to the cent",
  );
  await shot("why");
  await page.keyboard.press("Escape");
  const manual = page.getByLabel(/^Manual discount at/).first();
  await manual.fill("6 %");
  await manual.press("Enter");
  await page.getByTestId("approval").waitFor();
  say("a manual 6 % needs approval");
  // What it brings the customer, and the screen that is turned to them.
  await page.getByTestId("roi").click();
  await page.getByLabel("Present provider, a month").fill("60 000");
  await page.getByLabel("Downtime avoided, hours a month").fill("6");
  await page.getByLabel("Cost of an hour of downtime").fill("R2,500");
  await page
    .getByTestId("roi-figures")
    .getByText(/\d+\.\d %/)
    .waitFor();
  await page.getByLabel("Horizon, months").fill("0");
  await page.getByText("This is not a value that can be used here.").waitFor();
  await page.getByLabel("Horizon, months").fill("24");
  await page.getByText("This is not a value that can be used here.").waitFor({ state: "detached" });
  await page.waitForTimeout(300);
  await shot("roi");
  await axe("ROI");
  await page.getByTestId("keep-roi").click();
  await page.getByRole("dialog").waitFor({ state: "detached" });
  say("ROI: figures follow what is typed, a senseless horizon is said, the inputs are kept");
  await page.keyboard.press("F5");
  const presentation = page.getByTestId("presentation");
  await presentation.getByText(/^QTE-/).waitFor();
  let presented = "";
  for (let slide = 0; slide < 40; slide += 1) {
    presented += ` ${await presentation.innerText()} ${await page.title()}`;
    if (slide < 4) await shot(`present-${slide}`);
    if (slide === 1) await axe("presentation");
    if (await page.getByTestId("next-slide").isDisabled()) break;
    await page.keyboard.press("ArrowRight");
  }
  const inside4 = ["argin", "cost price", "discretionary", "manager", "note for"].filter((word) =>
    presented.includes(word),
  );
  assert(
    inside4.length === 0 && presented.includes("Subject to approval"),
    `presented: nothing internal, subject to approval${inside4.join()}`,
  );
  assert(
    presented.includes("Return on investment") &&
      presented.includes((await page.getByTestId("monthly").innerText()).trim()),
    "presented: the ROI and the screen's own total",
  );
  await otherScreen(presentation);
  await page.keyboard.press("Escape");
  await presentation.waitFor({ state: "detached" });
  await page.getByTestId("request_approval").click();
  await page.getByTestId("confirm").click();
  await page.getByTestId("pdf").click();
  const pdfPath = await page.getByTestId("pdf-path").innerText();
  const printed = execFileSync("pdftotext", ["-layout", pdfPath, "-"]).toString();
  const shown = (await page.getByTestId("monthly").innerText()).replace("R", "");
  assert(printed.includes(shown), `the printed quote has the screen's total ${shown}`);
  execFileSync("qpdf", ["--check", pdfPath]);
  execFileSync("pdftoppm", ["-r", "60", "-png", "-l", "4", pdfPath, `${shots}/pdf`]);
  await page.keyboard.press("Escape");
  await work("manager@demo.example");
  await page.getByTestId("approve").click();
  await page.getByTestId("confirm").click();
  await page.getByTestId("send").and(page.locator(":enabled")).waitFor();
  say("offline, the manager approves on this laptop");
  await work("seller@demo.example");
  await page.getByTestId("send").click();
  await page.getByTestId("accept").click();
  await page.getByTestId("accept-name").fill("Procurement");
  const pad = await page.getByTestId("signature").boundingBox();
  await page.mouse.move(pad.x + 40, pad.y + 60);
  await page.mouse.down();
  for (let n = 0; n < 24; n += 1) await page.mouse.move(pad.x + 40 + n * 12, pad.y + 60 + 25 * Math.sin(n / 2));
  await page.mouse.up();
  await page.getByTestId("mail-to").fill("thandi@kopano.example");
  await shot("sign");
  await axe("acceptance with signature");
  await page.getByTestId("confirm").click();
  await page.getByText("Accepted, waiting for the server").first().waitFor();
  await page.getByRole("button", { name: /^QTE-.* signed\.pdf$/ }).waitFor();
  await page.getByTestId("pdf").click();
  const signedPath = await page.getByTestId("pdf-path").innerText();
  const signed = execFileSync("pdftotext", ["-layout", signedPath, "-"]).toString();
  assert(
    signed.includes("Evidence of the signature") &&
      /SHA-256\s+[0-9a-f]{64}/.test(signed) &&
      signed.includes("Procurement"),
    "signed on the laptop: the copy has its evidence page",
  );
  execFileSync("qpdf", ["--check", signedPath]);
  execFileSync("pdftoppm", ["-r", "60", "-png", signedPath, `${shots}/signed`]);
  await page.keyboard.press("Escape");
  say("sent and accepted, waiting for the server");
  const mail = page.getByTestId("mail").filter({ hasText: "thandi@kopano.example" });
  await mail.filter({ hasText: "Waiting" }).waitFor();
  await mail.scrollIntoViewIfNeeded();
  await shot("accepted-offline");
  signal("CONT");
  await page.getByTestId("sync-line").click();
  await page
    .getByText(/Order BUS-\d{8}-\d{4}/)
    .first()
    .waitFor({ timeout: 90_000 });
  say("the server priced it again, made the order, and the window shows it");
  await mail.filter({ hasText: /Sent/ }).waitFor({ timeout: 60_000 });
  say("the customer's signed copy was mailed once there was a network");
  await mail.scrollIntoViewIfNeeded();
  await shot("converted");
  await page.getByTestId("write-mail").click();
  await page.getByRole("dialog").getByTestId("mail-to").fill("not an address");
  await page.getByTestId("send-mail").click();
  await shot("write-mail");
  await axe("writing a mail");
  await page.keyboard.press("Escape");
  await go("/orders");
  await page.getByRole("grid", { name: "Orders" }).getByText("Kopano Retail").first().waitFor();
  assert(
    (await page.getByRole("grid", { name: "Orders" }).getByText("Kopano Retail").count()) === 1,
    "exactly one order",
  );
  await go("/sync-centre");
  await page.waitForTimeout(800);
  await shot("sync-centre-after");
  // Keyboard alone, from the first key to an opened quote and back: no mouse from here on.
  await go("/today");
  await page.waitForTimeout(300);
  await page.evaluate(() => document.activeElement?.blur());
  await page.keyboard.press("g");
  await page.keyboard.press("q");
  await page.getByRole("heading", { name: "Quotes" }).waitFor();
  say("keyboard: g q goes to the quotes");
  const grid = page.getByRole("grid", { name: "Quotes" });
  await grid.getByRole("row").nth(2).waitFor();
  for (let n = 0; n < 40 && !(await grid.evaluate((e) => e === document.activeElement)); n += 1)
    await page.keyboard.press("Tab");
  assert(await grid.evaluate((e) => e === document.activeElement), "keyboard: Tab reaches the list");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await page.keyboard.press("Enter");
  await page.getByTestId("monthly").waitFor();
  say("keyboard: j k moves, Enter opens");
  await page.keyboard.press("p");
  await page.getByTestId("pdf-path").waitFor();
  const inside = await page.evaluate(() => document.querySelector("[role=dialog]")?.contains(document.activeElement));
  assert(inside, "keyboard: p prints, and the focus is inside the dialog");
  await page.keyboard.press("Escape");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  await page.keyboard.press("Escape");
  await page.getByRole("heading", { name: "Quotes" }).waitFor();
  say("keyboard: Esc closes and goes back");
  await page.keyboard.press("?");
  await page.getByRole("dialog", { name: "Keys" }).waitFor();
  await page.keyboard.press("Escape");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("durban");
  await page.getByRole("listbox").getByRole("option").first().waitFor();
  await page.keyboard.press("ArrowDown");
  await page.keyboard.press("Enter");
  await page.getByRole("dialog").waitFor({ state: "detached" });
  say("keyboard: ? shows the keys, Ctrl K finds and opens");
  // Files, offline and after.
  await go(quoteUrl);
  await page.getByTestId("attach").setInputFiles({
    name: "purchase order.pdf",
    mimeType: "application/pdf",
    buffer: Buffer.from("%PDF-1.7 a purchase order"),
  });
  await page.getByRole("button", { name: "purchase order.pdf" }).waitFor();
  await page
    .getByTestId("attach")
    .setInputFiles({ name: "virus.exe", mimeType: "application/pdf", buffer: Buffer.from("MZ") });
  await page.getByText(/Only PDF, PNG/).waitFor();
  say("a file is added, and one that is not what it says is refused in words");
  await shot("files");
  await sites({ page, assert, say, shot, axe, go });
  await parents({ page, assert, say, shot, axe, go });
  await many({ page, assert, say, shot, axe, go, work });
  await deal({ page, assert, say, shot, axe, go, work, shots });
  await books({ page, assert, say, shot, axe, go, work, shots });
  await answers({ page, assert, say, shot, axe, go, work, shots });
  await portal({ page, assert, say, shot, axe, go, shots, axeSource });
  await tickets({ page, assert, say, shot, axe, go, signal });
  await tasks({ page, assert, say, shot, axe, go, signal });
  await drafts({ page, assert, say, shot, axe, go, signal });
  await lists({ page, assert, say, shot, axe, go });
  await go("/settings");
  await page.getByLabel("Theme").selectOption("dark");
  await page.waitForTimeout(400);
  await go(quoteUrl);
  await page.getByTestId("monthly").waitFor();
  await page.waitForTimeout(600);
  await shot("quote-dark");
  await axe("quote, dark");
  await page.setViewportSize({ width: 1024, height: 768 });
  await page.waitForTimeout(400);
  await shot("quote-dark-1024");
  // The technician's day on the same laptop, without a network.
  await page.setViewportSize({ width: 1440, height: 900 });
  await go("/settings");
  await page.getByLabel("Theme").selectOption("light");
  await work("technician@demo.example");
  await go("/jobs");
  const jobs = page.getByRole("grid", { name: "Jobs" });
  await jobs.getByRole("link").first().waitFor({ timeout: 60_000 });
  await shot("jobs");
  await axe("jobs");
  signal("STOP");
  await jobs.getByRole("link").first().click();
  await page.getByTestId("check_in").click();
  await page.getByTestId("recorded").getByText("Checked in").waitFor();
  await page.getByTestId("on-site").waitFor();
  say("without a network: checked in within two taps, the clock runs");
  await page.setViewportSize({ width: 768, height: 1024 });
  await page.waitForTimeout(400);
  await shot("job-768");
  await axe("job");
  const reach = await page.getByTestId("check_out").boundingBox();
  assert(reach.height >= 48, `the check-out button is ${Math.round(reach.height)} px high`);
  await page.getByTestId("check_out").click();
  await page.getByTestId("recorded").getByText("Checked out").waitFor();
  signal("CONT");
  await page.getByTestId("sync-line").click();
  await page.waitForFunction(
    () => !document.querySelector("[data-testid=recorded]")?.textContent.includes("Waiting"),
    undefined,
    { timeout: 90_000 },
  );
  say("online again, the server has both");
  assert(broken.length === 0, `no script error (${broken.join("; ")})`);
  console.log(`browser: ${passed} passed, 0 failed`);
} catch (error) {
  await shot("failed").catch(() => {});
  console.error(error);
  console.log(`browser: ${passed} passed, 1 failed`);
  process.exitCode = 1;
} finally {
  try {
    signal("CONT");
  } catch {}
  await browser.close();
}
