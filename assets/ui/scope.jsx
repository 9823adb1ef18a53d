// The project that one looks at: chosen in the top bar, remembered by this browser for each person, and in the address, so that a
// link shows the same. An address that names a project is followed; one that names none shows what was chosen last.
import { createContext, useContext, useEffect, useMemo, useState } from "react";
import { useLocation, useNavigate, useSearchParams } from "react-router";
import { every } from "./identity/every.mjs";
import { dropProject, loadProject, saveProject } from "./form/store.mjs";
import { Icon } from "./parts";

const LISTS = ["/", "/deployments", "/runs", "/approvals"];
const NONE = { projects: [], slug: "", project: undefined, choose: () => {}, to: (path) => path };
const Scope = createContext(NONE);
export const Scoped = Scope.Provider;
export const useScope = () => useContext(Scope);

const bare = (path) => (path.length > 1 ? path.replace(/\/$/, "") : path);
// Pages that show what is in the chosen project only.
const follows = (path) => LISTS.includes(bare(path)) || path.startsWith("/templates/");
// Pages on which the choice says nothing: they are about the portal or the reader, or ask for a project themselves.
const isApart = (path) => /^\/(admin|account|notifications)(\/|$)|^\/templates\/.*\/deploy\/?$/.test(path);

// Quietly: who is signed out meanwhile is told by the page itself.
async function quiet(path) {
  const answer = await fetch(path, { credentials: "same-origin", headers: { Accept: "application/json" } });
  if (!answer.ok) throw new Error(`The server answered ${answer.status}.`);
  return answer.json();
}

// The address that said nothing of a project and was given the one that was chosen last. Beside the component, like the list below.
const guess = { path: "", slug: "" };

// Beside the component, because the frame is made anew with each page: the list is read again once a minute, and after a change.
const known = { user: "", projects: null, at: 0 };
const GOOD_FOR = 60000;

function useProjects(user) {
  const [projects, setProjects] = useState(known.user === user?.id ? known.projects : null);
  useEffect(() => {
    if (!user?.id) return undefined;
    let alive = true;
    if (known.user !== user.id) Object.assign(known, { user: user.id, projects: null, at: 0 });
    const load = () =>
      every(quiet, "/api/v1/projects").then(
        (found) => {
          if (known.user === user.id) Object.assign(known, { projects: found, at: Date.now() });
          if (alive) setProjects(found);
        },
        () => {},
      );
    if (Date.now() - known.at > GOOD_FOR) load();
    window.addEventListener("terrace:projects", load);
    return () => {
      alive = false;
      window.removeEventListener("terrace:projects", load);
    };
  }, [user?.id]);
  return projects;
}

const withProject = (path, slug) => {
  const [place, query] = path.split("?");
  const parameters = new URLSearchParams(query);
  if (slug) parameters.set("project", slug);
  else parameters.delete("project");
  const text = parameters.toString();
  return text ? `${place}?${text}` : place;
};

// Where another choice leads from here: the same list, the list that one came from, the page of the other project; from where the
// choice says nothing, to what is deployed.
function placeFor(pathname, slug) {
  const path = bare(pathname);
  if (follows(path)) return path.replace(/\/deploy$/, "");
  if (isApart(path)) return "/deployments";
  if (path.startsWith("/projects/")) return slug ? `/projects/${slug}` : "/projects";
  return LISTS.slice(1).find((list) => path.startsWith(`${list}/`)) || path;
}

export function useScopeOf(user) {
  const projects = useProjects(user);
  const { pathname } = useLocation();
  const [parameters, setParameters] = useSearchParams();
  const navigate = useNavigate();
  const [kept, setKept] = useState("");
  const named = follows(pathname) ? parameters.get("project") || "" : "";
  const many = (projects?.length || 0) > 1;
  const isMine = (slug) => projects?.some((item) => item.slug === slug);
  useEffect(() => {
    if (!user?.id || !projects) return;
    const before = loadProject(user.id);
    if (guess.path !== bare(pathname)) guess.path = "";
    if (named && many && isMine(named)) saveProject(user.id, named);
    else if (!named && many && isMine(before) && follows(pathname)) {
      Object.assign(guess, { path: bare(pathname), slug: before });
      setParameters((now) => new URLSearchParams([...now, ["project", before]]), { replace: true, preventScrollReset: true });
    }
    setKept(named || (many && isMine(before) ? before : ""));
  }, [user?.id, projects, named, pathname]);
  const slug = named || kept;
  const choose = (next) => {
    if (next) saveProject(user.id, next);
    else dropProject(user.id);
    setKept(next);
    const place = placeFor(pathname, next);
    if (!follows(place)) {
      if (place !== bare(pathname)) navigate(place);
      return;
    }
    const query = new URLSearchParams(place === bare(pathname) ? window.location.search : "");
    query.delete("cursor");
    navigate(withProject(`${place}?${query}`, next));
  };
  return useMemo(
    () => ({
      projects,
      slug,
      project: projects?.find((item) => item.slug === slug),
      choose,
      many,
      shown: many && !isApart(pathname),
      narrows: follows(pathname),
      guessed: Boolean(slug) && guess.path === bare(pathname) && guess.slug === slug,
      to: (path) => (slug && follows(path.split("?")[0]) ? withProject(path, slug) : path),
    }),
    // Not at each letter of a search: `choose` alone asks what the address has besides, and asks the address itself.
    [user?.id, projects, slug, many, pathname],
  );
}

// Whoever follows a link that names no project sees why they may see less than whoever sent it.
export function ScopeNote({ scope }) {
  if (!scope.guessed || !scope.many) return null;
  return (
    <div className="callout" id="scope-note" role="note">
      <Icon name="info" />
      <div className="row">
        <span className="anywhere">
          Only what is in <b>{scope.project?.name || scope.slug}</b>: the address named no project, and this is the one that you chose last.
        </span>
        <button type="button" className="link-btn" onClick={() => scope.choose("")}>
          Show all projects
        </button>
      </div>
    </div>
  );
}

// Archived projects are history: they are offered while one of them is what one looks at.
export const offered = ({ projects, slug }) => (projects || []).filter((item) => !item.archived_at || item.slug === slug);

export function ProjectSwitch({ scope }) {
  if (!scope.shown) return null;
  const items = offered(scope);
  return (
    <select className={`select compact project-switch ${scope.narrows ? "" : "only-desk"}`} aria-label="Project" value={scope.slug} onChange={(event) => scope.choose(event.target.value)}>
      <option value="">All projects</option>
      {scope.slug && !scope.project && <option value={scope.slug}>{scope.slug}</option>}
      {items.map((item) => (
        <option key={item.id} value={item.slug}>
          {item.name}
        </option>
      ))}
    </select>
  );
}
