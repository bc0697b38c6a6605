// The menus: generators by name, broken ones with their sentence; the word space each brings, the others greyed.

let menu = null;

async function loadMenu() {
  const reply = await server.menu({});
  if (!reply) return;
  menu = reply;
  dial = reply.dial;
  showMenu();
  showControls();
}

function option(value, text, title) {
  const node = made("option", "", text);
  node.value = value;
  if (title) [node.disabled, node.title] = [true, title];
  return node;
}

function showMenu() {
  const chosen = state.c || menu.default;
  const here = menu.checkpoints.find((listing) => listing.name === chosen);
  find(".gx-checkpoint").replaceChildren(
    ...(here ? [] : [option(chosen, chosen, "Not among the checkpoints found")]),
    ...menu.checkpoints.map(({ name, error }) => option(name, error ? `${name}: ${error}` : name, error)),
  );
  find(".gx-checkpoint").value = chosen;
  const own = here?.space ?? "";
  const others = menu.spaces.filter((space) => space !== own);
  find(".gx-space").replaceChildren(
    ...(own ? [option(own, own)] : []),
    ...others.map((space) => option(space, `${space}: not what ${chosen} was trained on`, `${chosen} only understands ${own}`)),
  );
  const examples = here?.examples ?? [];
  chips(find(".gx-examples"), examples, "Draw");
}

find(".gx-checkpoint").addEventListener("change", (event) => {
  state.c = event.target.value === menu.default ? "" : event.target.value;
  showMenu();
  changed();
});
find(".gx-refresh").addEventListener("click", async () => {
  await loadMenu();
  if (menu) say(`${menu.checkpoints.length} checkpoints found`);
});
