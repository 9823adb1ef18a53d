// How much of each quota is used: in words, and as a bar whose colour only helps.
const TONES = { ok: "", warning: " warning", full: " danger" };

export function Meter({ meter }) {
  const share = meter.share === null ? null : Math.min(1, meter.share);
  return (
    <div className={`quota-meter${TONES[meter.level]}`}>
      <div className="row between small">
        <span>{meter.title}</span>
        <span className="muted">{meter.text}</span>
      </div>
      {share !== null && <progress className="bar" aria-label={meter.title} max={1} value={share} />}
      {meter.level !== "ok" && (
        <p className="help">{meter.name === "runs" ? "Further runs wait for their turn." : meter.level === "full" ? "Nothing more is taken. An administrator can raise it." : "Most of it is used."}</p>
      )}
    </div>
  );
}

export function Meters({ usage }) {
  return (
    <div className="stack tight">
      {usage.meters.map((meter) => (
        <Meter key={meter.name} meter={meter} />
      ))}
    </div>
  );
}
