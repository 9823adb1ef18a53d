// One's own inbox: what is new stands out, a click reads it and goes there.
import { useCallback, useEffect, useState } from "react";
import { useNavigate, useSearchParams } from "react-router";
import { api, Flash, Icon, postJson, RelativeTime, Tabs } from "../parts";
import { Preferences } from "./preferences";

const TABS = [
  { key: "inbox", title: "Inbox" },
  { key: "preferences", title: "What I am told" },
];

function Line({ item, onRead }) {
  const navigate = useNavigate();
  const open = async () => {
    if (!item.read_at) await onRead(item);
    if (item.link) navigate(item.link);
  };
  return (
    <li className={item.read_at ? "note" : "note unread"}>
      <button type="button" className="note-open" onClick={open}>
        <span className="note-mark" aria-hidden="true" />
        <span className="note-text">
          <span className="main-cell anywhere">
            {!item.read_at && <span className="sr-only">Unread: </span>}
            {item.title}
          </span>
          {item.body && <span className="note-body anywhere">{item.body}</span>}
        </span>
        <RelativeTime at={item.created_at} className="nowrap tiny faint" />
      </button>
      {!item.read_at && (
        <button type="button" className="btn quiet icon-only small" aria-label={`Mark as read: ${item.title}`} onClick={() => onRead(item)}>
          <Icon name="check" />
        </button>
      )}
    </li>
  );
}

function Inbox({ changed }) {
  const [items, setItems] = useState(null);
  const [cursor, setCursor] = useState("");
  const [only, setOnly] = useState(false);
  const [failure, setFailure] = useState("");
  const read = useCallback((from = "") => {
    const query = new URLSearchParams({ limit: "30", unread: String(only), ...(from ? { cursor: from } : {}) });
    return api(`/api/v1/notifications?${query}`).then(
      (page) => {
        setItems((before) => (from ? [...before, ...page.items] : page.items));
        setCursor(page.next_cursor || "");
        setFailure("");
      },
      (error) => setFailure(error.message),
    );
  }, [only]);
  useEffect(() => { read(); }, [read, changed]);
  const readOne = async (item) => {
    const after = await postJson(`/api/v1/notifications/${item.id}/read`, {}).catch((error) => setFailure(error.message));
    if (after) setItems((all) => all.map((one) => (one.id === item.id ? after : one)));
  };
  const readAll = () => postJson("/api/v1/notifications/read", {}).then(() => read(), (error) => setFailure(error.message));
  return (
    <div className="stack">
      <div className="toolbar">
        <div className="segmented" role="group" aria-label="Which notifications">
          {[[false, "All"], [true, "Unread"]].map(([value, title]) => (
            <button key={title} type="button" aria-pressed={only === value} onClick={() => setOnly(value)}>{title}</button>
          ))}
        </div>
        <span className="grow" />
        <button type="button" className="btn small" disabled={!items?.some((item) => !item.read_at)} onClick={readAll}>
          <Icon name="check" className="small" />Mark all as read
        </button>
      </div>
      {failure && <div className="callout danger" role="alert"><Icon name="alert-circle" /><div><strong>{failure}</strong></div></div>}
      {!items && !failure && <div className="skeletons" aria-hidden="true"><div className="skeleton" /><div className="skeleton" /></div>}
      {items?.length === 0 && (
        <div className="empty">
          <Icon name="bell" />
          <h2>{only ? "Nothing unread" : "Nothing yet"}</h2>
          <p>What happens to your runs and deployments is told here.</p>
        </div>
      )}
      {items?.length > 0 && <ul className="notes card" aria-label="Notifications">{items.map((item) => <Line key={item.id} item={item} onRead={readOne} />)}</ul>}
      {cursor && <div><button type="button" className="btn" onClick={() => read(cursor)}>Show older ones</button></div>}
    </div>
  );
}

export function NotificationsPage({ changed }) {
  const [search, setSearch] = useSearchParams();
  const [note, setNote] = useState({});
  const [tab, setTab] = useState("inbox"); // as the page was built: the address is read after it is alive
  const wanted = search.get("tab") === "preferences" ? "preferences" : "inbox";
  useEffect(() => setTab(wanted), [wanted]);
  return (
    <>
      <Tabs tabs={TABS} value={tab} label="Notifications" onChange={(key) => setSearch(key === "inbox" ? {} : { tab: key }, { replace: true })} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {tab === "inbox" ? <Inbox changed={changed} /> : <Preferences onSaved={(text) => setNote({ seq: Date.now(), kind: "success", text })} />}
      </div>
      <Flash note={note} />
    </>
  );
}
