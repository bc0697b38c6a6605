// @ts-check
// Draws every plot where it is to stand, when it is first seen; and changes what the curves run over.

const figures = JSON.parse(document.getElementById("figures").textContent);

const watch = new IntersectionObserver((places) => {
  for (const { isIntersecting, target } of places) {
    if (!(target instanceof HTMLElement) || !isIntersecting || target.dataset.drawn) continue;
    target.dataset.drawn = "yes";
    const figure = figures[target.id];
    Plotly.newPlot(target, figure.data, figure.layout, SETTINGS);
  }
}, { rootMargin: "600px" });
for (const id of Object.keys(figures)) watch.observe(document.getElementById(id));

for (const section of document.querySelectorAll(".c-curves")) {
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = section.querySelectorAll("button[data-over]");
  /** @type {NodeListOf<HTMLElement>} */
  const panels = section.querySelectorAll(".c-panel");
  const show = (over) => {
    for (const panel of panels) panel.hidden = panel.dataset.over !== over;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.over === over));
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.over));
  show(buttons[0].dataset.over);
}
