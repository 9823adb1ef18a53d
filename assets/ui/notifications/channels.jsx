// Channels: where events go beside people's inboxes, what was sent, a test, another key. Of the portal, for administrators; of one
// project, on its page, for its owners.
import { useCallback, useEffect, useState } from "react";
import { useMay } from "../may";
import { api, ConfirmDialog, CopyButton, Flash, Icon, Modal, postJson, RelativeTime, Tabs } from "../parts";
import { ChannelDialog, KINDS } from "./channel-form";
import { Deliveries } from "./deliveries";
import { Texts } from "./texts";

const AT = "/api/v1/notification-channels";
const TABS = [
  { key: "channels", title: "Channels" },
  { key: "log", title: "Deliveries" },
  { key: "texts", title: "Texts" },
];

function Row({ channel, project, closed, changes, onTest, onEdit, onKey, onDelete, onSwitch }) {
  return (
    <tr>
      <td className="full">
        <span className="main-cell anywhere">{channel.name}</span>
        <div className="sub-cell anywhere">{KINDS[channel.kind].title} · {channel.shown}</div>
      </td>
      {!project && <td data-label="Of">{channel.project || "the whole portal"}</td>}
      <td data-label="Events" className="anywhere">{channel.events.length === 1 ? channel.events[0] : `${channel.events.length} events`}</td>
      <td>
        <span className={`badge ${channel.disabled_at ? "warning" : "success"}`} title={channel.disabled_reason || undefined}>
          <span className="dot" aria-hidden="true" />{channel.disabled_at ? "Off" : "On"}
        </span>
        {channel.disabled_reason && <div className="sub-cell anywhere">{channel.disabled_reason}</div>}
      </td>
      <td className="end full">
        {changes && <div className="row">
          {!closed && (
            <>
              <button type="button" className="btn small" onClick={() => onTest(channel)}>Test</button>
              <button type="button" className="btn small" onClick={() => onEdit(channel)}>Change</button>
              {channel.kind === "webhook" && <button type="button" className="btn small" onClick={() => onKey(channel)}>New key</button>}
              <button type="button" className="btn small" onClick={() => onSwitch(channel)}>{channel.disabled_at ? "Switch on" : "Switch off"}</button>
            </>
          )}
          <button type="button" className="btn small danger" aria-label={`Remove ${channel.name}`} onClick={() => onDelete(channel)}><Icon name="trash" className="small" /></button>
        </div>}
      </td>
    </tr>
  );
}

function List({ channels, project, closed, ...actions }) {
  if (!channels.length) {
    return (
      <div className="empty">
        <Icon name="message" />
        <h2>No channels yet</h2>
        <p>{closed ? "The project is archived, so nothing happens in it that one could be told." : `A channel sends events ${project ? "of this project " : ""}to mail, Slack, Teams, a webhook of yours, or another service.`}</p>
      </div>
    );
  }
  return (
    <div className="table-wrap" tabIndex={0} role="region" aria-label="Channels">
      <table className="table stacked">
        <thead><tr>{["Channel", ...(project ? [] : ["Of"]), "Events", "State"].map((name) => <th key={name} scope="col">{name}</th>)}<th scope="col"><span className="sr-only">Actions</span></th></tr></thead>
        <tbody>{channels.map((channel) => <Row key={channel.id} channel={channel} project={project} closed={closed} {...actions} />)}</tbody>
      </table>
    </div>
  );
}

// A test is a delivery like others: asked for until it is sent or has failed once.
function TestDialog({ delivery, onClose }) {
  const [seen, setSeen] = useState(delivery);
  useEffect(() => {
    if (seen.status !== "waiting" || seen.problem) return undefined;
    const timer = setTimeout(() => api(`/api/v1/notification-deliveries/${delivery.id}`).then(setSeen, () => {}), 700);
    return () => clearTimeout(timer);
  }, [seen, delivery.id]);
  const tone = seen.status === "sent" ? "success" : seen.problem ? "danger" : "info";
  const words = seen.status === "sent" ? "It was taken." : seen.problem || "It is being sent …";
  return (
    <Modal open title="Test of the channel" onClose={onClose}>
      <div className={`callout ${tone}`} role="status">
        <Icon name={tone === "success" ? "check-circle" : tone === "danger" ? "alert-circle" : "clock"} />
        <div className="anywhere"><strong>{words}</strong>{seen.response_code && <p>Answer {seen.response_code}{seen.response ? `: ${seen.response}` : ""}</p>}</div>
      </div>
    </Modal>
  );
}

function KeyDialog({ text, onClose }) {
  return (
    <Modal open title="The key of this webhook" onClose={onClose}>
      <p>Receivers check with it that a message is ours. It is shown this once.</p>
      <div className="with-button"><code className="codeblock wrap grow">{text}</code><CopyButton text={text} label="Copy the key" /></div>
      <p className="small muted">How to check is in docs/notifications.md. A former key signs beside it for 24 hours.</p>
    </Modal>
  );
}

// The channels of one project, or all that an administrator manages: read, tried, changed. `around` draws what stands about them.
function Channels({ project, closed, around }) {
  const [channels, setChannels] = useState(null);
  const [failure, setFailure] = useState("");
  const [note, setNote] = useState({});
  const may = useMay();
  const [shown, setShown] = useState({});
  const load = useCallback(() => api(project ? `${AT}?project=${encodeURIComponent(project)}` : AT).then(setChannels, (error) => setFailure(error.message)), [project]);
  useEffect(() => { load(); }, [load]);
  const close = () => setShown({});
  const say = (text) => setNote({ seq: Date.now(), kind: "success", text });
  const act = (work, text) => work.then(async (result) => { setFailure(""); await load(); if (text) say(text); return result; }, (error) => setFailure(error.message));
  const one = (channel) => `${AT}/${channel.id}`;
  const patch = (channel, change) =>
    api(one(channel), { method: "PATCH", headers: { "Content-Type": "application/json", Accept: "application/json" }, body: JSON.stringify(change) });
  const actions = {
    onTest: (channel) => act(postJson(`${one(channel)}/test`, {})).then((delivery) => delivery && setShown({ delivery })),
    onEdit: (channel) => setShown({ edit: channel }),
    onKey: (channel) => setShown({ renew: channel }),
    onDelete: (channel) => setShown({ remove: channel }),
    onSwitch: (channel) => act(patch(channel, { enabled: Boolean(channel.disabled_at) }), channel.disabled_at ? "Switched on" : "Switched off"),
  };
  const done = async (made) => {
    await load();
    setShown(made.signing_key ? { key: made.signing_key } : {});
    say(`${made.name} is kept`);
  };
  const changes = Boolean(project) || may("notification.manage");
  const fresh = changes && !closed && <button type="button" className="btn primary" onClick={() => setShown({ edit: {} })}><Icon name="plus" />New channel</button>;
  const alert = failure && <div className="callout danger" role="alert"><Icon name="alert-circle" /><div><strong>{failure}</strong></div></div>;
  const list = channels ? <List channels={channels} project={project} closed={closed} changes={changes} {...actions} /> : <div className="skeletons" aria-hidden="true"><div className="skeleton" /></div>;
  return (
    <>
      {around({ fresh, alert, list, channels, say })}
      {shown.edit && <ChannelDialog channel={shown.edit} project={project} onClose={close} onDone={done} />}
      {shown.delivery && <TestDialog delivery={shown.delivery} onClose={close} />}
      {shown.key && <KeyDialog text={shown.key} onClose={close} />}
      <ConfirmDialog
        open={Boolean(shown.renew)} title="Make a new key?" action="New key" danger={false} onClose={close}
        onConfirm={() => act(postJson(`${one(shown.renew)}/rotate-key`, {})).then((made) => setShown(made ? { key: made.signing_key } : {}))}
      >
        <p>For 24 hours messages carry a signature of each, so that receivers can follow.</p>
      </ConfirmDialog>
      <ConfirmDialog
        open={Boolean(shown.remove)} title="Remove this channel?" action="Remove" onClose={close}
        onConfirm={() => act(api(one(shown.remove), { method: "DELETE" }), "Removed").then(close)}
      >
        <p>Nothing more is sent to <strong>{shown.remove?.name}</strong>, and what was sent is no longer listed.</p>
      </ConfirmDialog>
      <Flash note={note} />
    </>
  );
}

function Page({ fresh, alert, list, say }) {
  const [tab, setTab] = useState("channels");
  const may = useMay();
  return (
    <>
      <header className="page-head">
        <div className="titles"><h1>Notifications</h1><div className="sub">Where events are sent beside people's inboxes, and what was sent.</div></div>
        <div className="actions">{fresh}</div>
      </header>
      {alert}
      <Tabs tabs={may("notification.manage") ? TABS : TABS.filter(({ key }) => key !== "texts")} value={tab} label="Notifications" onChange={setTab} />
      <div role="tabpanel" id={`panel-${tab}`} aria-labelledby={`tab-${tab}`}>
        {tab === "channels" && list}
        {tab === "log" && <Deliveries onSaid={say} />}
        {tab === "texts" && <Texts onSaid={say} />}
      </div>
    </>
  );
}

// On a project's page: its channels, and what was sent over the one that is chosen.
function Panel({ fresh, alert, list, channels, say }) {
  const [chosen, setChosen] = useState("");
  return (
    <div className="stack loose">
      <div className="row between"><p className="muted">Where events of this project are sent beside people's inboxes.</p>{fresh}</div>
      {alert}
      {list}
      {channels?.length > 0 && (
        <section className="stack tight" aria-labelledby="project-sent">
          <h2 id="project-sent">What was sent</h2>
          <div className="toolbar">
            <select className="select" aria-label="Over which channel" value={chosen} onChange={(event) => setChosen(event.target.value)}>
              <option value="">Choose a channel</option>
              {channels.map((channel) => <option key={channel.id} value={channel.id}>{channel.name}</option>)}
            </select>
          </div>
          {channels.some((channel) => channel.id === chosen) && <Deliveries key={chosen} channel={chosen} onSaid={say} />}
        </section>
      )}
    </div>
  );
}

export const NotificationChannels = () => <Channels around={(parts) => <Page {...parts} />} />;
// Of an archived project they can be looked at, and removed.
export const ProjectChannels = ({ project, closed }) => <Channels key={project} project={project} closed={closed} around={(parts) => <Panel {...parts} />} />;
