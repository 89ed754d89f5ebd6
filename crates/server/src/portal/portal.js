// Two small comforts; every page works without them. A look is told once the page has been seen, so that what only fetches
// addresses (mail scanners, previews) is not taken for a customer; a form is not sent twice by a second press.
"use strict";
const seen = document.querySelector("[data-seen]");
if (seen) {
  let told = false;
  const tell = () => {
    if (told || document.visibilityState !== "visible") return;
    told = true;
    fetch(seen.dataset.seen, { method: "POST", credentials: "omit" }).catch(() => {});
  };
  setTimeout(tell, 1500);
  document.addEventListener("visibilitychange", () => setTimeout(tell, 1500));
}
for (const form of document.forms)
  form.addEventListener("submit", () => {
    for (const button of form.querySelectorAll("button")) setTimeout(() => (button.disabled = true), 0);
  });
// Back from the page after it: the buttons work again.
addEventListener("pageshow", () => {
  for (const button of document.querySelectorAll("form button")) button.disabled = false;
});
// What was asked to be looked at stands open, and is where typing goes.
const show = () => {
  const wanted = location.hash && document.getElementById(location.hash.slice(1))?.closest("details");
  if (!wanted) return;
  wanted.open = true;
  wanted.querySelector("summary").focus();
};
addEventListener("hashchange", show);
show();
