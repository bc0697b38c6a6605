// Losses, the discriminator's verdict, and coverage, over the pictures seen.

const PLOT = { left: 44, right: 392, top: 8, bottom: 128 };
const CURVES = { losses: [1, 2], verdicts: [3, 4] }; // the columns of a point
const SMOOTH = 0.02; // the share of the curve that a smooth point is the mean of

function showCurves() {
  const { points, coverage } = watched;
  find(".gt-curves").hidden = points.length < 2;
  for (const [name, columns] of Object.entries(CURVES)) {
    const figure = find(`[data-curve=${name}]`);
    if (points.length > 1) drawCurve(figure.querySelector("svg"), columns, figure.querySelector("b").textContent);
  }
  find("[data-curve=coverage]").hidden = !coverage.length;
  if (coverage.length) drawCoverage();
  const { collapsed } = watched;
  children(find(".gt-collapsed"), collapsed.length, () => made("li")).forEach((node, i) => put(node, collapsed[i]));
}

function smoothed(values) {
  const reach = Math.max(1, Math.round((SMOOTH * values.length) / 2));
  return values.map((_, i) => {
    const near = values.slice(Math.max(0, i - reach), i + reach + 1).filter((value) => value !== null);
    return near.length ? near.reduce((sum, value) => sum + value, 0) / near.length : null;
  });
}

// Round steps such that some five fit between low and high.
function ticks(low, high) {
  const raw = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((one) => one * power >= raw);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) found.push(Number(at.toPrecision(6)));
  return found;
}

function drawCurve(svg, columns, title) {
  const { points } = watched;
  const { left, right, top, bottom } = PLOT;
  const lines = columns.map((column) => points.map((point) => point[column]));
  // A few wild steps, such as the first ones, must not flatten all the others.
  const sorted = lines.flat().filter((value) => value !== null).sort((a, b) => a - b);
  if (!sorted.length) return svg.replaceChildren();
  const [low, high] = [sorted[Math.floor(0.01 * sorted.length)], sorted[Math.ceil(0.99 * sorted.length) - 1]];
  const room = 0.06 * (high - low) || 0.5;
  const [least, most] = [low - room, high + room];
  const last = points.at(-1)[0] || 1;
  const x = (seen) => (left + (seen / last) * (right - left)).toFixed(1);
  const y = (value) => (bottom - ((Math.min(most, Math.max(least, value)) - least) / (most - least)) * (bottom - top)).toFixed(1);
  svg.replaceChildren();
  for (const value of ticks(least, most)) {
    drawnIn(svg, "path", { class: "gi-grid", d: `M${left} ${y(value)}H${right}` });
    drawnIn(svg, "text", { class: "gi-tick", x: left - 7, y: Number(y(value)) + 4, "text-anchor": "end" }, String(value));
  }
  for (const seen of ticks(0, last)) {
    const anchor = x(seen) > right - 12 ? "end" : "middle";
    drawnIn(svg, "text", { class: "gi-tick", x: anchor === "end" ? right + 6 : x(seen), y: bottom + 22, "text-anchor": anchor }, short(seen));
  }
  lines.forEach((values, i) => {
    const path = (kind, drawn) => {
      const steps = drawn.map((value, k) => (value === null ? "" : `${x(points[k][0])} ${y(value)}`)).filter(Boolean);
      drawnIn(svg, "path", { class: `gi-line ${i ? "gt-second" : "gt-first"} ${kind}`, d: `M${steps.join("L")}` });
    };
    if (values.length > 60) path("gt-raw", values);
    path("", smoothed(values));
  });
  const now = lines.map((values) => values.at(-1)?.toFixed(2) ?? "unknown");
  describe(svg, `${title} over the pictures seen; the last: ${now.join(" and ")}`);
}

function short(seen) {
  return seen >= 1e6 ? `${seen / 1e6}M` : seen >= 1000 ? `${seen / 1000}k` : String(seen);
}

function drawCoverage() {
  const { coverage } = watched;
  const labels = Object.keys(coverage.at(-1)[1]);
  const list = find(".gt-coverage-labels");
  children(list, labels.length, () => made("li")).forEach((node, i) => put(node, labels[i]));
  const svg = find("[data-curve=coverage] svg");
  svg.replaceChildren();
  svg.setAttribute("viewBox", `0 0 ${coverage.length} ${labels.length}`);
  svg.style.height = `${20 * labels.length}px`;
  coverage.forEach(([seen, shares], i) => {
    labels.forEach((label, row) => {
      const share = shares[label] ?? 0;
      const tip = `${label} after ${seen.toLocaleString("en")} pictures: ${share}`;
      drawnIn(svg, "rect", { class: "gt-cell-under", x: i, y: row + 0.05, width: 1, height: 0.9 });
      drawnIn(svg, "rect", { class: "gt-cell", x: i, y: row + 0.05, width: 1, height: 0.9, opacity: share });
      drawnIn(svg.lastElementChild, "title", {}, tip);
    });
  });
  const now = labels.map((label) => `${label} ${coverage.at(-1)[1][label]}`).slice(0, 20);
  describe(svg, `Coverage of each class at the last sheet: ${now.join(", ")}`);
}
