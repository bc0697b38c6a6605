// The discriminator: for each of its units, the real pictures that excite it most, and what in them does.

const excitedScale = 4; // canvas pixels a pixel, so that a frame is a fine line
let criticLayers = null;
let criticLayer = 0;
let criticUnit = 0;
let criticAsk = 0;

parts.critic = {
  title: "Discriminator",
  lead: "The generator's opponent was never told what a sole or a sleeve is, and came to look for them: for each of its units, the real pictures that excite it most.",
  wordless: true,
  show() {
    if (!criticLayers) meetCritic();
  },
  forget() {
    [criticLayers, criticLayer, criticUnit] = [null, 0, 0];
    find(".gi-critic").hidden = true;
  },
};

async function meetCritic() {
  const of = page.generator;
  find(".gi-meet").hidden = true;
  const reply = await works.run(find(".gi-critic-work"), { ...askNow(tabLong), w: "", work: "meet" });
  find(".gi-meet").hidden = Boolean(reply);
  if (!reply || of !== page.generator) return;
  criticLayers = reply.layers;
  criticLayer = Math.floor(criticLayers.length / 2); // sees parts, not all of a picture
  find(".gi-critic").hidden = false;
  showCritic();
}

async function showCritic() {
  const [name, , width] = criticLayers[criticLayer];
  const buttons = children(find(".gi-critic-layers"), criticLayers.length, () => Object.assign(made("button"), { type: "button" }));
  buttons.forEach((button, i) => {
    put(button, `${criticLayers[i][0]} · ${criticLayers[i][1]} × ${criticLayers[i][1]}`);
    button.dataset.index = i;
    button.ariaPressed = String(i === criticLayer);
  });
  criticUnit = Math.min(criticUnit, width - 1);
  const range = find(".gi-critic-unit input");
  [range.max, range.value] = [width - 1, criticUnit];
  fill(range);
  put(find(".gi-critic-name"), `Unit ${criticUnit} (0 to ${width - 1})`);
  const mine = ++criticAsk;
  const reply = await server.unit({ ...askNow(tab), w: "", layer: name, unit: criticUnit }).catch(() => null);
  if (mine !== criticAsk) return;
  if (!reply || ["stale", "busy"].includes(reply.kind)) return void setTimeout(() => mine === criticAsk && showCritic(), 300);
  put(find(".gi-critic-say"), reply.ok ? "" : reply.message);
  if (!reply.ok) return;
  const bitmap = await createImageBitmap(decoded(reply.png));
  if (mine === criticAsk) paintExcited(reply, bitmap);
  bitmap.close();
}

function paintExcited(reply, bitmap) {
  const [width, height] = reply.tile;
  const figures = children(find(".gi-excited"), reply.count, () => {
    const figure = made("figure");
    figure.append(made("canvas"), made("canvas"), made("figcaption"));
    return figure;
  });
  figures.forEach((figure, i) => {
    const [real, guided, caption] = figure.children;
    const size = [width * excitedScale, height * excitedScale];
    [real, guided].forEach((canvas, row) => {
      if (canvas.width !== size[0] || canvas.height !== size[1]) [canvas.width, canvas.height] = size;
      const pen = canvas.getContext("2d");
      pen.imageSmoothingEnabled = false;
      pen.drawImage(bitmap, i * width, row * height, width, height, 0, 0, ...size);
      const [top, left, bottom, right] = reply.boxes[i];
      [pen.strokeStyle, pen.lineWidth] = ["#ff9632", 2];
      pen.strokeRect(left * excitedScale + 1, top * excitedScale + 1, (right - left + 1) * excitedScale - 2, (bottom - top + 1) * excitedScale - 2);
    });
    put(caption, `${reply.words[i]} · ${reply.values[i]}`);
  });
}

find(".gi-meet").addEventListener("click", meetCritic);
find(".gi-critic-layers").addEventListener("click", (event) => {
  if (event.target.dataset.index === undefined) return;
  criticLayer = Number(event.target.dataset.index);
  showCritic();
});
find(".gi-critic-unit input").addEventListener("input", (event) => {
  criticUnit = Number(event.target.value);
  showCritic();
});
find(".gi-critic-any").addEventListener("click", () => {
  criticUnit = Math.floor(Math.random() * criticLayers[criticLayer][2]);
  showCritic();
});
