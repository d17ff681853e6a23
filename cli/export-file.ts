import * as v from 'valibot';
import { App, Job } from './api/responses.ts';
import type { Client } from './client.ts';
import { listAll } from './list.ts';
import { manifestAppOf } from './manifest-text.ts';
import { serialized } from './output.ts';
import type { Context } from './verb.ts';

/** Text that a manifest reads as a variable. */
const VARIABLE = /\(\(!?[-/.\w\p{L}]+\)\)/u;

/** Prints the apps of the space, or one of them, with their jobs, as a manifest. Warns of what that can't say. */
export async function exportSpace({ client, screen }: Context, name: string | undefined): Promise<void> {
  const apps = await appsOf(client, name);
  const rows = v.parse(
    v.array(Job),
    await listAll(client, { method: 'GET', path: ['jobs'], query: { app: name } }, undefined),
  );
  const applications: object[] = [];
  for (const app of apps) {
    const jobs: Job[] = [];
    // A list has no variables.
    for (const row of rows.filter((one) => one.app === app.name))
      jobs.push((await client.request(Job, { method: 'GET', path: ['jobs', row.name] })).value);
    const { attributes, missing } = manifestAppOf(app, jobs);
    applications.push(attributes);
    if (app.source !== undefined)
      screen.warn(`app ${app.name} is built from a source: add path: DIR to push it.`);
    if (missing.length > 0)
      screen.warn(`app ${app.name} has what no manifest can say: ${missing.join(', ')}.`);
    if (VARIABLE.test(JSON.stringify(attributes)))
      screen.warn(
        `app ${app.name} has a text like ((NAME)), which is a variable there: add --var 'NAME=((NAME))' to apply and push.`,
      );
  }
  screen.write(await serialized('yaml', { applications }));
}

async function appsOf(client: Client, name: string | undefined): Promise<readonly App[]> {
  if (name !== undefined) return [(await client.request(App, { method: 'GET', path: ['apps', name] })).value];
  return v.parse(v.array(App), await listAll(client, { method: 'GET', path: ['apps'] }, undefined));
}
