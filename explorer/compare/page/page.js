// Draws every plot where it is to stand, when it is first seen; and changes what the curves run over.

const figures = JSON.parse(document.getElementById("figures").textContent);

const watch = new IntersectionObserver((seen) => {
  for (const one of seen) {
    if (one.isIntersecting && !one.target.dataset.drawn) {
      one.target.dataset.drawn = "yes";
      const figure = figures[one.target.id];
      Plotly.newPlot(one.target, figure.data, figure.layout, SETTINGS);
    }
  }
}, { rootMargin: "600px" });
for (const id of Object.keys(figures)) watch.observe(document.getElementById(id));

for (const section of document.querySelectorAll(".c-curves")) {
  const buttons = section.querySelectorAll("button[data-over]");
  const show = (over) => {
    for (const panel of section.querySelectorAll(".c-panel")) panel.hidden = panel.dataset.over !== over;
    for (const button of buttons) button.setAttribute("aria-pressed", String(button.dataset.over === over));
  };
  for (const button of buttons) button.addEventListener("click", () => show(button.dataset.over));
  show(buttons[0].dataset.over);
}
