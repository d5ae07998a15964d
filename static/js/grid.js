// The grid of the cities: Enter goes to the same cell of the row below, Shift and Enter to the one above, as in a spreadsheet.
// Without this file Enter presses the button of the row; what is changed is kept either way.
"use strict";

document.querySelector("table.grid")?.addEventListener("keydown", (event) => {
  const here = event.target;
  if (event.key !== "Enter" || !here.matches("input:not([type=checkbox]), select")) return;
  event.preventDefault();
  const rows = Array.from(document.querySelectorAll("table.grid tbody tr"));
  const next = rows[rows.indexOf(here.closest("tr")) + (event.shiftKey ? -1 : 1)];
  (next?.querySelector(`[name="${here.name}"]`) ?? here.closest("tr").querySelector(".keep")).focus();
});
