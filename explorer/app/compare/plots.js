// Plotly's figures, drawn when they are first seen. Its script comes from the app, once, when there is a plot to draw.

const PLOT_SETTINGS = { displayModeBar: false, responsive: true };
const plotted = new WeakMap(); // a place: its figure, and whether it was drawn
const seen = new IntersectionObserver((places) => {
  for (const { isIntersecting, target } of places) if (isIntersecting) drawPlot(target);
}, { rootMargin: "500px" });

function plotly() {
  window.ganExplorerPlotly ??= new Promise((ready, failed) => {
    const script = made("script");
    script.src = new URL("plotly.js", document.baseURI).href;
    script.onload = () => ready(window.Plotly);
    script.onerror = () => {
      window.ganExplorerPlotly = undefined;
      failed(new Error("plotly.js did not come"));
    };
    document.head.append(script);
  });
  return window.ganExplorerPlotly;
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
  const places = children(parent, figures.length, () => {
    const place = made("div", "gc-plot");
    place.role = "img";
    seen.observe(place);
    return place;
  });
  places.forEach((place, i) => {
    const told = JSON.stringify(figures[i]);
    if (plotted.get(place)?.told === told) return;
    const { about, ...figure } = figures[i];
    describe(place, about);
    place.style.height = `${figure.layout.height}px`;
    plotted.set(place, { ...figure, told, drawn: false });
    seen.unobserve(place);
    seen.observe(place); // which tells at once whether it is on show
  });
}

function showPlots() {
  const { learned = {}, groups = [], over = {} } = known?.plots ?? {};
  const losses = Object.entries(learned).flatMap(([place, figures]) => figures.map((figure) => ({ figure, name: known.entries[place].name })));
  find(".gc-learning").hidden = !losses.length;
  showFigures(find(".gc-losses"), losses.map(({ figure, name }) => titled(figure, name)));
  const sections = children(find(".gc-groups"), groups.length, madeGroup);
  sections.forEach((section, i) => showGroup(section, groups[i], over));
}

// With the generator's name before the title. Plotly reads markup in a title: what might be some is written otherwise.
function titled(figure, name) {
  const plain = name.replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  const title = { ...figure.layout.title, text: `${plain} · ${figure.layout.title.text}` };
  return { ...figure, layout: { ...figure.layout, title } };
}

function madeGroup() {
  const section = made("section", "gc-group");
  const classes = made("div", "gc-classes");
  classes.append(made("h3"), made("div", "gc-legend"), made("div", "gc-plots gc-tall"), made("p", "gc-soft"));
  const curves = made("div", "gc-curves");
  const head = made("div", "gc-head");
  const over = made("div", "gx-segments gx-small");
  over.role = "group";
  head.append(made("h3"), over);
  const below = made("p", "gc-soft");
  curves.append(head, made("div", "gc-legend"), made("div", "gc-plots"), below);
  section.append(classes, curves);
  section.over = "kimg";
  section.show = choice(over, (value) => {
    section.over = value;
    showPlots();
  });
  return section;
}

function showLegend(parent, places) {
  const names = children(parent, places.length, () => {
    const name = made("span", "gc-title");
    name.append(made("i", "gc-dot"), made("span"));
    return name;
  });
  names.forEach((name, i) => {
    const entry = known.entries[places[i]];
    name.firstChild.style.background = entry.colour;
    put(name.lastChild, entry.name);
  });
}

function showGroup(section, group, over) {
  const [classes, curves] = section.children;
  classes.hidden = !group.classes.length;
  put(classes.children[0], `Class by class, judged by ${group.judge}`);
  put(classes.lastChild, group.variation);
  showLegend(classes.children[1], group.of);
  showFigures(classes.children[2], group.classes);
  curves.hidden = !group.learners.length;
  put(curves.firstChild.firstChild, `While they learned, judged by ${group.judge}`);
  const names = Object.entries(over);
  children(curves.firstChild.lastChild, names.length, () => made("button")).forEach((button, i) => {
    [button.type, button.dataset.value] = ["button", names[i][0]];
    put(button, names[i][1]);
  });
  section.show(section.over);
  showLegend(curves.children[1], group.learners);
  showFigures(curves.children[2], group.curves[section.over] ?? []);
  put(curves.lastChild, `${group.moments.toLocaleString("en")} samples of each snapshot. Dotted: real pictures, as many.`);
}
