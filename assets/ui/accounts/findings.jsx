// What a test of an account saw: each finding with what to do about it, commands ready to copy.
import { CopyButton, Icon } from "../parts";

const LOOKS = { ok: ["check-circle", "success"], warning: ["alert", "warning"], error: ["alert-circle", "danger"] };
const WORDS = { ok: "Fine", warning: "Look at this", error: "Wrong" };
const COMMAND = /^(az|gcloud|gsutil|kubectl|terraform|curl|openssl)\s/;

// Text in which `…` marks what a terminal takes: short pieces stay in the line, commands get a line of their own.
export function Told({ text, short }) {
  return text.split(/`([^`]+)`/).map((piece, index) => {
    if (index % 2 === 0) return piece;
    if (short || !COMMAND.test(piece)) return <code key={index}>{piece}</code>;
    return (
      <span key={index} className="command">
        <code className="anywhere">{piece}</code>
        <CopyButton text={piece} label="Copy the command" />
      </span>
    );
  });
}

export function Findings({ test }) {
  const found = test?.findings || [];
  const order = ["error", "warning", "ok"];
  const sorted = [...found].sort((a, b) => order.indexOf(a.severity) - order.indexOf(b.severity));
  return (
    <ul className="findings">
      {sorted.map((finding, index) => (
        <li key={index}>
          <span className={`sign ${LOOKS[finding.severity][1]}`} title={WORDS[finding.severity]}>
            <Icon name={LOOKS[finding.severity][0]} />
            <span className="sr-only">{WORDS[finding.severity]}: </span>
          </span>
          <div className="grow">
            <strong className="anywhere">{finding.title}</strong>
            {finding.detail && (
              <p className="muted anywhere">
                <Told text={finding.detail} />
              </p>
            )}
            {finding.fix && (
              <p className="anywhere">
                <Told text={finding.fix} />
              </p>
            )}
          </div>
        </li>
      ))}
    </ul>
  );
}

// The whole outcome, as it is shown beside a form that has not been saved.
export function Outcome({ test }) {
  if (!test) return null;
  const facts = [test.identity && `Signed in as ${test.identity}`, test.target].filter(Boolean).join(" · ");
  return (
    <section className="card" aria-label="Result of the test" aria-live="polite">
      <div className="card-head">
        <h2>{test.ok ? "The test went well" : "The test failed"}</h2>
        {facts && <span className="small muted anywhere">{facts}</span>}
      </div>
      <div className="card-body">
        <Findings test={test} />
      </div>
    </section>
  );
}
