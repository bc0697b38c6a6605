// @ts-check
// Filters: what each unit of a layer holds on the chosen picture, which units draw something, the pictures without them.

import { createNode, ensureChildren, setLabel, setText } from "../shared/web/dom.js";
import { decodeBlob, isLost } from "../shared/web/live_canvas.js";
import { rangeSentence, showInvalid } from "../shared/web/invalid.js";
import { page } from "../shared/web/page.js";
import { offerUndo } from "../shared/web/undo.js";
import { brushPanel } from "./brush.js";

/** @param {Inside} inside */
export function unitsPart(inside) {
  const { find, state, edits, server, requestNow, taskMailbox, tasks, change, remember } = inside;
  const wall = find(".gi-wall");
  let unitMaps = null; // the reply with the maps, and its pixels
  let wantedLayer = state.layer || null;
  let ranked = []; // [unit, evidence], best first
  let rankedBy = "";
  let asking = 0;

  const part = {
    title: "Filters",
    lead: "Each unit of a layer responds to something of its own. See their maps on a picture, rank them by what they draw, and switch some off: does the generator forget it?",
    pair: true,
    fresh: () => loadMaps(),
    opened: () => showWall(),
    show: () => showSwitches(),
    /** the address names another layer, or none */
    restore() {
      if ((wantedLayer ?? "") === state.layer) return;
      [wantedLayer, ranked, rankedBy] = [state.layer || null, [], ""];
    },
    forget() {
      [unitMaps, wantedLayer, ranked, rankedBy] = [null, null, [], ""];
      state.layer = "";
      edits.off = [];
      edits.mean = false;
      brush.clear();
    },
    changed(reply) {
      const [within, elsewhere] = reply.moved ?? [];
      const moved = reply.moved ? ` Where you brushed the pictures changed by ${within} grey levels, elsewhere by ${elsewhere}.` : "";
      setText(find(".gi-units-say"), unitsSentence() + moved);
    },
  };
  const brush = brushPanel(inside, () => {
    find(".gi-unbrush").hidden = !brush.size;
    for (const button of [".gi-rank-region", ".gi-forget"]) find(button).disabled = !edits.region;
  });

  async function loadMaps() {
    const mine = ++asking;
    if (brush.size && brush.size !== inside.shown.reply.count * inside.shown.reply.tile[0] * inside.shown.reply.tile[1]) brush.clear();
    const request = { ...inside.shown.request, tab: taskMailbox, ...(wantedLayer ? { layer: wantedLayer } : {}) };
    const reply = await server.maps(request).catch(() => null);
    if (mine !== asking) return;
    if (!reply?.ok) {
      if (isLost(reply)) setTimeout(() => mine === asking && loadMaps(), 400);
      else if (wantedLayer) {
        [wantedLayer, state.layer] = [null, ""]; // an address may name one that this generator does not have
        loadMaps();
      } else setText(find(".gi-units-say"), reply.message);
      return;
    }
    const bitmap = await createImageBitmap(decodeBlob(reply.png));
    const pen = Object.assign(createNode("canvas"), { width: bitmap.width, height: bitmap.height }).getContext("2d", { willReadFrequently: true });
    pen.drawImage(bitmap, 0, 0);
    bitmap.close();
    if (mine !== asking) return;
    unitMaps = { ...reply, pen };
    wantedLayer = reply.layer;
    showLayers();
    showWall();
  }

  function showLayers() {
    const buttons = ensureChildren(find(".gi-layers"), unitMaps.layers.length, () => Object.assign(createNode("button"), { type: "button" }));
    buttons.forEach((button, i) => {
      const [name, side, width] = unitMaps.layers[i];
      setText(button, `${name} · ${side} × ${side}`);
      button.title = `${width} units`;
      button.dataset.layer = name;
      button.ariaPressed = String(name === unitMaps.layer);
    });
    const select = find(".gi-label");
    if (select.dataset.of !== JSON.stringify(unitMaps.labels)) {
      select.replaceChildren(...unitMaps.labels.map((label) => Object.assign(createNode("option", "", page.nameOf(label)), { value: label })));
      select.dataset.of = JSON.stringify(unitMaps.labels);
      const usual = [state.w.trim(), "sandals"].find((label) => unitMaps.labels.includes(label)); // straps are worth a look
      if (usual) select.value = usual;
    }
  }

  function isOff(unit) {
    return edits.off.some(([name, number]) => name === unitMaps.layer && number === unit);
  }

  function unitOrder() {
    const best = ranked.map(([unit]) => unit);
    const rest = Array.from({ length: unitMaps.units }, (_, unit) => unit);
    if (!best.length) return rest;
    const chosen = new Set(best);
    return [...best, ...rest.filter((unit) => !chosen.has(unit))];
  }

  // A map of one unit on one picture in two colours: blue below 0, orange above; 128 is 0.
  function paintMap(canvas, unit, tile) {
    const { side, pen } = unitMaps;
    const grey = pen.getImageData(tile * side, unit * side, side, side);
    for (let i = 0; i < grey.data.length; i += 4) {
      const share = (grey.data[i] - 128) / 127;
      const [r, g, b] = share > 0 ? [255, 150, 50] : [80, 140, 255];
      const size = Math.min(1, Math.abs(share)) ** 0.7;
      [grey.data[i], grey.data[i + 1], grey.data[i + 2]] = [r, g, b].map((level) => 24 + (level - 24) * size);
    }
    if (canvas.width !== side) [canvas.width, canvas.height] = [side, side];
    canvas.getContext("2d").putImageData(grey, 0, 0);
  }

  function showWall() {
    if (!unitMaps || unitMaps.layer !== wantedLayer) return;
    const order = unitOrder();
    const tile = Math.min(inside.opened, unitMaps.count - 1);
    const evidence = new Map(ranked);
    const most = ranked.length ? ranked[0][1] : 1;
    const cells = ensureChildren(wall, order.length, () => {
      const cell = createNode("button", "gi-unit");
      cell.type = "button";
      cell.append(createNode("canvas"), createNode("i"), createNode("span"));
      return cell;
    });
    cells.forEach((cell, i) => {
      const unit = order[i];
      cell.dataset.unit = unit;
      paintMap(cell.children[0], unit, tile);
      cell.children[1].style.width = `${100 * Math.min(1, (evidence.get(unit) ?? 0) / most)}%`;
      setText(cell.children[2], String(unit));
    });
    showSwitches();
  }

  function showSwitches() {
    for (const cell of wall.children) {
      const unit = Number(cell.dataset.unit);
      cell.ariaPressed = String(isOff(unit));
      const place = ranked.findIndex(([other]) => other === unit);
      setLabel(cell, `Unit ${unit}${place >= 0 ? `, rank ${place + 1}` : ""}${isOff(unit) ? ", switched off" : ""}`);
    }
    find(".gi-off-none").disabled = !edits.off.length;
    find(".gi-mean").ariaPressed = String(edits.mean);
    setText(find(".gi-after-title"), edits.off.length ? `Without ${edits.off.length === 1 ? "1 unit" : `${edits.off.length} units`}` : "With all units");
    setText(find(".gi-off-best"), ranked.length ? "the best of these" : "the first of these");
    setText(find(".gi-units-say"), unitsSentence());
  }

  function unitsSentence() {
    if (ranked.length) return `Ranked by ${rankedBy}: ${ranked.length} of ${unitMaps?.units ?? 0} units draw it, best first.`;
    return unitMaps ? `The ${unitMaps.units} units of ${unitMaps.layer} on picture ${inside.opened + 1}. Press one to switch it off.` : "";
  }

  function switchOff(units) {
    edits.off = units;
    remember();
    showSwitches();
    change();
  }

  // How many are to be switched off; 0 where the box says what cannot be, which is said there.
  function many() {
    const box = find(".gi-many");
    const [wanted, most] = [Number(box.value), Math.min(256, unitMaps?.units ?? 256)];
    const fits = box.value !== "" && Number.isInteger(wanted) && wanted >= 1 && wanted <= most;
    showInvalid(box, fits ? "" : rangeSentence("How many units are off", 1, most, true));
    return fits ? wanted : 0;
  }

  async function rankUnits(more, by, choose = (units) => units.slice(0, many() || 1)) {
    if (!unitMaps || !many()) return;
    const [layer, of] = [wantedLayer, page.generator]; // the maps of that layer may still be on their way
    const reply = await tasks.run(find(".gi-rank-work"), { ...requestNow(taskMailbox), work: "rank", layer, ...more });
    if (!reply || layer !== wantedLayer || of !== page.generator) return;
    [ranked, rankedBy] = [reply.units, by];
    showWall();
    if (!ranked.length) setText(find(".gi-units-say"), `No unit of ${layer} draws ${by}.`);
    else switchOff(choose(ranked.map(([unit]) => [layer, unit])));
  }

  // All of this layer that draw it, beside those of other layers that are off already: pressed at one layer after
  // another, it forgets at several.
  function forgetting(units) {
    edits.mean = true;
    const others = edits.off.filter(([name]) => name !== units[0][0]);
    return [...others, ...units].slice(0, 256);
  }

  find(".gi-layers").addEventListener("click", (event) => {
    const { layer } = event.target.dataset;
    if (!layer || !inside.shown) return;
    [wantedLayer, state.layer, ranked, rankedBy] = [layer, layer, [], ""];
    remember();
    loadMaps();
  });
  find(".gi-rank-label").addEventListener("click", () => rankUnits({ label: find(".gi-label").value }, find(".gi-label").value));
  find(".gi-rank-region").addEventListener("click", () => {
    brush.set(false);
    rankUnits({ region: edits.region }, "what you brushed");
  });
  find(".gi-forget").addEventListener("click", () => {
    brush.set(false);
    rankUnits({ region: edits.region }, "what you brushed", forgetting);
  });
  find(".gi-mean").addEventListener("click", () => {
    edits.mean = !edits.mean;
    switchOff(edits.off);
  });
  wall.addEventListener("click", (event) => {
    const cell = event.target.closest("[data-unit]");
    if (!cell) return;
    const unit = Number(cell.dataset.unit);
    const others = edits.off.filter(([name, number]) => name !== unitMaps.layer || number !== unit);
    if (!isOff(unit) && others.length >= 256) return;
    switchOff(isOff(unit) ? others : [...others, [unitMaps.layer, unit]]);
  });
  find(".gi-many").addEventListener("input", many);
  find(".gi-off-best").addEventListener("click", () => {
    if (unitMaps && many()) switchOff(unitOrder().slice(0, many()).map((unit) => [unitMaps.layer, unit]));
  });
  find(".gi-off-random").addEventListener("click", () => {
    if (!unitMaps || !many()) return;
    const units = Array.from({ length: unitMaps.units }, (_, unit) => [Math.random(), unit]).sort((a, b) => a[0] - b[0]);
    switchOff(units.slice(0, many()).map(([, unit]) => [unitMaps.layer, unit]));
  });
  find(".gi-off-none").addEventListener("click", () => {
    switchOff([]);
    offerUndo("All units are on again.");
  });

  return part;
}
