// The live picture: a canvas at native resolution, and the newest-wins loop that keeps it up to date.
//
// `want(ask)` may be called on every key press and every step of a drag. At most two asks are under way (one being
// drawn, one on its way there), only the newest of the others is kept, replies older than what is shown are dropped,
// and an ask that was lost is asked again until a newer one takes its place: the last value is always drawn.

function decoded(text, type = "image/png") {
  const letters = atob(text);
  const bytes = new Uint8Array(letters.length);
  for (let i = 0; i < letters.length; i++) bytes[i] = letters.charCodeAt(i);
  return new Blob([bytes], { type });
}

// Tiles side by side with a hairline of page between them; the composite itself has no gaps.
// from: where in the bitmap the first tile lies.
function paintTiles(canvas, bitmap, { columns, count, tile: [width, height] }, from = [0, 0]) {
  const gap = count > 1 ? Math.max(1, Math.round(width / 28)) : 0;
  const rows = Math.ceil(count / columns);
  const whole = [columns * (width + gap) - gap, rows * (height + gap) - gap];
  if (canvas.width !== whole[0] || canvas.height !== whole[1]) [canvas.width, canvas.height] = whole;
  const pen = canvas.getContext("2d");
  for (let i = 0; i < count; i++) {
    const [x, y] = [i % columns, Math.floor(i / columns)];
    const [left, top] = [from[0] + x * width, from[1] + y * height];
    pen.drawImage(bitmap, left, top, width, height, x * (width + gap), y * (height + gap), width, height);
  }
}

// paint: what shows a reply's pixels, where that is more than one grid.
function livePicture({ canvas, draw, painted, refused, waiting, paint = paintTiles }) {
  const AT_ONCE = 2;
  let wanted = null;
  let underWay = 0;
  let asked = 0;
  let shown = 0;
  let misses = 0;
  let slow = null;

  function want(ask) {
    wanted = ask;
    pump();
  }

  function pump() {
    while (wanted !== null && underWay < AT_ONCE) {
      const ask = wanted;
      wanted = null;
      underWay += 1;
      asked += 1;
      follow(asked, ask);
    }
    if (underWay && slow === null) slow = setTimeout(() => waiting(true), 400);
  }

  async function follow(number, ask) {
    let reply;
    try {
      reply = await draw(ask);
      if (number > shown && reply?.ok) {
        reply.blob = decoded(reply.png);
        const bitmap = await createImageBitmap(reply.blob);
        if (number > shown) {
          paint(canvas, bitmap, reply);
          shown = number;
          reply.bitmap = bitmap;
          painted(reply, ask);
          canvas.dispatchEvent(new CustomEvent("painted", { bubbles: true, detail: { number, ask } }));
        }
      } else if (number > shown && reply && !["stale", "busy"].includes(reply.kind)) {
        shown = number;
        refused(reply, ask);
      }
    } catch (broken) {
      console.error(broken);
    }
    underWay -= 1;
    const lost = !reply || ["stale", "busy"].includes(reply.kind);
    misses = lost ? misses + 1 : 0;
    if (lost && wanted === null && number === asked) {
      if (!reply && misses === 3) refused({ kind: "gone", message: "The app does not answer. Is it still running?" }, ask);
      setTimeout(() => {
        if (wanted === null && number === asked) want(ask);
      }, Math.min(3000, 100 * 2 ** misses));
    }
    if (!underWay) {
      clearTimeout(slow);
      slow = null;
      waiting(false);
    }
    pump();
  }

  return { want };
}
