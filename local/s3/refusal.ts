/** An answer that refuses a request, as S3 gives it. */
export class Refusal extends Error {
  readonly status: number;
  readonly code: string;
  /** More elements of the answer. */
  readonly details: Readonly<Record<string, string>>;

  constructor(status: number, code: string, message: string, details: Readonly<Record<string, string>> = {}) {
    super(message);
    this.status = status;
    this.code = code;
    this.details = details;
  }
}

const escaped = (text: string): string =>
  text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');

/** The refusal in S3's XML. */
export function toXml({ code, message, details }: Refusal, requestId: string): string {
  const elements = Object.entries({ Code: code, Message: message, ...details, RequestId: requestId });
  const inner = elements.map(([name, value]) => `<${name}>${escaped(value)}</${name}>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`;
}
