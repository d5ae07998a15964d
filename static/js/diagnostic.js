// A page of the questionnaire: choices that stand alone untick the others, and questions that an answer closes step aside.
// Without this file the page works too: the server checks the first, and each such question says when it is meant.
"use strict";

const form = document.getElementById("questions");
const kept = document.getElementById("kept");

function chosenIn(code) {
  return Array.from(form.querySelectorAll(`#q-${code} input:checked`), (input) => input.value);
}

function showWhatIsOpen() {
  for (const fieldset of form.querySelectorAll("[data-only-if]")) {
    const earlier = form.querySelector(`#q-${fieldset.dataset.onlyIf}`);
    if (!earlier) continue;
    const opening = fieldset.dataset.any.split(" ");
    const chosen = earlier.hidden ? [] : chosenIn(fieldset.dataset.onlyIf);
    fieldset.hidden = !chosen.some((code) => opening.includes(code));
    fieldset.querySelector(".opening").hidden = true;
  }
}

function untickOthers(input) {
  if (input.type !== "checkbox" || !input.checked) return;
  for (const other of input.closest("fieldset").querySelectorAll("input[type=checkbox]")) {
    const excludes = "alone" in input.dataset || "alone" in other.dataset;
    if (other !== input && excludes) other.checked = false;
  }
}

function rememberTicks(input) {
  // Unticking the last box takes the answer back: say that this question was answered.
  if (input.type !== "checkbox") return;
  const fieldset = input.closest("fieldset");
  if (fieldset.querySelector("input[name=ticked]")) return;
  const mark = document.createElement("input");
  Object.assign(mark, { type: "hidden", name: "ticked", value: input.name });
  fieldset.append(mark);
}

function sayTrouble() {
  kept.textContent = kept.dataset.trouble;
  kept.classList.add("trouble");
}

if (form) {
  // In the capture phase, so that what is kept at once is already in order.
  form.addEventListener("change", (event) => {
    untickOthers(event.target);
    rememberTicks(event.target);
    showWhatIsOpen();
  }, true);
  for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) form.addEventListener(trouble, sayTrouble);
  form.addEventListener("htmx:afterSwap", () => kept.classList.remove("trouble"));
  // Coming back with the browser's arrow, what was ticked is ticked again after this file has run.
  window.addEventListener("pageshow", showWhatIsOpen);
  showWhatIsOpen();
}
