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

// Figures of steps are shown one step at a time when asked for: by themselves, or click by click for those who want no motion.
const whole = [];
document.querySelectorAll("figure").forEach(figure => {
  const drawings = [...figure.querySelectorAll("svg[data-steps]")];
  if (!drawings.length) return;
  const count = drawings[0].dataset.steps.split(";").length, views = drawings.map(svg => svg.getAttribute("viewBox"));
  const button = document.createElement("button");
  let step = -1, timer = 0;
  const show = to => {
    step = to;
    clearTimeout(timer);
    drawings.forEach((svg, i) => svg.setAttribute("viewBox", step < 0 ? views[i] : svg.dataset.steps.split(";")[step]));
    button.textContent = step < 0 ? "Step by step" : "Step " + (step + 1) + " of " + count;
    const still = matchMedia("(prefers-reduced-motion: reduce)").matches;
    if (step >= 0 && !still) timer = setTimeout(() => show(step + 1 < count ? step + 1 : -1), 2200);
  };
  button.type = "button";
  button.className = "player";
  button.onclick = () => show(step + 1 < count ? step + 1 : -1);
  show(-1);
  figure.querySelector("figcaption").append(button);
  whole.push(() => show(-1));
});
addEventListener("beforeprint", () => whole.forEach(show => show()));

// Paper shows what is hidden on the screen.
let closed = [];
addEventListener("beforeprint", () => {
  closed = [...document.querySelectorAll("details:not([open])")];
  closed.forEach(one => { one.open = true; });
});
addEventListener("afterprint", () => closed.forEach(one => { one.open = false; }));
