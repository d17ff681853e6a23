import type { Ports } from '../ports.ts';

/**
 * Deletes an app. Its jobs, its tasks (running ones too) and its Secret are owned by it and follow in the background,
 * by the cluster's own garbage collector. A second delete throws `notFound`.
 */
export const deleteApp = ({ apps }: Ports, { space, app }: { space: string; app: string }): Promise<void> =>
  apps.delete(space, app);
