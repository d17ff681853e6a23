import type { App, AppSpec } from '../domain/app.ts';
import { type FieldError, invalid } from '../domain/errors.ts';
import { TASK_SERVICE_ACCOUNT } from '../domain/labels.ts';
import type { Ports } from '../ports.ts';
import { inParallel } from './in-parallel.ts';
import { awaitPlace, type CredentialsByService, readCredentials, writeBindings } from './sync-bindings.ts';

export type PushApp = {
  readonly space: string;
  readonly name: string;
  readonly spec: AppSpec;
};

/**
 * Makes an app or replaces it. All that it refers to, and the place of its Secret, is looked at before the first write.
 * Cut after the App and before the Secret with its bindings, a second push makes that Secret.
 */
export async function pushApp(
  ports: Ports,
  { space, name, spec }: PushApp,
): Promise<{ app: App; created: boolean }> {
  const services = spec.services ?? [];
  const [credentials, account, tokens] = await Promise.all([
    readCredentials(ports, space, services),
    accountProblems(ports, space, spec.serviceAccountName),
    tokenProblems(ports, space, spec),
  ]);
  const problems = [...account, ...tokens, ...serviceProblems(space, spec, credentials)];
  if (problems.length > 0) throw invalid(...problems);
  if (services.length > 0) await awaitPlace(ports, space, name);

  const pushed = await ports.apps.put(space, name, spec);
  await writeBindings(ports, pushed.app, credentials);
  return pushed;
}

async function accountProblems(ports: Ports, space: string, account?: string): Promise<FieldError[]> {
  if (account === undefined || (await ports.serviceAccounts.allowsTasks(space, account))) return [];
  return [
    {
      field: 'serviceAccountName',
      message:
        `Service account "${account}" is not in space "${space}", or tasks may not run as it: ` +
        `its platform team allows that by the label ${TASK_SERVICE_ACCOUNT}=true.`,
    },
  ];
}

/** Variables that would hand a task the token of a service account. A Secret that is not there yet may come. */
async function tokenProblems(
  { secrets }: Ports,
  space: string,
  { env = [] }: AppSpec,
): Promise<FieldError[]> {
  const named = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []);
  const found = await inParallel([...new Set(named)], async (name) =>
    (await secrets.isAccountToken(space, name)) ? [name] : [],
  );
  const tokens = found.flat();
  return env.flatMap(({ valueFrom }, index) => {
    const name = valueFrom?.secretKeyRef?.name;
    if (name === undefined || !tokens.includes(name)) return [];
    const message = `Secret "${name}" is a service account's token, which no app is given.`;
    return [{ field: `env[${index}].valueFrom.secretKeyRef.name`, message }];
  });
}

const serviceProblems = (
  space: string,
  { services = [] }: AppSpec,
  found: CredentialsByService,
): FieldError[] =>
  services.flatMap(({ name, secretName }, index) =>
    found.get(name) === undefined
      ? [
          {
            field: `services[${index}].secretName`,
            message:
              `Secret "${secretName}" is not in space "${space}", or it is a service account's token, which no app ` +
              'is given.',
          },
        ]
      : [],
  );
