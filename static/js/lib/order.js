/** Wraps an async handler so that its calls run one after the other, in the order made; a failure goes to `onError` and stops nothing. */
export function inOrder(handle, onError) {
  let chain = Promise.resolve();
  return (value) => (chain = chain.then(() => handle(value)).catch(onError));
}
