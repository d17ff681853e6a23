import { useEffect, useState } from 'preact/hooks';

/** Observable value that several views share. */
export type Store<T> = { get(): T; set(value: T): void; onChange(listener: () => void): () => void };

/** Creates a store with an initial value. */
export function newStore<T>(initial: T): Store<T> {
  let current = initial;
  const listeners = new Set<() => void>();
  return {
    get: () => current,
    set: (value) => {
      if (value === current) return;
      current = value;
      for (const listener of listeners) listener();
    },
    onChange: (listener) => {
      listeners.add(listener);
      return () => listeners.delete(listener);
    },
  };
}

/** Subscribes a view to a store. Returns the current value. */
export function useStore<T>(store: Store<T>): T {
  const [value, setValue] = useState(store.get());
  useEffect(() => {
    setValue(() => store.get());
    return store.onChange(() => setValue(() => store.get()));
  }, [store]);
  return value;
}
