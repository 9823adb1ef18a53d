// What an action left to keep. It stays on the server until somebody asks for it, and goes no further than this tab.
import { useEffect, useState } from "react";
import { api, CopyButton, Icon } from "../parts";

const SHOWN_SECONDS = 60;

export function Result({ run }) {
  const [found, setFound] = useState(null);
  const [failure, setFailure] = useState("");
  useEffect(() => {
    if (!found) return undefined;
    const timer = setTimeout(() => setFound(null), SHOWN_SECONDS * 1000);
    return () => clearTimeout(timer);
  }, [found]);
  const ask = async () => {
    try {
      const result = await api(`/api/v1/runs/${run.id}/result`);
      setFailure("");
      return result;
    } catch (error) {
      setFailure(error.message);
      return null;
    }
  };
  const download = async () => {
    const result = found || (await ask());
    if (!result) return;
    const address = URL.createObjectURL(new Blob([result.text], { type: "text/plain" }));
    const link = Object.assign(document.createElement("a"), { href: address, download: result.file });
    link.click();
    URL.revokeObjectURL(address);
  };
  return (
    <section className="card" aria-labelledby="result-title" id="run-result">
      <div className="card-head">
        <h2 id="result-title">{run.action.result}</h2>
        <span className="spacer" />
        <div className="actions">
          <button type="button" className="btn" onClick={async () => setFound(found ? null : await ask())}><Icon name={found ? "eye-off" : "eye"} className="small" />{found ? "Hide" : "Reveal"}</button>
          <button type="button" className="btn" onClick={download}>Download</button>
        </div>
      </div>
      <div className="card-body">
        {failure && <p role="alert">{failure}</p>}
        {found ? <div className="copyable"><pre className="codeblock" tabIndex={0}>{found.text}</pre><CopyButton text={found.text} label={`Copy ${run.action.result}`} /></div>
          : <p className="muted">It is a secret, kept for a day. Who looks at it is recorded.</p>}
      </div>
    </section>
  );
}
