// The frame around every page: navigation, breadcrumb, command palette, keys, theme, menu of the user.
import { useCallback, useContext, useEffect, useRef, useState } from "react";
import { Link, useLocation, useNavigate } from "react-router";
import { ColorModeContext } from "$/utils/context-registry";
import { belongs } from "./addressed";
import { dropAllDrafts } from "./form/store.mjs";
import { Giving, Holding } from "./may";
import { CommandPalette } from "./palette";
import { Icon, Modal, postJson } from "./parts";
import { offered, ProjectSwitch, Scoped, ScopeNote, useScopeOf } from "./scope";
import { Named } from "./title";

const MAIN = [
  { key: "catalogue", title: "Catalogue", href: "/", icon: "grid" },
  { key: "deployments", title: "Deployments", href: "/deployments", icon: "layers" },
  { key: "runs", title: "Runs", href: "/runs", icon: "play" },
  { key: "approvals", title: "Approvals", href: "/approvals", icon: "check-circle" },
  { key: "projects", title: "Projects", href: "/projects", icon: "container" },
];
// `needs`: whoever holds one of these actions may read the page. Its buttons are for the services to decide.
const ADMIN = [
  { key: "users", title: "Users", href: "/admin/users", icon: "users", needs: ["user.read"] },
  { key: "roles", title: "Roles", href: "/admin/roles", icon: "lock", needs: ["role.manage", "user.read"] },
  { key: "access", title: "Access", href: "/admin/access", icon: "eye", needs: ["access.explain"] },
  { key: "service-accounts", title: "Service accounts", href: "/admin/service-accounts", icon: "code", needs: ["service_account.manage"] },
  { key: "accounts", title: "Cloud accounts", href: "/admin/cloud-accounts", icon: "key", needs: ["cloud_account.manage", "settings.read"] },
  { key: "templates", title: "Templates", href: "/admin/templates", icon: "grid", needs: ["template.review"] },
  { key: "policies", title: "Policies", href: "/admin/policies", icon: "security", needs: ["policy.manage", "settings.read"] },
  { key: "approval-rules", title: "Approval rules", href: "/admin/approval-rules", icon: "check-circle", needs: ["approval.rules"] },
  { key: "workers", title: "Workers", href: "/admin/workers", icon: "server", needs: ["system.read"] },
  { key: "audit", title: "Audit", href: "/admin/audit", icon: "clock", needs: ["audit.read"] },
  { key: "settings", title: "Settings", href: "/admin/settings", icon: "dots", needs: ["settings.read"] },
  { key: "system", title: "System", href: "/admin/system", icon: "monitor", needs: ["system.read"] },
];
const administration = (user) => ADMIN.filter((page) => page.needs.some((action) => user.actions?.includes(action)));
const GO = { c: "/", d: "/deployments", r: "/runs", v: "/approvals", p: "/projects", u: "/admin/users", w: "/admin/workers", a: "/account" };
// Where a key leads this person: nowhere that they may not read.
const goes = (user, key) => {
  const page = ADMIN.find((item) => item.href === GO[key]);
  return GO[key] && (!page || administration(user).includes(page)) ? GO[key] : null;
};
const deploys = (user) => Boolean(user.actions?.includes("cloud_account.use"));
const NOTHING = [];
const KEYS = [
  [["Ctrl", "K"], "Find a template, a deployment, a page"],
  [["/"], "Search on this page"],
  [["n"], "New deployment"],
  [["g", "c"], "Go to the catalogue"],
  [["g", "d"], "Go to deployments"],
  [["g", "r"], "Go to runs"],
  [["g", "v"], "Go to approvals"],
  [["g", "p"], "Go to projects"],
  [["?"], "These keys"],
];
const keysOf = (user) => KEYS.filter(([keys]) => keys[0] !== "n" || deploys(user));

// How many plans wait for whoever is signed in.
function WaitingBadge({ count }) {
  if (!count) return null;
  return <span className="nav-count num">{count > 99 ? "99+" : count}<span className="sr-only"> wait for you</span></span>;
}

function NavLinks({ title, items, section, waiting, scope }) {
  return (
    <nav className="nav" aria-label={title}>
      {items.map((item) => (
        <Link key={item.key} to={scope.to(item.href)} aria-current={item.key === section ? "page" : undefined}>
          <Icon name={item.icon} />
          {item.title}
          {item.key === "approvals" && <WaitingBadge count={waiting} />}
        </Link>
      ))}
    </nav>
  );
}

function Sidebar({ section, user, waiting, scope }) {
  const admin = administration(user);
  return (
    <aside className="sidebar" aria-label="Portal">
      <Link className="brand" to={scope.to("/")}>
        <svg aria-hidden="true">
          <use href="/icons.svg#terrace" />
        </svg>
        Terrace
      </Link>
      <NavLinks title="Main" items={MAIN} section={section} waiting={waiting} scope={scope} />
      {admin.length > 0 && <NavLinks title="Administration" items={admin} section={section} scope={scope} />}
      <div className="sidebar-foot">
        <a href="/api/docs">API reference</a>
        <span>
          <kbd>?</kbd> keys
        </span>
      </div>
    </aside>
  );
}

// A title that comes from a page's State is shown on the address that it speaks of only, and so is `named`, which comes from the page.
function Crumbs({ items, named, scope }) {
  const { pathname } = useLocation();
  const own = (item) => named.path === pathname && item === items[items.length - 1];
  const titleOf = (item) => (own(item) ? named.title : belongs(pathname, item.path) ? item.title : "");
  return (
    <nav className="crumbs" aria-label="Breadcrumb">
      <ol>
        {items.map((item, index) => (
          <li key={index}>
            {item.href && index < items.length - 1 ? (
              <Link to={scope.to(item.href)}>{titleOf(item)}</Link>
            ) : (
              <span aria-current="page">{titleOf(item) || " "}</span>
            )}
          </li>
        ))}
      </ol>
    </nav>
  );
}

export function ThemeButton() {
  const { resolvedColorMode, toggleColorMode } = useContext(ColorModeContext);
  const dark = resolvedColorMode === "dark";
  return (
    <button
      type="button"
      className="btn quiet icon-only"
      aria-label={dark ? "Use the light theme" : "Use the dark theme"}
      onClick={toggleColorMode}
    >
      <Icon name={dark ? "sun" : "moon"} />
    </button>
  );
}

function Bell({ unread }) {
  const label = unread ? `Notifications, ${unread} unread` : "Notifications";
  return (
    <Link className="btn quiet icon-only bell" to="/notifications" aria-label={label} title={label}>
      <Icon name="bell" />
      {unread > 0 && <span className="count" aria-hidden="true">{unread > 99 ? "99+" : unread}</span>}
    </Link>
  );
}

function initials(user) {
  const words = (user.name || user.email || "?").split(/[\s.@_-]+/).filter(Boolean);
  return ((words[0] || "?")[0] + (user.name && words[1] ? words[1][0] : "")).toUpperCase();
}

async function signOut() {
  const ended = await postJson("/api/v1/auth/sign-out", {}).catch(() => null);
  window.sessionStorage.clear();
  dropAllDrafts();
  window.location.assign(ended?.provider_sign_out || "/sign-in");
}

function UserMenu({ user }) {
  const [open, setOpen] = useState(false);
  const host = useRef(null);
  useEffect(() => {
    if (!open) return undefined;
    const close = (event) => {
      if (event.type === "keydown" ? event.key !== "Escape" : host.current?.contains(event.target)) return;
      setOpen(false);
      if (event.type === "keydown") host.current?.querySelector("button").focus();
    };
    document.addEventListener("pointerdown", close);
    document.addEventListener("keydown", close);
    return () => {
      document.removeEventListener("pointerdown", close);
      document.removeEventListener("keydown", close);
    };
  }, [open]);
  return (
    <div className="menu" ref={host}>
      <button type="button" aria-expanded={open} aria-label="Your account" onClick={() => setOpen(!open)}>
        <span className="avatar">{initials(user)}</span>
      </button>
      {open && (
        <div className="popover" onClick={() => setOpen(false)}>
          <div className="who">
            <strong>{user.name || user.email}</strong>
            <span className="tiny faint">
              {user.name ? `${user.email} · ` : ""}
              {user.role}
            </span>
          </div>
          <Link className="item" to="/account">
            <Icon name="key" /> Account and API tokens
          </Link>
          <button type="button" className="item" onClick={signOut}>
            <Icon name="log-out" /> Sign out
          </button>
        </div>
      )}
    </div>
  );
}

function Drawer({ open, onClose, children }) {
  const dialog = useRef(null);
  useEffect(() => {
    const element = dialog.current;
    if (open && !element.open) element.showModal();
    if (!open && element.open) element.close();
  }, [open]);
  return (
    <dialog
      ref={dialog}
      className="drawer"
      aria-label="Navigation"
      onClose={onClose}
      onClick={(event) => {
        if (event.target === dialog.current || event.target.closest("a")) onClose();
      }}
    >
      {open && children}
    </dialog>
  );
}

function isTyping(target) {
  return target.isContentEditable || /^(INPUT|TEXTAREA|SELECT)$/.test(target.tagName) || target.closest?.("dialog[open]");
}

// When `g` was pressed. Beside the component, because the frame is made anew with each page, between two keys too.
const pending = { at: 0 };

function useKeys({ user, scope, openPalette, openHelp }) {
  const navigate = useNavigate();
  useEffect(() => {
    const onKey = (event) => {
      if ((event.ctrlKey || event.metaKey) && event.key.toLowerCase() === "k") {
        event.preventDefault();
        openPalette();
        return;
      }
      if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event.target)) return;
      if (Date.now() - pending.at < 1500 && goes(user, event.key)) {
        pending.at = 0;
        event.preventDefault();
        navigate(scope.to(goes(user, event.key)));
        return;
      }
      pending.at = event.key === "g" ? Date.now() : 0;
      if (event.key === "?") openHelp();
      if (event.key === "n" && deploys(user)) navigate(scope.to("/"));
      if (event.key === "/") {
        const search = document.querySelector("main input[type=search]");
        event.preventDefault();
        if (search) search.focus();
        else openPalette();
      }
    };
    document.addEventListener("keydown", onKey);
    return () => document.removeEventListener("keydown", onKey);
  }, [navigate, openPalette, openHelp, user, scope.slug]);
}

// What the palette offers of projects, where there is something to switch between.
const switches = (scope) =>
  scope.many
    ? [
        ...offered(scope).map((item) => ({ title: `Switch to project ${item.name}`, hint: "project", icon: "container", words: item.slug, act: () => scope.choose(item.slug) })),
        { title: "Show all projects", hint: "project", icon: "container", words: "switch", act: () => scope.choose("") },
      ]
    : NOTHING;

export function Shell({ user, unread, waiting, section, crumbs, wide, offline, children }) {
  const [drawer, setDrawer] = useState(false);
  const [palette, setPalette] = useState(false);
  const [help, setHelp] = useState(false);
  const [named, setNamed] = useState({ path: "", title: "" });
  const name = useCallback((title) => setNamed({ path: window.location.pathname, title }), []);
  const { pathname } = useLocation();
  const openPalette = useCallback(() => setPalette(true), []);
  const openHelp = useCallback(() => setHelp(true), []);
  const scope = useScopeOf(user);
  useKeys({ user, scope, openPalette, openHelp });
  useEffect(() => setDrawer(false), [pathname]);
  const sidebar = <Sidebar section={section} user={user} waiting={waiting} scope={scope} />;
  return (
    <div className="app">
      <a className="skip" href="#main">
        Skip to content
      </a>
      {sidebar}
      <div className="frame">
        <header className="topbar">
          <button type="button" className="btn quiet icon-only only-phone" aria-label="Open navigation" onClick={() => setDrawer(true)}>
            <Icon name="menu" />
          </button>
          <Crumbs items={crumbs || NOTHING} named={named} scope={scope} />
          <span className="spacer" />
          <ProjectSwitch scope={scope} />
          <button type="button" className="search-button" aria-label="Find anything" onClick={openPalette}>
            <Icon name="search" />
            <span>Find anything</span>
            <kbd>Ctrl K</kbd>
          </button>
          {user.id && <Bell unread={unread} />}
          <ThemeButton />
          {user.id && <UserMenu user={user} />}
        </header>
        <main id="main" className={wide ? "page wide" : "page"} tabIndex={-1}>
          <Holding value={user.actions || NOTHING}>
            <Giving value={user.gives || NOTHING}>
              <Named value={name}>
                <Scoped value={scope}>
                  <ScopeNote scope={scope} />
                  {children}
                </Scoped>
              </Named>
            </Giving>
          </Holding>
        </main>
      </div>
      <Drawer open={drawer} onClose={() => setDrawer(false)}>
        {sidebar}
      </Drawer>
      {palette && <CommandPalette user={user} onClose={() => setPalette(false)} pages={[...MAIN, ...administration(user)]} scope={scope} switches={switches(scope)} />}
      <Modal open={help} title="Keys" onClose={() => setHelp(false)}>
        <dl className="keys">
          {keysOf(user).map(([keys, text]) => (
            <div key={text} style={{ display: "contents" }}>
              <dt>
                {keys.map((key) => (
                  <kbd key={key}>{key}</kbd>
                ))}
              </dt>
              <dd>{text}</dd>
            </div>
          ))}
        </dl>
      </Modal>
      {offline && (
        <div className="offline" role="status">
          <span className="spinner" /> The connection was lost. Trying again …
        </div>
      )}
    </div>
  );
}
