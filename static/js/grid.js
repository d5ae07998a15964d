// The grid of the cities: Enter goes to the same cell of the row below, Shift and Enter to the one above, as in a spreadsheet;
// in the last row it keeps the row. Without this file Enter presses the button of the row; what is changed is kept either way.
"use strict";

const grid = document.querySelector("table.grid");

grid?.addEventListener("keydown", (event) => {
  const here = event.target;
  if (event.key !== "Enter" || !here.matches("input:not([type=checkbox]), select")) return;
  event.preventDefault();
  const rows = Array.from(grid.querySelectorAll("tbody tr"));
  const next = rows[rows.indexOf(here.closest("tr")) + (event.shiftKey ? -1 : 1)];
  if (next) next.querySelector(`[name="${here.name}"]`).focus();
  else here.form.requestSubmit();
});

// What could not be sent says so, and shows the button of its row until it is.
for (const trouble of ["htmx:sendError", "htmx:responseError", "htmx:timeout"]) {
  grid?.addEventListener(trouble, (event) => {
    const beside = event.target.closest("tr").querySelector(".beside");
    beside.classList.add("unsent");
    beside.querySelector("[role=status]").textContent = grid.dataset.unsent;
  });
}
