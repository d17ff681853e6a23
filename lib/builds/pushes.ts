import * as v from 'valibot';
import { Image } from '../apps/app.ts';
import { requestedAt } from '../tasks/task.ts';
import type { BuildRecord, BuiltImage } from './build.ts';
import { builtImageOf, toBuild } from './result.ts';
import { type Source, sourceId } from './source.ts';

/** A push as the history of an app names it: `source:` and the id of the source, or `image:` and the image. */
export type Push = string;

const SOURCE = 'source:';
const IMAGE = 'image:';

/** Limit of pushes in a history. */
const MAX_PUSHES = 50;

/** True for a push that a task can run on: others may have written the record. */
const isPush = (text: string): boolean =>
  text.startsWith(IMAGE) ? v.is(Image, text.slice(IMAGE.length)) : /^source:[0-9a-f]{10}$/.test(text);

/** History as it was at one generation of the App, newest push first. */
const History = v.object({
  generation: v.number(),
  pushes: v.pipe(v.array(v.string()), v.maxLength(MAX_PUSHES), v.everyItem(isPush)),
});
type History = v.InferOutput<typeof History>;
const Recorded = v.union([v.pipe(v.string(), v.parseJson(), History), History]);

/** Reads a recorded history, an object or its JSON; `undefined` where there is none, or one that is not ours. */
export function toHistory(value: unknown): History | undefined {
  const read = v.safeParse(Recorded, value);
  return read.success ? read.output : undefined;
}

/** Spec as far as it is a push. */
type Pushable = { readonly image?: string | undefined; readonly source?: Source | undefined };

const pushOf = ({ image, source }: Pushable): readonly Push[] =>
  source !== undefined ? [`${SOURCE}${sourceId(source)}`] : image !== undefined ? [`${IMAGE}${image}`] : [];

/**
 * Pushes of an app, newest first, each once. Nothing before an image counts: tasks can run on an image at once. A push
 * records its history in the App, and the status has it with each recorded build: the later record is the whole one, and
 * of two of one generation the first that is given.
 */
export function pushesOf(spec: Pushable, recorded: readonly (History | undefined)[]): readonly Push[] {
  const [newest] = recorded
    .filter((history) => history !== undefined)
    .sort((a, b) => b.generation - a.generation);
  const all = [...new Set([...pushOf(spec), ...(newest?.pushes ?? [])])];
  const image = all.findIndex((push) => push.startsWith(IMAGE));
  return all.slice(0, Math.min(image === -1 ? all.length : image + 1, MAX_PUSHES));
}

/** True for a spec that is in no history yet: kubectl pushed it. */
export const isUnrecorded = (spec: Pushable, recorded: readonly (History | undefined)[]): boolean =>
  !pushOf(spec).every((push) => recorded.some((history) => history?.pushes[0] === push));

/** App as far as the image of its tasks depends on its pushes. */
type Pushed = {
  readonly uid: string;
  readonly pushes: readonly Push[];
  readonly built?: BuiltImage | undefined;
};

/**
 * Image that tasks of an app run on: the image, or the newest good build, of the newest push that has one. A build that
 * is running or failed changes nothing. `builds`: the app's, in any order. The recorded image counts where its build is gone.
 */
export function imageInForce(app: Pushed, builds: readonly BuildRecord[]): BuiltImage | undefined {
  const good = builds
    .filter((build) => build.ownerUid === app.uid && toBuild(build).state === 'succeeded')
    .sort((a, b) => (requestedAt(a) < requestedAt(b) ? 1 : -1));
  for (const push of app.pushes) {
    if (push.startsWith(IMAGE)) return { image: push.slice(IMAGE.length), processes: [] };
    const build = good.find(({ id }) => push === `${SOURCE}${id}`);
    const image = build && builtImageOf(build);
    if (image !== undefined) return image;
    if (app.built !== undefined && push === `${SOURCE}${app.built.id}`) return app.built;
  }
  return app.built;
}
