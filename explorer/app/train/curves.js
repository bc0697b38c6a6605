// @ts-check
// Losses, the discriminator's logits, and coverage, over the pictures seen.

import { appendSvg, createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";

const PLOT = { left: 44, right: 392, top: 8, bottom: 128 };
const CURVES = { losses: [1, 2], logits: [3, 4] }; // the columns of a point
const SMOOTH = 0.02; // the share of the curve that a smooth point is the mean of

export function smoothed(values) {
  const reach = Math.max(1, Math.round((SMOOTH * values.length) / 2));
  return values.map((_, i) => {
    const near = values.slice(Math.max(0, i - reach), i + reach + 1).filter((value) => value !== null);
    return near.length ? near.reduce((sum, value) => sum + value, 0) / near.length : null;
  });
}

// Round steps such that some five fit between low and high.
export function ticks(low, high) {
  const raw = (high - low) / 5 || 1;
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = power * [1, 2, 5, 10].find((factor) => factor * power >= raw);
  const found = [];
  for (let at = Math.ceil(low / step) * step; at <= high + step / 1e6; at += step) found.push(Number(at.toPrecision(6)));
  return found;
}

export function short(seen) {
  return seen >= 1e6 ? `${seen / 1e6}M` : seen >= 1000 ? `${seen / 1000}k` : String(seen);
}

/** @param {Train} train */
export function curvesPanel(train) {
  const { find } = train;
  function showCurves() {
    const { points, coverage } = train.watched;
    find(".gt-curves").hidden = points.length < 2;
    for (const [name, columns] of Object.entries(CURVES)) {
      const figure = find(`[data-curve=${name}]`);
      if (points.length > 1) drawCurve(figure.querySelector("svg"), columns, figure.querySelector("b").textContent);
    }
    find("[data-curve=coverage]").hidden = !coverage.length;
    if (coverage.length) drawCoverage();
    const { collapsed } = train.watched;
    ensureChildren(find(".gt-collapsed"), collapsed.length, () => createNode("li")).forEach((node, i) => setText(node, collapsed[i]));
  }

  function drawCurve(svg, columns, title) {
    const { points } = train.watched;
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
      appendSvg(svg, "path", { class: "gi-grid", d: `M${left} ${y(value)}H${right}` });
      appendSvg(svg, "text", { class: "gi-tick", x: left - 7, y: Number(y(value)) + 4, "text-anchor": "end" }, String(value));
    }
    for (const seen of ticks(0, last)) {
      const anchor = Number(x(seen)) > right - 12 ? "end" : "middle";
      appendSvg(svg, "text", { class: "gi-tick", x: anchor === "end" ? right + 6 : x(seen), y: bottom + 22, "text-anchor": anchor }, short(seen));
    }
    lines.forEach((values, i) => {
      const path = (kind, drawn) => {
        const steps = drawn.map((value, k) => (value === null ? "" : `${x(points[k][0])} ${y(value)}`)).filter(Boolean);
        appendSvg(svg, "path", { class: `gi-line ${i ? "gt-second" : "gt-first"} ${kind}`, d: `M${steps.join("L")}` });
      };
      if (values.length > 60) path("gt-raw", values);
      path("", smoothed(values));
    });
    const now = lines.map((values) => values.at(-1)?.toFixed(2) ?? "unknown");
    setLabel(svg, `${title} over the pictures seen; the last: ${now.join(" and ")}`);
  }

  function drawCoverage() {
    const { coverage } = train.watched;
    const labels = Object.keys(coverage.at(-1)[1]);
    const { classes } = train.watched;
    setText(find("[data-curve=coverage] b"), labels.length < classes ? `Coverage of ${labels.length} of ${classes.toLocaleString("en")} classes` : "Coverage of each class");
    const list = find(".gt-coverage-labels");
    ensureChildren(list, labels.length, () => createNode("li")).forEach((node, i) => setText(node, labels[i]));
    const svg = find("[data-curve=coverage] svg");
    svg.replaceChildren();
    svg.setAttribute("viewBox", `0 0 ${coverage.length} ${labels.length}`);
    svg.style.height = `${20 * labels.length}px`;
    coverage.forEach(([seen, shares], i) => {
      labels.forEach((label, row) => {
        const share = shares[label] ?? 0;
        const tip = `${label} after ${seen.toLocaleString("en")} pictures: ${share}`;
        appendSvg(svg, "rect", { class: "gt-cell-under", x: i, y: row + 0.05, width: 1, height: 0.9 });
        appendSvg(svg, "rect", { class: "gt-cell", x: i, y: row + 0.05, width: 1, height: 0.9, opacity: share });
        appendSvg(svg.lastElementChild, "title", {}, tip);
      });
    });
    const now = labels.map((label) => `${label} ${coverage.at(-1)[1][label]}`).slice(0, 20);
    setLabel(svg, `${find("[data-curve=coverage] b").textContent} at the last sheet: ${now.join(", ")}`);
  }

  return { show: showCurves };
}
