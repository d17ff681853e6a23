import { DomainError } from '../domain/errors.ts';
import { ruleNamesOf } from '../domain/job-rules.ts';
import type { SchedulingPorts } from '../ports.ts';

type JobName = { readonly space: string; readonly name: string };

const namesOf = ({ stage }: SchedulingPorts, job: JobName): readonly string[] => ruleNamesOf(stage, job);

/**
 * Makes or mends the rules of a job, one an expression, and removes the one that it no longer needs. `sweep`: they do
 * not fit, or EventBridge is out of reach; those that were made are removed, at the latest by the reconcile.
 */
export async function makeRules(
  ports: SchedulingPorts,
  job: JobName,
  expressions: readonly string[],
  ruleNames?: readonly string[],
): Promise<'rules' | 'sweep'> {
  const names = namesOf(ports, job);
  try {
    const others = (ruleNames ?? (await listNames(ports))).filter((name) => !names.includes(name));
    if (others.length + expressions.length > ports.stage.maxRules) return await giveUp(ports, job);
    for (const [index, expression] of expressions.entries()) {
      const name = names[index] ?? '';
      const made = await ports.rules.put({ name, expression, space: job.space, job: job.name });
      if (made === 'full' || made === 'notOurs') return await giveUp(ports, job);
    }
    await removeAll(ports, names.slice(expressions.length));
    return 'rules';
  } catch (error) {
    tellOutOfReach(ports, job, error);
    return 'sweep';
  }
}

/** Removes the rules of a job. Where EventBridge is out of reach, the reconcile does it. */
export async function removeRules(ports: SchedulingPorts, job: JobName): Promise<void> {
  try {
    await removeAll(ports, namesOf(ports, job));
  } catch (error) {
    tellOutOfReach(ports, job, error);
  }
}

async function giveUp(ports: SchedulingPorts, job: JobName): Promise<'sweep'> {
  await removeAll(ports, namesOf(ports, job));
  return 'sweep';
}

const listNames = async ({ rules }: SchedulingPorts): Promise<readonly string[]> =>
  (await rules.list()).map(({ name }) => name);

async function removeAll({ rules }: SchedulingPorts, names: readonly string[]): Promise<void> {
  for (const name of names) await rules.remove(name);
}

function tellOutOfReach({ log }: SchedulingPorts, { space, name }: JobName, error: unknown): void {
  if (!(error instanceof DomainError)) throw error;
  log('warn', 'rules not synced', { space, job: name, why: error.message });
}
