// What a console page needs beyond plain forms and links: live regions, selections, menus. No inline handlers anywhere.
import "htmx.org/dist/htmx.esm.js";

const live = (event) => (event.target instanceof Element ? event.target.closest("[data-live]") : null);

// A hidden tab does not ask again; it asks once when it is looked at.
document.addEventListener("htmx:before:request", (event) => {
  if (document.hidden && live(event)) event.preventDefault();
});
document.addEventListener("visibilitychange", () => {
  if (document.hidden) return;
  for (const region of document.querySelectorAll("[data-live]")) region.dispatchEvent(new Event("awake"));
});

// A refresh that failed keeps the last numbers and says that they are old.
function markStale(event) {
  live(event)?.setAttribute("data-stale", "");
}
document.addEventListener("htmx:response:error", markStale);
document.addEventListener("htmx:error", markStale);
document.addEventListener("htmx:after:swap", (event) => {
  const region = live(event);
  if (region && !event.detail?.ctx?.response?.status?.toString().startsWith("5")) region.removeAttribute("data-stale");
});

// Bulk actions act on the selection only, and say how many it is.
function showSelection(table) {
  const boxes = [...table.querySelectorAll("input[data-row]")];
  const chosen = boxes.filter((box) => box.checked).length;
  const all = table.querySelector("input[data-all]");
  if (all) {
    all.checked = chosen > 0 && chosen === boxes.length;
    all.indeterminate = chosen > 0 && chosen < boxes.length;
  }
  for (const bar of table.querySelectorAll("[data-bulk]")) {
    bar.hidden = chosen === 0;
    const count = bar.querySelector("[data-count]");
    if (count) count.textContent = String(chosen);
  }
}
document.addEventListener("change", (event) => {
  const box = event.target;
  const table = box instanceof Element ? box.closest("[data-table]") : null;
  if (box instanceof HTMLInputElement && table && box.matches("input[data-all], input[data-row]")) {
    if (box.matches("[data-all]")) {
      for (const row of table.querySelectorAll("input[data-row]")) row.checked = box.checked;
    }
    showSelection(table);
  } else if (box instanceof HTMLInputElement && box.type === "file") {
    const shown = box.closest(".file-field")?.querySelector("[data-filename]");
    if (shown) shown.textContent = [...box.files].map((file) => file.name).join(", ") || shown.dataset.filename;
  } else if (box instanceof HTMLElement && box.matches("[data-submit]")) {
    box.form?.requestSubmit();
  }
});

// A menu closes when the reader looks elsewhere.
document.addEventListener("click", (event) => {
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    if (!menu.contains(event.target)) menu.open = false;
  }
});
document.addEventListener("keydown", (event) => {
  if (event.key !== "Escape") return;
  for (const menu of document.querySelectorAll("details.menu[open]")) {
    menu.open = false;
    menu.querySelector("summary")?.focus();
  }
});
