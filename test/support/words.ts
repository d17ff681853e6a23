import ts from 'typescript';

/** Words that users would not know from Kubernetes, AWS, Tekton or Cloud Foundry: [pattern, an example, what to say]. */
export const OLD_WORDS: readonly (readonly [pattern: RegExp, example: string, instead: string])[] = [
  [/taskbridge\.dev\/told\b/, 'taskbridge.dev/told', 'taskbridge.dev/reported'],
  [/\bun?(?:re)?told\b|\bis told\b/i, 'untold', 'unreported, published'],
  [/\b(?:un)?park(?:ed|ing|s)?\b/i, 'parked', 'queued'],
  [/\bsweeps?\b/i, 'sweep', 'polling, reconcile'],
  [/\bstatus\.claim\b/, 'status.claim', 'status.lease'],
  [/\bEventsTold\b/, 'EventsTold', 'EventsPublished'],
  [/\bEventsRefused\b/, 'EventsRefused', 'EventsRejected'],
  [/\bput ?off\b/i, 'putOff', 'deferred'],
  [/\basked for\b/i, 'asked for', 'requested'],
  [/\bbegan\b/i, 'began', 'started'],
  [/\bname to show\b/i, 'name to show', 'display name'],
  [/\b(?:in|into) force\b/i, 'in force', 'active, since'],
  [/\btake (?:it|them) away\b/i, 'take it away', 'remove'],
  [/\bkeep it\b/i, 'keep it', 'cancel'],
  [/\blongest run\b/i, 'longest run', 'timeout'],
  [/\blatest start\b/i, 'latest start', 'starting deadline'],
  [/\bmend(?:s|ed)? (?:it|them|the)\b/i, 'mend it', 'fix it'],
  [/\bis failed\b/i, 'is failed', 'failed'],
  [/\bits end:/i, 'its end:', 'to stop it:'],
  [/\bchosen:/i, 'chosen:', 'now using'],
  [/\ba fault of\b/i, 'a fault of', 'internal error'],
  [/\(needed\)/i, '(needed)', 'required'],
  [/\bthe log ends here\b/i, 'the log ends here', 'end of log'],
  [/\bdoes not run like this\b/i, 'does not run like this', 'invalid schedule'],
  [/\bwhoever\b/i, 'whoever', 'the caller, anyone who'],
  [/\bwake-up call\b/i, 'wake-up call', 'trigger'],
  [/\bsurplus\b/i, 'surplus', 'expired'],
  [/\bhindrances?\b|\bhindered\b/i, 'hindrance', 'blocking reason'],
];

/** Old words of a text, each with what to say. */
export const oldWordsIn = (text: string): readonly string[] =>
  OLD_WORDS.flatMap(([pattern, , instead]) =>
    [...text.matchAll(new RegExp(pattern, `${pattern.flags}g`))].map(([word]) => `"${word}", say ${instead}`),
  );

/** Texts of a source file: literals, parts of templates and markup. Imports and comments are none. */
export function textsOf(source: string): readonly string[] {
  const texts: string[] = [];
  const visit = (node: ts.Node): void => {
    if (ts.isImportDeclaration(node)) return;
    if (ts.isStringLiteralLike(node) || ts.isJsxText(node) || ts.isTemplateHead(node)) texts.push(node.text);
    if (ts.isTemplateMiddle(node) || ts.isTemplateTail(node)) texts.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile('source.tsx', source, ts.ScriptTarget.Latest, false, ts.ScriptKind.TSX));
  return texts;
}

/** First lines of doc comments that begin with a question word, where a noun or a verb says what the thing is. */
export const badBeginnings = (source: string): readonly string[] =>
  [
    ...source.matchAll(
      /\/\*\*\s*(?:\* )?((?:What|Whether|Whoever|Whose|Who|How|Where|Why|Which|When)\b[^\n]{0,60})/g,
    ),
  ].map(([, begin]) => begin ?? '');
