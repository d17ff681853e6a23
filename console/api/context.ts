import { createContext } from 'preact';
import { useContext } from 'preact/hooks';
import type { Api } from './client.ts';

/** Context with the API client of this page. */
export const ApiContext = createContext<Api | undefined>(undefined);

/** Returns the API client of this page. */
export function useApi(): Api {
  const api = useContext(ApiContext);
  if (api === undefined) throw new Error('useApi needs an ApiContext provider.');
  return api;
}
