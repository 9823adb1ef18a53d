// What the catalogue shows, and in which order. Pure.
const MOST_RECENT = 4;
const byTitle = (a, b) => a.title.localeCompare(b.title) || a.key.localeCompare(b.key);

function wordsOf(template) {
  const { title, summary, category, key, tags, resource_types: types } = template;
  return [title, summary, category, key, ...(tags || []), ...(types || [])].join(" ").toLowerCase();
}

// Templates that can be used, by title, with the words that are searched.
export function prepare(templates) {
  return templates
    .filter((template) => !template.broken)
    .map((template) => ({ ...template, words: wordsOf(template) }))
    .sort(byTitle);
}

// How well a template answers: its name before its tags before the rest.
function rank(template, wanted) {
  const title = template.title.toLowerCase();
  const names = [template.name, ...(template.tags || [])];
  return wanted.reduce((sum, word) => sum + (title.startsWith(word) ? 0 : title.includes(word) ? 1 : names.includes(word) ? 2 : 3), 0);
}

// Those that fit every filter and hold every word, the best first.
export function choose(prepared, { q = "", cloud = "", category = "", tag = "" }) {
  const wanted = q.toLowerCase().split(/\s+/).filter(Boolean);
  const found = prepared.filter(
    (template) =>
      (!cloud || template.cloud === cloud) &&
      (!category || template.category === category) &&
      (!tag || (template.tags || []).includes(tag)) &&
      wanted.every((word) => template.words.includes(word)),
  );
  return wanted.length ? found.sort((a, b) => rank(a, wanted) - rank(b, wanted) || byTitle(a, b)) : found;
}

// The values that templates have, by name, each with how many have it.
export function counted(templates, pick) {
  const counts = new Map();
  for (const value of templates.flatMap(pick)) if (value) counts.set(value, (counts.get(value) || 0) + 1);
  return [...counts].map(([value, count]) => ({ value, count })).sort((a, b) => a.value.localeCompare(b.value));
}

// Everything, in groups: what somebody used last, then by category. A template stands in one group only.
export function arrange(templates, recent) {
  const used = recent.map((key) => templates.find((template) => template.key === key)).filter(Boolean).slice(0, MOST_RECENT);
  const rest = templates.filter((template) => !used.includes(template));
  const categories = counted(rest, (template) => [template.category || "Other"]).map(({ value }) => ({
    title: value,
    templates: rest.filter((template) => (template.category || "Other") === value),
  }));
  return used.length ? [{ title: "Used last", templates: used, mixed: true }, ...categories] : categories;
}
