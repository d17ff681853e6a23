import { readFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { beforeAll, describe, expect, it } from '@jest/globals';
import { readServerless } from '../local/cloudformation/serverless.ts';
import { allows, type Statement } from '../local/iam/policy.ts';
import { readStackTemplate } from '../local/iam/stack-template.ts';
import { rolesOf } from '../local/iam/template.ts';
import { PROMISES } from './contract/support/identity-promises.ts';
import { REQUESTS } from './contract/support/identity-requests.ts';
import { type HeldSentence, NO_PROMISE, SENTENCES } from './contract/support/identity-sentences.ts';
import type { Held, RoleName } from './contract/support/promises-of-any-role.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const YES = { 'Fn::Equals': ['', ''] };
const IDENTITIES = ['reader', 'runner', 'keeper'] as const;

const ENTRIES = Object.entries(PROMISES).flatMap(([role, { could, couldNot }]) => [
  ...Object.entries(could).map(([promise, held]) => ({ role, column: 'could', promise, held })),
  ...Object.entries(couldNot).map(([promise, held]) => ({ role, column: 'could not', promise, held })),
]);
const isRole = (role: string): role is RoleName => role !== 'any' && role in PROMISES;
const ROLES = Object.keys(PROMISES).filter(isRole);

/** Entries of a role's column, with those of the roles that it names. */
const couldOf = (role: RoleName): readonly Held[] =>
  Object.values(PROMISES[role].could).flatMap((held) => [held, ...inheritedBy(held)]);

const inheritedBy = ({ as = [], except = [] }: Held): readonly Held[] =>
  as
    .flatMap(couldOf)
    .map((held) => ({ ...held, requests: held.requests?.filter((name) => !except.includes(name)) ?? [] }));

const plain = (text: string) => text.replace(/\s+/g, ' ').trim();

/** Cells of the table of the roles: one entry for each part between semicolons. */
const entriesIn = (text: string) =>
  [...text.matchAll(/^\| (any|\w+Role) \| (.*?) ?\| (.*?) \|$/gm)].flatMap(([, role, could, couldNot]) =>
    [
      ['could', could],
      ['could not', couldNot],
    ].flatMap(([column, cell]) => (cell ?? '').split('; ').map((promise) => ({ role, column, promise }))),
  );

/** Sentences outside that table that are about identities or policies. */
const sentencesIn = (text: string): readonly string[] =>
  text
    .replace(/^\| (any|\w+Role) \|.*$/gm, '')
    .split(/\n\n|\n(?=[|#])/)
    .flatMap((part) => plain(part).split(/(?<=[.:]) (?=[A-Z*`])/))
    .filter((sentence) => !sentence.startsWith('#'))
    .filter((sentence) => /\b(identit\w+|reader|runner|keeper|polic(y|ies))\b/.test(sentence));

describe('docs/security.md', () => {
  let text = '';
  let identities: ReadonlyMap<string, string | undefined>;
  let roles: ReadonlyMap<string, readonly Statement[]>;
  let keepers: readonly string[];

  beforeAll(async () => {
    const whole = await readFile(`${root}docs/security.md`, 'utf8');
    text = whole.slice(whole.indexOf('## Trust boundaries'), whole.indexOf('## Supply chain'));
    const { functions } = await readServerless(`${root}serverless.yml`);
    identities = new Map(functions.map(({ role, identity }) => [role, identity]));
    keepers = functions.filter(({ identity }) => identity === 'keeper').map(({ name }) => name);
    const { Resources, Conditions } = await readStackTemplate(root);
    // Everything that a stage may have, but for network interfaces, which are Lambda's.
    const all = Object.keys(Conditions).filter((name) => name !== 'HasVpc');
    roles = rolesOf({
      Resources,
      Conditions: { ...Conditions, ...Object.fromEntries(all.map((name) => [name, YES])) },
    });
  });

  const mayOnAws = (
    role: RoleName,
    [action, resource, target]: NonNullable<Held['aws']>[number],
    statements = roles.get(role) ?? [],
  ) =>
    allows(statements, action, resource.replace('IDENTITY', identities.get(role) ?? ''), {
      'events:TargetArn': target === undefined ? [] : [target],
    });

  it('has in its table of roles the entries that are tried, and no others', () => {
    const tried = ENTRIES.map(({ role, column, promise }) => ({ role, column, promise }));
    expect(entriesIn(text)).toEqual(tried);
    expect(tried.length).toBeGreaterThan(40);
  });

  it.each(ENTRIES)('says of $role what is tried: $column $promise', ({ role, column, held }) => {
    const { requests = [], aws = [], as = [] } = held;
    expect(requests.length + aws.length + as.length).toBeGreaterThan(0);
    const inherited = inheritedBy(held);
    const ofCluster = [...requests, ...inherited.flatMap((one) => one.requests ?? [])];
    for (const one of isRole(role) ? [role] : ROLES) {
      const identity = IDENTITIES.find((name) => name === identities.get(one)) ?? 'reader';
      for (const name of ofCluster)
        expect([one, name, REQUESTS[name][identity] === 'allowed']).toEqual([one, name, column === 'could']);
      for (const action of aws)
        expect([one, ...action, mayOnAws(one, action)]).toEqual([one, ...action, column === 'could']);
    }
  });

  it.each(ROLES)('names all that %s may do on AWS', (role) => {
    const named = [...Object.values(PROMISES.any.could), ...couldOf(role)].flatMap(({ aws = [] }) => aws);
    const unnamed = (roles.get(role) ?? []).filter(
      (statement) => !named.some((action) => mayOnAws(role, action, [statement])),
    );
    expect(unnamed).toEqual([]);
  });

  it('leaves no request without a promise', () => {
    const held = [...ENTRIES.map((entry) => entry.held), ...Object.values(SENTENCES)].flatMap((one) => [
      ...('requests' in one ? (one.requests ?? []) : []),
      ...('refused' in one ? one.refused : []),
    ]);
    expect(Object.keys(REQUESTS).filter((name) => !held.some((one) => one === name))).toEqual([]);
  });

  it('has no sentence about identities or policies that nothing holds', () => {
    const known = [...Object.keys(SENTENCES), ...NO_PROMISE];
    const sentences = sentencesIn(text);
    expect(sentences.filter((sentence) => !known.some((one) => sentence.includes(one)))).toEqual([]);
    expect(known.filter((one) => !plain(text).includes(one))).toEqual([]);
    expect(sentences.length).toBeGreaterThan(10);
  });

  it.each(Object.entries<HeldSentence>(SENTENCES))('is right in "%s"', async (_, held) => {
    if ('file' in held) {
      expect(await readFile(`${root}${held.file}`, 'utf8')).toContain(held.title);
      return;
    }
    expect(held.refused.length).toBeGreaterThan(0);
    for (const name of held.refused)
      for (const identity of held.to ?? IDENTITIES)
        expect([name, REQUESTS[name][identity]]).not.toEqual([name, 'allowed']);
  });

  it('names the functions of the keeper', () => {
    expect(keepers.toSorted()).toEqual(['delete-app', 'prune', 'push-app', 'reconcile']);
  });
});
