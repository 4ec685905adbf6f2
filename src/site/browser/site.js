/** Comfort for the pages: tabs, buttons that copy, the real address in commands, and the search once somebody wants it. */
const { body } = document;
const { placeholder, root, simple } = body.dataset;

if (placeholder) {
  const address = new URL(root + simple, location.href).href;
  const walker = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
  while (walker.nextNode()) {
    const node = walker.currentNode;
    if (node.data.includes(placeholder)) node.data = node.data.replaceAll(placeholder, address);
  }
  for (const note of document.querySelectorAll(".unknown")) note.hidden = true;
}

for (const tabs of document.querySelectorAll(".tabs")) {
  const panels = [...tabs.children];
  const list = document.createElement("div");
  list.setAttribute("role", "tablist");
  list.setAttribute("aria-label", tabs.dataset.label);
  const buttons = panels.map((panel) => {
    const button = document.createElement("button");
    const heading = panel.firstElementChild;
    button.type = "button";
    button.id = `${panel.id}-tab`;
    button.textContent = heading.textContent;
    button.setAttribute("role", "tab");
    button.setAttribute("aria-controls", panel.id);
    panel.setAttribute("role", "tabpanel");
    panel.setAttribute("aria-labelledby", button.id);
    heading.remove();
    list.append(button);
    return button;
  });
  const choose = (chosen) => {
    for (const [index, button] of buttons.entries()) {
      button.setAttribute("aria-selected", index === chosen);
      button.tabIndex = index === chosen ? 0 : -1;
      panels[index].hidden = index !== chosen;
    }
  };
  list.addEventListener("click", ({ target }) => {
    if (buttons.includes(target)) choose(buttons.indexOf(target));
  });
  list.addEventListener("keydown", (event) => {
    const at = buttons.indexOf(document.activeElement);
    const last = buttons.length - 1;
    const next = { ArrowRight: at === last ? 0 : at + 1, ArrowLeft: at ? at - 1 : last, Home: 0, End: last }[
      event.key
    ];
    if (next === undefined) return;
    event.preventDefault();
    choose(next);
    buttons[next].focus();
  });
  tabs.prepend(list);
  choose(0);
}

if (navigator.clipboard) {
  for (const code of document.querySelectorAll(".code pre, .hash")) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "copy";
    button.textContent = body.dataset.copy;
    button.addEventListener("click", async () => {
      await navigator.clipboard.writeText(code.textContent);
      button.textContent = body.dataset.copied;
      setTimeout(() => (button.textContent = body.dataset.copy), 1500);
    });
    code.after(button);
  }
}

const search = document.querySelector(".search");
if (search) {
  const input = search.querySelector("input");
  search.hidden = false;
  input.addEventListener(
    "focus",
    () => {
      const script = document.createElement("script");
      script.src = search.dataset.script;
      document.head.append(script);
    },
    { once: true },
  );
  document.addEventListener("keydown", (event) => {
    const { target } = event;
    if (event.key !== "/" || event.ctrlKey || event.metaKey || event.altKey) return;
    if (target.isContentEditable || /^(?:INPUT|TEXTAREA|SELECT)$/.test(target.tagName)) return;
    event.preventDefault();
    input.focus();
  });
}
