// @ts-check
// Plotly's figures, drawn when they are first seen. Its script comes from the app, once, when there is a plot to draw.

import { buttonGroup } from "../shared/web/controls.js";
import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";

const PLOT_SETTINGS = { displayModeBar: false, responsive: true };
const plotted = new WeakMap(); // a place: its figure, and whether it was drawn
const seen = new IntersectionObserver((places) => {
  for (const { isIntersecting, target } of places) if (isIntersecting) drawPlot(target);
}, { rootMargin: "500px" });

let loading; // its script

function plotly() {
  loading ??= new Promise((ready, failed) => {
    const script = createNode("script");
    script.src = new URL("plotly.js", document.baseURI).href;
    script.onload = () => ready(window.Plotly);
    script.onerror = () => {
      loading = undefined;
      failed(new Error("plotly.js did not come"));
    };
    document.head.append(script);
  });
  return loading;
}

async function drawPlot(place) {
  const figure = plotted.get(place);
  if (!figure || figure.drawn || !place.isConnected || !place.clientWidth) return;
  figure.drawn = true;
  try {
    const Plotly = await plotly();
    await Plotly.react(place, figure.data, figure.layout, PLOT_SETTINGS);
    place.dataset.drawn = "yes";
  } catch (broken) {
    figure.drawn = false;
    console.error(broken);
  }
}

// Show these figures in a parent, each in its place; one that has not changed is left as it is.
function showFigures(parent, figures) {
  const places = ensureChildren(parent, figures.length, () => {
    const place = createNode("div", "gc-plot");
    place.role = "img";
    seen.observe(place);
    return place;
  });
  places.forEach((place, i) => {
    const text = JSON.stringify(figures[i]);
    if (plotted.get(place)?.text === text) return;
    const { about, ...figure } = figures[i];
    setLabel(place, about);
    place.style.height = `${figure.layout.height}px`;
    plotted.set(place, { ...figure, text, drawn: false });
    seen.unobserve(place);
    seen.observe(place); // which says at once whether it is on show
  });
}

/** @param {Compare} compare */
export function plotsView(compare) {
  const { find } = compare;
  function showPlots() {
    const { learned = {}, reading = [], groups = [], over = {} } = compare.measured?.plots ?? {};
    showLearned(Object.entries(learned), reading);
    const sections = ensureChildren(find(".gc-groups"), groups.length, createGroup);
    sections.forEach((section, i) => showGroup(section, groups[i], over));
  }

  function showLearned(learned, reading) {
    find(".gc-learning").hidden = !learned.length;
    find(".gc-terms").replaceChildren(...reading.flatMap(([term, text]) => [createNode("dt", "", term), createNode("dd", "", text)]));
    const rows = ensureChildren(find(".gc-learners"), learned.length, () => {
      const row = createNode("section");
      const head = createNode("h3");
      head.append(createNode("i", "gc-dot"), createNode("span"), createNode("span", "gc-soft"));
      row.append(head, createNode("div", "gc-plots gc-three"));
      return row;
    });
    rows.forEach((row, i) => {
      const [place, figures] = learned[i];
      const entry = compare.measured.entries[place];
      const [dot, name, family] = row.firstChild.children;
      dot.style.background = entry.colour;
      setText(name, entry.name);
      setText(family, entry.title);
      showFigures(row.lastChild, figures);
    });
  }

  function createGroup() {
    const section = createNode("section", "gc-group");
    const classes = createNode("div", "gc-classes");
    classes.append(createNode("h3"), createNode("div", "gc-legend"), createNode("div", "gc-plots gc-tall"), createNode("p", "gc-soft"));
    const curves = createNode("div", "gc-curves");
    const head = createNode("div", "gc-head");
    const over = createNode("div", "gx-segments gx-small");
    over.role = "group";
    head.append(createNode("h3"), over);
    const below = createNode("p", "gc-soft");
    curves.append(head, createNode("div", "gc-legend"), createNode("div", "gc-plots"), below);
    section.append(classes, curves);
    section.over = "kimg";
    section.show = buttonGroup(over, (value) => {
      section.over = value;
      showPlots();
    });
    return section;
  }

  function showLegend(parent, places) {
    const names = ensureChildren(parent, places.length, () => {
      const name = createNode("span", "gc-title");
      name.append(createNode("i", "gc-dot"), createNode("span"));
      return name;
    });
    names.forEach((name, i) => {
      const entry = compare.measured.entries[places[i]];
      name.firstChild.style.background = entry.colour;
      setText(name.lastChild, entry.name);
    });
  }

  function showGroup(section, group, over) {
    const [classes, curves] = section.children;
    classes.hidden = !group.classes.length;
    setText(classes.children[0], `Class by class, judged by ${group.judge}`);
    setText(classes.lastChild, group.variation);
    showLegend(classes.children[1], group.of);
    showFigures(classes.children[2], group.classes);
    curves.hidden = !group.learners.length;
    setText(curves.firstChild.firstChild, `While they learned, judged by ${group.judge}`);
    const names = Object.entries(over);
    ensureChildren(curves.firstChild.lastChild, names.length, () => createNode("button")).forEach((button, i) => {
      [button.type, button.dataset.value] = ["button", names[i][0]];
      setText(button, names[i][1]);
    });
    section.show(section.over);
    showLegend(curves.children[1], group.learners);
    showFigures(curves.children[2], group.curves[section.over] ?? []);
    setText(curves.lastChild, `${group.moments.toLocaleString("en")} samples of each snapshot. Dotted: real pictures, as many.`);
  }

  return { show: showPlots };
}
