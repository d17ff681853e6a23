import type { Building } from '../builds/builds.ts';
import { retireBuilds, type StartBuildPorts, startBuild } from '../builds/start.ts';
import { mapConcurrent } from '../platform/collections.ts';
import { type FieldError, invalid } from '../platform/errors.ts';
import { TASK_SERVICE_ACCOUNT } from '../platform/labels.ts';
import { newNonce } from '../platform/names.ts';
import { type Placements, placementProblems } from './allowed-placement.ts';
import type { App, AppSpec } from './app.ts';
import {
  type BindingsPorts,
  type CredentialsByService,
  readCredentials,
  type Secrets,
  WITHHELD,
  waitForSecretName,
  writeBindings,
} from './bindings.ts';
import { type Parameters, parameterProblems } from './parameters.ts';

/** Ports of pushing an app. */
export type PushPorts = BindingsPorts &
  StartBuildPorts & {
    readonly serviceAccounts: ServiceAccounts;
    readonly parameters: Parameters & Placements;
    /** Extended resource of a GPU, where the stage names another than NVIDIA's. */
    readonly gpuResource?: string | undefined;
    readonly random: (bytes: number) => Uint8Array;
    readonly building?: Building | undefined;
  };

/** Port to the ServiceAccounts of the cluster. */
export type ServiceAccounts = {
  /** True when the service account exists and has the label that lets tasks of the space run as it. */
  allowsTasks(space: string, name: string): Promise<boolean>;
};

export type PushApp = {
  readonly space: string;
  readonly name: string;
  readonly spec: AppSpec;
  /** Caller, which the build records. */
  readonly requestedBy?: string | undefined;
};

/**
 * Creates or replaces an app. Everything it refers to, and the name of its Secret, is checked before the first write.
 * After a crash between the App and its Secret a second push writes the Secret; after one before the build, the reconcile
 * starts it. Of concurrent pushes the build of the last written App remains. Throws `invalid` and `conflict`.
 */
export async function pushApp(
  ports: PushPorts,
  { space, name, spec, requestedBy = 'push' }: PushApp,
): Promise<{ app: App; created: boolean }> {
  const services = spec.services ?? [];
  const [credentials, account, withheld, source, parameters, placement] = await Promise.all([
    readCredentials(ports, space, services),
    accountProblems(ports, space, spec.serviceAccountName),
    withheldProblems(ports, space, spec),
    sourceProblems(ports, space, name, spec),
    parameterProblems(ports, space, spec),
    placementProblems(ports, space, spec),
  ]);
  const problems = [
    ...account,
    ...withheld,
    ...source,
    ...parameters,
    ...placement,
    ...serviceProblems(space, spec, credentials),
  ];
  if (problems.length > 0) throw invalid(...problems);
  if (services.length > 0) await waitForSecretName(ports, space, name);

  const pushed = await ports.apps.put(space, name, spec, newNonce(ports));
  await writeBindings(ports, pushed.app, credentials);
  if (ports.building === undefined) return pushed;
  if (spec.source === undefined) {
    const { build } = pushed.app;
    return build === undefined ? pushed : { ...pushed, app: await retireBuilds(ports, pushed.app) };
  }
  const sourced = { app: pushed.app, source: spec.source };
  return { ...pushed, app: await startBuild(ports, ports.building, sourced, { requestedBy, again: true }) };
}

async function sourceProblems(
  { building }: { readonly building?: Building | undefined },
  space: string,
  app: string,
  { source }: AppSpec,
): Promise<FieldError[]> {
  if (source === undefined) return [];
  if (building === undefined)
    return [{ field: 'source', message: 'This stage builds no images: push the app with an image.' }];
  if (await building.sources.has(space, app, source.sha256)) return [];
  const message = `There is no upload ${source.sha256} of app "${app}", or it has expired: upload it first.`;
  return [{ field: 'source.sha256', message }];
}

async function accountProblems(
  ports: { readonly serviceAccounts: ServiceAccounts },
  space: string,
  account?: string,
): Promise<FieldError[]> {
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

/** Problems of variables that would expose a withheld Secret. One that does not exist yet is allowed. */
async function withheldProblems(
  { secrets }: { readonly secrets: Secrets },
  space: string,
  { env = [] }: AppSpec,
): Promise<FieldError[]> {
  const named = env.flatMap(({ valueFrom }) => valueFrom?.secretKeyRef?.name ?? []);
  const found = await mapConcurrent([...new Set(named)], async (name) =>
    (await secrets.isWithheld(space, name)) ? [name] : [],
  );
  const withheld = found.flat();
  return env.flatMap(({ valueFrom }, index) => {
    const name = valueFrom?.secretKeyRef?.name;
    if (name === undefined || !withheld.includes(name)) return [];
    const message = `Secret "${name}" is ${WITHHELD}.`;
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
            message: `Secret "${secretName}" is not in space "${space}", or it is ${WITHHELD}.`,
          },
        ]
      : [],
  );
