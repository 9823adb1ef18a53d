// What a page is about, once it knows: for the crumbs in the frame and the window's title. For pages that read by themselves; where a
// State reads, `template.page` has the title from it.
import { createContext, useContext, useEffect } from "react";

const Naming = createContext(() => {});
export const Named = Naming.Provider;

export function useTitle(title) {
  const name = useContext(Naming);
  useEffect(() => {
    if (!title) return;
    name(title);
    document.title = `${title} · Terrace`;
  }, [title]);
}
