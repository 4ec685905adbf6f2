/** The search: loads the list of projects, and looks through it as somebody types. */
import MiniSearch from "minisearch";

const search = document.querySelector(".search");
const input = search.querySelector("input");
const panel = search.querySelector(".results");
const [status, list] = panel.children;
const { from, project, loading, found, nothing, failed } = search.dataset;
const MOST = 20;
const tokenize = MiniSearch.getDefault("tokenize");
let engine;
let rows;

function show() {
  const text = input.value.trim();
  panel.hidden = text === "";
  list.replaceChildren();
  if (text === "" || !engine) return;
  // Two mistakes are forgiven where one finds nothing: letters that are swapped are two.
  const one = engine.search(text, { fuzzy: 0.2 });
  const results = one.length ? one : engine.search(text, { fuzzy: ({ length }) => Math.min(2, length >> 1) });
  status.textContent = results.length ? found.replace("{count}", results.length) : nothing;
  for (const { id } of results.slice(0, MOST)) {
    const [name, version, summary, , badges = []] = rows[id];
    const item = document.createElement("li");
    const link = document.createElement("a");
    const strong = document.createElement("strong");
    const small = document.createElement("small");
    link.href = project.replace("NAME", name);
    strong.textContent = name;
    small.textContent = summary;
    small.dir = "auto";
    link.append(strong, ` ${version}`);
    for (const word of badges) {
      const badge = document.createElement("b");
      badge.className = "badge bad";
      badge.textContent = word;
      link.append(" ", badge);
    }
    link.append(small);
    item.append(link);
    list.append(item);
  }
}

async function load() {
  status.textContent = loading;
  try {
    const response = await fetch(from);
    if (!response.ok) throw new Error(response.statusText);
    rows = await response.json();
    const next = new MiniSearch({
      fields: ["name", "summary", "keywords"],
      // A name is known without its hyphens, too.
      tokenize: (text, field) => {
        const words = tokenize(text);
        return field === "name" ? [...words, words.join("")] : words;
      },
      searchOptions: { prefix: true, boost: { name: 4, keywords: 2 }, combineWith: "AND" },
    });
    await next.addAllAsync(
      rows.map(([name, , summary, keywords], id) => ({ id, name, summary, keywords })),
      { chunkSize: 500 },
    );
    engine = next;
    show();
  } catch {
    status.textContent = failed;
  }
}

input.addEventListener("input", show);
search.addEventListener("keydown", (event) => {
  const links = [input, ...list.querySelectorAll("a")];
  const at = links.indexOf(document.activeElement);
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (event.key === "Escape") {
    input.value = "";
    show();
    input.focus();
  } else if (event.key === "Enter" && at === 0) links[1]?.click();
  else if (step) {
    event.preventDefault();
    links[Math.min(links.length - 1, Math.max(0, at + step))]?.focus();
  }
});
document.addEventListener("click", ({ target }) => {
  if (!search.contains(target)) panel.hidden = true;
});
input.addEventListener("focus", show);
show();
load();
