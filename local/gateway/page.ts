/** A file that the server has itself, beside the routes of the API. */
export type Page = { readonly headers: Readonly<Record<string, string>>; readonly body: string | Uint8Array };
