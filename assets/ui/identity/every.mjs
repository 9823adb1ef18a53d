// Every item of a list of the API, page by page.
export async function every(api, path) {
  const items = [];
  let cursor = "";
  do {
    const page = await api(`${path}?limit=200${cursor ? `&cursor=${encodeURIComponent(cursor)}` : ""}`);
    items.push(...page.items);
    cursor = page.next_cursor;
  } while (cursor);
  return items;
}
