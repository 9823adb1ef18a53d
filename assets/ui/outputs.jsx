// A deployment's outputs. Sensitive values stay on the server until they are asked for, and go no further than this tab.
import { useEffect, useState } from "react";
import { isWebAddress } from "./links.mjs";
import { api, CopyButton, Icon } from "./parts";

const asText = (value) => (typeof value === "string" ? value : JSON.stringify(value, null, 2));

function Secret({ output, deploymentId, canReveal }) {
  const [text, setText] = useState(null);
  const [failure, setFailure] = useState("");
  const reveal = async () => {
    try {
      const page = await api(`/api/v1/deployments/${deploymentId}/outputs?reveal=true`);
      setText(asText(page.items.find((item) => item.name === output.name)?.value ?? null));
    } catch (error) {
      setFailure(error.message);
    }
  };
  useEffect(() => {
    if (text === null) return undefined;
    const timer = setTimeout(() => setText(null), 60000);
    return () => clearTimeout(timer);
  }, [text]);
  if (failure) return <span className="small muted">{failure}</span>;
  return (
    <span className="copyable">
      {text === null ? <span className="secret">••••••••</span> : <span className="mono anywhere">{text}</span>}
      {text !== null && <CopyButton text={text} label={`Copy ${output.name}`} />}
      {canReveal && (
        <button
          type="button"
          className="copy"
          aria-label={text === null ? `Reveal ${output.name}` : `Hide ${output.name}`}
          title={text === null ? "Reveal (this is recorded)" : "Hide"}
          onClick={() => (text === null ? reveal() : setText(null))}
        >
          <Icon name={text === null ? "eye" : "eye-off"} className="small" />
        </button>
      )}
    </span>
  );
}

function Value({ output, deploymentId, canReveal }) {
  if (output.sensitive) return <Secret output={output} deploymentId={deploymentId} canReveal={canReveal} />;
  if (!output.text) return <span className="faint">null</span>;
  const isLink = isWebAddress(output.text);
  const isLong = output.text.includes("\n");
  return (
    <span className="copyable">
      {isLink ? (
        <a className="mono anywhere" href={output.text} target="_blank" rel="noopener noreferrer">
          {output.text}
        </a>
      ) : isLong ? (
        <pre className="codeblock" tabIndex={0}>{output.text}</pre>
      ) : (
        <span className="mono anywhere">{output.text}</span>
      )}
      <CopyButton text={output.text} label={`Copy ${output.name}`} />
    </span>
  );
}

export function Outputs({ outputs, deploymentId, canReveal }) {
  if (!outputs?.length) {
    return (
      <div className="empty">
        <Icon name="info" />
        <h3>No outputs yet</h3>
        <p>They appear here once a run was applied.</p>
      </div>
    );
  }
  return (
    <div className="table-wrap">
      <table className="table stacked outputs" aria-label="Outputs">
        <thead>
          <tr>
            <th scope="col">Name</th>
            <th scope="col">Value</th>
          </tr>
        </thead>
        <tbody>
          {outputs.map((output) => (
            <tr key={output.name}>
              <td className="full">
                <span className="mono main-cell">{output.name}</span>
                {output.description && <div className="sub-cell">{output.description}</div>}
              </td>
              <td className="full">
                <Value output={output} deploymentId={deploymentId} canReveal={canReveal} />
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
