import { livePorts } from './compose.ts';
import type { Building, BuildingPorts } from './ports.ts';

/** What the stage builds with; `undefined` where it builds nothing. */
export const buildingWithin = (): Building | undefined => undefined;

/** The ports of one invocation of a function that starts builds. */
export const liveBuildingPorts = async (withinMs: number): Promise<BuildingPorts> => ({
  ...(await livePorts(withinMs)),
  building: buildingWithin(),
});
