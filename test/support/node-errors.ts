/**
 * Jest runs each test file in a realm of its own, whose `Error` is not the one of Node's core: a refused connection
 * would be no `Error` there, as it is in a function. Import this where Node's own errors are met.
 */
const core = Object.getPrototypeOf(DOMException.prototype).constructor;
const isInstance = Function.prototype[Symbol.hasInstance];

Object.defineProperty(Error, Symbol.hasInstance, {
  value(this: unknown, candidate: unknown): boolean {
    return isInstance.call(this as object, candidate) || (this === Error && candidate instanceof core);
  },
});
