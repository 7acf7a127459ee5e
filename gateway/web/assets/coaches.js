// People of a plan are dragged from coach to coach. The form does the work: the people dragged are ticked, the coach is
// chosen in the list, and the form is sent; without this script one does the same by hand.
const form = document.querySelector("[data-coaches]");
let dragged = null;

const person = (event) => (event.target instanceof Element ? event.target.closest("[data-person]") : null);
const coach = (event) => (event.target instanceof Element ? event.target.closest("[data-drop]") : null);

function light(over) {
  for (const found of form.querySelectorAll("[data-drop]")) found.classList.toggle("is-over", found === over);
}

form?.addEventListener("dragstart", (event) => {
  dragged = person(event);
  if (!dragged) return;
  event.dataTransfer.effectAllowed = "move";
  event.dataTransfer.setData("text/plain", dragged.textContent.trim());
});
form?.addEventListener("dragover", (event) => {
  const over = coach(event);
  if (!dragged || !over || over.contains(dragged)) return light(null);
  event.preventDefault();
  light(over);
});
form?.addEventListener("dragend", () => {
  dragged = null;
  light(null);
});
form?.addEventListener("drop", (event) => {
  const to = coach(event);
  if (!dragged || !to) return;
  event.preventDefault();
  const box = dragged.querySelector("input[name=order]");
  // Who drags one of several ticked people means all of them; who drags another means that one.
  if (!box.checked) for (const other of form.querySelectorAll("input[name=order]")) other.checked = other === box;
  form.elements.to.value = to.dataset.drop;
  form.requestSubmit();
});
