import { setTimeout as wait } from 'node:timers/promises';
import { ecrRegistry } from './adapters/aws/registry.ts';
import { s3Sources } from './adapters/aws/sources.ts';
import type { Building, Registry, Sources } from './build-ports.ts';
import { livePorts } from './compose.ts';
import { readBuildSettings, readEcrEndpoint, readRoleCredentials, readSourceSettings } from './config.ts';
import type { BuildSettings } from './domain/build.ts';

const now = (): Date => new Date();

function liveSources(): { readonly sources: Sources; readonly mostBytes: number } | undefined {
  const settings = readSourceSettings();
  if (settings === undefined) return undefined;
  const { mostBytes, ...place } = settings;
  return { sources: s3Sources({ ...place, credentials: readRoleCredentials() }, { now, wait }), mostBytes };
}

function registryOf({ registryAuth, repository }: BuildSettings): Registry | undefined {
  if (registryAuth.kind !== 'ecr') return undefined;
  const { region } = registryAuth;
  return ecrRegistry({
    region,
    repository,
    endpoint: readEcrEndpoint(),
    credentials: readRoleCredentials(),
  });
}

/** What the stage builds with; `undefined` where it builds nothing. Nothing is sent before the first call. */
export function liveBuilding(): Building | undefined {
  const settings = readBuildSettings();
  const stored = liveSources();
  if (settings === undefined || stored === undefined) return undefined;
  return { settings, sources: stored.sources, registry: registryOf(settings) };
}

/** The ports of one invocation of a function that starts builds. */
export const liveBuildingPorts = async (withinMs: number) => ({
  ...(await livePorts(withinMs)),
  building: liveBuilding(),
});

/** The ports of one invocation of the function that takes uploads. */
export const liveUploadingPorts = async (withinMs: number) => ({
  ...(await livePorts(withinMs)),
  uploads: readBuildSettings() && liveSources(),
});
