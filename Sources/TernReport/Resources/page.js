"use strict";
// Boxes that scroll are reached by the keyboard; those that fit need not be.
const boxes = document.querySelectorAll(".formula, .long, .drawing, .table, pre");
const fit = () => boxes.forEach(box => {
  if (box.scrollWidth > box.clientWidth + 1) box.tabIndex = 0;
  else box.removeAttribute("tabindex");
});
addEventListener("resize", fit);
addEventListener("toggle", fit, true);
fit();
// The formulas' font changes their width.
document.fonts.ready.then(fit);

const offer = (place, name, text) => {
  const button = document.createElement("button");
  button.type = "button";
  button.textContent = "Copy";
  button.setAttribute("aria-label", name);
  button.onclick = async () => {
    try {
      await navigator.clipboard.writeText(text());
      button.textContent = "Copied";
    } catch {
      button.textContent = "Not allowed";
    }
    setTimeout(() => { button.textContent = "Copy"; }, 1500);
  };
  place.append(button);
};
if (navigator.clipboard) {
  document.querySelectorAll(".listing").forEach(box => offer(box, "Copy code", () => box.querySelector("code").textContent));
  document.querySelectorAll(".table").forEach(box => offer(box.querySelector(".files"), "Copy table", () =>
    [...box.querySelectorAll("tr")].map(row => [...row.cells].map(cell => cell.dataset.full || cell.textContent).join("\t")).join("\n")));
}

// Paper shows what is hidden on the screen.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  closed.forEach(one => { one.open = true; });
});
addEventListener("afterprint", () => closed.forEach(one => { one.open = false; }));
