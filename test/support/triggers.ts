import { createTrigger } from '../../lib/events/manage-triggers.ts';
import type { Trigger } from '../../lib/events/trigger.ts';
import { triggerRuleName } from '../../lib/schedules/rule-names.ts';
import { jobOf, type MemoryPorts, SPACE } from './memory-ports.ts';
import { at, contextOf } from './reconcile-context.ts';

export const S3: Trigger = { bus: 'default', pattern: { source: ['aws.s3'] } };
export const SHOP: Trigger = { bus: 'service', pattern: { source: ['shop.orders'] } };
const SOURCES = { '*': { default: ['aws.s3', 'aws.ec2'], service: ['shop.*'] } };

export const portsWith = (trigger?: Trigger): MemoryPorts => {
  const ports = contextOf({}, [jobOf('report', trigger === undefined ? {} : { trigger })], SOURCES);
  ports.setClock(at('12:00:30'));
  return ports;
};
export const put = (ports: MemoryPorts, trigger: Trigger) =>
  createTrigger(ports, { space: SPACE, job: 'report', trigger });
export const nameOn = (ports: MemoryPorts, bus: Trigger['bus']) =>
  triggerRuleName(ports.stage, SPACE, 'report', bus);
export const rules = async (ports: MemoryPorts) =>
  (await ports.rules.list()).map(({ name, pattern, enabled }) => ({ name, pattern, enabled }));
export const ruleOf = (ports: MemoryPorts, { bus, pattern }: Trigger) => ({
  name: nameOn(ports, bus),
  pattern: JSON.stringify(pattern),
  enabled: true,
});
export const triggeredOf = async (ports: MemoryPorts) => {
  const { conditions } = (await ports.jobs.get(SPACE, 'report')).status;
  const found = conditions.find(({ type }) => type === 'Triggered');
  return found && `${found.status} ${found.reason}`;
};
