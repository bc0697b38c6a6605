// Is it memorising? The real pictures nearest to each of the present ones.

let nearest = null; // { reply, of, bitmaps } of the last pictures looked up

parts.near = {
  title: "Is it memorising?",
  lead: "Click a picture: these are the training pictures nearest to it, by pixels and in what a judge sees. A generator that copies lies nearer to them than pictures do that it was never shown.",
  show: () => showNear(),
  fresh: () => lookUp(),
  opened: () => showNear(),
  forget() {
    nearest = null;
    showNear();
  },
};

async function lookUp() {
  const of = shown.ask;
  if (nearest && JSON.stringify(nearest.of) === JSON.stringify(of)) return showNear();
  nearest = null;
  showNear();
  find(".gi-look-up").hidden = true;
  const reply = await works.run(find(".gi-near-work"), { ...of, work: "near" });
  if (of !== shown?.ask) return;
  find(".gi-look-up").hidden = Boolean(reply);
  if (!reply) return;
  const bitmaps = await Promise.all(reply.spaces.map(({ png }) => createImageBitmap(decoded(png))));
  nearest = { reply, of, bitmaps };
  showNear();
}

function showNear() {
  const box = find(".gi-near");
  const { reply, bitmaps } = nearest ?? {};
  const suspects = (tile) => Boolean(reply?.spaces.some(({ copies }) => copies[tile]));
  [...layer.children].forEach((button, i) => button.classList.toggle("gi-suspect", suspects(i)));
  box.hidden = !nearest;
  put(find(".gi-near-number"), reply?.number ?? "");
  if (!nearest) return put(find(".gi-near-say"), "");
  const found = [...layer.children].filter((_, i) => suspects(i)).length;
  const verdict = found ? `${found} of ${layer.children.length} pictures may be copies; they are framed.` : "None of these pictures looks like a copy.";
  put(find(".gi-near-say"), `Picture ${opened + 1}, among ${reply.searched.toLocaleString("en")} training pictures. ${verdict}`);
  const [width, height] = reply.tile;
  const [row, column] = [Math.floor(opened / shown.reply.columns), opened % shown.reply.columns];
  const sections = children(box, reply.spaces.length, () => {
    const section = made("section");
    section.append(made("h3"), made("div", "gi-five"), made("p", "gi-verdict"));
    return section;
  });
  sections.forEach((section, i) => {
    const space = reply.spaces[i];
    put(section.children[0], capital(space.heading));
    const figures = children(section.children[1], 1 + space.words[opened].length, () => {
      const figure = made("figure");
      figure.append(made("canvas"), made("figcaption"));
      return figure;
    });
    figures.forEach((figure, k) => {
      const [canvas, caption] = figure.children;
      if (k) cut(canvas, bitmaps[i], (k - 1) * width, opened * height, width, height);
      else cut(canvas, shown.reply.bitmap, column * width, row * height, width, height);
      put(caption, k ? `${space.words[opened][k - 1]} · ${space.distances[opened][k - 1]}` : `Picture ${opened + 1}`);
    });
    put(section.children[2], capital(space.sentences[opened]));
    section.children[2].classList.toggle("gi-warned", space.copies[opened]);
  });
}

function capital(text) {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

// A part of a bitmap as a canvas of its own size.
function cut(canvas, bitmap, x, y, width, height) {
  if (canvas.width !== width || canvas.height !== height) [canvas.width, canvas.height] = [width, height];
  canvas.getContext("2d").drawImage(bitmap, x, y, width, height, 0, 0, width, height);
}

find(".gi-look-up").addEventListener("click", lookUp);
