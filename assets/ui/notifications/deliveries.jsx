// What was sent, to whom, with what answer; sending again.
import { useCallback, useEffect, useState } from "react";
import { useMay } from "../may";
import { api, Icon, postJson, RelativeTime } from "../parts";

const LOOKS = { waiting: ["Waiting", "info"], sent: ["Sent", "success"], given_up: ["Given up", "danger"] };

function Row({ item, onResend }) {
  const [word, tone] = LOOKS[item.status];
  const why = [item.problem, item.response].filter(Boolean).join(" ");
  return (
    <tr>
      <td className="full"><span className="main-cell anywhere">{item.recipient}</span><div className="sub-cell">{item.event} · {item.kind}</div></td>
      <td><span className={`badge ${tone}`}><span className="dot" aria-hidden="true" />{word}</span></td>
      <td data-label="Answer" className="anywhere full">{item.response_code ? `${item.response_code} ` : ""}<span className="muted small">{why}</span></td>
      <td data-label="Attempts" className="num">{item.attempts}</td>
      <td data-label={item.next_at && item.attempts ? "Again" : "Made"} className="muted"><RelativeTime at={item.next_at && item.attempts ? item.next_at : item.created_at} /></td>
      <td className="shrink end">{item.can_resend && onResend && <button type="button" className="btn small" onClick={() => onResend(item)}>Send again</button>}</td>
    </tr>
  );
}

// Of one channel, or of everything that the portal sent.
export function Deliveries({ channel, onSaid }) {
  const may = useMay();
  const [items, setItems] = useState(null);
  const [cursor, setCursor] = useState("");
  const [status, setStatus] = useState("");
  const [failure, setFailure] = useState("");
  const read = useCallback((from = "") => {
    const query = new URLSearchParams({ limit: "30", ...(status ? { status } : {}), ...(from ? { cursor: from } : {}) });
    return api(`${channel ? `/api/v1/notification-channels/${channel}/deliveries` : "/api/v1/notification-deliveries"}?${query}`).then((page) => {
      setItems((before) => (from ? [...before, ...page.items] : page.items));
      setCursor(page.next_cursor || "");
    }, (error) => setFailure(error.message));
  }, [status, channel]);
  useEffect(() => { read(); }, [read]);
  const resend = (item) => postJson(`/api/v1/notification-deliveries/${item.id}/resend`, {}).then(() => { onSaid("It is sent again"); return read(); }, (error) => setFailure(error.message));
  return (
    <div className="stack">
      <div className="toolbar">
        <select className="select" aria-label="State" value={status} onChange={(event) => setStatus(event.target.value)}>
          <option value="">Every state</option>
          {Object.entries(LOOKS).map(([key, [word]]) => <option key={key} value={key}>{word}</option>)}
        </select>
        <button type="button" className="btn small" onClick={() => read()}><Icon name="refresh" className="small" />Refresh</button>
      </div>
      {failure && <div className="callout danger" role="alert"><Icon name="alert-circle" /><div><strong>{failure}</strong></div></div>}
      {items?.length === 0 && <div className="empty"><Icon name="message" />{channel ? <h3>Nothing was sent</h3> : <h2>Nothing was sent</h2>}<p>{channel ? "Messages over this channel are listed here." : "Messages to channels and mail to people are listed here."}</p></div>}
      {items?.length > 0 && (
        <div className="table-wrap" tabIndex={0} role="region" aria-label="Deliveries">
          <table className="table stacked">
            <thead><tr>{["To", "State", "Answer", "Attempts", "When"].map((name) => <th key={name} scope="col">{name}</th>)}<th scope="col"><span className="sr-only">Actions</span></th></tr></thead>
            <tbody>{items.map((item) => <Row key={item.id} item={item} onResend={channel || may("notification.manage") ? resend : null} />)}</tbody>
          </table>
        </div>
      )}
      {cursor && <div><button type="button" className="btn" onClick={() => read(cursor)}>Show older ones</button></div>}
    </div>
  );
}
