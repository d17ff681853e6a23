/** Error response of S3. */
export class S3Error extends Error {
  readonly status: number;
  readonly code: string;
  /** Additional elements of the response. */
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

/** Error in S3's XML. */
export function toXml({ code, message, details }: S3Error, requestId: string): string {
  const elements = Object.entries({ Code: code, Message: message, ...details, RequestId: requestId });
  const inner = elements.map(([name, value]) => `<${name}>${escaped(value)}</${name}>`).join('');
  return `<?xml version="1.0" encoding="UTF-8"?>\n<Error>${inner}</Error>`;
}
