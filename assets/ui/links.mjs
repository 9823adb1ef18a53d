// What of a text may become a link. Outputs are made by templates and clouds: whatever is no plain https address stays a text.
export const isWebAddress = (text) => typeof text === "string" && /^https:\/\/[^\s"'<>\\]+$/.test(text);
