// Tasks: made without a network by keyboard alone, put off, done with what came of it, its next one, and everywhere it shows.
import { inBothLooks } from "./looks.mjs";

export async function tasks({ page, assert, say, shot, axe, go, signal }) {
  const both = inBothLooks({ page, shot, axe });
  const dialog = page.getByRole("dialog", { name: "New task" });
  const list = page.getByRole("grid", { name: "Tasks" });
  await go("/today");
  await page.getByRole("heading", { name: "My tasks" }).waitFor();
  await page.getByRole("heading", { level: 1 }).click();
  await page.keyboard.press("g");
  await page.keyboard.press("d");
  await page.getByRole("heading", { name: "Tasks", level: 1 }).waitFor();
  await page.getByLabel("Find in tasks").fill("no such thing");
  await page.getByText("No task matches.").waitFor();
  await both("tasks-empty");
  await page.getByRole("button", { name: "Clear" }).click();
  say("the keys go to the tasks, and a list without any says so");
  // Without a network, about a customer, with the keyboard alone.
  signal("STOP");
  await page.getByTestId("new-task").focus();
  await page.keyboard.press("Enter");
  await dialog.waitFor();
  const inside = await page.evaluate(() => document.querySelector("[role=dialog]")?.contains(document.activeElement));
  assert(inside, "the dialog takes the focus");
  assert(await dialog.getByTestId("save-task").isDisabled(), "a task without a customer and a line is not saved");
  await dialog.getByLabel("Customer, site, quote or ticket").fill("kopano");
  await dialog
    .getByRole("button", { name: /Kopano/ })
    .first()
    .press("Enter");
  const title = "Ask whether the second line is wanted before the holidays, and who signs";
  await dialog.getByTestId("task-title").fill(title);
  await dialog.getByLabel("Repeated").selectOption("weekly");
  await both("task-new");
  await dialog.getByTestId("task-title").press("Enter");
  await page.getByRole("heading", { name: title }).waitFor();
  await page.getByText("Waiting to be sent").waitFor();
  await both("task-offline");
  say("without a network a task is made, and says that it waits");
  await page.getByTestId("edit-task").click();
  const edit = page.getByRole("dialog", { name: "Change the task" });
  await edit.getByLabel("Hour (optional)").fill("16:30");
  await both("task-edit");
  await edit.getByTestId("save-task").click();
  await page.getByText(/16:30/).first().waitFor();
  await go("/today");
  await page.getByTestId("task-today").filter({ hasText: title }).waitFor();
  await both("today-tasks");
  await page.getByRole("link", { name: title }).click();
  await page.getByLabel("What came of it (optional)").fill("Wanted, the owner signs on Monday.");
  await page.getByTestId("task-done").click();
  await page.getByTestId("outcome").getByText("the owner signs").waitFor();
  await page.getByText("Next one:").waitFor();
  say("it gets an hour, stands on Today, is done with what came of it, and its next one is there");
  signal("CONT");
  await page.getByTestId("sync-line").click();
  await page.getByText("Waiting to be sent").waitFor({ state: "detached", timeout: 90_000 });
  await both("task-done");
  // Taken back: opened again, its next one goes.
  await page.getByTestId("task-open").click();
  await page.getByTestId("task-done").waitFor();
  await page.getByText("Next one:").waitFor({ state: "detached" });
  say("opened again it has no next one");
  await page.keyboard.press("Control+k");
  await page.keyboard.type("second line wanted");
  await page
    .getByRole("listbox")
    .getByRole("option", { name: /second line/ })
    .first()
    .waitFor();
  await page.keyboard.press("Escape");
  await page.locator("a[href^='#/accounts/']").first().click();
  await page.getByRole("tab", { name: "Tasks" }).click();
  await list.getByText(title).first().waitFor();
  await shot("account-tasks");
  await axe("account's tasks");
  say("the palette and its account show it");
  // One that nobody else sees.
  await go("/tasks");
  await page.getByTestId("new-task").click();
  await dialog.getByLabel(/Only for me/).check();
  await dialog.getByTestId("task-title").fill("Renew the pass of the car park");
  await dialog.getByTestId("save-task").click();
  await page.getByText("About no customer: nobody else sees it").waitFor();
  await page.getByTestId("task-cancelled").click();
  await page.getByTestId("task-open").waitFor();
  say("one of one's own is made and cancelled");
  await go("/tasks");
  await list.getByText(title).first().waitFor();
  await both("tasks");
}
